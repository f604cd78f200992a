internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

/// The calls about ceremonies: a custodian's own over the socket for everyone, under the credential of their key, or the
/// operator's.
final class CustodianCalls: Sendable {
    private let client: VaultClient
    /// A custodian's; none for the operator, whom the socket knows by their uid.
    private let credential: SecretBytes?
    private let isOperator: Bool

    init(operator client: VaultClient) {
        self.client = client
        credential = nil
        isOperator = true
    }

    init(_ client: VaultClient, credential: consuming SecretBytes) {
        self.client = client
        self.credential = consume credential
        isOperator = false
    }

    func list() async throws -> ItemList<CeremonyView> {
        try await client.call(isOperator ? .ceremonies : .custodyCeremonies, credential: lend)
    }

    func open(_ body: [UInt8]) async throws -> CeremonyView {
        try await client.call(.openCeremony, body: body, credential: lend)
    }

    /// A ceremony with one custodian's shares, whole.
    ///
    /// - Parameter custodian: whose; a custodian gets their own only.
    func ceremony(_ id: CeremonyID, for custodian: CustodianName) async throws -> CeremonyPage {
        let route: Route = isOperator ? .ceremony : .custodyCeremony
        // A custodian's page takes no name: the credential says whose it is.
        let who = isOperator ? [(name: "custodian", value: custodian.text)] : []
        return try await CeremonyFile.join { start in
            try await client.call(route, id: id.base64, query: who + [(name: "from", value: "\(start)")], credential: lend)
        }
    }

    /// Brings an answer, in as many requests as it takes.
    func answer(_ answer: CeremonyAnswer, progress: (Int) -> Void) async throws -> CeremonyView {
        let route: Route = isOperator ? .answerCeremony : .custodyAnswer
        var view: CeremonyView?
        var done = 0
        for part in Answering.parts(answer) {
            view = try await Patience.whileBusy {
                try await client.call(route, id: answer.ceremony.base64, body: part.encoded, credential: lend)
            }
            done += part.shares.count
            progress(done)
        }
        guard let view else { preconditionFailure("an answer has one part at least") }
        return view
    }

    /// Carries a ceremony on for a moment.
    func carryOut(_ id: CeremonyID, body: [UInt8]) async throws -> CeremonyView {
        try await Patience.whileBusy {
            try await client.call(.carryOutCeremony, id: id.base64, body: body, credential: lend)
        }
    }

    func drop(_ id: CeremonyID) async throws {
        _ = try await client.call(.dropCeremony, id: id.base64, as: EmptyMessage.self, credential: lend)
    }

    func shares(of custodian: CustodianName, after: Int?) async throws -> SharePage {
        let query = after.map { [(name: "after", value: "\($0)")] } ?? []
        return try await client.call(.shares, id: custodian.text, query: query, credential: lend)
    }

    func take(_ handover: ShareHandover) async throws -> SharesTaken {
        try await Patience.whileBusy { try await client.call(.takeShares, body: handover.encoded, credential: lend) }
    }

    private func lend(_ take: (UnsafeRawBufferPointer) -> Void) { credential?.withBytes { take($0) } }
}
