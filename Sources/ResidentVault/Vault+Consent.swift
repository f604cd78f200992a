internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Agrees to a request, in whole or in part: the resident's own key signs the statement and seals the keys of
    /// exactly these fields to the app.
    ///
    /// - Parameters:
    ///   - fields: some of the fields asked for; all if nil.
    ///   - until: no later than the request and the purpose allow; the earlier of the two if nil.
    /// - Throws: `VaultError` with `notFound`, `conflict` for a request that is answered or ran out or whose purpose
    ///   has changed, `badValue` for fields not asked or a date out of bounds, `forbidden` for a child's own consent.
    package func approve(
        _ id: RequestID, fields chosen: [FieldName]?, until wanted: Instant?, caller: ResidentCaller,
        reader: VaultReader? = nil
    ) throws -> GrantID {
        try drafted(reader: reader) { transaction in
            var resident = try transaction.current(caller)
            let row = try transaction.pending(id, of: resident)
            let terms = try transaction.terms(of: row, fields: chosen, until: wanted)
            // A child with a guardian does not agree in the guardian's place.
            if terms.purpose.basis == .consentGuardian, try transaction.hasGuardian(resident.reference) {
                throw VaultError(.forbidden, "your guardian answers this", hint: "it waits in their list")
            }
            try transaction.requireAsLogged(resident)
            try transaction.sweep(&resident, request: nil)
            let keys = try transaction.healed(
                &resident, box: caller.keys.box, fields: terms.fields.union(Transaction.ageFields))
            try transaction.checkAge(resident, keys: keys, basis: terms.purpose.basis)
            return try transaction.give(
                terms, for: row, of: &resident, giver: .resident, signing: try caller.keys.signing(), keys: keys, basis: nil,
                role: .resident)
        }
    }

    /// Says no to a request. The app is not told; it is not heard again for thirty days.
    package func deny(_ id: RequestID, caller: ResidentCaller) throws {
        try writer.perform(isEnding: true) { transaction in
            let resident = try transaction.current(caller)
            try transaction.refuse(try transaction.pending(id, of: resident), of: resident, role: .resident)
        }
    }

    /// Ends a grant that rests on the resident's consent: the keys go and the fields move to new ones, in one transaction.
    ///
    /// - Throws: `VaultError` with `forbidden` for a grant that rests on contract or law: the other side's duty does not
    ///   end with a click, and who to ask is in the hint.
    package func revoke(_ id: GrantID, caller: ResidentCaller, reader: VaultReader? = nil) throws {
        try end(id, as: .withdrawn, action: .withdrawn, caller: caller, reader: reader)
    }

    /// Suspends a grant: its keys go until it is resumed.
    package func pause(_ id: GrantID, caller: ResidentCaller, reader: VaultReader? = nil) throws {
        try end(id, as: .paused, action: .paused, caller: caller, reader: reader)
    }

    private func end(
        _ id: GrantID, as state: GrantState, action: LogAction, caller: ResidentCaller, reader: VaultReader?
    ) throws {
        try drafted(isEnding: true, reader: reader) { transaction in
            var resident = try transaction.current(caller)
            let isAsLogged = try transaction.isAsLogged(resident)
            if isAsLogged { try transaction.sweep(&resident, request: nil) }
            let (grant, statement) = try transaction.grant(id, of: resident)
            guard grant.state.isLive || (grant.state == .paused && state == .withdrawn) else {
                throw VaultError(.conflict, "this grant has ended already")
            }
            guard statement.recipient.app != nil || statement.giver == .resident else {
                throw VaultError(
                    .forbidden, "this person acts for you by law", hint: "ask the residents' committee")
            }
            guard statement.basis.needsConsent else {
                throw VaultError(
                    .forbidden, "this access rests on \(statement.basis.rawValue), not on your consent",
                    hint: "to end it, end the contract or ask its party: \(statement.party ?? "")")
            }
            try transaction.end(&resident, grant, as: state)
            // Damaged rows must not keep a grant alive: what cannot be moved now stays stale.
            let moved = try transaction.rekeyIfPossible(&resident, box: caller.keys.box)
            var entry = try transaction.grantEntry(action, grant, &resident, request: .random())
            entry.role = .resident
            if !moved { entry.reason = "not_rekeyed" }
            if !isAsLogged { entry.reason = Transaction.stateDiffers }
            try transaction.append(entry)
        }
    }

    /// Takes a paused grant up again, with a new bundle, to its old date.
    package func resume(_ id: GrantID, caller: ResidentCaller, reader: VaultReader? = nil) throws {
        try drafted(reader: reader) { transaction in
            var resident = try transaction.current(caller)
            try transaction.requireAsLogged(resident)
            try transaction.sweep(&resident, request: nil)
            var (grant, statement) = try transaction.grant(id, of: resident)
            guard grant.state == .paused else { throw VaultError(.conflict, "this grant is not paused") }
            guard statement.until > transaction.now else {
                throw VaultError(.conflict, "this grant ran out on \(statement.until.localMinute)")
            }
            // What ended while it was paused holds nothing of what it gets now.
            let keys = try transaction.healed(
                &resident, box: caller.keys.box, fields: Set(statement.fields.keys))
            grant.state = .given
            try transaction.changes.put(grant)
            try transaction.putBundle(grant, statement: statement, resident: resident, keys: keys)
            var entry = try transaction.grantEntry(.resumed, grant, &resident, request: .random())
            entry.role = .resident
            try transaction.append(entry)
        }
    }
}

