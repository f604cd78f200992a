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

    /// What is done: `op` and its members.
    let members: [String: JSON]
    /// The canonical bytes, which are signed with the type `change`.
    package let bytes: [UInt8]

    static let type = "change"

    /// Writes a change of the config in force.
    init(_ operation: [String: JSON], to config: ConfigInForce) throws(VaultError) {
        var members = operation
        members["type"] = .string(Self.type)
        members["vault"] = .string(config.config.vault.base64)
        members["replaces"] = .string(Base64URL.encode(config.digest))
        members["number"] = .integer(config.config.number + 1)
        self.members = members
        do { bytes = try CanonicalJSON.encode(.object(members)) } catch {
            throw VaultError(.badValue, "the change cannot be written in canonical form")
        }
    }

    /// Reads a change that was approved elsewhere.
    ///
    /// - Throws: `VaultError.badValue` for anything not canonical, `conflict` for one of another vault or of a config that
    ///   is no longer in force.
    init(reading bytes: [UInt8], for config: ConfigInForce) throws(VaultError) {
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
        self.members = members
        self.bytes = bytes
    }

    subscript(key: String) -> JSON? { members[key] }

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
    /// that party is one of them.
    ///
    /// - Returns: the signatures, to stand in the change's entry.
    /// - Throws: `VaultError.forbidden` saying what is missing.
    func requireApproval(
        _ approvals: [Approval], under custodianship: Custodianship, party: String?
    ) throws(VaultError) -> [CustodianName: [UInt8]] {
        guard !custodianship.isEmpty else { return [:] }
        let valid = valid(approvals, under: custodianship)
        guard valid.count >= custodianship.threshold else {
            throw VaultError(
                .forbidden,
                "this change needs \(custodianship.threshold) custodians' signatures, it has \(valid.count) that are valid",
                hint: "write it with --propose, let custodians sign it: rvault custodian approve FILE")
        }
        if let party, let name = CustodianName(party), custodianship.custodians[name] != nil, valid[name] == nil {
            throw VaultError(
                .forbidden, "an app's key needs its own party's signature: \(party)",
                hint: "let them sign it: rvault custodian approve FILE")
        }
        return valid
    }
}
