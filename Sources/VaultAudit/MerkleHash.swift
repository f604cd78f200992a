internal import VaultCrypto

/// The hashing of RFC 6962 and RFC 9162, section 2.1: SHA-256 with a first byte that keeps leaves and nodes apart.
///
/// SHA-256 and not the vault's own BLAKE2b, because every independent tool that can check this log expects it.
package enum MerkleHash {
    /// The length of every hash in the tree, in bytes.
    package static let byteCount = 32

    /// `SHA-256(0x00 ‖ entry)` over the stored bytes; they are never written anew before hashing.
    package static func leaf(_ entry: [UInt8]) -> [UInt8] {
        Hash.sha256(
            [UInt8](unsafeUninitializedCapacity: entry.count + 1) { buffer, count in
                buffer[0] = 0x00
                entry.withUnsafeBufferPointer { source in _ = buffer[1...].update(fromContentsOf: source) }
                count = entry.count + 1
            })
    }

    /// `SHA-256(0x01 ‖ left ‖ right)`.
    package static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { node(left[...], right[...]) }

    /// The same over slices, so that a frontier need not copy its peaks.
    static func node(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(1 + left.count + right.count)
        input.append(0x01)
        input.append(contentsOf: left)
        input.append(contentsOf: right)
        return Hash.sha256(input)
    }

    /// `SHA-256("")`, the root of the empty tree.
    package static let emptyRoot: [UInt8] = Hash.sha256([])
}
