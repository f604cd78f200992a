/// One custodian's share as it is kept: sealed to their box key and bound to what it is a share of:
/// `"rvault.share.v1" ‖ vault id ‖ resident id ‖ set id ‖ x ‖ y`. A share of the service key or the pepper carries the
/// vault's id in the resident's place.
package enum SealedShare {
    /// A share of a 32-byte key.
    package static let byteCount = 32

    package static func seal(
        _ share: borrowing SecretBytes, x: UInt8, vault: [UInt8], resident: [UInt8], set: [UInt8],
        to custodian: BoxPublicKey, sharing round: SealingRound? = nil
    ) throws(CryptoError) -> [UInt8] {
        let header = header(vault: vault, resident: resident, set: set, x: x)
        var plain = try SecretBytes(zeroed: header.count + share.count)
        plain.withMutableBytes { target in
            unsafe target.copyBytes(from: header)
            share.withBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: target[header.count...]).copyMemory(from: $0) }
        }
        return try SealedBox.seal(plain, to: custodian, sharing: round)
    }

    /// - Throws: `CryptoError.authenticationFailed` for another key, `.malformed("share")` for a share of something else.
    package static func open(
        _ sealed: [UInt8], x: UInt8, vault: [UInt8], resident: [UInt8], set: [UInt8], with pair: borrowing BoxKeyPair
    ) throws(CryptoError) -> SecretBytes {
        let header = header(vault: vault, resident: resident, set: set, x: x)
        let plain = try SealedBox.open(sealed, with: pair)
        return try plain.withBytes { bytes throws(CryptoError) in
            guard bytes.count == header.count + byteCount, unsafe bytes.prefix(header.count).elementsEqual(header) else {
                throw .malformed("share")
            }
            return try unsafe SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[header.count...]))
        }
    }

    private static func header(vault: [UInt8], resident: [UInt8], set: [UInt8], x: UInt8) -> [UInt8] {
        var writer = ByteWriter(capacity: 80)
        writer.label("rvault.share.v1")
        writer.raw(vault)
        writer.raw(resident)
        writer.raw(set)
        writer.raw([x])
        return writer.bytes
    }
}
