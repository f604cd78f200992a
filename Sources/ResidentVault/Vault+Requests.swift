internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// What an app asks of one person.
package struct ConsentAsk: Sendable {
    package let field: FieldName
    package let value: String
    package let purpose: PurposeName
    /// All of the purpose's fields if empty.
    package let fields: [FieldName]
    package let form: DisclosureForm?
    package let until: Instant?

    package init(
        field: FieldName, value: String, purpose: PurposeName, fields: [FieldName], form: DisclosureForm?, until: Instant?
    ) {
        self.field = field
        self.value = value
        self.purpose = purpose
        self.fields = fields
        self.form = form
        self.until = until
    }
}

extension Vault {
    /// A request that nobody answers closes after fourteen days.
    static let requestSeconds: Int64 = 14 * 86_400
    /// After a refusal the same app is not heard again for the same purpose for thirty days
    /// (网络数据安全管理条例 art. 22: no repeated asking).
    static let coolDownSeconds: Int64 = 30 * 86_400

    /// Asks one person for their consent.
    ///
    /// The answer is the same whether the person is known, unknown, one of several with this phone, or refused before:
    /// an id whose state stays `open`. The log's entry looks the same too.
    package func ask(_ ask: ConsentAsk, caller: AppCaller) throws -> RequestID {
        let policies = config.config.policies
        let fields = ask.fields.isEmpty ? policies.purposes[ask.purpose].map { Array($0.fields.keys) } ?? [] : ask.fields
        let question = AccessQuestion(
            app: caller.name, purpose: ask.purpose, fields: fields, form: ask.form, action: .read,
            // Who asks and for which case is stated at each read.
            initiator: true, caseReference: true, rows: 1)
        if let decision = config.evaluator.screen(question) {
            try refuse(
                Self.error(for: decision), app: caller, reason: decision.reason?.rawValue ?? "refused",
                purpose: ask.purpose, rule: decision.rule)
        }
        guard let purpose = policies.purposes[ask.purpose], purpose.basis.needsConsent else {
            try refuse(
                VaultError(.badValue, "this purpose does not rest on consent; nobody is asked"), app: caller,
                reason: "not_by_consent", purpose: ask.purpose)
        }
        guard let definition = policies.fields[ask.field], definition.lookup else {
            try refuse(
                VaultError(.badValue, "people are found by a field that the policy marks `lookup`"), app: caller,
                reason: "not_a_lookup_field", purpose: ask.purpose)
        }
        if let until = ask.until, until <= writer.now {
            try refuse(
                VaultError(.badValue, "`until` must lie in the future"), app: caller, reason: "bad_value", purpose: ask.purpose)
        }
        let index = keys.now.lastingIndex(ask.field, ask.value)
        guard asks.admit(app: caller.name, purpose: ask.purpose, index: index, day: writer.now.localDay) else {
            try refuse(
                VaultError(
                    .tooManyTries, "this app has asked this person often enough today", hint: "ask again tomorrow",
                    retryAfter: 3600), app: caller, reason: "asked_too_often", purpose: ask.purpose)
        }
        let (record, uid) = (caller.record, caller.uid)
        return try writer.perform { [keys] transaction in
            try transaction.requireLive(record)
            let found = try transaction.snapshot.residents(
                field: ask.field, index: transaction.keys.indexes(ask.field, ask.value))
            // Several people can share a phone: then nobody is meant.
            let resident = found.count == 1 ? found.first : nil
            let reachable = try resident.map { try !Self.isCoolingDown($0.reference, ask.purpose, record.name, transaction) } ?? false
            let row = AccessRequestRow(
                id: .random(), resident: reachable ? resident?.reference : nil, app: record.name, purpose: purpose.name,
                version: Int64(purpose.version), fields: Set(fields), form: ask.form, until: ask.until,
                created: transaction.now, expires: transaction.now.advanced(bySeconds: Self.requestSeconds),
                state: .requested, decided: nil, grant: nil)
            if let known = row.resident { try Self.replaceOpen(known, ask.purpose, record.name, transaction) }
            try transaction.changes.put(row)
            var entry = transaction.entry(.requested, request: .random())
            entry.role = .app
            entry.app = record.name
            entry.party = record.party
            entry.uid = uid
            entry.purpose = purpose.name
            entry.version = purpose.version
            entry.basis = purpose.basis
            entry.fields = fields.sorted()
            entry.form = ask.form
            let tag = try resident?.tag(record.name.text)
                ?? keys.now.decoy(app: record.name, subject: index)
            entry.subjects = [LogEntry.Subject(tag: tag, outcome: LogAction.requested.rawValue)]
            try transaction.append(entry)
            return row.id
        }
    }

