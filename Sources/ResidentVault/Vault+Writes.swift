internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Writes fields of one resident for an app, under one purpose.
    ///
    /// - Returns: what was written, and what waits for the resident's word.
    /// - Throws: `VaultError.notFound` for a resident of whom the app holds no grant that allows it, known or not; the
    ///   refusal is logged.
    package func write(
        _ values: [FieldName: JSON], purpose: PurposeName, resident text: String, caller: AppCaller
    ) throws -> (written: [FieldName], proposed: [FieldName]) {
        let question = AccessQuestion(
            app: caller.name, purpose: purpose, fields: values.keys.sorted(), form: nil, action: .write, initiator: true,
            caseReference: true, rows: 1)
        if let decision = config.evaluator.screen(question) {
            try refuse(
                Self.error(for: decision), app: caller, reason: decision.reason?.rawValue ?? "refused", purpose: purpose,
                rule: decision.rule)
        }
        for (field, value) in values where config.config.policies.fields[field]?.accepts(value) != true {
            try refuse(
                VaultError(.badValue, "the value of \(field) is not of its type"), app: caller, reason: "bad_value",
                purpose: purpose)
        }
        let outcome = try writer.perform { [keys] transaction -> (written: [FieldName], proposed: [FieldName])? in
            try transaction.requireLive(caller.record)
            guard let id = PairwiseID(base32: text),
                var resident = try transaction.snapshot.resident(pairwise: id, recipient: caller.name.text)
            else {
                var entry = Self.refusal(
                    ReasonCode.noGrant.rawValue, record: caller.record, uid: caller.uid, purpose: purpose, rule: nil, in: transaction)
                let tag = keys.now.decoy(app: caller.name, subject: Array(text.utf8))
                entry.subjects = [LogEntry.Subject(tag: tag, outcome: ReasonCode.noGrant.rawValue)]
                try transaction.append(entry)
                return nil
            }
            try transaction.requireAsLogged(resident, caller: caller)
            try transaction.sweep(&resident, request: nil)
            guard let chosen = try Self.writable(resident, question, transaction) else {
                var entry = Self.refusal(
                    ReasonCode.noGrant.rawValue, record: caller.record, uid: caller.uid, purpose: purpose, rule: nil, in: transaction)
                entry.subjects = [
                    LogEntry.Subject(tag: try resident.tag(caller.name.text), outcome: ReasonCode.noGrant.rawValue)
                ]
                try transaction.append(entry)
                return nil
            }
            return try transaction.write(&resident, values, under: chosen, caller: caller)
        }
        guard let outcome else {
            throw VaultError(.notFound, "this app holds no grant of such a resident that allows writing")
        }
        return outcome
    }

    /// The live grant under which an app may write all the fields of a question; nil if there is none.
    static func writable(
        _ resident: ResidentRow, _ question: AccessQuestion, _ transaction: Transaction
    ) throws -> GrantChoice? {
        let rows = try transaction.snapshot.grants(
            of: resident.reference, recipient: question.app.text, purpose: question.purpose.text)
        var words = GrantWords()
        guard let chosen = try GrantChoice.choose(rows, for: question.fields, now: transaction.now, words: &words) else {
            return nil
        }
        let decision = transaction.config.evaluator.decide(
            question, grant: chosen.terms.facts(state: chosen.row.state),
            resident: ResidentFacts(restricted: resident.restricted, age: nil), usedToday: 0, now: transaction.now)
        guard case .release(let allowed, _) = decision.outcome, question.fields.allSatisfy({ allowed[$0] != nil }) else {
            return nil
        }
        return chosen
    }
}

extension Transaction {
    /// Writes values under a grant: with the grant's own key where it holds the current one, else forward under a new
    /// epoch. Over a value of the resident's own it becomes a proposal.
    func write(
        _ resident: inout ResidentRow, _ values: [FieldName: JSON], under chosen: GrantChoice, caller: AppCaller
    ) throws -> (written: [FieldName], proposed: [FieldName]) {
        var rewrap: Rewrap?
        var forward: [NewValue] = []
        var proposed: [FieldName: JSON] = [:]
        let opened = try chosen.terms.actions.contains(.read)
            ? OpenedBundle.open(
                grant: chosen.row, granted: chosen.terms.granted, secret: caller.secret,
                recipient: try BoxPublicKey(caller.record.box), vault: vault.id, in: snapshot)
            : nil
        for (field, value) in values.sorted(by: { $0.key < $1.key }) {
            let cell = try snapshot.cell(resident: resident.reference, field: field)
            if let cell, cell.source.hasPrefix("~") {
                proposed[field] = value
                continue
            }
            let new = NewValue(field: field, value: value.encoded)
            if let cell, let opened, opened.keys.epoch(of: field.text) == cell.epoch, !resident.stale.contains(field),
                let key = try opened.keys.key(for: field.text)
            {
                try putCell(resident, new, epoch: cell.epoch, source: caller.name.text, key: key)
                rewrap = opened.rewrap
            } else {
                forward.append(new)
            }
        }
        // Before the epoch: a re-wrap replaces the bundle that was read, and the epoch only adds a supplement.
        try rewrap?.apply(in: self)
        try startEpoch(&resident, forward, source: caller.name.text)
        try propose(proposed, to: resident, app: caller.name)
        let written = values.keys.filter { proposed[$0] == nil }.sorted()
        var entry = entry(written.isEmpty ? .proposed : .written, request: .random())
        entry.role = .app
        entry.app = caller.name
        entry.party = caller.record.party
        entry.uid = caller.uid
        entry.purpose = chosen.terms.purpose
        entry.version = chosen.terms.version
        entry.basis = chosen.terms.basis
        entry.actions = [.write]
        entry.fields = written.isEmpty ? proposed.keys.sorted() : written
        entry.withheld = written.isEmpty ? [] : proposed.keys.sorted()
        entry.decision = "changed"
        entry.subjects = [
            try seal(&resident, app: caller.name.text, grant: chosen.row.id, outcome: entry.action.rawValue)
        ]
        try append(entry)
        return (written, proposed.keys.sorted())
    }

    /// Lets values wait for the resident, sealed to them.
    func propose(_ values: [FieldName: JSON], to resident: ResidentRow, app: AppName) throws {
        let box = try BoxPublicKey(resident.box)
        for (field, value) in values {
            let blob = try SealedProposal.seal(
                value.encoded, vault: vault.id.bytes, resident: resident.reference.id.bytes, field: field.text, to: box)
            try changes.put(
                ProposalRow(resident: resident.reference, field: field, app: app.text, time: now, blob: blob))
        }
    }
}
