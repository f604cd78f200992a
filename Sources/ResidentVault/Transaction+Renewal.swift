internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

extension Transaction {
    /// Renewal: everything of a resident moves to a new seed in one transaction. All cells move to a new write key, all
    /// grants given get new bundles, delegations held are sealed to the new key, proposals are re-sealed, old envelopes
    /// die, statements stay, and the new public keys are logged. After a recovery there is a letter again, and no signing
    /// key until it is used.
    func renew(
        _ resident: inout ResidentRow, from old: borrowing BoxKeyPair, to new: NewSeed, action: LogAction, request: RequestID?,
        role: LogRole = .resident
    ) throws {
        guard resident.box == old.publicKey.bytes else {
            throw VaultError(.conflict, "this key was replaced in the meantime")
        }
        guard new.custody?.fits(config.config.custodianship) ?? config.config.custodianship.isEmpty else {
            throw VaultError(.busy, "the custodians changed at this moment", retryAfter: 1)
        }
        guard try new.pepper.map({ try $0 == keys.pepper.generation }) ?? true else {
            throw VaultError(.busy, "the pepper changed at this moment", retryAfter: 1)
        }
        try requireAsLogged(resident)
        try sweep(&resident, request: request)
        let reference = resident.reference
        let oldKeys = try FieldKeys.all(of: reference, vault: vault.id, box: old, in: snapshot)
        let proposals = try snapshot.proposals(of: reference)
        resident.box = new.box.publicKey.bytes
        resident.sign = new.sign
        let fields = Set(try snapshot.cells(of: reference).map(\.field))
        try rekey(&resident, keys: oldKeys, fields: fields)
        let newKeys = try FieldKeys.all(of: reference, vault: vault.id, box: new.box, in: snapshot)
        guard newKeys.entries.count == fields.count else {
            throw VaultError(.integrity, "a field of this resident could not be opened; nothing was changed")
        }
        for grant in try snapshot.grants(of: reference) where grant.state.isLive {
            // One past its date that the clock may not end yet keeps the keys it has, and they open nothing newer.
            guard grant.until > now else { continue }
            let statement = try GrantStatement(decoding: grant.statement)
            guard try boxKey(of: statement.recipient) != nil else { continue }
            try putBundle(grant, statement: statement, resident: resident, keys: newKeys)
        }
        try resealHeld(by: reference, from: old, to: new.box.publicKey)
        for proposal in proposals {
            let value = try SealedProposal.open(
                proposal.blob, vault: vault.id.bytes, resident: reference.id.bytes, field: proposal.field.text, with: old)
            let blob = try SealedProposal.seal(
                value, vault: vault.id.bytes, resident: reference.id.bytes, field: proposal.field.text,
                to: new.box.publicKey)
            try changes.put(
                ProposalRow(resident: reference, field: proposal.field, app: proposal.app, time: proposal.time, blob: blob))
        }
        try retireLetter(of: reference)
        try new.custody?.put(for: reference, in: changes)
        if new.kind == .activation {
            try changes.deleteEnvelope(of: reference, kind: EnvelopeKind.passphrase.rawValue)
        }
        try changes.put(
            EnvelopeRow(
                resident: reference, kind: new.kind.rawValue, salt: new.salt, auth: new.envelope.authDigest,
                commitment: new.envelope.commitment, until: new.until, used: nil, pepper: new.pepper,
                blob: new.envelope.sealed))
        var entry = entry(action, request: request)
        entry.role = role
        var subject = try seal(&resident, app: "", grant: nil, outcome: action.rawValue)
        subject.keys = LogEntry.Subject.Keys(box: resident.box, sign: resident.sign)
        entry.subjects = [subject]
        try append(entry)
    }

    /// A used letter keeps its digest and the day of its use, and nothing that opens anything.
    private func retireLetter(of resident: ResidentReference) throws {
        guard let letter = try snapshot.envelope(resident: resident, kind: EnvelopeKind.activation.rawValue), letter.used == nil
        else { return }
        try changes.put(
            EnvelopeRow(
                resident: resident, kind: letter.kind, salt: nil, auth: letter.auth, commitment: [], until: letter.until,
                used: now, blob: []))
    }
}
