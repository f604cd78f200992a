internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    func operatorCall(_ request: Request, reader: VaultReader) throws -> Answer {
        switch request.route {
        case .status:
            let status = try vault.status(reader: reader)
            return .json(
                StatusView(
                    vault: vault.id.base64, residents: Int(status.residents), entries: Int(status.entries),
                    config: Base64URL.encode(status.configDigest), configNumber: Int(status.configNumber),
                    custodians: status.custodians, threshold: status.threshold, apps: status.apps, keys: vault.keyForm.rawValue,
                    version: DaemonVersion.text))
        case .apps: return .json(ItemList(items: vault.apps().map { AppView($0) }))
        case .addApp:
            let message = try WireDecoding.decode(request.body, as: AppRegistration.self)
            let record = try vault.addApp(
                message.name, box: message.box, auth: message.auth, operatorHeld: message.operatorHeld,
                uid: request.peer.uid)
            return .json(
                AppAdded(
                    name: record.name, party: record.party,
                    config: Base64URL.encode(try vault.status(reader: reader).configDigest)),
                status: .created)
        case .proposeApp, .proposeChange, .makeChange, .config: return try changeCall(request, reader: reader)
        case .removeApp:
            guard let name = AppName(request.parameter) else { throw VaultError(.notFound, "no such app is registered") }
            let (ended, failed) = try vault.removeApp(name, uid: request.peer.uid)
            return .json(AppRemoved(grantsEnded: ended, grantsFailed: failed))
        case .importPeople: return try importPeople(request)
        case .eraseResident: return try eraseResident(request, reader: reader)
        case .certificate: return try certificate(request, reader: reader)
        case .auditors: return .json(ItemList(items: vault.auditors().map { AuditorView($0) }))
        case .addAuditor:
            let message = try WireDecoding.decode(request.body, as: AuditorRegistration.self)
            let record = try vault.addAuditor(
                message.name, auth: message.auth, operatorHeld: message.operatorHeld, uid: request.peer.uid)
            return .json(AuditorView(record), status: .created)
        case .removeAuditor:
            guard let name = AuditorName(request.parameter) else { throw VaultError(.notFound, "there is no such auditor") }
            try vault.removeAuditor(name, uid: request.peer.uid)
            return .json(EmptyMessage())
        case .archive:
            let (moved, first) = try vault.archive(uid: request.peer.uid)
            return .json(ArchiveResult(moved: Int(moved), first: Int(first)))
        case .backup: return .stream(BackupAnswer(stream: try vault.backUp(uid: request.peer.uid), workers: workers), contentType: Wire.sqlite)
        case .rotations, .setRotationRate, .rotateFields, .rotatePepper, .proposeServiceKey, .withdrawServiceKey,
            .proposeAppKey:
            return try rotationCall(request, reader: reader)
        case .policy:
            let summary = vault.policySummary
            return .json(PolicySummary(fields: summary.fields, purposes: summary.purposes))
        default: return try ceremonyCall(request, reader: reader)
        }
    }

    /// One chunk of an import: one transaction, one result a line.
    private func importPeople(_ request: Request) throws -> Answer {
        let lines = try WireDecoding.lines(request.body, cap: WireLimits.importLines)
        var people: [EnrolmentRequest] = []
        for line in lines {
            let message = try WireDecoding.decode(line, as: ImportLine.self)
            guard let code = message.code, let login = message.login else {
                throw WireError(.missingKey, key: message.code == nil ? "code" : "login")
            }
            people.append(
                EnrolmentRequest(fields: message.fields, sources: message.sources, login: login, code: Array(code.utf8)))
        }
        let (outcomes, noGrants) = try vault.enrol(people, uid: request.peer.uid)
        let results = outcomes.enumerated().map { position, outcome in
            let status: ImportResult.Status =
                switch outcome {
                case .enrolled(let login): .enrolled(login)
                case .known(let login, let activated): .known(login, activated: activated)
                case .loginTaken: .loginTaken
                case .rejected(let reason): .rejected(reason: reason)
                }
            return ImportResult(line: position + 1, status: status)
        }
        return .json(ImportResponse(results: results, noGrants: noGrants))
    }
}

extension AppView {
    init(_ record: AppRecord) {
        self.init(
            name: record.name, party: record.party, live: record.live, operatorHeld: record.operatorHeld,
            added: record.added)
    }
}

extension AuditorView {
    init(_ record: AuditorRecord) {
        self.init(name: record.name, operatorHeld: record.operatorHeld, added: record.added)
    }
}
