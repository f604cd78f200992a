internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    /// Calls without a credential: the door, and what anyone may check.
    func openCall(_ request: Request, reader: VaultReader) throws -> Answer {
        switch request.route {
        case .activate:
            let message = try WireDecoding.decode(request.body, as: ActivationRequest.self)
            let login = try vault.activate(
                code: Array(message.code.utf8), passphrase: Array(message.passphrase.utf8), uid: request.peer.uid)
            return .json(ActivationResponse(login: login))
        case .login:
            let message = try WireDecoding.decode(request.body, as: SessionRequest.self)
            let opened = try vault.logIn(
                LoginName(message.login), passphrase: Array(message.passphrase.utf8), uid: request.peer.uid)
            return .json(
                SessionResponse(session: String(decoding: opened.session, as: UTF8.self), expires: opened.expires))
        case .checkpoint: return .text(try vault.checkpointForAll())
        case .cosigned:
            guard let note = try vault.cosigned() else {
                throw VaultError(.notFound, "no witness has cosigned a checkpoint yet")
            }
            return .text(note)
        case .logKey: return .text(Array("\(try vault.logKey)\n".utf8))
        case .consistency: return try consistency(request, reader: reader)
        case .health: return .text(Array("ok\n".utf8))
        case .ready:
            try vault.checkReadable(reader: reader)
            return .text(Array("ready\n".utf8))
        case .metrics: return .text(Array(metrics(try vault.status(reader: reader, mayBeOld: true)).utf8))
        case .openAPI: return .text(PackageResources.openapi_yaml, contentType: "application/yaml")
        default: throw VaultError(.notFound, "no such call")
        }
    }

    /// Counts only, in Prometheus' text format: no app's, resident's or purpose's name.
    private func metrics(_ status: VaultStatus) -> String {
        var lines = [
            "# TYPE rvault_log_entries counter", "rvault_log_entries \(status.entries)",
            "# TYPE rvault_residents gauge", "rvault_residents \(status.residents)",
            "# TYPE rvault_apps gauge", "rvault_apps \(status.apps)",
            "# TYPE rvault_answers_total counter",
        ]
        for (code, count) in answered { lines.append("rvault_answers_total{status=\"\(code)\"} \(count)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
