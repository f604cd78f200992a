internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    /// Rotations, on the operator's socket.
    func rotationCall(_ request: Request, reader: VaultReader) throws -> Answer {
        switch request.route {
        case .rotateFields:
            let message = try WireDecoding.decode(request.body, as: FieldRotationBody.self)
            let count = try vault.rotateFields(try scope(message), rate: message.rate ?? 0, uid: request.peer.uid)
            vault.startRotating()
            return .json(RotationBegun(residents: Int(count)), status: .accepted)
        case .rotatePepper:
            _ = try WireDecoding.decode(request.body, as: EmptyMessage.self)
            let count = try vault.rotatePepper(uid: request.peer.uid)
            return .json(RotationBegun(residents: Int(count)), status: .accepted)
        case .setRotationRate:
            let message = try WireDecoding.decode(request.body, as: RotationRate.self)
            try vault.setRotationRate(message.rate ?? 0, of: message.kind)
            return .json(EmptyMessage())
        case .proposeServiceKey:
            _ = try WireDecoding.decode(request.body, as: EmptyMessage.self)
            return proposed(try vault.proposeServiceKey())
        case .withdrawServiceKey:
            _ = try WireDecoding.decode(request.body, as: EmptyMessage.self)
            try vault.withdrawServiceKey()
            return .json(EmptyMessage())
        case .proposeAppKey:
            guard let name = AppName(request.parameter) else { throw VaultError(.notFound, "no such app is registered") }
            let message = try WireDecoding.decode(request.body, as: AppKeyChange.self)
            return proposed(
                try vault.proposeAppKey(
                    name, box: message.box, auth: message.auth, operatorHeld: message.operatorHeld,
                    overlap: Int64(message.overlap)))
        default: return .json(RotationStatus(try vault.rotationOverview(reader: reader)))
        }
    }

    /// Moves a page of an app's bundles: the old token is the call's credential, the new one comes in the body.
    func moveKeys(_ request: Request, caller: AppCaller) throws -> Answer {
        let message = try WireDecoding.decode(request.body, as: KeyMove.self)
        let new = try vault.authenticate(app: Array(message.token.utf8), uid: request.peer.uid)
        let (moved, failed, next) = try vault.moveKeys(from: caller, to: new, after: message.after)
        return .json(KeyMoved(moved: moved, failed: failed, next: next))
    }

    private func scope(_ message: FieldRotationBody) throws -> FieldRotation {
        switch (message.scope, message.name) {
        case (.everyone, nil): return .everyone
        case (.category, let name?): return .category(name)
        case (.resident, let name?):
            guard let login = LoginName(name) else { throw VaultError(.badValue, "this is not a login name") }
            return .resident(login)
        default: throw WireError(.badValue, key: "name")
        }
    }
}

extension RotationStatus {
    init(_ overview: RotationOverview) {
        self.init(
            rotations: overview.rotations.map {
                RotationView(
                    kind: $0.kind, target: $0.target, done: Int($0.done), failed: Int($0.failed), total: Int($0.total),
                    rate: Int($0.rate), started: $0.started, finished: $0.finished)
            },
            serviceKeySince: overview.serviceKeySince, pepperSince: overview.pepperSince,
            lastBackup: overview.lastBackup, underOldPepper: Int(overview.underOldPepper), stale: Int(overview.stale),
            apps: overview.apps.map { AppMoveView(name: $0.name, until: $0.until, waiting: Int($0.waiting)) })
    }
}