/// What an answer to a request comes to.
struct ConsentTerms {
    let purpose: Purpose
    let fields: Set<FieldName>
    let until: Instant
}

extension Transaction {
    /// The terms of an answer, within what was asked and what the purpose allows.
    ///
    /// - Parameter ceiling: the last moment that whoever answers can give.
    func terms(
        of row: AccessRequestRow, fields chosen: [FieldName]?, until wanted: Instant?,
        ceiling: Instant = Instant(milliseconds: .max)
    ) throws -> ConsentTerms {
        guard let purpose = config.config.policies.purposes[row.purpose], Int64(purpose.version) == row.version,
            config.config.liveApp(row.app) != nil
        else {
            throw VaultError(.conflict, "the purpose or the app has changed since this was asked", hint: "the app must ask again")
        }
        let fields = chosen.map(Set.init) ?? row.fields
        guard !fields.isEmpty, fields.isSubset(of: row.fields) else {
            throw VaultError(.badValue, "only fields that were asked for can be granted")
        }
        let latest = min(
            row.until ?? Instant(milliseconds: .max), purpose.limits.longestUntil(from: now), ceiling)
        let until = wanted ?? latest
        guard until > now, until <= latest else {
            throw VaultError(.badValue, "the end must lie after now and not after \(latest.localMinute)")
        }
        return ConsentTerms(purpose: purpose, fields: fields, until: until)
    }

    /// Gives what was asked: the statement is signed, its fields' keys are sealed to the app, the request is closed.
    ///
    /// - Parameter basis: what it rests on, where that is more than the purpose asks for.
    func give(
        _ terms: ConsentTerms, for request: AccessRequestRow, of resident: inout ResidentRow, giver: GrantStatement.Giver,
        signing: borrowing SigningKeyPair, keys: borrowing FieldKeySet, basis: LegalBasis?, role: LogRole
    ) throws -> GrantID {
        let statement = try GrantStatement(
            purpose: terms.purpose, resident: try pairwise(resident.reference, app: terms.purpose.app),
            fields: GrantStatement.forms(terms.fields, of: terms.purpose, ceiling: request.form), from: now,
            until: terms.until, config: config, giver: giver, signer: signing.publicKey.bytes, how: "terminal", basis: basis)
        let signature = signing.sign(type: "grant", object: try statement.encoded())
        let grant = try give(resident, statement: statement, signature: signature, keys: keys)
        var row = request
        row.state = .given
        row.decided = now
        row.grant = grant.id
        try changes.put(row)
        var entry = try grantEntry(.given, grant, &resident, request: .random())
        entry.role = role
        try append(entry)
        return grant.id
    }

