internal import Dispatch
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// What became of one person of an import.
package enum EnrolmentOutcome: Sendable, Equatable {
    case enrolled(LoginName)
    /// Someone with this ID number is enrolled already; nothing was changed.
    case known(LoginName, activated: Bool)
    /// The proposed login name belongs to someone else: propose another.
    case loginTaken
    case rejected(String)
}

extension Vault {
    /// The field that says whether a person is known: no two residents share it.
    package static let identifyingField = "person.id_number"

    /// Enrols people: each gets keys, cells, an activation envelope under their code, and the grants that law and
    /// contract give. A person already enrolled by ID number is left as they are, so an
    /// import can be run again.
    ///
    /// - Parameter people: any number; they are written in small transactions.
    /// - Returns: one outcome a person, in order, and the purposes that got no grants because their app is not
    ///   registered.
    package func enrol(
        _ people: [EnrolmentRequest], uid: UInt32?
    ) throws -> ([EnrolmentOutcome], [PurposeName]) {
        let request = RequestID.random()
        var withoutGrants: Set<PurposeName> = []
        let parts = stride(from: 0, to: people.count, by: Self.peoplePerTransaction).map {
            Array(people[$0..<min($0 + Self.peoplePerTransaction, people.count)])
        }
        // A part's keys and seals are made while the one before is being written.
        let written = Mutex([Result<[EnrolmentOutcome]?, any Error>?](repeating: nil, count: parts.count))
        let free = DispatchSemaphore(value: Self.partsAhead)
        for (index, part) in parts.enumerated() {
            free.wait()
            @Sendable func end(_ error: (any Error)?) {
                if let error { written.withLock { $0[index] = .failure(error) } }
                free.signal()
            }
            do {
                let plan = try newPlan()
                let prepared = prepare(part, plan: plan)
                writer.submit({ transaction in
                    let outcomes = plan.fits(transaction)
                        ? try Self.insert(part, prepared, in: transaction, request: request, uid: uid) : nil
                    written.withLock { $0[index] = .success(outcomes) }
                }, finish: end)
                withoutGrants.formUnion(purposesWithoutApp(plan.config))
            } catch { end(error) }
        }
        for _ in 0..<Self.partsAhead { free.wait() }
        for _ in 0..<Self.partsAhead { free.signal() }
        let results = written.withLock { $0 }
        var outcomes: [EnrolmentOutcome] = []
        for (part, result) in zip(parts, results) {
            outcomes += try result?.get() ?? enrolAgain(part, request: request, uid: uid, &withoutGrants)
        }
        return (outcomes, withoutGrants.sorted())
    }

    /// So many enrolments fit into a transaction of about ten milliseconds, which readers' entries wait for.
    private static let peoplePerTransaction = 24
    /// How many parts are on their way at once: memory stays bounded whatever the length of the list.
    private static let partsAhead = 3

    private func newPlan() throws -> EnrolmentPlan {
        try EnrolmentPlan(vault: id, config: writer.config, keys: keys.now, time: writer.now)
    }

    /// What needs no database, on all cores.
    private func prepare(_ people: [EnrolmentRequest], plan: EnrolmentPlan) -> [Result<PreparedEnrolment, any Error>] {
        let prepared = Mutex([Result<PreparedEnrolment, any Error>?](repeating: nil, count: people.count))
        DispatchQueue.concurrentPerform(iterations: people.count) { index in
            let person = people[index]
            let result = Result { try PreparedEnrolment(person, code: try Self.code(person), plan: plan) }
            prepared.withLock { $0[index] = result }
        }
        return prepared.withLock { $0.compactMap(\.self) }
    }

    private func purposesWithoutApp(_ config: ConfigInForce) -> [PurposeName] {
        config.config.policies.purposes.values
            .filter { !$0.basis.needsConsent && config.config.liveApp($0.app) == nil }.map(\.name)
    }

    /// A part that was prepared under a config or keys that have changed meanwhile.
    private func enrolAgain(
        _ people: [EnrolmentRequest], request: RequestID, uid: UInt32?, _ withoutGrants: inout Set<PurposeName>
    ) throws -> [EnrolmentOutcome] {
        for _ in 0..<Self.decisionTries {
            let plan = try newPlan()
            let prepared = prepare(people, plan: plan)
            let outcomes = try writer.perform { transaction -> [EnrolmentOutcome]? in
                guard plan.fits(transaction) else { return nil }
                return try Self.insert(people, prepared, in: transaction, request: request, uid: uid)
            }
            guard let outcomes else { continue }
            withoutGrants.formUnion(purposesWithoutApp(plan.config))
            return outcomes
        }
        throw VaultError(.busy, "the config keeps changing", retryAfter: 1)
    }

