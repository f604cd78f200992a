internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

/// The calls a resident makes, under one session.
struct ResidentCalls: ~Copyable {
    private let client: VaultClient
    private let session: SecretBytes

    init(_ client: VaultClient, session: consuming SecretBytes) {
        self.client = client
        self.session = session
    }

    borrowing func me() async throws -> MeView { try await get(.me) }

    borrowing func fields() async throws -> MyFields { try await get(.myFields) }

    borrowing func grants() async throws -> [GrantView] {
        try await get(.myGrants, as: ItemList<GrantView>.self).items
    }

    borrowing func requests() async throws -> [RequestView] {
        try await get(.myRequests, as: ItemList<RequestView>.self).items
    }

    borrowing func receipt(_ grant: GrantID) async throws -> ReceiptView { try await get(.receipt, id: grant.base64) }

    /// The resident's own entries of the log, newest first.
    borrowing func history(before: UInt64?, limit: Int) async throws -> HistoryPage {
        var query = [(name: "limit", value: "\(limit)")]
        if let before { query.append((name: "before", value: "\(before)")) }
        return try await get(.history, query: query)
    }

    /// The proof of an entry that is about the resident alone.
    borrowing func proof(_ number: UInt64) async throws -> [UInt8] {
        do throws(ClientError) {
            return try await client.call(
                VaultClient.request(.ownProof, id: "\(number)"), credential: { session.withBytes($0) }
            ).body
        } catch { throw Self.explain(error) }
    }

    /// - Throws: `Failure`; a child under 14 cannot agree alone (PIPL art. 31), and the hint says who can.
    borrowing func approve(_ request: RequestID, _ approval: Approval) async throws -> GrantID {
        do {
            return try await post(.approve, id: request.base64, approval.encoded, as: ApprovalResponse.self).grant
        } catch let failure as Failure where failure.code == ProblemCode.forbidden.rawValue {
            throw Failure(
                .refused, Sentence(Faults.guardianNeeded), hint: Sentence(Hints.askGuardian), code: failure.code)
        }
    }

    borrowing func deny(_ request: RequestID) async throws {
        _ = try await post(.deny, id: request.base64, EmptyMessage().encoded, as: EmptyMessage.self)
    }

    /// Takes over the value that was shown.
    borrowing func accept(_ proposal: ProposalView) async throws {
        let body = ProposalAcceptance(time: proposal.time).encoded
        _ = try await post(.acceptProposal, id: proposal.field.text, body, as: EmptyMessage.self)
    }

    /// Drops a proposed value.
    borrowing func decline(_ field: FieldName) async throws {
        _ = try await post(.declineProposal, id: field.text, EmptyMessage().encoded, as: EmptyMessage.self)
    }

    /// Revokes, pauses or resumes a grant.
    ///
    /// - Throws: `Failure`; what rests on a contract or a law is not the resident's to end, and the hint says whose.
    borrowing func change(_ grant: GrantID, by route: Route) async throws {
        do {
            _ = try await post(route, id: grant.base64, EmptyMessage().encoded, as: EmptyMessage.self)
        } catch let failure as Failure where failure.code == ProblemCode.forbidden.rawValue {
            throw Failure(.refused, Sentence(Faults.notByConsent), hint: Sentence(Hints.askParty), code: failure.code)
        }
    }

    borrowing func logout() async throws {
        do throws(ClientError) {
            _ = try await client.call(VaultClient.request(.logout), credential: { session.withBytes($0) })
        } catch { throw Self.explain(error) }
    }

    /// Changes the passphrase; the answer is the new session, because the old one ends.
    borrowing func changePassphrase(
        old: borrowing SecretBytes, new: borrowing SecretBytes
    ) async throws -> OpenedSession {
        var body = SecretBody()
        defer { body.scrub() }
        body.add("old", old)
        body.add("new", new)
        body.end()
        let request = VaultClient.request(.changePassphrase, body: body.bytes)
        return try OpenedSession(try await client.call(request, credential: { session.withBytes($0) }))
    }

