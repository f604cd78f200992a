/// The blind-index root of an older service key under the one in force: `nonce ‖ XChaCha20-Poly1305(subkey 6,
/// "rvault.root.v1" ‖ vault id ‖ u32 generation, root)`. An index goes through all roots there ever were, because its
/// value cannot be read again; only the newest service key gives them back (design, section 4).
package enum SealedRoot {
    package static func seal(
        _ root: borrowing BlindIndexRoot, vault: [UInt8], generation: UInt32, key: borrowing RootSealKey
    ) -> [UInt8] {
        root.withBytes { unsafe AEAD.seal($0, key: key, additionalData: bound(vault, generation)) }
    }

    /// - Throws: `CryptoError.authenticationFailed` for another vault's, another generation's or an altered one.
    package static func open(
        _ sealed: [UInt8], vault: [UInt8], generation: UInt32, key: borrowing RootSealKey
    ) throws(CryptoError) -> BlindIndexRoot {
        try BlindIndexRoot(try AEAD.open(sealed, key: key, additionalData: bound(vault, generation)))
    }

    private static func bound(_ vault: [UInt8], _ generation: UInt32) -> [UInt8] {
        var writer = ByteWriter(capacity: 40)
        writer.label("rvault.root.v1")
        writer.raw(vault)
        writer.u32(generation)
        return writer.bytes
    }
}

extension SymmetricKey where Role == KeyRole.Pepper {
    /// Tells a pepper among files without telling it: keyed BLAKE2b-256(pepper, "rvault.pepper.v1" ‖ vault id ‖ u32
    /// generation).
    package borrowing func digest(vault: [UInt8], generation: UInt32) -> [UInt8] {
        var writer = ByteWriter(capacity: 40)
        writer.label("rvault.pepper.v1")
        writer.raw(vault)
        writer.u32(generation)
        return Hash.keyed(self, writer.bytes, count: 32)
    }
}
