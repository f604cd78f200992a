internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto

/// How an audit command reaches the log: as an auditor with a token, else over the operator's socket.
struct AuditOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Read an auditor's token from this descriptor; without it the operator's socket is used.", valueName: "n"))
    var tokenFd: Int32?

    func calls() throws(Failure) -> AuditCalls {
        guard let tokenFd else { return AuditCalls(global.operatorClient) }
        let token = try SecretInput.line(from: tokenFd, option: "--token-fd")
        return AuditCalls(global.publicClient, token: token)
    }
}

/// The calls of whoever reads the log.
final class AuditCalls: Sendable {
    private let client: VaultClient
    /// Empty for the operator, whom the socket knows by their uid.
    private let token: SecretBytes?

    init(_ client: VaultClient) {
        self.client = client
        token = nil
    }

    init(_ client: VaultClient, token: consuming SecretBytes) {
        self.client = client
        self.token = consume token
    }

    func call<Answer: WireMessage>(
        _ route: Route, id: String = "", query: [(name: String, value: String)] = [], as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await client.call(route, id: id, query: query, as: type, credential: lend)
    }

    /// The bytes of an answer that is not JSON.
    func bytes(_ route: Route, id: String = "", query: [(name: String, value: String)] = []) async throws -> [UInt8] {
        try await client.call(VaultClient.request(route, id: id, query: query), credential: lend).body
    }

    private func lend(_ take: (UnsafeRawBufferPointer) -> Void) { token?.withBytes { take($0) } }
}
