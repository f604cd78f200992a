/// A secret locked under something a person holds: a passphrase, an activation code, or k custodians' shares.
package enum EnvelopeKind: String, Sendable, CaseIterable {
    case passphrase
    case activation
    case custodians
}

extension SymmetricKey where Role == KeyRole.Envelope {
    /// BLAKE2b-256(key: pepper, Argon2id(passphrase, salt)): a stolen database alone cannot test guesses.
    package static func passphrase(
        _ passphrase: borrowing SecretBytes, salt: [UInt8], pepper: borrowing Pepper
    ) throws(CryptoError) -> EnvelopeKey {
        let stretched = try PasswordHash.hash(passphrase, salt: salt)
        return try stretched.withBytes { bytes throws(CryptoError) in
            try unsafe Hash.keyed(pepper, secretOutput: bytes)
        }
    }

    /// H(`"rvault.code.v1" ‖ code`): a code has 128 random bits and needs no stretching.
    package static func activation(_ code: borrowing SecretBytes) throws(CryptoError) -> EnvelopeKey {
        var input = ByteWriter(capacity: 32)
        input.label("rvault.code.v1")
        let head = input.bytes
        var plain = try SecretBytes(zeroed: head.count + code.count)
        plain.withMutableBytes { target in
            unsafe target.copyBytes(from: head)
            code.withBytes {
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[head.count...]).copyMemory(from: $0)
            }
        }
        return try EnvelopeKey(copying: Hash.blake2b256(plain))
    }
}

/// `nonce ‖ XChaCha20-Poly1305(wrap key, "rvault.envelope.v1" ‖ vault ‖ resident ‖ str(kind), content)`, with H(auth
/// key) and a commitment; all three keys come from `kdf(key, …, "rvpwd_v1")`.
///
/// The commitment is what XChaCha20-Poly1305 lacks: without it one ciphertext can be made to open under two keys, which
/// matters wherever keys are tried.
package struct Envelope: Sendable {
    /// What the daemon compares before it lets anything be opened.
    package let authDigest: [UInt8]
    package let commitment: [UInt8]
    package let sealed: [UInt8]

    package init(authDigest: [UInt8], commitment: [UInt8], sealed: [UInt8]) {
        self.authDigest = authDigest
        self.commitment = commitment
        self.sealed = sealed
    }

    /// Locks a seed.
    package static func seal(
        _ content: borrowing Seed, key: borrowing EnvelopeKey, kind: EnvelopeKind, vault: [UInt8], resident: [UInt8],
        nonce: [UInt8]? = nil
    ) throws(CryptoError) -> Envelope {
        let keys = try Keys(key)
        let context = context(kind: kind, vault: vault, resident: resident)
        let sealed = content.withBytes {
            unsafe AEAD.sealWithNonce(
                $0, key: keys.wrap, nonce: nonce ?? Sodium.randomBytes(AEAD.nonceBytes), additionalData: context)
        }
        return Envelope(authDigest: keys.authDigest, commitment: keys.commitment, sealed: sealed)
    }

    /// Opens it.
    ///
    /// - Throws: `CryptoError.authenticationFailed` for a wrong key, a missing match of the commitment, or another
    ///   vault's, resident's or kind's envelope.
    package func open(
        key: borrowing EnvelopeKey, kind: EnvelopeKind, vault: [UInt8], resident: [UInt8]
    ) throws(CryptoError) -> Seed {
        let keys = try Keys(key)
        guard Sodium.equal(keys.authDigest, authDigest), Sodium.equal(keys.commitment, commitment) else {
            throw .authenticationFailed
        }
        let context = Self.context(kind: kind, vault: vault, resident: resident)
        return try Seed(try AEAD.open(sealed, key: keys.wrap, additionalData: context))
    }

    /// H(auth key) of a key, by which the daemon finds an activation envelope.
    package static func authDigest(of key: borrowing EnvelopeKey) throws(CryptoError) -> [UInt8] {
        try Keys(key).authDigest
    }

    package static func context(kind: EnvelopeKind, vault: [UInt8], resident: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: 80)
        writer.label("rvault.envelope.v1")
        writer.raw(vault)
        writer.raw(resident)
        writer.string(kind.rawValue)
        return writer.bytes
    }

    private struct Keys: ~Copyable {
        let authDigest: [UInt8]
        let wrap: WrapKey
        let commitment: [UInt8]

        init(_ key: borrowing EnvelopeKey) throws(CryptoError) {
            let auth = try key.derive(1, "rvpwd_v1", as: KeyRole.Authentication.self)
            let wrap = try key.derive(2, "rvpwd_v1", as: KeyRole.Wrap.self)
            let commitment = try key.derive(3, "rvpwd_v1", as: KeyRole.Commitment.self)
            authDigest = Hash.blake2b256(auth.secret)
            self.wrap = wrap
            self.commitment = commitment.withBytes { unsafe Array($0) }
        }
    }
}
