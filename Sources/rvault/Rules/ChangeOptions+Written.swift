internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

/// The same for changes that the daemon writes itself, because they take more than an operation: a service key is made, and
/// an app's record stands in the config.
extension ChangeOptions {
    /// Makes the signed change of a file.
    ///
    /// - Parameter isRight: whether the change is of the command's kind: a signed file must not be mistaken.
    /// - Returns: nil without `--change`.
    func makeSigned(_ client: VaultClient, isRight: (JSON) -> Bool) async throws -> ChangeMade? {
        guard let change else { return nil }
        let bytes = try SourceFile.read(change, limit: 65_536)
        guard let json = try? CanonicalJSON.decode(bytes), isRight(json) else {
            throw Failure(.refused, Sentence(CustodyFaults.notChange, change), hint: Sentence(CustodyHints.proposeAnew))
        }
        let approvals = try approval.map { try ApprovalFile.read($0, change: bytes) }
        return try await make(String(decoding: bytes, as: UTF8.self), approvals, client)
    }

    /// Writes a change to the file of `--propose`, or makes it at once.
    ///
    /// - Returns: nil if it was only written.
    func settle(_ proposed: ProposedChange, _ client: VaultClient, _ console: Console) async throws -> ChangeMade? {
        guard let propose else { return try await make(proposed.change, [], client) }
        try PrivateFile.create(propose, mode: 0o644, Array(proposed.change.utf8))
        if console.json {
            console.answer(["change": .string(propose)])
        } else {
            console.say(CustodyText.proposed, propose, "\(proposed.needed)")
        }
        return nil
    }

    private func make(
        _ change: String, _ approvals: [SignedChange.Approval], _ client: VaultClient
    ) async throws -> ChangeMade {
        let body = SignedChange(change: change, approvals: approvals)
        return try await client.call(.makeChange, body: body.encoded, as: ChangeMade.self)
    }
}
