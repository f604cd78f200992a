internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

/// How a change of the vault's rules is made: at once where the operator alone may, else in three steps: written, signed by
/// custodians, made.
struct ChangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the change for custodians to sign, and change nothing.", valueName: "file"))
    var propose: String?

    @Option(help: ArgumentHelp("Make this change, which custodians have signed.", valueName: "file"))
    var change: String?

    @Option(help: ArgumentHelp("A custodian's signature of the change; once for each.", valueName: "file"))
    var approval: [String] = []

    func validate() throws {
        if change != nil, propose != nil { throw ValidationError("--change makes what --propose wrote: one of them") }
        if change == nil, !approval.isEmpty { throw ValidationError("--approval goes with --change") }
    }

    /// Whether the change is read from a file, so that nothing else is needed.
    var makesSigned: Bool { change != nil }

    /// Takes the way that the options say.
    ///
    /// - Parameters:
    ///   - fits: whether a signed change is of the kind that this command makes: a file must not be mistaken.
    ///   - operation: the operation to propose; it is asked for only where none is read from a file.
    /// - Returns: what was made; nil if it was only written down.
    func run(
        _ global: GlobalOptions, _ console: Console, fits: (ChangeText.Operation) -> Bool,
        operation: () async throws -> [String: JSON]
    ) async throws -> ChangeMade? {
        let client = global.operatorClient
        if let change {
            let bytes = try SourceFile.read(change, limit: 65_536)
            guard fits(try ChangeText(bytes, at: change).operation) else {
                throw Failure(.refused, Sentence(RulesFaults.otherChange, change), hint: Sentence(RulesHints.sameCommand))
            }
            let approvals = try approval.map { try ApprovalFile.read($0, change: bytes) }
            let body = SignedChange(change: String(decoding: bytes, as: UTF8.self), approvals: approvals)
            return try await client.call(.makeChange, body: body.encoded, as: ChangeMade.self)
        }
        let proposal = ChangeProposal(operation: try await operation())
        let proposed = try await client.call(.proposeChange, body: proposal.encoded, as: ProposedChange.self)
        if let propose {
            try PrivateFile.create(propose, mode: 0o644, Array(proposed.change.utf8))
            if console.json {
                console.answer(["change": .string(propose), "needed": JSON.integer(Int64(proposed.needed))])
            } else if proposed.needed == 0 {
                console.say(RulesText.proposedAlone, propose)
            } else {
                console.say(CustodyText.proposed, propose, "\(proposed.needed)")
            }
            return nil
        }
        return try await client.call(
            .makeChange, body: SignedChange(change: proposed.change).encoded, as: ChangeMade.self)
    }

    /// Says what came of a change.
    func report(_ made: ChangeMade, _ console: Console) {
        if console.json { return console.answer(made.json) }
        console.say(RulesText.made, "\(made.number)")
        if made.grantsEnded > 0 { console.say(RulesText.ended, "\(made.grantsEnded)") }
        if made.grantsFailed > 0 { console.note(RulesText.notEnded, "\(made.grantsFailed)") }
    }
}

/// A custodian's signature of a change, as `rvault custodian approve` writes it.
enum ApprovalFile {
    /// - Throws: `Failure(.refused)` for a file that is anything else, or of another change.
    static func read(_ path: String, change: [UInt8]) throws(Failure) -> SignedChange.Approval {
        let bytes = try SourceFile.read(path, limit: 65_536)
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let json = try? CanonicalJSON.decode(Array(text)), json["type"] == "approval",
            let custodian = json["custodian"]?.string.flatMap(CustodianName.init),
            let signature = json["signature"]?.string.flatMap(Base64URL.decode), signature.count == 64,
            json["change"]?.string == Base64URL.encode(Hash.blake2b256(change))
        else { throw Failure(.refused, Sentence(CustodyFaults.notApproval, path), hint: Sentence(CustodyHints.approveFirst)) }
        return SignedChange.Approval(custodian: custodian, signature: signature)
    }
}
