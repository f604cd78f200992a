internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Transaction {
    /// The pairwise id of a resident with an app: made at the app's first grant, kept while the resident is enrolled.
    func pairwise(_ resident: ResidentReference, app: AppName) throws -> PairwiseID {
        try pairwise(resident, recipient: .app(app))
    }

    /// The same with anyone whom grants are given to.
    func pairwise(_ resident: ResidentReference, recipient: GrantRecipient) throws -> PairwiseID {
        if let row = try snapshot.pairwise(resident: resident, recipient: recipient.text) { return row.id }
        let row = PairwiseRow(resident: resident, recipient: recipient.text, id: .random())
        try changes.put(row)
        return row.id
    }

    /// Gives a grant: the signed statement, and a bundle of exactly its fields' keys.
    func give(
        _ resident: ResidentRow, statement: GrantStatement, signature: [UInt8], keys: borrowing FieldKeySet
    ) throws -> GrantRow {
        let row = GrantRow(
            id: statement.grant, resident: resident.reference, recipient: statement.recipient.text,
            purpose: statement.purpose.text, state: .given, until: statement.until, ended: nil,
            statement: try statement.encoded(), signature: signature)
        try changes.put(row)
        try putBundle(row, statement: statement, resident: resident, keys: keys)
        return row
    }

    /// Seals a grant's bundle anew from keys in hand; its supplements are in it and go.
    func putBundle(
        _ grant: GrantRow, statement: GrantStatement, resident: ResidentRow, keys: borrowing FieldKeySet
    ) throws {
        guard let box = try boxKey(of: statement.recipient) else {
            throw VaultError(
                .conflict, statement.recipient.app == nil ? "this person's record is not in order, or gone" : "the app is no longer registered")
        }
        let mayRead = statement.actions.contains(.read)
        let mine = try keys.subset { entry in
            mayRead && (FieldName(entry.field).map { statement.fields[$0] != nil } ?? false)
        }
        try changes.deleteKeys(grant: grant.id)
        let header = bundleHeader(grant, recipient: box, serial: resident.epoch)
        try changes.put(
            BundleRow(
                grant: grant.id, form: .sealed, serial: resident.epoch, box: BoxMark.of(box),
                blob: try Bundle.seal(mine, header: header)))
    }

    /// Ends a grant: its keys go at once, and its fields become stale until someone with their keys moves them. A
    /// delegation that is taken back takes with it what was given under it, each as a change of its own in the log; one
    /// that ran out or is paused leaves that to its own date.
    func end(_ resident: inout ResidentRow, _ grant: GrantRow, as state: GrantState) throws {
        if GrantRecipient(grant.recipient)?.person != nil, state != .expired, state != .paused {
            try endGiven(under: grant.id, of: &resident)
        }
        var row = grant
        row.state = state
        row.ended = state == .paused ? nil : now
        try changes.put(row)
        try changes.deleteKeys(grant: grant.id)
        let statement = try GrantStatement(decoding: grant.statement)
        if statement.actions.contains(.read) { resident.stale.formUnion(statement.fields.keys) }
    }

    /// Ends what has run out for a resident. Each ended grant is a change of its own in the log. A write, a login and
    /// whatever gives or ends a grant begins with this.
    func sweep(_ resident: inout ResidentRow, request: RequestID?) throws {
        for grant in try snapshot.grants(of: resident.reference)
        where (grant.state.isLive || grant.state == .paused) && grant.until <= now {
            guard grant.until <= trusted else {
                // Its keys wait for a clock that can be trusted; but nothing is written any more under a key it holds.
                resident.stale.formUnion(try reached(by: grant, of: resident.reference))
                continue
            }
            try end(&resident, grant, as: .expired)
            try append(try grantEntry(.expired, grant, &resident, request: request))
        }
    }

    /// The fields whose present value a grant's bundle or supplements open.
    private func reached(by grant: GrantRow, of resident: ResidentReference) throws -> Set<FieldName> {
        guard grant.state.isLive else { return [] }
        let statement = try GrantStatement(decoding: grant.statement)
        guard statement.actions.contains(.read), let bundle = try snapshot.bundle(grant: grant.id) else { return [] }
        let supplements = try snapshot.supplements(grant: grant.id)
        let fields = try snapshot.cells(of: resident).filter { cell in
            statement.fields[cell.field] != nil
                && (cell.epoch <= bundle.serial
                    || supplements.contains { $0.epoch == cell.epoch && $0.fields.contains(cell.field) })
        }
        return Set(fields.map(\.field))
    }

    /// Moves stale fields, by the resident who is present with their keys.
    ///
    /// - Parameter fields: whose keys are needed; all if nil.
    /// - Returns: the keys as they are after it.
    func healed(
        _ resident: inout ResidentRow, box: borrowing BoxKeyPair, fields: Set<FieldName>? = nil, request: RequestID? = nil
    ) throws -> FieldKeySet {
        let stale = resident.stale
        let keys = try FieldKeys.all(
            of: resident.reference, fields: fields?.union(stale), vault: vault.id, box: box, in: snapshot)
        let held = Set(try snapshot.cells(of: resident.reference).map(\.field))
        guard !stale.isDisjoint(with: held) else { return keys }
        try rekey(&resident, keys: keys, fields: resident.stale)
        var entry = entry(.rekeyed, request: request)
        entry.role = .resident
        entry.subjects = [try seal(&resident, app: "", grant: nil, outcome: LogAction.rekeyed.rawValue)]
        try append(entry)
        return try FieldKeys.all(of: resident.reference, fields: fields, vault: vault.id, box: box, in: snapshot)
    }

    /// The same at a login, which damaged rows must not prevent: without a login nobody could revoke.
    func healIfPossible(_ resident: inout ResidentRow, box: borrowing BoxKeyPair) throws {
        let held = Set(try snapshot.cells(of: resident.reference).map(\.field))
        guard !resident.stale.isDisjoint(with: held), try rekeyIfPossible(&resident, box: box) else { return }
        var entry = entry(.rekeyed, request: nil)
        entry.role = .resident
        entry.subjects = [try seal(&resident, app: "", grant: nil, outcome: LogAction.rekeyed.rawValue)]
        try append(entry)
    }

    /// The entry of a grant's change, with the resident's new state. Call it after the rows are written.
    func grantEntry(
        _ action: LogAction, _ grant: GrantRow, _ resident: inout ResidentRow, request: RequestID?
    ) throws -> LogEntry {
        let statement = try GrantStatement(decoding: grant.statement)
        var entry = entry(action, request: request)
        entry.app = statement.recipient.app
        entry.party = statement.party
        entry.purpose = statement.purpose
        entry.version = statement.version
        entry.basis = statement.basis
        if action == .given || action == .resumed {
            entry.fields = statement.fieldNames
            entry.form = statement.form
            entry.actions = statement.actions
            entry.until = statement.until
        }
        var subject = try seal(&resident, app: statement.recipient.text, grant: grant.id, outcome: action.rawValue)
        if action == .given { subject.statement = Hash.blake2b256(grant.statement) }
        entry.subjects = [subject]
        return entry
    }
}

extension GrantStatement {
    /// The forms that a purpose's newest version allows for some of its fields.
    static func forms(_ fields: some Sequence<FieldName>, of purpose: Purpose, ceiling: DisclosureForm? = nil) -> [FieldName: DisclosureForm] {
        var forms: [FieldName: DisclosureForm] = [:]
        for field in fields {
            guard let rule = purpose.fields[field] else { continue }
            forms[field] = ceiling.map { min($0, rule.form) } ?? rule.form
        }
        return forms
    }
}
