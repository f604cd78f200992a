internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// What custodians agreed to give an app, for one purpose that needs no consent.
struct Issue: Sendable {
    let purpose: PurposeName
    let version: Int
    let app: AppName
    let fields: [FieldName]
    let until: Instant
}

extension Transaction {
    /// Gives a purpose that law or contract rests on to one resident's app, as at enrolment: signed by the issuing key, and
    /// naming the request that custodians signed. An older version's grant ends with it. Someone who has it already keeps it.
    func issue(_ resident: inout ResidentRow, _ issue: Issue, box: borrowing BoxKeyPair, ceremony: Ceremony) throws {
        guard let purpose = config.config.policies.purposes[issue.purpose], purpose.version == issue.version,
            purpose.app == issue.app, purpose.fields.keys.sorted() == issue.fields, !purpose.basis.needsConsent,
            let app = config.config.liveApp(issue.app)
        else {
            throw VaultError(.conflict, "the purpose or its app has changed since custodians were asked", hint: "ask anew")
        }
        let request = ceremony.requestID
        try sweep(&resident, request: request)
        for grant in try snapshot.grants(of: resident.reference, recipient: app.name.text, purpose: purpose.name.text)
        where grant.state.isLive && grant.until > now {
            if try GrantStatement(decoding: grant.statement).version == purpose.version { return }
            try end(&resident, grant, as: .terminated)
            var entry = try grantEntry(.terminated, grant, &resident, request: request)
            entry.role = .custodian
            entry.reason = "superseded"
            try append(entry)
        }
        let keys = try healed(&resident, box: box, request: request)
        let statement = try GrantStatement(
            purpose: purpose, resident: try pairwise(resident.reference, app: purpose.app),
            fields: GrantStatement.forms(purpose.fields.keys, of: purpose), from: now,
            until: min(issue.until, purpose.limits.longestUntil(from: now)), config: config,
            giver: .issuing(change: Hash.blake2b256(ceremony.bytes)), signer: self.keys.service.issuing.publicKey.bytes,
            how: "ceremony")
        let signature = self.keys.service.issuing.sign(type: "grant", object: try statement.encoded())
        let grant = try give(resident, statement: statement, signature: signature, keys: keys)
        var entry = try grantEntry(.given, grant, &resident, request: request)
        entry.role = .custodian
        try append(entry)
    }

    /// Moves all of a resident's fields to new keys, and makes every live grant's bundle anew: for keys that may be known to
    /// someone, and for an app whose token was lost.
    func rekeyAll(_ resident: inout ResidentRow, box: borrowing BoxKeyPair, request: RequestID?) throws {
        try sweep(&resident, request: request)
        let fields = Set(try snapshot.cells(of: resident.reference).map(\.field))
        try rekey(&resident, keys: try fieldKeys(of: resident, box), fields: fields)
        let keys = try fieldKeys(of: resident, box)
        for grant in try snapshot.grants(of: resident.reference) where grant.state.isLive && grant.until > now {
            let statement = try GrantStatement(decoding: grant.statement)
            guard try boxKey(of: statement.recipient) != nil else { continue }
            try putBundle(grant, statement: statement, resident: resident, keys: keys)
        }
        var entry = entry(.rekeyed, request: request)
        entry.role = .custodian
        entry.subjects = [try seal(&resident, app: "", grant: nil, outcome: LogAction.rekeyed.rawValue)]
        try append(entry)
    }

    /// Lets one person act for another, as custodians agreed: for a child under 14, and for someone who cannot do it
    /// themself. Whom custodians appointed already, on the same basis, in these fields and until then, goes on.
    func delegate(
        _ ward: inout ResidentRow, _ bounds: (fields: [FieldName], basis: LegalBasis, until: Instant), to id: ResidentID,
        box: borrowing BoxKeyPair, ceremony: Ceremony
    ) throws {
        guard let delegate = try snapshot.resident(id: id) else {
            throw VaultError(.notFound, "the person who is to act is no longer enrolled")
        }
        let request = ceremony.requestID
        try sweep(&ward, request: request)
        if let open = try openDelegation(from: ward.reference, to: delegate.reference) {
            let statement = try GrantStatement(decoding: open.statement)
            // What the ward gave themself ends when the ward says so: it is no guardian's.
            if case .issuing = statement.giver, statement.basis == bounds.basis, open.state.isLive,
                Set(bounds.fields).isSubset(of: statement.fields.keys), statement.until >= bounds.until
            {
                return
            }
            try end(&ward, open, as: .terminated)
            var entry = try grantEntry(.terminated, open, &ward, request: request)
            entry.role = .custodian
            entry.reason = "superseded"
            try append(entry)
        }
        let fieldKeys = try healed(&ward, box: box, request: request)
        try self.delegate(
            &ward, to: delegate, fields: Set(bounds.fields), until: bounds.until, basis: bounds.basis,
            giver: .issuing(change: Hash.blake2b256(ceremony.bytes)), how: "ceremony", signing: keys.service.issuing,
            keys: fieldKeys, role: .custodian, request: request)
    }

    private func fieldKeys(of resident: ResidentRow, _ box: borrowing BoxKeyPair) throws -> FieldKeySet {
        try FieldKeys.all(of: resident.reference, vault: vault.id, box: box, in: snapshot)
    }
}
