/// A write key as it is kept: sealed to the resident's box key, bound to the vault, the resident and the epoch.
/// Whoever starts an epoch needs public keys only, and forgets the key afterwards.
package enum SealedWriteKey {
    package static func seal(
        _ key: borrowing WriteKey, vault: [UInt8], resident: [UInt8], epoch: UInt32, to recipient: BoxPublicKey,
        sharing round: SealingRound? = nil
    ) throws(CryptoError) -> [UInt8] {
        try SealedBox.seal(
            try plain(key, vault: vault, resident: resident, epoch: epoch), to: recipient, sharing: round)
    }

    package static func open(
        _ sealed: [UInt8], vault: [UInt8], resident: [UInt8], epoch: UInt32, with pair: borrowing BoxKeyPair
    ) throws(CryptoError) -> WriteKey {
        let header = Self.header(vault: vault, resident: resident, epoch: epoch)
        let plain = try SealedBox.open(sealed, with: pair)
        return try plain.withBytes { bytes throws(CryptoError) in
            guard bytes.count == header.count + 32, unsafe bytes.prefix(header.count).elementsEqual(header) else {
                throw .malformed("write key")
            }
            return try unsafe WriteKey(copying: UnsafeRawBufferPointer(rebasing: bytes[header.count...]))
        }
    }

    /// `"rvault.write.v1" ‖ vault id ‖ resident id ‖ u32 epoch ‖ key`.
    package static func plain(
        _ key: borrowing WriteKey, vault: [UInt8], resident: [UInt8], epoch: UInt32
    ) throws(CryptoError) -> SecretBytes {
        let header = header(vault: vault, resident: resident, epoch: epoch)
        var plain = try SecretBytes(zeroed: header.count + 32)
        plain.withMutableBytes { target in
            unsafe target.copyBytes(from: header)
            key.withBytes { key in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[header.count...]).copyMemory(from: key)
            }
        }
        return plain
    }

    private static func header(vault: [UInt8], resident: [UInt8], epoch: UInt32) -> [UInt8] {
        var writer = ByteWriter()
        writer.label("rvault.write.v1")
        writer.raw(vault)
        writer.raw(resident)
        writer.u32(epoch)
        return writer.bytes
    }
}
