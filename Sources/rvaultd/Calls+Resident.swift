internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    func residentCall(_ request: Request, reader: VaultReader) throws -> Answer {
        let caller = try resident(request)
        switch request.route {
        case .logout:
            vault.logOut(caller)
            return Answer(status: .noContent)
        case .me:
            let status = try vault.status(reader: reader, mayBeOld: true)
            return .json(
                MeView(
                    login: try vault.loginName(caller, reader: reader), name: nil, custodians: status.custodians,
                    threshold: status.threshold, vault: vault.name,
                    standing: StandingView(try vault.standing(caller, reader: reader))))
        case .changePassphrase:
            let message = try WireDecoding.decode(request.body, as: PassphraseChange.self)
            let opened = try vault.changePassphrase(
                old: Array(message.old.utf8), new: Array(message.new.utf8), caller: caller)
            return .json(
                SessionResponse(session: String(decoding: opened.session, as: UTF8.self), expires: opened.expires))
        case .renewMe:
            let message = try WireDecoding.decode(request.body, as: SeedRenewal.self)
            let opened = try vault.renewSeed(passphrase: Array(message.passphrase.utf8), caller: caller)
            return .json(
                SessionResponse(session: String(decoding: opened.session, as: UTF8.self), expires: opened.expires))
        case .myFields: return try fields(request, caller: caller)
        case .myGrants:
            return .json(ItemList(items: try vault.ownGrants(caller, reader: reader).map { GrantView($0) }))
        case .myRequests:
            return .json(ItemList(items: try vault.ownRequests(caller, reader: reader).map { RequestView($0) }))
        case .approve:
            let message = try body(request, as: Approval.self) ?? Approval()
            let grant = try vault.approve(
                try id(request.parameter), fields: message.fields, until: message.until, caller: caller, reader: reader)
            return .json(ApprovalResponse(grant: grant))
        case .deny:
            try vault.deny(try id(request.parameter), caller: caller)
            return .json(EmptyMessage())
        case .revoke:
            try vault.revoke(try id(request.parameter), caller: caller, reader: reader)
            return .json(EmptyMessage())
        case .pause:
            try vault.pause(try id(request.parameter), caller: caller, reader: reader)
            return .json(EmptyMessage())
        case .resume:
            try vault.resume(try id(request.parameter), caller: caller, reader: reader)
            return .json(EmptyMessage())
        case .acceptProposal:
            let message = try WireDecoding.decode(request.body, as: ProposalAcceptance.self)
            try vault.acceptProposal(try field(request.parameter), seen: message.time, caller: caller)
            return .json(EmptyMessage())
        case .declineProposal:
            try vault.declineProposal(try field(request.parameter), caller: caller)
            return .json(EmptyMessage())
        case .history: return try history(request, caller: caller, reader: reader)
        case .ownProof:
            return .text(try vault.ownProof(try index(request.parameter), caller: caller, reader: reader))
        case .eraseMine: return try eraseMine(request, caller: caller, reader: reader)
        case .receipt: return try receipt(request, caller: caller, reader: reader)
        default: return try delegationCall(request, caller: caller, reader: reader)
        }
    }

    /// A body that may be absent where it says nothing.
    private func body<Message: WireMessage>(_ request: Request, as: Message.Type) throws -> Message? {
        request.body.isEmpty ? nil : try WireDecoding.decode(request.body, as: Message.self)
    }

    private func field(_ text: String) throws -> FieldName {
        guard let field = FieldName(text) else { throw VaultError(.notFound, "there is no such field") }
        return field
    }

    private func fields(_ request: Request, caller: ResidentCaller) throws -> Answer {
        let (fields, proposals) = try vault.ownFields(caller, uid: request.peer.uid)
        return .json(
            MyFields(
                fields: fields.map { FieldView($0) },
                proposals: proposals.compactMap { proposal in
                    AppName(proposal.app).map {
                        ProposalView(
                            field: proposal.field, title: proposal.title, value: proposal.value, app: $0, time: proposal.time)
                    }
                }))
    }

    private func receipt(_ request: Request, caller: ResidentCaller, reader: VaultReader) throws -> Answer {
        let wanted = try id(request.parameter, as: GrantID.self)
        let receipt = try vault.ownReceipt(wanted, caller: caller, reader: reader)
        return .json(
            ReceiptView(
                statement: String(decoding: receipt.bytes, as: UTF8.self), signature: receipt.signature,
                signer: receipt.statement.signer, digest: receipt.digest,
                logIndex: try vault.givenIndex(receipt.statement, caller: caller, reader: reader).map { Int($0) },
                checkpoint: String(decoding: try vault.checkpointForAll(), as: UTF8.self)))
    }

    private func history(_ request: Request, caller: ResidentCaller, reader: VaultReader) throws -> Answer {
        let limit = try request.query["limit"].map { Int(try index($0)) } ?? 50
        guard request.query.keys.allSatisfy({ ["limit", "before"].contains($0) }) else {
            throw VaultError(.badValue, "a history takes `limit` and `before`")
        }
        guard (1...WireLimits.page).contains(limit) else {
            throw VaultError(.badValue, "limit must be 1 to \(WireLimits.page)")
        }
        let page = try vault.history(
            caller, before: try request.query["before"].map(index), limit: limit, reader: reader)
        return .json(HistoryPage(items: page.entries.map { HistoryItem($0) }, next: page.next.map { Int($0) }))
    }
}

extension ConsentParty {
    init(_ recipient: OwnRecipient) {
        self.init(
            app: recipient.app, party: recipient.party, partyTitle: recipient.partyTitle,
            operatorHeld: recipient.operatorHeld, purpose: recipient.purpose, title: recipient.title,
            notice: recipient.notice)
    }
}

extension GrantView {
    init(_ grant: OwnGrant) {
        self.init(
            id: grant.statement.grant, recipient: ConsentParty(grant.recipient),
            fields: grant.fields.map { ConsentField(field: $0.field, title: $0.title, form: $0.form) },
            actions: grant.statement.actions, form: grant.statement.form, basis: grant.statement.basis,
            from: grant.statement.from, until: grant.statement.until, state: grant.state, ended: grant.ended)
    }
}

extension RequestView {
    init(_ request: OwnRequest) {
        self.init(
            id: request.id, recipient: ConsentParty(request.recipient), necessity: request.necessity,
            impact: request.impact,
            fields: request.fields.map {
                ConsentField(field: $0.field, title: $0.title, form: $0.form, sensitive: $0.isSensitive)
            },
            form: request.form, basis: request.basis, until: request.until, created: request.created,
            expires: request.expires, state: request.state)
    }
}

extension HistoryItem {
    init(_ entry: OwnEntry) {
        self.init(
            sequence: Int(entry.seq), time: entry.time, action: entry.action, role: entry.role,
            app: entry.app, partyTitle: entry.partyTitle, purpose: entry.purpose, purposeTitle: entry.purposeTitle,
            initiator: entry.initiator, fields: entry.fields.map { Field(field: $0.field, title: $0.title) },
            withheld: entry.withheld.map { Field(field: $0.field, title: $0.title) }, form: entry.form,
            basis: entry.basis, outcome: entry.outcome, reason: entry.reason)
    }
}

extension StandingView {
    init(_ standing: OwnStanding) {
        self.init(
            custodians: standing.custodians, operatorHeld: standing.operatorHeld,
            handovers: standing.handovers.map { Handover(from: $0.from, to: $0.to, ended: $0.ended) })
    }
}
