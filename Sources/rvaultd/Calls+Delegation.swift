internal import ResidentVault
internal import VaultAPI
internal import VaultModel

/// What people do for each other: who acts for the resident, and what the resident does for others.
extension Calls {
    func delegationCall(_ request: Request, caller: ResidentCaller, reader: VaultReader) throws -> Answer {
        let uid = request.peer.uid
        switch request.route {
        case .delegates:
            return .json(
                DelegateList(
                    items: try vault.ownDelegates(caller, reader: reader).map { DelegateView($0) },
                    notice: DelegationTerms.notice))
        case .addDelegate:
            let message = try WireDecoding.decode(request.body, as: DelegateRequest.self)
            let grant = try vault.addDelegate(
                message.login, fields: message.fields ?? [], categories: message.categories ?? [], until: message.until,
                caller: caller)
            return .json(ApprovalResponse(grant: grant))
        case .withdrawDelegate:
            try vault.withdrawDelegate(try id(request.parameter), caller: caller)
        case .wards:
            return .json(ItemList(items: try vault.wards(caller, uid: uid).map { WardView($0) }))
        case .wardFields:
            let fields = try vault.wardFields(try id(request.parameter), caller: caller, uid: uid)
            return .json(ItemList(items: fields.map { FieldView($0) }))
        case .wardGrants:
            let grants = try vault.wardGrants(try id(request.parameter), caller: caller, reader: reader)
            return .json(ItemList(items: grants.map { GrantView($0) }))
        case .wardRequests:
            let requests = try vault.wardRequests(try id(request.parameter), caller: caller, reader: reader)
            return .json(ItemList(items: requests.map { RequestView($0) }))
        case .wardApprove:
            let message = try WireDecoding.decode(request.body, as: WardApproval.self)
            let grant = try vault.approve(
                message.request, as: try id(request.parameter), fields: message.fields, until: message.until, caller: caller)
            return .json(ApprovalResponse(grant: grant))
        case .wardDeny:
            let message = try WireDecoding.decode(request.body, as: WardRequest.self)
            try vault.deny(message.request, as: try id(request.parameter), caller: caller)
        case .wardRevoke:
            let message = try WireDecoding.decode(request.body, as: WardGrant.self)
            try vault.revoke(message.grant, as: try id(request.parameter), caller: caller)
        case .wardPause:
            let message = try WireDecoding.decode(request.body, as: WardGrant.self)
            try vault.pause(message.grant, as: try id(request.parameter), caller: caller)
        case .wardCorrect:
            let message = try WireDecoding.decode(request.body, as: Correction.self)
            try vault.correct(message.fields, as: try id(request.parameter), caller: caller, uid: uid)
        case .wardResign:
            try vault.resign(try id(request.parameter), caller: caller)
        default: throw VaultError(.notFound, "no such call")
        }
        return .json(EmptyMessage())
    }
}

extension ConsentField {
    init(_ field: OwnConsentField) { self.init(field: field.field, title: field.title, form: field.form) }
}

extension DelegateView {
    init(_ delegate: OwnDelegate) {
        self.init(
            id: delegate.grant, login: delegate.login, fields: delegate.fields.map { ConsentField($0) },
            basis: delegate.basis, from: delegate.from, until: delegate.until, state: delegate.state,
            ended: delegate.ended, own: delegate.isOwn)
    }
}

extension WardView {
    init(_ ward: OwnWard) {
        self.init(
            id: ward.grant, login: ward.login, name: ward.name, fields: ward.fields.map { ConsentField($0) },
            basis: ward.basis, from: ward.from, until: ward.until, openRequests: ward.openRequests)
    }
}

extension FieldView {
    init(_ field: OwnField) {
        self.init(
            field: field.field, title: field.title, value: field.value, source: field.source,
            sourceTitle: field.sourceTitle, time: field.time)
    }
}
