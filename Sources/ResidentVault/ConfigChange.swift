internal import VaultAudit
internal import VaultCrypto
package import VaultModel

/// One change of the config, as custodians read and sign it: canonical JSON of what is done, the digest it replaces and
/// the number it takes. An approval works once, because the number only grows (design, section 5).
package struct ConfigChange: Equatable, Sendable {
    /// A custodian's signature over the change.
    package struct Approval: Equatable, Sendable {
        package let custodian: CustodianName
        package let signature: [UInt8]

        package init(custodian: CustodianName, signature: [UInt8]) {
            self.custodian = custodian
            self.signature = signature
        }
    }

    package let operation: ConfigOperation
    /// The change as its entry holds it, signatures aside.
    let members: [String: JSON]
    /// The canonical bytes, which are signed with the type `change`.
    package let bytes: [UInt8]

    static let type = "change"
    /// What a change adds to its operation.
    private static let frame: Set<String> = ["type", "vault", "replaces", "number"]
    /// The bytes that a change may take: it stands whole in its entry, beside up to sixteen signatures.
    package static let byteLimit = LogEntry.byteLimit - 3_500

    /// Writes a change of the config in force.
    ///
    /// - Throws: `VaultError` with `badValue` for what has no canonical form, `tooLarge` for what no entry holds.
    package init(_ operation: ConfigOperation, to config: ConfigInForce) throws(VaultError) {
        self.operation = operation
        var members = operation.members
        members["type"] = .string(Self.type)
        members["vault"] = .string(config.config.vault.base64)
        members["replaces"] = .string(Base64URL.encode(config.digest))
        members["number"] = .integer(config.config.number + 1)
        self.members = members
        do { bytes = try CanonicalJSON.encode(.object(members)) } catch {
            throw VaultError(.badValue, "the change cannot be written in canonical form")
        }
        guard bytes.count <= Self.byteLimit else {
            throw VaultError(
                .tooLarge, "the change takes \(bytes.count) bytes, an entry of the log holds \(Self.byteLimit) of it",
                hint: "make it in parts: some of the purposes first, then the others")
        }
    }

    /// Reads a change that was written before.
    ///
    /// - Throws: `VaultError.badValue` for anything not canonical or saying more than it does, `conflict` for one of
    ///   another vault or of a config that is no longer in force.
    package init(reading bytes: [UInt8], for config: ConfigInForce) throws(VaultError) {
        guard let json = try? CanonicalJSON.decode(bytes), let members = json.object, json["type"]?.string == Self.type else {
            throw VaultError(.badValue, "this is not a change in canonical form")
        }
        guard json["vault"]?.string == config.config.vault.base64,
            json["replaces"]?.string == Base64URL.encode(config.digest),
            json["number"]?.integer == config.config.number + 1
        else {
            throw VaultError(
                .conflict, "this change was written for another config than the one in force",
                hint: "another change came first: propose it anew, and have it approved anew")
        }
        try self.init(ConfigOperation(members: members.filter { !Self.frame.contains($0.key) }), to: config)
        // What is made is what was signed, and nothing beside it.
        guard self.bytes == bytes else { throw VaultError(.badValue, "the change says more than this version knows") }
    }

    /// Reads a change from the log, where its signatures stand beside it.
    static func logged(_ change: JSON, for config: ConfigInForce) throws(VaultError) -> (change: ConfigChange, approvals: [Approval]) {
        var members = change.object ?? [:]
        let signatures = members.removeValue(forKey: "approvals")?.object ?? [:]
        let bytes: [UInt8]
        do { bytes = try CanonicalJSON.encode(.object(members)) } catch {
            throw VaultError(.badValue, "the change has no canonical form")
        }
        let approvals = signatures.compactMap { name, signature -> Approval? in
            guard let custodian = CustodianName(name), let bytes = signature.string.flatMap(Base64URL.decode) else { return nil }
            return Approval(custodian: custodian, signature: bytes)
        }
        return (try ConfigChange(reading: bytes, for: config), approvals)
    }

    /// The signatures that count: valid, and one a custodian.
    func valid(_ approvals: [Approval], under custodianship: Custodianship) -> [CustodianName: [UInt8]] {
        var valid: [CustodianName: [UInt8]] = [:]
        for approval in approvals {
            guard let record = custodianship.custodians[approval.custodian], let key = try? SigningPublicKey(record.sign),
                (try? key.verify(approval.signature, type: Self.type, object: bytes)) != nil
            else { continue }
            valid[approval.custodian] = approval.signature
        }
        return valid
    }

    /// Checks that a change which widens access rests on enough words: k custodians', and that of the party it is for, if
    /// that party is one of them. The custodians are those in force before the change.
    ///
    /// - Returns: the signatures, to stand in the change's entry.
    /// - Throws: `VaultError.forbidden` saying what is missing.
    func requireApproval(
        _ approvals: [Approval], under config: VaultConfig
    ) throws(VaultError) -> [CustodianName: [UInt8]] {
        let custodianship = config.custodianship
        guard !custodianship.isEmpty else { return [:] }
        let valid = valid(approvals, under: custodianship)
        guard operation.widens(config) else { return valid }
        guard valid.count >= custodianship.threshold else {
            throw VaultError(
                .forbidden,
                "this change needs \(custodianship.threshold) custodians' signatures, it has \(valid.count) that are valid",
                hint: "write it with --propose, let custodians sign it: rvault custodian approve FILE")
        }
        if let party = operation.ownParty, let name = CustodianName(party), custodianship.custodians[name] != nil,
            valid[name] == nil
        {
            throw VaultError(
                .forbidden, "an app's key needs its own party's signature: \(party)",
                hint: "let them sign it: rvault custodian approve FILE")
        }
        return valid
    }
}
