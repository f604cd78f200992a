/// What locks a file under a passphrase alone: wrap key and commitment of Argon2id(passphrase, salt), derived as in an
/// envelope (`kdf(…, "rvpwd_v1")`: 2 and 3). No pepper, because such a file must open without the vault.
///
/// It opens every file that was locked under the same passphrase and salt, so it is kept in locked memory and no longer
/// than needed.
package struct PassphraseKeys: ~Copyable, Sendable {
    package let salt: [UInt8]
    /// XChaCha20-Poly1305 commits to no key, so this is compared first.
    package let commitment: [UInt8]
    let wrap: WrapKey

    /// Costs one Argon2.
    ///
    /// - Throws: `CryptoError.wrongLength` for a salt of another length, `.memoryLockUnavailable` when its 64 MiB cannot
    ///   be had.
    package init(passphrase: borrowing SecretBytes, salt: [UInt8]) throws(CryptoError) {
        let key = try EnvelopeKey(try PasswordHash.hash(passphrase, salt: salt))
        let wrap = try key.derive(2, "rvpwd_v1", as: KeyRole.Wrap.self)
        let commitment = try key.derive(3, "rvpwd_v1", as: KeyRole.Commitment.self)
        self.salt = salt
        self.wrap = wrap
        self.commitment = commitment.withBytes { unsafe Array($0) }
    }

    /// Under a salt of its own.
    package init(passphrase: borrowing SecretBytes) throws(CryptoError) {
        try self.init(passphrase: passphrase, salt: Sodium.randomBytes(PasswordHash.saltBytes))
    }
}