    /// Closes a request with a no, and logs it.
    func refuse(_ request: AccessRequestRow, of resident: ResidentRow, role: LogRole) throws {
        var row = request
        row.state = .refused
        row.decided = now
        try changes.put(row)
        var entry = entry(.denied, request: .random())
        entry.role = role
        entry.app = row.app
        entry.purpose = row.purpose
        entry.subjects = [LogEntry.Subject(tag: try resident.tag(row.app.text), outcome: LogAction.denied.rawValue)]
        try append(entry)
    }

    /// Whether a guardian who was issued acts for a child now.
    func hasGuardian(_ resident: ResidentReference) throws -> Bool {
        try snapshot.grants(of: resident).contains { row in
            guard row.state.isLive, row.until > now, GrantRecipient(row.recipient)?.person != nil else { return false }
            return try GrantStatement(decoding: row.statement).basis == .consentGuardian
        }
    }

    func pending(_ id: RequestID, of resident: ResidentRow) throws -> AccessRequestRow {
        guard let row = try snapshot.accessRequest(id: id), row.resident == resident.reference else {
            throw VaultError(.notFound, "you have no such request")
        }
        guard row.state == .requested else { throw VaultError(.conflict, "this request is answered already") }
        guard row.expires > now else { throw VaultError(.conflict, "this request has run out") }
        return row
    }

    func grant(_ id: GrantID, of resident: ResidentRow) throws -> (GrantRow, GrantStatement) {
        guard let grant = try snapshot.grant(id: id), grant.resident == resident.reference else {
            throw VaultError(.notFound, "you have given no such grant")
        }
        return (grant, try GrantStatement(decoding: grant.statement))
    }

    /// The fields that tell a resident's age.
    static let ageFields = Set([birthDateField, idNumberField].compactMap { FieldName($0) })
    private static let (birthDateField, idNumberField) = ("person.birth_date", "person.id_number")

    private func text(_ name: String, of resident: ResidentRow, keys: borrowing FieldKeySet) throws -> String? {
        guard let field = FieldName(name), let cell = try snapshot.cell(resident: resident.reference, field: field),
            let value = try FieldKeys.open(cell, vault: vault.id, keys: keys)
        else { return nil }
        return try JSONParser.parse(value).string
    }

    /// GB 11643: the birth date stands in places 7 to 14.
    private static func birthDate(_ idNumber: String) -> CivilDate? {
        let digits = Array(idNumber.utf8)
        guard digits.count == 18 else { return nil }
        let text = String(decoding: digits[6..<10] + [45] + digits[10..<12] + [45] + digits[12..<14], as: UTF8.self)
        return CivilDate(text: text)
    }

    /// Under fourteen only a guardian's consent counts (PIPL art. 31). The birth date is the resident's own field, opened
    /// with their own key; without one it is read off the ID number.
    func checkAge(_ resident: ResidentRow, keys: borrowing FieldKeySet, basis: LegalBasis) throws {
        guard basis != .consentGuardian else { return }
        let born = try text(Self.birthDateField, of: resident, keys: keys).flatMap { CivilDate(text: $0) }
            ?? text(Self.idNumberField, of: resident, keys: keys).flatMap(Self.birthDate)
        guard let born, let today = CivilDate(text: now.localDay) else {
            throw VaultError(.forbidden, "the record does not tell whether you are old enough to agree", hint: "ask the residents' committee")
        }
        guard born.years(to: today) < 14 else { return }
        throw VaultError(
            .forbidden, "a child under 14 cannot agree alone", hint: "a guardian must agree; ask the residents' committee")
    }
}
