internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// As many residents as one request may name.
    package static let residentsPerRequest = 500

    /// Reads fields for an app: decides, opens and logs, and hands over the answer when its entry is durable.
    ///
    /// It runs synchronously up to the writer's queue, so an event loop may call it with a reader of its own.
    /// - Parameters:
    ///   - resume: runs a closure where the reader belongs; used when the writer found the decision outdated.
    ///   - lead: has a closure run soon where the read's batch may be written; nil for the writer's own thread.
    ///   - finish: gets the JSON of the answer, or the refusal, both logged; called on the thread that wrote them.
    package func read(
        _ request: ReadRequest, caller: AppCaller, reader: VaultReader, tries: Int = Vault.decisionTries,
        lead: (@Sendable (@escaping @Sendable () -> Void) -> Void)? = nil,
        resume: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        finish: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) {
        let prepared: PreparedRead
        do {
            let config = writer.config
            switch Self.screen(request, caller: caller, config: config) {
            case .refused(let error, let decision):
                return logRefusal(
                    decision?.reason?.rawValue ?? error.code.rawValue, app: caller, purpose: request.purpose,
                    rule: decision?.rule, finish: { finish(.failure($0 ?? error)) })
            case .passed(let question):
                prepared = try prepare(request, question, caller: caller, config: config, reader: reader)
            }
        } catch {
            // A row that does not verify, a key that does not open: a refusal like any other, so it is logged.
            return logRefusal(
                VaultError.Code.integrity.rawValue, app: caller, purpose: request.purpose, rule: nil,
                finish: { finish(.failure($0 ?? error)) })
        }
        let stands = Flag()
        // A rewrapped bundle is written before the entry, which can still be refused.
        writer.submit(lead: lead, writesLast: prepared.rewraps.isEmpty, { transaction in
            // Every run decides anew: a batch that met a full disk is run again.
            stands.set(try prepared.commit(request, caller: caller.record, uid: caller.uid, in: transaction))
        }, finish: { error in
            if error as? AuditError == .entryTooLarge {
                return self.logRefusal(
                    VaultError.Code.tooLarge.rawValue, app: caller, purpose: request.purpose, rule: nil,
                    finish: { finish(.failure($0 ?? Self.tooLargeForOneEntry)) })
            }
            if let error { return finish(.failure(error)) }
            if stands.isSet { return finish(.success(prepared.body)) }
            guard tries > 1 else {
                return finish(.failure(VaultError(.busy, "this resident's data keeps changing", retryAfter: 1)))
            }
            resume {
                reader.store.endView()
                self.read(request, caller: caller, reader: reader, tries: tries - 1, lead: lead, resume: resume, finish: finish)
            }
        })
    }

    private enum Screened {
        case refused(VaultError, Decision?)
        case passed(ScreenedQuestion)
    }

    /// What is the same for all residents of a request: shape, purpose, fields, form.
    private static func screen(_ request: ReadRequest, caller: AppCaller, config: ConfigInForce) -> Screened {
        guard !request.residents.isEmpty, request.residents.count <= residentsPerRequest else {
            return .refused(
                VaultError(.tooLarge, "a request names 1 to \(residentsPerRequest) residents, this one \(request.residents.count)"),
                nil)
        }
        guard request.residents.areDistinct, request.fields.areDistinct, !request.fields.isEmpty else {
            return .refused(VaultError(.badValue, "residents and fields are named once each, and at least one"), nil)
        }
        // The initiator stands in the log, so it is an id of the app's staff list and never a name.
        guard request.initiator.map(isStaffID) ?? true else {
            return .refused(
                VaultError(
                    .badValue, "`initiator` is an id: 1 to 64 letters, digits, dots, hyphens, underscores, no 7 digits in a row"),
                nil)
        }
        switch config.evaluator.screened(request.question(caller)) {
        case .refused(let decision): return .refused(error(for: decision), decision)
        case .passed(let question): return .passed(question)
        }
    }

    private static let tooLargeForOneEntry = VaultError(
        .tooLarge, "what was withheld from whom does not fit into one log entry", hint: "ask for fewer residents at once")

    /// Seven digits in a row can be a phone or ID number, and those do not belong in a log.
    private static func isStaffID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.split(whereSeparator: { !(48...57).contains($0) }).allSatisfy { $0.count < 7 }
            && text.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 0x2e
                    || byte == 0x2d || byte == 0x5f
            }
    }

    /// The refusal that a caller sees for a decision that concerns the whole request.
    static func error(for decision: Decision) -> VaultError {
        switch decision.reason {
        case .unknownPurpose: VaultError(.unknownPurpose, "the policy knows no such purpose")
        case .unknownField: VaultError(.unknownField, "the policy knows no such field")
        case .badForm: VaultError(.badForm, "the purpose allows no field in this form")
        case .rowsLimit: VaultError(.tooLarge, "the purpose allows fewer residents in one request")
        case .missingInitiator: VaultError(.missingKey, "this purpose asks for `initiator`: who at the app wants to know")
        case .missingCase: VaultError(.missingKey, "this purpose asks for `case`: which matter it belongs to")
        default:
            VaultError(
                .purposeNotAllowed, "this app may not do that for this purpose",
                hint: "GET /v1/whoami lists what the app may do")
        }
    }

    /// Decides and opens everything on one view.
    private func prepare(
        _ request: ReadRequest, _ question: ScreenedQuestion, caller: AppCaller, config: ConfigInForce, reader: VaultReader
    ) throws -> PreparedRead {
        let recipient = try BoxPublicKey(caller.record.box)
        guard reader.keepsViews else {
            let moment = writer.revisions.now
            return try reader.store.read {
                try prepare(
                    request, question, caller: caller, config, recipient: recipient, reader: reader, snapshot: $0, moment: moment)
            }
        }
        let found = try reader.store.read(since: { writer.revisions.now }) { snapshot, moment, isNew -> PreparedRead? in
            let prepared = try prepare(
                request, question, caller: caller, config, recipient: recipient, reader: reader, snapshot: snapshot, moment: moment)
            // Someone can be unknown because the view is old, and the writer would not notice.
            return prepared.namesUnknown && !isNew ? nil : prepared
        }
        if let found { return found }
        reader.store.endView()
        return try reader.store.read(since: { writer.revisions.now }) { snapshot, moment, _ in
            try prepare(
                request, question, caller: caller, config, recipient: recipient, reader: reader, snapshot: snapshot, moment: moment)
        }
    }

    private func prepare(
        _ request: ReadRequest, _ question: ScreenedQuestion, caller: AppCaller, _ config: ConfigInForce,
        recipient: BoxPublicKey, reader: VaultReader, snapshot: Snapshot, moment: UInt64
    ) throws -> PreparedRead {
        let now = writer.now
        var prepared = PreparedRead(moment: moment, config: config)
        let wrap = try caller.secret.wrapKey()
        let mark = BoxMark.of(recipient)
        var words = reader.takeWords()
        defer { reader.keep(words) }
        prepared.body.reserveCapacity(256 * request.residents.count)
        if !request.lines { prepared.body.append(contentsOf: #"{"records":["#.utf8) }
        do {
            for (position, text) in request.residents.enumerated() {
                if position > 0 { prepared.body.append(UInt8(ascii: request.lines ? "\n" : ",")) }
                let counted = prepared.counts.count
                do {
                    try appendItem(
                        text, request, question, caller: caller, wrap: wrap, recipient: recipient, mark: mark, config: config,
                        now: now, snapshot: snapshot, words: &words, to: &prepared)
                } catch let failure as StoreError where failure.endsBatch {
                    throw failure
                } catch CryptoError.memoryLockUnavailable {
                    throw CryptoError.memoryLockUnavailable
                } catch {
                    // A damaged row of one person is theirs alone: the neighbours of the batch get their answer.
                    prepared.counts.removeSubrange(counted...)
                    prepared.isDamaged = true
                    // Under their own tag, so that they see it in their history, where the row can be told at all.
                    let resident = try? PairwiseID(base32: text).flatMap {
                        try snapshot.unchecked().resident(pairwise: $0, recipient: caller.name.text)
                    }
                    let tag = try resident?.tag(caller.name.text)
                        ?? keys.now.decoy(app: caller.name, subject: Array(text.utf8))
                    prepared.appendRefused(text, code: .unavailable, tag: tag, fields: request.fields)
                }
            }
        }
        prepared.body.append(contentsOf: request.lines ? "\n".utf8 : "]}".utf8)
        return prepared
    }

    private func appendItem(
        _ text: String, _ request: ReadRequest, _ question: ScreenedQuestion, caller: AppCaller, wrap: borrowing WrapKey,
        recipient: BoxPublicKey, mark: [UInt8], config: ConfigInForce, now: Instant, snapshot: Snapshot, words: inout GrantWords, to prepared: inout PreparedRead
    ) throws {
        let app = caller.name.text
        guard let id = PairwiseID(base32: text), let resident = try snapshot.resident(pairwise: id, recipient: app) else {
            let tag = keys.now.decoy(app: caller.name, subject: Array(text.utf8))
            prepared.namesUnknown = true
            return prepared.appendRefused(text, code: .noGrant, tag: tag, fields: request.fields)
        }
        prepared.residents.append(resident.reference.number)
        let tag = try resident.tag(app)
        let chosen = try GrantChoice.choose(
            try snapshot.grants(of: resident.reference, recipient: app, purpose: request.purpose.text), for: request.fields,
            now: now, words: &words)
        let used = chosen.map { writer.counts.used($0.row.id, on: now.localDayNumber) } ?? 0
        let decision = question.decide(
            grant: chosen.flatMap { $0.terms.facts(state: $0.row.state) },
            resident: ResidentFacts(restricted: resident.restricted, age: nil), usedToday: used, now: now)
        guard case .release(let forms, let held) = decision.outcome, let chosen,
            chosen.terms.resident == id
        else {
            return prepared.appendRefused(
                text, code: decision.reason ?? .noGrant, tag: tag, fields: request.fields, grant: chosen?.row.id)
        }
        prepared.until = min(prepared.until, chosen.terms.until)
        let newest = config.config.policies.purposes[request.purpose]?.limits.readsPerDay ?? 0
        prepared.counts.append((chosen.row.id, min(chosen.terms.readsPerDay, newest)))
        let opened = try OpenedBundle.open(
            grant: chosen.row, granted: chosen.terms.granted, secret: caller.secret, wrap: wrap, recipient: recipient,
            mark: mark, vault: self.id, in: snapshot)
        var item = ReadItem(base32: text, fields: request.fields.count)
        var scope = CellScope(vault: self.id.bytes, resident: resident.reference.id.bytes)
        let allowed = request.fields.map { forms[$0] }
        let cells = try snapshot.cells(of: resident.reference, fields: request.fields, where: { allowed[$0] != nil })
        for (position, field) in request.fields.enumerated() {
            guard let form = allowed[position] else {
                item.withhold(field, code: (held[field] ?? .noGrant).publicCode)
                continue
            }
            guard let cell = cells[position] else {
                item.miss(field)
                continue
            }
            if let opened, let value = try FieldKeys.open(cell, keys: opened.keys, in: &scope),
                let shown = try disclose(value, field: field, form: form, request: request, config: config, now: now)
            {
                item.release(field, value: shown)
                prepared.form = max(prepared.form ?? .answer, form)
            } else {
                item.withhold(field, code: ReasonCode.unavailable.publicCode)
            }
        }
        if let rewrap = opened?.rewrap { prepared.rewraps.append(rewrap) }
        prepared.append(item, tag: tag, grant: chosen.row.id)
    }

    private func disclose(
        _ value: [UInt8], field: FieldName, form: DisclosureForm, request: ReadRequest, config: ConfigInForce, now: Instant
    ) throws -> [UInt8]? {
        // A raw value is spliced as it was stored.
        if form == .raw { return value }
        let policies = config.config.policies
        guard let definition = policies.fields[field], let rule = policies.purposes[request.purpose]?.fields[field],
            let today = CivilDate(text: now.localDay)
        else { return nil }
        return Disclosure.disclose(
            try JSONParser.parse(value), field: definition, rule: rule, form: form, today: today)?.encoded
    }
}

extension ReadRequest {
    func question(_ caller: AppCaller) -> AccessQuestion {
        AccessQuestion(
            app: caller.name, purpose: purpose, fields: fields, form: form, action: .read, initiator: initiator != nil,
            caseReference: caseReference != nil, rows: rows)
    }
}
