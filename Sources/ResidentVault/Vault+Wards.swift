internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// Someone whom the resident acts for.
package struct OwnWard: Sendable {
    package let grant: GrantID
    package let login: LoginName
    /// Their name, if it lies within the delegation.
    package let name: String?
    package let fields: [OwnConsentField]
    package let basis: LegalBasis
    package let from: Instant
    package let until: Instant
    /// How many requests wait for an answer.
    package let openRequests: Int
}

extension Vault {
    /// Wards in one entry of the log, and in one job of the writer.
    private static let wardsAtOnce = 25

    /// Everyone whom a resident acts for, by the order of the delegations' ids. Names are read with the delegations' own
    /// keys, and that stands in the log and in each ward's history like any reading.
    package func wards(_ caller: ResidentCaller, uid: UInt32) throws -> [OwnWard] {
        var found: [OwnWard] = []
        var after: GrantID?
        while true {
            let cursor = after
            let (page, last) = try writer.perform { transaction -> ([OwnWard], GrantID?) in
                let own = try transaction.current(caller)
                try transaction.requireAsLogged(own)
                let ids = try transaction.snapshot.openGrantIDs(
                    recipient: GrantRecipient.person(own.reference.id).text, after: cursor, limit: Self.wardsAtOnce)
                return (try transaction.wards(ids, of: caller, uid: uid), ids.last)
            }
            found += page
            guard let last else { return found }
            after = last
        }
    }

    /// Opens the ward's fields within a delegation; the reading is logged under the ward's tag first, so that their history
    /// shows it.
    ///
    /// - Throws: `VaultError` with `notFound` for a delegation that the caller does not hold now, `tooManyTries` beyond the
    ///   day's limit.
    package func wardFields(_ id: GrantID, caller: ResidentCaller, uid: UInt32) throws -> [OwnField] {
        try writer.perform { transaction in
            let ward = try transaction.ward(id, of: caller)
            try transaction.requireReading(of: ward)
            let opened = try transaction.open(ward, with: caller)
            var fields: [OwnField] = []
            var withheld: [FieldName] = []
            for cell in try transaction.snapshot.cells(of: ward.resident.reference) where ward.scope.contains(cell.field) {
                guard let value = try FieldKeys.open(cell, vault: transaction.vault.id, keys: opened.keys) else {
                    withheld.append(cell.field)
                    continue
                }
                fields.append(try transaction.shown(cell, value))
            }
            var entry = transaction.entry(.read, of: ward, uid: uid)
            entry.actions = [.read]
            entry.form = fields.isEmpty ? nil : .raw
            entry.fields = ward.statement.fieldNames
            entry.released = fields.map(\.field).sorted()
            entry.withheld = withheld.sorted()
            entry.decision = fields.isEmpty ? "refused" : "released"
            var subject = LogEntry.Subject(
                tag: try ward.resident.tag(ward.statement.recipient.text), grant: id,
                outcome: fields.isEmpty ? ReasonCode.unavailable.rawValue : "released")
            subject.withheld = withheld.sorted()
            entry.subjects = [subject]
            try transaction.append(entry)
            return fields
        }
    }

    /// The ward's grants that touch the delegation's fields.
    package func wardGrants(_ id: GrantID, caller: ResidentCaller, reader: VaultReader) throws -> [OwnGrant] {
        let now = writer.now
        let ward = try reader.store.read { snapshot in
            try Ward.find(id, delegate: try Self.row(caller, snapshot).reference, now: now, in: snapshot)
        }
        return try grants(of: ward.resident.reference, reader: reader)
            .filter { !ward.scope.isDisjoint(with: $0.statement.fields.keys) }
    }

    /// The ward's requests that touch the delegation's fields.
    package func wardRequests(_ id: GrantID, caller: ResidentCaller, reader: VaultReader) throws -> [OwnRequest] {
        let now = writer.now
        let ward = try reader.store.read { snapshot in
            try Ward.find(id, delegate: try Self.row(caller, snapshot).reference, now: now, in: snapshot)
        }
        return try requests(of: ward.resident.reference, reader: reader)
            .filter { request in request.fields.contains { ward.scope.contains($0.field) } }
    }
}

extension Transaction {
    /// A field as people are shown it. A delegate who wrote it stands there with their login number, not with the id that
    /// only the vault knows.
    func shown(_ cell: CellRow, _ value: [UInt8]) throws -> OwnField {
        let policies = config.config.policies
        var source = cell.source
        if let person = GrantRecipient(source)?.person {
            source = "~" + (try snapshot.resident(id: person)?.login.text ?? "-")
        }
        return OwnField(
            field: cell.field, title: policies.title(of: cell.field), value: try JSONParser.parse(value), source: source,
            sourceTitle: AppName(cell.source).flatMap(policies.party)?.title, time: cell.time)
    }

    fileprivate func wards(_ ids: [GrantID], of caller: ResidentCaller, uid: UInt32) throws -> [OwnWard] {
        var found: [OwnWard] = []
        var named: [(ward: Ward, name: String)] = []
        for id in ids {
            do {
                try changes.attempt {
                    let ward = try ward(id, of: caller)
                    let name = try name(of: ward, for: caller)
                    if let name { named.append((ward, name)) }
                    let waiting = try snapshot.accessRequests(of: ward.resident.reference).count {
                        $0.state == .requested && $0.expires > now && !ward.scope.isDisjoint(with: $0.fields)
                    }
                    found.append(
                        OwnWard(
                            grant: id, login: ward.resident.login, name: name, fields: config.config.shown(ward.statement.fields),
                            basis: ward.statement.basis, from: ward.statement.from, until: ward.statement.until,
                            openRequests: waiting))
                }
            } catch let failure as StoreError where failure.endsBatch {
                throw failure
            } catch CryptoError.memoryLockUnavailable { throw CryptoError.memoryLockUnavailable } catch {
                // One that has ended, or a damaged row of one person's: the others are shown.
                continue
            }
        }
        guard let first = named.first?.ward, let field = FieldName(Self.nameField) else { return found }
        var entry = entry(.read, of: first, uid: uid)
        // Bases may differ from ward to ward; each stands in its own grant.
        entry.basis = nil
        entry.actions = [.read]
        entry.form = .raw
        entry.fields = [field]
        entry.released = [field]
        entry.decision = "released"
        entry.subjects = try named.map { ward, _ in
            LogEntry.Subject(
                tag: try ward.resident.tag(ward.statement.recipient.text), grant: ward.delegation.id, outcome: "released")
        }
        try append(entry)
        return found
    }

    private static let nameField = "person.name"

    /// The ward's name, if the delegation's keys open it and the day's limit allows.
    private func name(of ward: Ward, for caller: ResidentCaller) throws -> String? {
        guard let field = FieldName(Self.nameField), ward.scope.contains(field),
            let cell = try snapshot.cell(resident: ward.resident.reference, field: field)
        else { return nil }
        try requireReading(of: ward)
        guard let value = try FieldKeys.open(cell, vault: vault.id, keys: try open(ward, with: caller).keys) else { return nil }
        return try JSONParser.parse(value).string
    }
}
