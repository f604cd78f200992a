internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A resident's box seed under k of n custodians (design, section 4, "Custodians' envelope"): a random key wraps the seed,
/// the key is split, and each share is sealed to one custodian. Made outside the writer, with the seed in hand.
struct Custody: Sendable {
    struct Share: Sendable {
        let x: UInt8
        let custodian: CustodianName
        /// Which key of theirs it is sealed to.
        let box: [UInt8]
        let digest: [UInt8]
        let blob: [UInt8]
    }

    private let custodianship: Custodianship
    private let set: [UInt8]
    private let envelope: Envelope
    private let shares: [Share]

    /// Nil for a vault without custodians.
    init?(
        _ boxSeed: borrowing Seed, resident: ResidentID, vault: VaultID, custodianship: Custodianship,
        sharing round: SealingRound? = nil
    ) throws {
        guard !custodianship.isEmpty else { return nil }
        self.custodianship = custodianship
        set = Sodium.randomBytes(16)
        let key = try EnvelopeKey.random()
        envelope = try Envelope.seal(
            boxSeed, key: key, kind: .custodians, vault: vault.bytes, resident: resident.bytes)
        let secret = try key.withBytes { bytes throws(CryptoError) in try SecretBytes(copying: bytes) }
        shares = try Self.split(
            secret, set: set, owner: resident.bytes, vault: vault.bytes, custodianship: custodianship,
            sharing: round ?? SealingRound())
    }

    /// A split of one of the vault's own keys. The vault's id stands in the resident's place.
    struct KeySplit {
        let set: [UInt8]
        let threshold: Int
        let shares: [Share]

        func json(of custodian: CustodianName, named name: String) -> JSON? {
            shares.first { $0.custodian == custodian }.map { share in
                [
                    "name": .string(name), "set": .string(Base64URL.encode(set)), "x": .integer(Int64(share.x)),
                    "k": .integer(Int64(threshold)), "n": .integer(Int64(shares.count)),
                    "digest": .string(Base64URL.encode(share.digest)), "share": .string(Base64URL.encode(share.blob)),
                ]
            }
        }

        func rows(named name: String, mark: [UInt8]) -> [KeyShareRow] {
            shares.map {
                KeyShareRow(
                    name: name, x: $0.x, custodian: $0.custodian.text, custodySet: set, threshold: UInt8(threshold),
                    digest: $0.digest, box: $0.box, mark: mark)
            }
        }
    }

    static func split(
        _ secret: borrowing SecretBytes, vault: VaultID, custodianship: Custodianship
    ) throws -> KeySplit {
        let set = Sodium.randomBytes(16)
        let shares = try split(
            secret, set: set, owner: vault.bytes, vault: vault.bytes, custodianship: custodianship, sharing: nil)
        return KeySplit(set: set, threshold: custodianship.threshold, shares: shares)
    }

    private static func split(
        _ secret: borrowing SecretBytes, set: [UInt8], owner: [UInt8], vault: [UInt8], custodianship: Custodianship,
        sharing round: SealingRound?
    ) throws -> [Share] {
        let custodians = custodianship.ordered
        let parts = try Shamir.split(secret, threshold: custodianship.threshold, count: custodians.count)
        var shares: [Share] = []
        for (place, custodian) in custodians.enumerated() {
            let share = try parts.share(at: place)
            let x = parts.xs[place]
            shares.append(
                Share(
                    x: x, custodian: custodian.name, box: BoxMark.of(custodian.box),
                    digest: try ShareDigest.make(resident: owner, set: set, x: x, y: share),
                    blob: try SealedShare.seal(
                        share, x: x, vault: vault, resident: owner, set: set, to: try BoxPublicKey(custodian.box),
                        sharing: round)))
        }
        return shares
    }

    /// Whether a resident's shares are sealed to just these custodians' present keys, so many of whom must act together.
    static func covers(_ shares: [ShareRow], _ custodianship: Custodianship) -> Bool {
        shares.count == custodianship.custodians.count
            && shares.allSatisfy { Int($0.threshold) == custodianship.threshold && isHeld($0, by: custodianship) }
    }

    /// Whether custodians in force hold enough of a resident's shares to open them together.
    static func opens(_ shares: [ShareRow], _ custodianship: Custodianship) -> Bool {
        guard let threshold = shares.first?.threshold else { return false }
        return shares.count { isHeld($0, by: custodianship) } >= Int(threshold)
    }

    /// Whether a share is sealed to the present key of a custodian in force.
    private static func isHeld(_ share: ShareRow, by custodianship: Custodianship) -> Bool {
        custodianship.ordered.contains { $0.name.text == share.custodian && BoxMark.of($0.box) == share.box }
    }

    /// Whether it was made for the custodians in force.
    func fits(_ custodianship: Custodianship) -> Bool { self.custodianship == custodianship }

    /// Puts the envelope and the shares in place of the resident's older ones.
    func put(for resident: ResidentReference, in changes: Changes) throws {
        try changes.put(envelopeRow(of: resident))
        try changes.replaceShares(of: resident, by: shareRows(of: resident))
    }

    func envelopeRow(of resident: ResidentReference) -> EnvelopeRow {
        EnvelopeRow(
            resident: resident, kind: EnvelopeKind.custodians.rawValue, salt: nil, auth: envelope.authDigest,
            commitment: envelope.commitment, until: nil, used: nil, custodySet: set, blob: envelope.sealed)
    }

    func shareRows(of resident: ResidentReference) -> [ShareRow] {
        shares.map {
            ShareRow(
                resident: resident, x: $0.x, custodian: $0.custodian.text, custodySet: set,
                threshold: UInt8(custodianship.threshold), digest: $0.digest, box: $0.box, blob: $0.blob)
        }
    }

    /// Gives the box seed back from opened shares.
    ///
    /// - Parameters:
    ///   - answers: each custodian's place and opened share; exactly as many as the threshold.
    /// - Throws: `VaultError.badValue` naming the custodian of a wrong share; `CryptoError.authenticationFailed` if the
    ///   envelope does not open.
    static func recover(
        _ answers: borrowing ShareSet, resident: ResidentReference, vault: VaultID, in snapshot: Snapshot
    ) throws -> Seed {
        let rows = try snapshot.shares(of: resident)
        guard let row = try snapshot.envelope(resident: resident, kind: EnvelopeKind.custodians.rawValue),
            let set = row.custodySet, let threshold = rows.first?.threshold
        else { throw VaultError(.notFound, "no custodian holds a share for this resident") }
        for (place, x) in answers.xs.enumerated() {
            guard let share = rows.first(where: { $0.x == x }) else {
                throw VaultError(.badValue, "there is no share at place \(x)")
            }
            let digest = try ShareDigest.make(resident: resident.id.bytes, set: set, x: x, y: try answers.share(at: place))
            guard Sodium.equal(digest, share.digest) else {
                throw VaultError(.badValue, "the share of the custodian \(share.custodian) is not the right one")
            }
        }
        let key = try EnvelopeKey(try Shamir.combine(answers, threshold: Int(threshold)))
        return try Envelope(authDigest: row.auth, commitment: row.commitment, sealed: row.blob)
            .open(key: key, kind: .custodians, vault: vault.bytes, resident: resident.id.bytes)
    }
}