    /// Has everything locked with new keys, under the same passphrase.
    borrowing func renew(_ passphrase: borrowing SecretBytes) async throws -> OpenedSession {
        var body = SecretBody()
        defer { body.scrub() }
        body.add("passphrase", passphrase)
        body.end()
        let request = VaultClient.request(.renewMe, body: body.bytes)
        return try OpenedSession(try await client.call(request, credential: { session.withBytes($0) }))
    }

    borrowing func get<Answer: WireMessage>(
        _ route: Route, id: String = "", query: [(name: String, value: String)] = [], as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        do throws(ClientError) {
            return try await client.call(route, id: id, query: query, as: type, credential: { session.withBytes($0) })
        } catch { throw Self.explain(error) }
    }

    borrowing func post<Answer: WireMessage>(
        _ route: Route, id: String, _ body: [UInt8], as type: Answer.Type
    ) async throws -> Answer {
        do throws(ClientError) {
            return try await client.call(route, id: id, body: body, as: type, credential: { session.withBytes($0) })
        } catch { throw Self.explain(error) }
    }

    /// A session that is over asks for a new login.
    private static func explain(_ error: ClientError) -> Failure {
        let failure = Failure(error)
        guard failure.code == ProblemCode.unauthorized.rawValue else { return failure }
        return Failure(.refused, Sentence(Faults.sessionOver), hint: Sentence(Hints.login), code: failure.code)
    }
}

/// A new session: its credential and its latest end.
struct OpenedSession: ~Copyable {
    let credential: SecretBytes
    let expires: Instant

    init(_ response: ClientResponse) throws {
        var response = response
        defer { response.scrub() }
        let message: SessionResponse
        do throws(WireError) { message = try WireDecoding.decode(response.body) } catch {
            throw ClientError.badResponse(error.description)
        }
        credential = try SecretBytes(copying: Array(message.session.utf8))
        expires = message.expires
    }

    /// Gives up the credential.
    consuming func intoCredential() -> SecretBytes { credential }
}

/// The calls that make sessions.
enum Doorway {
    /// Opens a session.
    ///
    /// - Throws: `Failure(.refused)` in the same words for an unknown name and a wrong passphrase.
    static func login(_ client: VaultClient, _ login: LoginName, _ passphrase: borrowing SecretBytes) async throws
        -> OpenedSession
    {
        var body = SecretBody()
        defer { body.scrub() }
        body.add("login", login.text)
        body.add("passphrase", passphrase)
        body.end()
        let response: ClientResponse
        do throws(ClientError) {
            response = try await client.call(VaultClient.request(.login, body: body.bytes))
        } catch {
            let failure = Failure(error)
            guard failure.code == ProblemCode.unauthorized.rawValue else { throw failure }
            throw Failure(.refused, Sentence(Faults.loginRefused), hint: Sentence(Hints.checkLogin), code: failure.code)
        }
        return try OpenedSession(response)
    }

    /// Turns a letter's code into a passphrase and tells the login name.
    static func activate(
        _ client: VaultClient, code: borrowing SecretBytes, passphrase: borrowing SecretBytes
    ) async throws -> LoginName {
        // A slip of the pen is told from the check symbol, without spending one of the daemon's tries.
        _ = try ActivationCode(typed: code)
        var body = SecretBody()
        defer { body.scrub() }
        body.add("code", code)
        body.add("passphrase", passphrase)
        body.end()
        do throws(ClientError) {
            return try await client.call(.activate, body: body.bytes, as: ActivationResponse.self).login
        } catch {
            let failure = Failure(error)
            guard failure.code == ProblemCode.unauthorized.rawValue else { throw failure }
            throw Failure(.refused, Sentence(Faults.codeRefused), hint: Sentence(Hints.codeUsed), code: failure.code)
        }
    }
}
