internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Takes a platform's values for people who are enrolled already. Where the app has the right to write, they are
    /// written, forward under a new epoch if it cannot read back; elsewhere they wait for the resident.
    ///
    /// The answer is the same for known and unknown people, so a platform does not learn here who lives in the
    /// community: only rows that are malformed are told.
    /// - Returns: for each row nil, or why it was malformed.
    package func update(_ rows: [[FieldName: JSON]], caller: AppCaller) throws -> [String?] {
        var answers: [String?] = []
        for row in rows {
            let reason = malformed(row)
            answers.append(reason)
            if reason == nil { try update(row, caller: caller) }
        }
        return answers
    }

    private func malformed(_ row: [FieldName: JSON]) -> String? {
        for (field, value) in row.sorted(by: { $0.key < $1.key }) {
            guard let definition = config.config.policies.fields[field] else { return "the policy knows no field \(field)" }
            guard definition.accepts(value) else { return "the value of \(field) is not of type \(definition.type.word)" }
        }
        return row.keys.contains { config.config.policies.fields[$0]?.lookup == true }
            ? nil : "the row holds nothing that tells whose it is"
    }

    private func update(_ row: [FieldName: JSON], caller: AppCaller) throws {
        try writer.perform { [self] transaction in
            try transaction.requireLive(caller.record)
            guard var resident = try match(row, caller: caller, transaction) else {
                var entry = transaction.entry(.imported, request: .random())
                entry.role = .app
                entry.app = caller.name
                entry.party = caller.record.party
                entry.uid = caller.uid
                entry.decision = "refused"
                entry.reason = "no_match"
                try transaction.append(entry)
                return
            }
            try transaction.requireAsLogged(resident, caller: caller)
            try transaction.sweep(&resident, request: nil)
            var rest = row.filter { config.config.policies.fields[$0.key]?.lookup != true && $0.key.text != "person.name" }
            for purpose in transaction.config.config.policies.purposes(of: caller.name) where purpose.actions.contains(.write) {
                let mine = rest.filter { purpose.fields[$0.key]?.write == true }
                guard !mine.isEmpty else { continue }
                let question = AccessQuestion(
                    app: caller.name, purpose: purpose.name, fields: mine.keys.sorted(), form: nil, action: .write,
                    initiator: true, caseReference: true, rows: 1)
                guard let chosen = try Self.writable(resident, question, transaction) else { continue }
                _ = try transaction.write(&resident, mine, under: chosen, caller: caller)
                for field in mine.keys { rest[field] = nil }
            }
            guard !rest.isEmpty else { return }
            try transaction.propose(rest, to: resident, app: caller.name)
            var entry = transaction.entry(.proposed, request: .random())
            entry.role = .app
            entry.app = caller.name
            entry.party = caller.record.party
            entry.uid = caller.uid
            entry.fields = rest.keys.sorted()
            entry.decision = "changed"
            entry.subjects = [
                try transaction.seal(&resident, app: caller.name.text, grant: nil, outcome: LogAction.proposed.rawValue)
            ]
            try transaction.append(entry)
        }
    }

    /// Whose row it is: by ID number; without one, by phone and name, where the app holds a grant that lets it read the
    /// name and exactly one person fits. A phone alone decides nothing: families share them.
    private func match(_ row: [FieldName: JSON], caller: AppCaller, _ transaction: Transaction) throws -> ResidentRow? {
        let snapshot = transaction.snapshot
        if let field = FieldName(Self.identifyingField), let number = row[field]?.string {
            return try snapshot.residents(field: field, index: transaction.keys.indexes(field, number)).first
        }
        guard let phoneField = FieldName("contact.phone"), let nameField = FieldName("person.name"),
            let phone = row[phoneField]?.string, let name = row[nameField]
        else { return nil }
        let fitting = try snapshot.residents(field: phoneField, index: transaction.keys.indexes(phoneField, phone)).filter { resident in
            guard let cell = try snapshot.cell(resident: resident.reference, field: nameField) else { return false }
            let grants = try snapshot.grants(of: resident.reference).filter {
                $0.recipient == caller.name.text && $0.state.isLive && $0.until > transaction.now
            }
            for grant in grants {
                let statement = try GrantStatement(decoding: grant.statement)
                guard statement.actions.contains(.read), statement.fields[nameField] != nil,
                    let opened = try OpenedBundle.open(
                        grant: grant, granted: statement.granted, secret: caller.secret,
                        recipient: try BoxPublicKey(caller.record.box), vault: id, in: snapshot),
                    let value = try FieldKeys.open(cell, vault: id, keys: opened.keys)
                else { continue }
                return try JSONParser.parse(value) == name
            }
            return false
        }
        return fitting.count == 1 ? fitting.first : nil
    }
}
