internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Takes a proposed value over: it becomes the field's value under a new epoch, from the app that proposed it.
    ///
    /// - Parameter seen: the time of the proposal that the resident was shown: what came since is not accepted unseen.
    /// - Throws: `VaultError.notFound` if nothing is proposed for the field, `conflict` if it is another proposal by now, `badValue` if the policy no longer accepts
    ///   such a value.
    package func acceptProposal(_ field: FieldName, seen: Instant, caller: ResidentCaller) throws {
        try writer.perform { transaction in
            var resident = try transaction.current(caller)
            try transaction.requireAsLogged(resident)
            try transaction.sweep(&resident, request: nil)
            let proposal = try transaction.proposal(field, of: resident, seen: seen)
            guard proposal.time == seen else {
                throw VaultError(.conflict, "another value is proposed by now", hint: "look again: rvault me show")
            }
            let value = try SealedProposal.open(
                proposal.blob, vault: transaction.vault.id.bytes, resident: resident.reference.id.bytes, field: field.text,
                with: caller.keys.box)
            guard let definition = transaction.config.config.policies.fields[field],
                definition.accepts(try JSONParser.parse(value))
            else { throw VaultError(.badValue, "the policies no longer take such a value for \(field)") }
            try transaction.startEpoch(&resident, [NewValue(field: field, value: value)], source: proposal.app)
            // What others proposed for the field was for its old value.
            for other in try transaction.snapshot.proposals(of: resident.reference) where other.field == field {
                try transaction.changes.deleteProposal(other)
            }
            try transaction.log(.written, field, resident: &resident, reason: "proposal_accepted")
        }
    }

    /// Drops a proposed value.
    package func declineProposal(_ field: FieldName, caller: ResidentCaller) throws {
        try writer.perform(isEnding: true) { transaction in
            var resident = try transaction.current(caller)
            let isAsLogged = try transaction.isAsLogged(resident)
            let proposal = try transaction.proposal(field, of: resident)
            try transaction.changes.deleteProposal(proposal)
            try transaction.log(
                .denied, field, resident: &resident, app: AppName(proposal.app),
                reason: isAsLogged ? "proposal_declined" : Transaction.stateDiffers)
        }
    }
}

extension Transaction {
    fileprivate func proposal(_ field: FieldName, of resident: ResidentRow, seen: Instant? = nil) throws -> ProposalRow {
        // Several apps may propose a value: the oldest is answered first, and that is the order they are shown in.
        let proposals = try snapshot.proposals(of: resident.reference).filter { $0.field == field }
        guard let oldest = proposals.min(by: { ($0.time, $0.app) < ($1.time, $1.app) }) else {
            throw VaultError(.notFound, "nobody proposes a value for \(field)")
        }
        return seen.flatMap { time in proposals.first { $0.time == time } } ?? oldest
    }

    /// - Parameter app: whose proposal it was; the entry then stands under the resident's tag for that app.
    fileprivate func log(
        _ action: LogAction, _ field: FieldName, resident: inout ResidentRow, app: AppName? = nil, reason: String
    ) throws {
        var entry = entry(action, request: .random())
        entry.role = .resident
        entry.app = app
        entry.party = app.flatMap { config.config.policies.party(of: $0)?.name }
        entry.fields = [field]
        entry.decision = "changed"
        entry.reason = reason
        entry.subjects = [try seal(&resident, app: app?.text ?? "", grant: nil, outcome: action.rawValue)]
        try append(entry)
    }
}
