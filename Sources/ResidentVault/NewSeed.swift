internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// What a renewal moves a resident to: a seed of their own at activation and at a change of passphrase, or a box seed alone
/// in a new letter after a recovery. Made outside the writer.
final class NewSeed: Sendable {
    /// The resident's seed; after a recovery a box seed, which signs nothing.
    let seed: Seed
    let box: BoxKeyPair
    /// The new signing key's public half; none before activation.
    let sign: [UInt8]?
    /// Locks the seed under the passphrase, or under the letter's code.
    let envelope: Envelope
    let kind: EnvelopeKind
    let salt: [UInt8]?
    /// The number of the pepper in it; a letter has none.
    let pepper: UInt32?
    /// When a letter runs out.
    let until: Instant?
    /// The new box seed under the custodians; nil without any.
    let custody: Custody?

    /// Costs one Argon2.
    init(
        passphrase: borrowing SecretBytes, resident: ResidentReference, vault: VaultID, pepper: PepperKey,
        custodianship: Custodianship
    ) throws {
        let seed = try Seed.random()
        let boxSeed = try seed.boxSeed()
        let salt = Sodium.randomBytes(PasswordHash.saltBytes)
        let key = try EnvelopeKey.passphrase(passphrase, salt: salt, pepper: pepper.key)
        envelope = try Envelope.seal(
            seed, key: key, kind: .passphrase, vault: vault.bytes, resident: resident.id.bytes)
        custody = try Custody(boxSeed, resident: resident.id, vault: vault, custodianship: custodianship)
        box = try BoxKeyPair(seed: boxSeed)
        sign = try ResidentKeys(seed).signing().publicKey.bytes
        kind = .passphrase
        until = nil
        self.pepper = pepper.generation
        self.salt = salt
        self.seed = seed
    }

    /// A letter's, after a recovery.
    init(
        letter code: borrowing EnvelopeKey, until: Instant, resident: ResidentReference, vault: VaultID,
        custodianship: Custodianship
    ) throws {
        let seed = try Seed.random()
        envelope = try Envelope.seal(seed, key: code, kind: .activation, vault: vault.bytes, resident: resident.id.bytes)
        custody = try Custody(seed, resident: resident.id, vault: vault, custodianship: custodianship)
        box = try BoxKeyPair(seed: seed)
        sign = nil
        kind = .activation
        salt = nil
        pepper = nil
        self.until = until
        self.seed = seed
    }
}
