internal import ArgumentParser
internal import VaultModel

/// The request or permission a command is about.
struct ConsentTarget: ParsableArguments {
    @Argument(help: ArgumentHelp("A number of the last list, or an id.", valueName: "id"))
    var argument: String

    private var name: String { IDArgument.unmarked(argument) }

    /// - Throws: `Failure` if there is no such request, or it is a permission.
    func request(_ options: ResidentOptions, _ calls: borrowing ResidentCalls) async throws -> RequestID {
        switch try await item(options, calls) {
        case .request(let id): return id
        case .grant: throw Failure(.refused, Sentence(Faults.isGrant, name), hint: Sentence(Hints.revokeGrant))
        }
    }

    /// - Throws: `Failure` if there is no such permission, or it is a request.
    func grant(_ options: ResidentOptions, _ calls: borrowing ResidentCalls) async throws -> GrantID {
        switch try await item(options, calls) {
        case .grant(let id): return id
        case .request: throw Failure(.refused, Sentence(Faults.isRequest, name), hint: Sentence(Hints.answerRequest))
        }
    }

    /// A number means what was last shown on this terminal; an id, what is there now.
    private func item(_ options: ResidentOptions, _ calls: borrowing ResidentCalls) async throws -> ShownList.Item {
        if name.count <= 5, Int(name) != nil, let shown = ShownList.last(try options.sessionFile().place) {
            return try shown.item(named: name)
        }
        let overview = ConsentOverview(requests: try await calls.requests(), grants: try await calls.grants())
        return try overview.shown.item(named: name)
    }
}
