internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    /// A resident's own word.
    func eraseMine(_ request: Request, caller: ResidentCaller, reader: VaultReader) throws -> Answer {
        let message = try WireDecoding.decode(request.body, as: MyErasure.self)
        return .json(
            ErasureResult(
                try vault.erase(ErasureScope(message.target), caller: caller, uid: request.peer.uid, reader: reader)))
    }

    /// The operator's, with a reason.
    func eraseResident(_ request: Request, reader: VaultReader) throws -> Answer {
        let message = try WireDecoding.decode(request.body, as: ResidentErasure.self)
        guard let ground = ErasureGround(rawValue: message.reason) else { throw VaultError(.badValue, "there is no such reason") }
        return .json(
            ErasureResult(
                try vault.erase(
                    ErasureScope(message.target), login: message.login, ground: ground, uid: request.peer.uid, reader: reader)))
    }

    /// The certificate of an erasure, made again from the log.
    func certificate(_ request: Request, reader: VaultReader) throws -> Answer {
        .text(try vault.certificateFile(try index(request.parameter), reader: reader))
    }
}

extension ErasureScope {
    init(_ target: ErasureTarget) {
        switch target {
        case .everything: self = .everything
        case .fields(let fields): self = .fields(fields)
        case .category(let category): self = .category(category)
        }
    }
}

extension ErasureResult {
    init(_ outcome: ErasureOutcome) {
        self.init(
            fields: outcome.fields, kept: outcome.kept.map { Kept(field: $0.field, parties: $0.parties) },
            index: Int(outcome.index), backupsEnd: outcome.backupsEnd, clean: outcome.isScrubbed,
            certificate: outcome.certificate.map { String(decoding: $0, as: UTF8.self) })
    }
}
