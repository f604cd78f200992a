internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    /// What a custodian does live, by the credential of their key.
    func custodianCall(_ request: Request, reader: VaultReader) throws -> Answer {
        guard let credential = request.credential else { throw missingCredential(request, kind: "rvk_") }
        let custodian = try vault.authenticate(custodian: credential, uid: request.peer.uid)
        switch request.route {
        case .custodyCeremonies: return .json(ItemList(items: vault.openCeremonies().map(CeremonyView.init)))
        case .custodyCeremony: return .json(try ceremonyPage(request, for: custodian, reader: reader))
        case .custodyAnswer:
            let message = try WireDecoding.decode(request.body, as: CeremonyAnswer.self)
            guard message.custodian == custodian else {
                throw VaultError(.forbidden, "a custodian answers for themselves")
            }
            return .json(try answer(message, request, reader: reader))
        default: throw VaultError(.notFound, "no such call")
        }
    }

    /// What the operator does for custodians.
    func ceremonyCall(_ request: Request, reader: VaultReader) throws -> Answer {
        switch request.route {
        case .openCeremony:
            let message = try WireDecoding.decode(request.body, as: CeremonyOpening.self)
            let opened = try vault.openCeremony(try CeremonyAsk(message), uid: request.peer.uid, reader: reader)
            return .json(CeremonyView(opened), status: .created)
        case .ceremonies: return .json(ItemList(items: vault.openCeremonies().map(CeremonyView.init)))
        case .ceremony:
            guard let custodian = request.query["custodian"].flatMap(CustodianName.init) else {
                throw VaultError(.missingKey, "`custodian` says whose page it is")
            }
            return .json(try ceremonyPage(request, for: custodian, reader: reader))
        case .answerCeremony:
            return .json(try answer(try WireDecoding.decode(request.body, as: CeremonyAnswer.self), request, reader: reader))
        case .carryOutCeremony:
            let message = try WireDecoding.decode(request.body, as: CeremonyStep.self)
            return .json(
                CeremonyView(
                    try vault.carryOut(
                        try id(request.parameter), code: message.code.map { Array($0.utf8) }, uid: request.peer.uid,
                        reader: reader)))
        case .dropCeremony:
            try vault.dropCeremony(try id(request.parameter), uid: request.peer.uid)
            return .json(EmptyMessage())
        case .shares:
            guard let custodian = CustodianName(request.parameter) else { throw VaultError(.notFound, "there is no such custodian") }
            let (shares, next) = try vault.shares(
                of: custodian, after: try place(request, "after"), limit: WireLimits.page, reader: reader)
            return .json(
                SharePage(vault: vault.id, custodian: custodian, shares: shares.map(ShareItem.init), next: next.map { Int($0) }))
        case .takeShares:
            let message = try WireDecoding.decode(request.body, as: ShareHandover.self)
            guard let signature = message.signature else { throw VaultError(.missingKey, "`signature` is the successor's word") }
            guard let box = vault.custodians().first(where: { $0.name == message.to })?.box else {
                throw VaultError(
                    .forbidden, "the successor is no custodian in force", hint: "put them in the list first: rvault custodian replace")
            }
            let (taken, outdated) = try vault.takeShares(
                message.shares.map(CustodianShare.init), from: message.from, to: message.to,
                release: ShareRelease(
                    box: box, bytes: try CanonicalJSON.encode(message.released(to: box)), signature: message.release),
                signed: try CanonicalJSON.encode(message.signed), signature: signature, uid: request.peer.uid)
            return .json(SharesTaken(taken: taken, outdated: outdated))
        default: throw VaultError(.notFound, "no such call")
        }
    }

    private func ceremonyPage(_ request: Request, for custodian: CustodianName, reader: VaultReader) throws -> CeremonyPage {
        let page = try vault.ceremonyPage(
            try id(request.parameter), for: custodian, from: Int(clamping: try place(request, "from")), limit: WireLimits.page,
            reader: reader)
        return CeremonyPage(
            custodian: custodian, request: String(decoding: page.bytes, as: UTF8.self),
            proof: String(decoding: page.proof, as: UTF8.self),
            lines: page.lines.map { CeremonyLine(item: $0.item, share: $0.share.map(ShareItem.init)) }, next: page.next)
    }

    private func answer(_ message: CeremonyAnswer, _ request: Request, reader: VaultReader) throws -> CeremonyView {
        let id: CeremonyID = try id(request.parameter)
        guard message.ceremony == id else { throw VaultError(.badValue, "the answer is to another ceremony") }
        return CeremonyView(
            try vault.answer(
                id, by: message.custodian, signature: message.signature, shares: message.shares.map(CustodianShare.init),
                reader: reader))
    }

    private func place(_ request: Request, _ key: String) throws -> Int64 {
        Int64(clamping: try request.query[key].map(index) ?? 0)
    }
}

extension CeremonyView {
    init(_ status: CeremonyStatus) {
        self.init(
            state: status.isClosed ? "closed" : "open", request: String(decoding: status.bytes, as: UTF8.self),
            index: Int(status.index), custodians: status.custodians, answered: status.answered, done: status.done,
            failed: status.failed)
    }
}

extension ShareItem {
    init(_ share: CustodianShare) {
        self.init(resident: share.resident, set: share.set, x: Int(share.x), digest: share.digest, share: share.blob)
    }
}

extension CustodianShare {
    init(_ item: ShareItem) {
        self.init(resident: item.resident, set: item.set, x: UInt8(clamping: item.x), digest: item.digest, blob: item.share)
    }
}

extension CeremonyAsk {
    init(_ message: CeremonyOpening) throws(VaultError) {
        func missing(_ key: String) -> VaultError { VaultError(.missingKey, "`\(key)` is missing for this kind") }
        let kind: Kind
        switch message.kind {
        case "recover":
            guard let letter = message.letter else { throw missing("letter") }
            kind = .recover(letter: letter)
        case "issue":
            guard let purpose = message.purpose else { throw missing("purpose") }
            kind = .issue(purpose, until: message.until)
        case "delegate":
            guard let fields = message.fields else { throw missing("fields") }
            guard let basis = message.basis else { throw missing("basis") }
            guard let until = message.until else { throw missing("until") }
            kind = .delegate(fields: fields, basis: basis, until: until)
        case "rekey": kind = .rekey
        case "entrust": kind = .entrust
        default: throw VaultError(.badValue, "a ceremony is one of recover, issue, delegate, rekey, entrust")
        }
        let people: People =
            switch message.people {
            case .logins(let logins): .logins(logins)
            case .idNumber(let number): .idNumber(number)
            case .pairs(let pairs): .pairs(pairs.map { ($0.ward, $0.delegate) })
            case .everyone: .everyone
            }
        self.init(kind: kind, reason: message.reason, people: people)
    }
}
