internal import Logging
internal import NIOHTTP1
internal import NIOCore
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    /// The reading path: everything up to the writer's queue happens on the event loop.
    func read(_ request: Request, reader: LoopReader, finish: @escaping @Sendable (Answer) -> Void) {
        let logger = logger
        do {
            let caller = try app(request)
            let message = try WireDecoding.decode(request.body, as: VaultAPI.ReadRequest.self)
            if request.wantsLines {
                return ReadLines.answer(message, caller: caller, vault: vault, reader: reader) { result in
                    finish(Self.answer(result, logger: logger) { .stream($0, contentType: Wire.ndjson) })
                }
            }
            reader.read(
                message.request(message.residents[...], lines: false), caller: caller, of: vault,
                finish: { result in finish(Self.answer(result, logger: logger) { Answer(body: $0) }) })
        } catch { finish(Problems.answer(for: error, logger: logger)) }
    }

    private static func answer<Value>(
        _ result: Result<Value, any Error>, logger: Logger, _ success: (Value) -> Answer
    ) -> Answer {
        switch result {
        case .success(let value): success(value)
        case .failure(let error): Problems.answer(for: error, logger: logger)
        }
    }

    func appCall(_ request: Request, reader: VaultReader) throws -> Answer {
        let caller = try app(request)
        switch request.route {
        case .whoami:
            return .json(
                WhoAmI(
                    app: caller.name, party: caller.record.party, purposes: vault.purposes(of: caller),
                    operatorHeld: caller.record.operatorHeld))
        case .moveKeys: return try moveKeys(request, caller: caller)
        case .requestAccess:
            let message = try WireDecoding.decode(request.body, as: AccessRequestBody.self)
            let id = try vault.ask(
                ConsentAsk(
                    field: message.subject.field, value: message.subject.value, purpose: message.purpose,
                    fields: message.fields ?? [], form: message.form, until: message.until), caller: caller)
            return .json(AccessRequestAccepted(id: id), status: .accepted)
        case .accessRequest:
            let id = try id(request.parameter, as: RequestID.self)
            let found = try vault.requestState(id, caller: caller, reader: reader)
            return .json(
                AccessRequestView(
                    id: id, state: AccessRequestView.State(rawValue: found.state) ?? .closed, resident: found.resident,
                    grant: found.grant))
        case .appGrants: return try grants(request, caller: caller, reader: reader)
        case .write:
            let message = try WireDecoding.decode(request.body, as: WriteRequest.self)
            let outcome = try vault.write(
                message.fields, purpose: message.purpose, resident: request.parameter, caller: caller)
            return .json(WriteResponse(written: outcome.written, proposed: outcome.proposed))
        case .lookup:
            let message = try WireDecoding.decode(request.body, as: LookupRequest.self)
            let found = try vault.lookUp(
                field: message.subject.field, value: message.subject.value, purpose: message.purpose, caller: caller)
            return .json(LookupResponse(resident: found))
        case .importForward: return try importForward(request, caller: caller)
        default: throw VaultError(.notFound, "no such call")
        }
    }

    private func grants(_ request: Request, caller: AppCaller, reader: VaultReader) throws -> Answer {
        let after = try request.query["after"].map { try id($0, as: GrantID.self) }
        let page = 100
        let found = try vault.grants(caller: caller, after: after, limit: page, reader: reader)
        let items = found.map { grant in
            AppGrant(
                id: grant.statement.grant, resident: grant.statement.resident, purpose: grant.statement.purpose,
                fields: grant.statement.fieldNames, form: grant.statement.form, state: grant.state,
                until: grant.statement.until)
        }
        let next = found.count == page ? found.last?.statement.grant : nil
        return .json(AppGrantPage(items: items, next: next.map(\.base64)))
    }

    private func importForward(_ request: Request, caller: AppCaller) throws -> Answer {
        let lines = try WireDecoding.lines(request.body, cap: WireLimits.importLines)
        var rows: [[FieldName: JSON]] = []
        for line in lines { rows.append(try WireDecoding.decode(line, as: ImportLine.self).fields) }
        let reasons = try vault.update(rows, caller: caller)
        let rejected = reasons.enumerated().compactMap { position, reason in
            reason.map { RejectedLine(line: position + 1, reason: $0) }
        }
        return .json(ForwardImportResponse(accepted: rows.count - rejected.count, rejected: rejected))
    }
}
