internal import Foundation

/// Finds a resident by an exact value without storing it: keyed BLAKE2b-128 under the index root over
/// `"rvault.index.v1" ‖ str(field) ‖ normalised value`.
///
/// Whoever holds the service key can test guesses against it (design, section 3), so only fields that a policy marks
/// `lookup` have one, and never a boolean or an enum.
package enum BlindIndex {
    package static func make(field: String, value: String, root: borrowing BlindIndexRoot) -> [UInt8] {
        var writer = ByteWriter(capacity: 80)
        writer.label("rvault.index.v1")
        writer.string(field)
        writer.raw(normalised(value).utf8)
        return Hash.keyed(root, writer.bytes, count: 16)
    }

    /// The index one generation on: the value is not needed, and whoever lacks this generation's root cannot follow.
    package static func layer(
        _ below: [UInt8], field: String, generation: UInt32, root: borrowing BlindIndexRoot
    ) -> [UInt8] {
        var writer = ByteWriter(capacity: 80)
        writer.label("rvault.index.layer.v1")
        writer.u32(generation)
        writer.string(field)
        writer.raw(below)
        return Hash.keyed(root, writer.bytes, count: 16)
    }

    /// NFKC, no spaces, upper case (the X of an ID number, the letters of a plate), a phone without `+86`.
    static func normalised(_ value: String) -> String {
        // ASCII is its own compatibility form, and nearly every indexed value is ASCII.
        if value.utf8.allSatisfy({ $0 < 0x80 }) {
            let folded = value.utf8.filter { $0 != 0x20 }.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 }
            return String(decoding: folded.starts(with: "+86".utf8) ? folded[3...] : folded[...], as: UTF8.self)
        }
        let folded = value.precomposedStringWithCompatibilityMapping.filter { $0 != " " }.uppercased()
        return folded.hasPrefix("+86") ? String(folded.dropFirst(3)) : folded
    }
}
