/// A custodian's keys (`kdf(seed, …, "rvcus_v1")`): 1 opens the shares sealed to them, 2 signs approvals and ceremonies,
/// 3 is the secret of their credential on the socket. The seed stays with the party, under a passphrase.
package struct CustodianKeys: ~Copyable, Sendable {
    package let box: BoxKeyPair
    package let signing: SigningKeyPair
    private let secret: AppSecret

    package init(_ seed: borrowing Seed) throws(CryptoError) {
        let box = try BoxKeyPair(seed: try seed.derive(1, "rvcus_v1", as: KeyRole.Seed.self))
        let signing = try SigningKeyPair(seed: try seed.derive(2, "rvcus_v1", as: KeyRole.Seed.self))
        let secret = try seed.derive(3, "rvcus_v1", as: KeyRole.AppSecret.self)
        self.box = box
        self.signing = signing
        self.secret = secret
    }

    /// H(auth key) of the custodian's credential: what the config keeps to recognise them.
    package var authDigest: [UInt8] {
        get throws(CryptoError) { try secret.authDigest() }
    }

    /// The credential `rvk_…`, made when it is needed and kept nowhere.
    package borrowing func credential(_ name: String) throws(CryptoError) -> Credential {
        try Credential(.custodian, name: name, secret: try secret.withBytes { bytes throws(CryptoError) in try unsafe AppSecret(copying: bytes) })
    }
}

/// A custodian's seed under a passphrase, as it lies in their key file: `nonce ‖ XChaCha20-Poly1305(wrap key,
/// "rvault.custodian.v1" ‖ str(name), seed)`. The key is Argon2id(passphrase, salt) with the daemon's passes and memory,
/// without a pepper, because the file never meets the vault; wrap key and commitment are derived from it as in an
/// envelope (`kdf(…, "rvpwd_v1")`: 2 and 3).
package struct LockedSeed: Equatable, Sendable {
    package let salt: [UInt8]
    package let commitment: [UInt8]
    package let sealed: [UInt8]

    package init(salt: [UInt8], commitment: [UInt8], sealed: [UInt8]) {
        self.salt = salt
        self.commitment = commitment
        self.sealed = sealed
    }

    /// Costs one Argon2.
    package static func lock(
        _ seed: borrowing Seed, passphrase: borrowing SecretBytes, name: String
    ) throws(CryptoError) -> LockedSeed {
        let salt = Sodium.randomBytes(PasswordHash.saltBytes)
        let keys = try PassphraseKeys(passphrase: passphrase, salt: salt)
        let context = context(name)
        let sealed = seed.withBytes { unsafe AEAD.seal($0, key: keys.wrap, additionalData: context) }
        return LockedSeed(salt: salt, commitment: keys.commitment, sealed: sealed)
    }

    /// - Throws: `CryptoError.authenticationFailed` for a wrong passphrase or another custodian's file.
    package func open(passphrase: borrowing SecretBytes, name: String) throws(CryptoError) -> Seed {
        let keys = try PassphraseKeys(passphrase: passphrase, salt: salt)
        guard Sodium.equal(keys.commitment, commitment) else { throw .authenticationFailed }
        return try Seed(try AEAD.open(sealed, key: keys.wrap, additionalData: Self.context(name)))
    }

    private static func context(_ name: String) -> [UInt8] {
        var writer = ByteWriter(capacity: 64)
        writer.label("rvault.custodian.v1")
        writer.string(name)
        return writer.bytes
    }
}
