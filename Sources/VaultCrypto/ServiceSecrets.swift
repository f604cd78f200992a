/// The two secrets a vault starts with. Neither opens a field (promise 1); together with the database they test guesses.
package struct ServiceSecrets: ~Copyable, Sendable {
    package let serviceKey: ServiceKey
    package let pepper: Pepper

    package init(serviceKey: consuming ServiceKey, pepper: consuming Pepper) {
        self.serviceKey = serviceKey
        self.pepper = pepper
    }

    package static func random() throws(CryptoError) -> ServiceSecrets {
        ServiceSecrets(serviceKey: try .random(), pepper: try .random())
    }

    /// Constant-time comparison.
    package borrowing func equals(_ other: borrowing ServiceSecrets) -> Bool {
        serviceKey.equals(other.serviceKey) && pepper.equals(other.pepper)
    }

    package borrowing func duplicate() throws(CryptoError) -> ServiceSecrets {
        ServiceSecrets(serviceKey: try serviceKey.duplicate(), pepper: try pepper.duplicate())
    }

    /// H(`"rvault.keys.check.v1" ‖ vault id ‖ service key ‖ pepper`): tells whether two forms hold the same without
    /// opening either. Of 64 random bytes, so it says nothing of them.
    package borrowing func check(vault: [UInt8]) throws(CryptoError) -> [UInt8] {
        var writer = ByteWriter(capacity: 48)
        writer.label("rvault.keys.check.v1")
        writer.raw(vault)
        let head = writer.bytes
        var plain = try SecretBytes(zeroed: head.count + 64)
        let both = try joined()
        plain.withMutableBytes { target in
            unsafe target.copyBytes(from: head)
            both.withBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: target[head.count...]).copyMemory(from: $0) }
        }
        return Hash.blake2b256(plain)
    }

    /// Service key ‖ pepper.
    fileprivate borrowing func joined() throws(CryptoError) -> SecretBytes {
        var both = try SecretBytes(zeroed: 64)
        both.withMutableBytes { target in
            serviceKey.withBytes { unsafe target.copyMemory(from: $0) }
            pepper.withBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: target[32...]).copyMemory(from: $0) }
        }
        return both
    }

    fileprivate init(joined both: borrowing SecretBytes) throws(CryptoError) {
        let found = both.count
        guard found == 64 else { throw .wrongLength(expected: 64, found: found) }
        self = try both.withBytes { bytes throws(CryptoError) in
            ServiceSecrets(
                serviceKey: unsafe try ServiceKey(copying: UnsafeRawBufferPointer(rebasing: bytes[..<32])),
                pepper: unsafe try Pepper(copying: UnsafeRawBufferPointer(rebasing: bytes[32...])))
        }
    }
}

/// The two secrets under a passphrase, as they lie in `service.key.locked`: `nonce ‖ XChaCha20-Poly1305(wrap key,
/// "rvault.keys.v1" ‖ vault id, service key ‖ pepper)` with salt, commitment and check. The passphrase is all that
/// stands between a thief of this file and the keys: Argon2id with no pepper.
package struct LockedServiceSecrets: Equatable, Sendable {
    package let salt: [UInt8]
    package let commitment: [UInt8]
    package let check: [UInt8]
    package let sealed: [UInt8]

    package init(salt: [UInt8], commitment: [UInt8], check: [UInt8], sealed: [UInt8]) {
        self.salt = salt
        self.commitment = commitment
        self.check = check
        self.sealed = sealed
    }

    package static func lock(
        _ secrets: borrowing ServiceSecrets, with keys: borrowing PassphraseKeys, vault: [UInt8]
    ) throws(CryptoError) -> LockedServiceSecrets {
        let both = try secrets.joined()
        let context = context(vault)
        let sealed = both.withBytes { unsafe AEAD.seal($0, key: keys.wrap, additionalData: context) }
        return LockedServiceSecrets(
            salt: keys.salt, commitment: keys.commitment, check: try secrets.check(vault: vault), sealed: sealed)
    }

    /// - Throws: `CryptoError.authenticationFailed` for a wrong passphrase, another vault's file or an altered one.
    package func open(with keys: borrowing PassphraseKeys, vault: [UInt8]) throws(CryptoError) -> ServiceSecrets {
        guard Sodium.equal(keys.commitment, commitment) else { throw .authenticationFailed }
        let both = try AEAD.open(sealed, key: keys.wrap, additionalData: Self.context(vault))
        let secrets = try ServiceSecrets(joined: both)
        guard try Sodium.equal(secrets.check(vault: vault), check) else { throw .authenticationFailed }
        return secrets
    }

    private static func context(_ vault: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: 32)
        writer.label("rvault.keys.v1")
        writer.raw(vault)
        return writer.bytes
    }
}
