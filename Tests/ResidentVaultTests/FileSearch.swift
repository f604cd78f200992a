import Foundation
import VaultModel
import VaultStore

@testable import ResidentVault

/// Looks for a resident's bytes in every file of a directory: texts in the encodings that anything here writes, and any
/// eight bytes in a row of a blob.
struct FileSearch {
    /// What is looked for, by its eight-byte parts at every eighth place: whoever keeps sixteen bytes in a row keeps one.
    private var parts: [UInt64: String] = [:]

    private static func word(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func look(for name: String, _ bytes: [UInt8]) {
        for start in stride(from: 0, through: bytes.count - 8, by: 8) {
            let part = bytes[start..<(start + 8)]
            // Padding and the labels that every row has are not the resident's.
            guard Set(part).count > 3 else { continue }
            parts[Self.word(part)] = name
        }
    }

    /// A text of at least four bytes, in UTF-8, UTF-16, hex and base64.
    mutating func look(for name: String, text: String) {
        let utf8 = Array(text.utf8)
        var forms: [[UInt8]] = [utf8, [], []]
        for unit in text.utf16 {
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
            forms[1] += [high, low]
            forms[2] += [low, high]
        }
        for written in [Self.hex(utf8), Base64URL.encode(utf8), Data(utf8).base64EncodedString()] { forms.append(Array(written.utf8)) }
        for form in forms where form.count >= 8 { look(for: name, form) }
    }

    private static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    /// An id in every form that ids are written in.
    mutating func look(for name: String, id: [UInt8]) {
        look(for: name, id)
        for text in [Base64URL.encode(id), Base32.encode(id), Self.hex(id)] { look(for: name, Array(text.utf8)) }
    }

    /// Everything that the rows hold of a resident, but not what stands in the log by design: public keys, tags, the ids of
    /// grants, and digests.
    mutating func look(for resident: ResidentRow, _ snapshot: Snapshot, values: [String]) throws {
        look(for: "resident id", id: resident.reference.id.bytes)
        look(for: "box key", resident.box)
        look(for: "tag key", resident.tagKey)
        look(for: "login", text: resident.login.text)
        for value in values where value.utf8.count > 5 { look(for: "a value", text: value) }
        let reference = resident.reference
        for row in try snapshot.cells(of: reference) { look(for: "cell \(row.field)", row.blob) }
        for row in try snapshot.writeKeys(of: reference) { look(for: "write key", row.blob) }
        for row in try snapshot.pairwiseRows(of: reference) { look(for: "pairwise id", id: row.id.bytes) }
        for row in try snapshot.indexRows(of: reference) { look(for: "index", row.value) }
        for row in try snapshot.envelopes(of: reference) {
            look(for: "envelope", row.blob)
            look(for: "envelope's salt", row.salt ?? [])
            look(for: "envelope's digest", row.auth)
        }
        for row in try snapshot.shares(of: reference) { look(for: "share", row.blob) }
        for row in try snapshot.proposals(of: reference) { look(for: "proposal", row.blob) }
        for row in try snapshot.accessRequests(of: reference) { look(for: "access request", row.id.bytes) }
        for row in try snapshot.grants(of: reference) {
            look(for: "signature", row.signature)
            // The part of a statement that is this person's alone.
            look(for: "statement", try GrantStatement(decoding: row.statement).random)
            if let bundle = try snapshot.bundle(grant: row.id) { look(for: "bundle", bundle.blob) }
            for supplement in try snapshot.supplements(grant: row.id) { look(for: "supplement", supplement.blob) }
        }
    }

    /// What was found, with the file; the reserve is one long run of zeros.
    func hits(in directory: String) throws -> Set<String> {
        var hits: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: directory) where file != "reserve" {
            guard let content = FileManager.default.contents(atPath: directory + "/" + file) else { continue }
            content.withUnsafeBytes { bytes in
                var word: UInt64 = 0
                for position in bytes.indices {
                    word = word << 8 | UInt64(bytes[position])
                    if position >= 7, let name = parts[word] { hits.insert("\(name) in \(file)") }
                }
            }
        }
        return hits
    }
}
