/// Names one custodian's share without revealing it, so that a bad share names its custodian:
/// `H("rvault.share.v1" ‖ resident ‖ set ‖ x ‖ y)`.
package enum ShareDigest {
    package static func make(
        resident: [UInt8], set: [UInt8], x: UInt8, y: borrowing SecretBytes
    ) throws(CryptoError) -> [UInt8] {
        var writer = ByteWriter(capacity: 96)
        writer.label("rvault.share.v1")
        writer.raw(resident)
        writer.raw(set)
        writer.raw([x])
        let head = writer.bytes
        var input = try SecretBytes(zeroed: head.count + y.count)
        input.withMutableBytes { target in
            unsafe target.copyBytes(from: head)
            y.withBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: target[head.count...]).copyMemory(from: $0) }
        }
        return Hash.blake2b256(input)
    }
}