    /// Writes a part whose people are all looked at first: two of them can be one person, or have been given one login name.
    private static func insert(
        _ people: [EnrolmentRequest], _ prepared: [Result<PreparedEnrolment, any Error>], in transaction: Transaction,
        request: RequestID, uid: UInt32?
    ) throws -> [EnrolmentOutcome] {
        var outcomes: [EnrolmentOutcome] = []
        var rows: [(resident: ResidentRow, rows: NewResidentRows)] = []
        var logins: Set<LoginName> = []
        var identities: [[UInt8]: LoginName] = [:]
        var given: [PurposeName: [PreparedEnrolment.PreparedGrant]] = [:]
        var number = try transaction.changes.nextResidentNumber()
        for (person, result) in zip(people, prepared) {
            switch result {
            case .failure(let error):
                outcomes.append(.rejected((error as? VaultError)?.detail ?? "this person's record could not be prepared"))
            case .success(let ready):
                if let login = ready.identity.last.flatMap({ identities[$0] }) {
                    outcomes.append(.known(login, activated: false))
                } else if let known = try known(ready.identity, in: transaction.snapshot) {
                    outcomes.append(.known(known.login, activated: known.sign != nil))
                } else if try logins.contains(person.login) || transaction.snapshot.loginTaken(person.login) {
                    outcomes.append(.loginTaken)
                } else {
                    rows.append((ready.row(number: number), ready.rows))
                    number += 1
                    logins.insert(person.login)
                    if let own = ready.indexedIdentity { identities[own] = person.login }
                    for grant in ready.grants { given[grant.statement.purpose, default: []].append(grant) }
                    outcomes.append(.enrolled(person.login))
                }
            }
        }
        guard !rows.isEmpty else { return outcomes }
        try transaction.changes.insert(rows)
        var entry = transaction.entry(.enrolled, request: request)
        entry.role = .operator
        entry.uid = uid
        entry.subjects = try rows.map { try transaction.enrolled($0.resident, state: $0.rows.stateBytes(of: $0.resident)) }
            .sorted { $0.tag.lexicographicallyPrecedes($1.tag) }
        try transaction.append(entry)
        for (_, grants) in given.sorted(by: { $0.key < $1.key }) {
            try transaction.append(Self.givenEntry(grants, in: transaction, request: request))
        }
        return outcomes
    }

    /// One entry for one purpose's grants of a chunk: the bounds are the same for all.
    private static func givenEntry(
        _ grants: [PreparedEnrolment.PreparedGrant], in transaction: Transaction, request: RequestID
    ) -> LogEntry {
        var entry = transaction.entry(.given, request: request)
        entry.role = .operator
        if let statement = grants.first?.statement {
            entry.app = statement.recipient.app
            entry.party = statement.party
            entry.purpose = statement.purpose
            entry.version = statement.version
            entry.basis = statement.basis
            entry.fields = statement.fieldNames
            entry.form = statement.form
            entry.actions = statement.actions
            entry.until = statement.until
        }
        entry.subjects = grants.map { grant in
            var subject = LogEntry.Subject(tag: grant.tag, grant: grant.statement.grant, outcome: LogAction.given.rawValue)
            subject.statement = grant.digest
            if grant.statement.until != entry.until { subject.until = grant.statement.until }
            return subject
        }.sorted { $0.tag.lexicographicallyPrecedes($1.tag) }
        return entry
    }

    private static func code(_ person: EnrolmentRequest) throws -> ActivationCode {
        do { return try ActivationCode(typed: try SecretBytes(copying: person.code)) } catch CryptoError.malformed {
            throw VaultError(.badValue, "the activation code is malformed")
        }
    }

    private static func known(_ identity: [[UInt8]], in snapshot: Snapshot) throws -> ResidentRow? {
        guard let field = FieldName(identifyingField) else { return nil }
        return try snapshot.residents(field: field, index: identity).first
    }
}