    /// A resident is asked once: a new request takes the place of the app's open one for the same purpose. The app still
    /// sees the old one as open until its date; the resident does not see it any more.
    private static func replaceOpen(
        _ resident: ResidentReference, _ purpose: PurposeName, _ app: AppName, _ transaction: Transaction
    ) throws {
        for row in try transaction.snapshot.accessRequests(of: resident, app: app, purpose: purpose, state: .requested) {
            var old = row
            old.resident = nil
            old.state = .expired
            old.decided = transaction.now
            try transaction.changes.put(old)
        }
    }

    private static func isCoolingDown(
        _ resident: ResidentReference, _ purpose: PurposeName, _ app: AppName, _ transaction: Transaction
    ) throws -> Bool {
        try transaction.snapshot.accessRequests(of: resident, app: app, purpose: purpose, state: .refused).contains { row in
            row.decided.map { $0.advanced(bySeconds: coolDownSeconds) > transaction.now } ?? false
        }
    }

    /// Where a request stands, as its app may know it: `open` until its date, whatever happened short of a grant.
    package func requestState(
        _ id: RequestID, caller: AppCaller, reader: VaultReader
    ) throws -> (state: String, resident: PairwiseID?, grant: GrantID?) {
        let now = writer.now
        return try reader.store.read { snapshot in
            guard let row = try snapshot.accessRequest(id: id), row.app == caller.name else {
                throw VaultError(.notFound, "this app made no such request")
            }
            if row.state == .given, let grant = row.grant, let resident = row.resident {
                let pairwise = try snapshot.pairwise(resident: resident, recipient: caller.name.text)
                return ("given", pairwise?.id, grant)
            }
            return (row.expires <= now ? "closed" : "open", nil, nil)
        }
    }

    /// An app's own grants, a page at a time, in the order of their ids.
    package func grants(
        caller: AppCaller, after: GrantID?, limit: Int, reader: VaultReader
    ) throws -> [(state: GrantState, statement: GrantStatement)] {
        let now = writer.now
        return try reader.store.read { snapshot in
            try snapshot.grants(recipient: caller.name.text, after: after, limit: limit).map { row in
                let statement = try GrantStatement(decoding: row.statement)
                let ranOut = row.state.isLive && statement.until <= now
                return (ranOut ? .expired : row.state, statement)
            }
        }
    }

    /// Finds a resident by an indexed field, for an app that has a live grant from them; nil for anyone else, known
    /// or not.
    package func lookUp(
        field: FieldName, value: String, purpose: PurposeName, caller: AppCaller
    ) throws -> PairwiseID? {
        guard config.config.policies.fields[field]?.lookup == true else {
            try refuse(
                VaultError(.badValue, "people are found by a field that the policy marks `lookup`"), app: caller,
                reason: "not_a_lookup_field")
        }
        guard config.config.policies.purposes[purpose]?.app == caller.name else {
            try refuse(
                VaultError(.purposeNotAllowed, "this app may not do that for this purpose"), app: caller,
                reason: ReasonCode.purposeNotAllowed.rawValue, purpose: purpose)
        }
        let index = keys.now.lastingIndex(field, value)
        let (record, uid) = (caller.record, caller.uid)
        return try writer.perform { [keys] transaction in
            try transaction.requireLive(record)
            let found = try transaction.snapshot.residents(field: field, index: transaction.keys.indexes(field, value))
            var answer: PairwiseID?
            var used: GrantID?
            if found.count == 1, let resident = found.first {
                let grants = try transaction.snapshot.grants(
                    of: resident.reference, recipient: record.name.text, purpose: purpose.text)
                used = grants.first { $0.state.isLive && $0.until > transaction.now }?.id
                if used != nil {
                    answer = try transaction.snapshot.pairwise(resident: resident.reference, recipient: record.name.text)?.id
                }
            }
            var entry = transaction.entry(.lookedUp, request: .random())
            entry.role = .app
            entry.app = record.name
            entry.party = record.party
            entry.uid = uid
            entry.purpose = purpose
            entry.fields = [field]
            entry.decision = answer == nil ? "refused" : "released"
            let tag = try (answer == nil ? nil : found.first?.tag(record.name.text))
                ?? keys.now.decoy(app: record.name, subject: index)
            entry.subjects = [
                // `released` with its grant, so that the verification holds a look-up against the grant too.
                LogEntry.Subject(
                    tag: tag, grant: answer == nil ? nil : used,
                    outcome: answer == nil ? ReasonCode.noGrant.rawValue : "released")
            ]
            try transaction.append(entry)
            return answer
        }
    }
}
