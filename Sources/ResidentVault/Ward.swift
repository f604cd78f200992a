internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// A person as their delegate has them within one request: the delegation as it stands, and its bounds as they were signed.
struct Ward {
    var resident: ResidentRow
    let delegation: GrantRow
    let statement: GrantStatement

    /// The fields that the delegate may read, correct and decide about.
    var scope: Set<FieldName> { Set(statement.fields.keys) }
    /// Whether custodians issued it: a guardian's, and not a helper's whom the resident chose.
    var isGuardians: Bool {
        if case .issuing = statement.giver { true } else { false }
    }

    /// Finds the ward that a delegation is for. Every reason why there is none has the same answer.
    static func find(
        _ id: GrantID, delegate: ResidentReference, now: Instant, in snapshot: Snapshot
    ) throws -> Ward {
        let absent = VaultError(
            .notFound, "you act for nobody under this number, or not any more", hint: "rvault delegate list")
        let recipient = GrantRecipient.person(delegate.id)
        guard let row = try snapshot.grant(id: id), row.recipient == recipient.text, row.state.isLive,
            let resident = try snapshot.resident(number: row.resident.number)
        else { throw absent }
        let statement = try GrantStatement(decoding: row.statement)
        guard statement.recipient == recipient, statement.grant == id, statement.purpose == .delegation,
            statement.from <= now, now < statement.until
        else { throw absent }
        return Ward(resident: resident, delegation: row, statement: statement)
    }
}

extension Transaction {
    /// The ward of a delegation that the caller holds now.
    ///
    /// - Throws: `VaultError` with `notFound`, `integrity` if the delegate's own rows are not as logged, `forbidden` if the
    ///   ward has restricted the handling of their data: a guardian goes on, a helper waits.
    func ward(_ id: GrantID, of caller: ResidentCaller) throws -> Ward {
        let own = try current(caller)
        try requireAsLogged(own)
        let ward = try Ward.find(id, delegate: own.reference, now: now, in: snapshot)
        guard !ward.resident.restricted || ward.isGuardians else {
            throw VaultError(.forbidden, "this person has stopped all use of their data for now")
        }
        return ward
    }

    /// Opens the delegation's keys with the delegate's own box key; supplements are merged and stored on the way.
    func open(_ ward: Ward, with caller: ResidentCaller) throws -> OpenedBundle {
        guard
            let opened = try OpenedBundle.open(
                delegation: ward.delegation, granted: ward.statement.granted, with: caller.keys.box, vault: vault.id, in: snapshot)
        else { throw VaultError(.integrity, "this delegation has no keys") }
        try opened.rewrap?.apply(in: self)
        return opened
    }

    /// Holds a reading against the delegation's daily limit; its entry counts it.
    func requireReading(of ward: Ward) throws(VaultError) {
        guard used(ward.delegation.id) < ward.statement.readsPerDay else {
            throw VaultError(.tooManyTries, "this was looked at often enough today", hint: "tomorrow again", retryAfter: 3600)
        }
    }

    /// Ends what has run out for the ward and moves what is stale within the scope; the rest stays stale.
    ///
    /// - Returns: the keys as they are after it.
    func heal(_ ward: inout Ward, with caller: ResidentCaller) throws -> OpenedBundle {
        try sweep(&ward.resident, request: nil)
        let opened = try open(ward, with: caller)
        let held = Set(try snapshot.cells(of: ward.resident.reference).map(\.field))
        let mine = ward.resident.stale.intersection(ward.scope).intersection(held)
        guard !mine.isEmpty else { return opened }
        try rekey(&ward.resident, keys: opened.keys, fields: mine)
        var entry = entry(.rekeyed, request: nil)
        entry.role = .delegate
        entry.subjects = [try seal(&ward.resident, app: "", grant: nil, outcome: LogAction.rekeyed.rawValue)]
        try append(entry)
        return try open(ward, with: caller)
    }

    /// An entry of what a delegate does under their delegation.
    func entry(_ action: LogAction, of ward: Ward, uid: UInt32?) -> LogEntry {
        var entry = entry(action, request: .random())
        entry.role = .delegate
        entry.uid = uid
        entry.purpose = ward.statement.purpose
        entry.version = ward.statement.version
        entry.basis = ward.statement.basis
        return entry
    }

    /// Refuses what lies beyond a delegation, and logs that it was tried.
    func refuse(_ ward: Ward, _ fields: Set<FieldName>) throws -> Never {
        var entry = entry(.refused, of: ward, uid: nil)
        entry.fields = fields.sorted()
        entry.decision = "refused"
        entry.reason = ReasonCode.notGranted.rawValue
        entry.subjects = [
            LogEntry.Subject(
                tag: try ward.resident.tag(ward.statement.recipient.text), grant: ward.delegation.id,
                outcome: ReasonCode.notGranted.rawValue)
        ]
        refuse(entry)
        throw VaultError(
            .forbidden, "this is beyond what you may do for this person",
            hint: "you may decide about: " + ward.scope.sorted().map(\.text).joined(separator: ", "))
    }
}
