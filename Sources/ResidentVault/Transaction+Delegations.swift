internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// Grants to a person: a bundle of exactly the scoped fields' keys, sealed to the delegate's own box key and never wrapped,
/// because a person has no key that lies ready at each request (design, section 4, "Delegation").
extension Transaction {
    /// The key that bundles for a recipient are sealed to; nil for an app that is gone, and for a person who is no longer
    /// enrolled or whose rows are not those that the log vouches for: an older row of theirs would name an older key.
    func boxKey(of recipient: GrantRecipient) throws -> BoxPublicKey? {
        switch recipient {
        case .app(let name): return try config.config.liveApp(name).map { try BoxPublicKey($0.box) }
        case .person(let id):
            do {
                guard let row = try snapshot.resident(id: id), try isAsLogged(row) else { return nil }
                return try BoxPublicKey(row.box)
            } catch let failure as StoreError where !failure.endsBatch { return nil }
        }
    }

    /// Lets a person act for another: statement, signature, bundle, row and the `given` entry. The caller has swept and
    /// healed the ward, and has checked that whoever gives it may.
    ///
    /// - Parameters:
    ///   - ward: whose fields they are; their new state is in the entry.
    ///   - delegate: who will act. Before their activation the bundle waits under the letter's key.
    ///   - basis: `consent` or `consent.separate` for a resident's own, `consent.guardian` or `law` for an issued one.
    ///   - giver: the resident, or the issuing key with the digest of what the custodians approved.
    ///   - signing: the giver's key pair.
    ///   - keys: of the ward's cells, those outside `fields` are left out.
    ///   - role: who acted, for the entry.
    /// - Throws: `VaultError` with `badValue` for no fields, unknown ones, the ward themself or a date that is past,
    ///   `conflict` for someone who acts for too many, or whose rows are not in order.
    @discardableResult
    func delegate(
        _ ward: inout ResidentRow, to delegate: ResidentRow, fields: Set<FieldName>, until: Instant, basis: LegalBasis,
        giver: GrantStatement.Giver, how: String, witness: String? = nil, signing: borrowing SigningKeyPair,
        keys: borrowing FieldKeySet, role: LogRole, request: RequestID?
    ) throws -> GrantRow {
        guard delegate.reference != ward.reference else {
            throw VaultError(.badValue, "nobody can act for themselves", hint: "give the login number of the other person")
        }
        guard !fields.isEmpty else { throw VaultError(.badValue, "a delegation names at least one field") }
        if let unknown = fields.filter({ config.config.policies.fields[$0] == nil }).min() {
            throw VaultError(.unknownField, "the policy knows no field \(unknown)")
        }
        guard until > now else { throw VaultError(.badValue, "the end must lie in the future") }
        let recipient = GrantRecipient.person(delegate.reference.id)
        let held = try snapshot.openGrantIDs(recipient: recipient.text, after: nil, limit: DelegationTerms.wardsPerPerson)
        guard held.count < DelegationTerms.wardsPerPerson else {
            throw VaultError(.conflict, "this person acts for \(DelegationTerms.wardsPerPerson) people already")
        }
        let statement = try GrantStatement(
            delegate: delegate.reference.id, resident: try pairwise(ward.reference, recipient: recipient), fields: fields,
            from: now, until: until, basis: basis, config: config, giver: giver, signer: signing.publicKey.bytes, how: how,
            witness: witness)
        let signature = signing.sign(type: "grant", object: try statement.encoded())
        let grant = try give(ward, statement: statement, signature: signature, keys: keys)
        var entry = try grantEntry(.given, grant, &ward, request: request)
        entry.role = role
        try append(entry)
        return grant
    }

    /// The delegation from one person to another that has not ended, if there is one.
    func openDelegation(from ward: ResidentReference, to delegate: ResidentReference) throws -> GrantRow? {
        try snapshot.grants(
            of: ward, recipient: GrantRecipient.person(delegate.id).text, purpose: PurposeName.delegation.text
        ).first { ($0.state.isLive || $0.state == .paused) && $0.until > now }
    }

    /// Ends what a delegate gave, because the delegation it rests on is taken back.
    func endGiven(under delegation: GrantID, of resident: inout ResidentRow) throws {
        for grant in try snapshot.grants(of: resident.reference) where grant.state.isLive || grant.state == .paused {
            guard try GrantStatement(decoding: grant.statement).giver == .delegate(delegation: delegation) else { continue }
            try end(&resident, grant, as: .invalidated)
            try append(try grantEntry(.invalidated, grant, &resident, request: nil))
        }
    }

    /// Opens the delegations that a person holds with their old box key and seals them to the new one: a part of every
    /// renewal. A damaged one of a single ward is left as it is, or the damage would lock out the delegate.
    func resealHeld(by person: ResidentReference, from old: borrowing BoxKeyPair, to new: BoxPublicKey) throws {
        let text = GrantRecipient.person(person.id).text
        var after: GrantID?
        while true {
            let page = try snapshot.openGrantIDs(recipient: text, after: after, limit: 100)
            guard let last = page.last else { return }
            after = last
            for id in page {
                do {
                    guard let grant = try snapshot.grant(id: id), grant.state.isLive, grant.until > now,
                        let opened = try OpenedBundle.open(
                            delegation: grant, granted: try GrantTerms(decoding: grant.statement).granted, with: old,
                            vault: vault.id, in: snapshot)
                    else { continue }
                    let header = bundleHeader(grant, recipient: new, serial: opened.serial)
                    try changes.deleteKeys(grant: id)
                    try changes.put(
                        BundleRow(
                            grant: id, form: .sealed, serial: opened.serial, box: BoxMark.of(new),
                            blob: try Bundle.seal(opened.keys, header: header)))
                } catch let failure as StoreError where failure.endsBatch {
                    throw failure
                } catch CryptoError.memoryLockUnavailable { throw CryptoError.memoryLockUnavailable } catch { continue }
            }
        }
    }
}
