internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// What happened to residents since a backup, done again to its rows (design, section 6, "Erasure ledger").
extension Transaction {
    /// Brings a page of residents up to the log: erasures, ends of grants, letters and passphrases. Values and grants that
    /// came since are lost. The new state of everyone who had changed is logged, past every revision that the log knows.
    func rebase(_ residents: [ResidentRow], by log: RestoredLog, _ report: inout RestoreReport) throws {
        var subjects: [LogEntry.Subject] = []
        for resident in residents {
            let since = try log.changes(of: resident)
            if since.contains(where: { $0.action == .erased }) {
                try changes.eraseRows(of: resident.reference)
                report.erasedAgain += 1
                continue
            }
            let shares = try snapshot.shares(of: resident.reference)
            let custodianship = config.config.custodianship
            if !custodianship.isEmpty {
                if !Custody.covers(shares, custodianship) { report.toBeEntrusted += 1 }
                if !Custody.opens(shares, custodianship) { report.outOfCustody += 1 }
            }
            // A grant can have ended without a change of its resident: an earlier restore had lost them both.
            guard try !since.isEmpty || snapshot.grants(of: resident.reference).contains(where: { mustEnd($0, log) }) else {
                continue
            }
            var resident = resident
            for change in since where change.action == .fieldsErased {
                for field in change.fields { try changes.eraseField(field, of: resident.reference) }
                resident.stale.subtract(change.fields)
                report.fieldsErasedAgain += change.fields.count
            }
            try changes.pruneWriteKeys(of: resident.reference)
            try endAgain(&resident, by: log, &report)
            if since.contains(where: { Self.moved.contains($0.action) }) {
                try closeOldWays(of: resident.reference, shares, &report)
            }
            subjects.append(try seal(&resident, app: "", grant: nil, outcome: LogAction.rebased.rawValue))
            report.changed += 1
        }
        guard !subjects.isEmpty else { return }
        var entry = entry(.rebased, request: nil)
        entry.role = .operator
        entry.subjects = subjects.sorted { $0.tag.lexicographicallyPrecedes($1.tag) }
        try append(entry)
    }

    /// What makes a resident's way in a new one.
    private static let moved: Set<LogAction> = [.activated, .passphrase, .recovered]

    /// Gives each grant of a resident's the state that the log gave it last.
    private func endAgain(_ resident: inout ResidentRow, by log: RestoredLog, _ report: inout RestoreReport) throws {
        for grant in try snapshot.grants(of: resident.reference) {
            guard let last = log.ledger.grant(grant.id)?.state else { continue }
            if mustEnd(grant, log) {
                try endRows(&resident, grant, as: last)
                report.grantsEnded += 1
            } else if grant.state == .paused, last.isLive {
                // It was resumed since; its keys are made only when the resident is there, so it stays paused.
                var entry = try grantEntry(.paused, grant, &resident, request: nil)
                entry.role = .operator
                entry.reason = Self.restored
                try append(entry)
            }
        }
    }

    private func mustEnd(_ grant: GrantRow, _ log: RestoredLog) -> Bool {
        guard let last = log.ledger.grant(grant.id)?.state else { return false }
        return (grant.state.isLive || grant.state == .paused) && !last.isLive && last != grant.state
    }

    /// Takes a grant's keys. What hung on it, such as grants given under a delegation, has entries of its own in the log.
    private func endRows(_ resident: inout ResidentRow, _ grant: GrantRow, as state: GrantState) throws {
        var row = grant
        row.state = state
        row.ended = state == .paused ? nil : now
        try changes.put(row)
        try changes.deleteKeys(grant: grant.id)
        let statement = try GrantStatement(decoding: grant.statement)
        if statement.actions.contains(.read) { resident.stale.formUnion(statement.fields.keys) }
    }

    /// Letters used and passphrases changed since the backup stay dead: custodians let these residents in. Where custodians
    /// could not, the old way in is kept, and counted: there are none, or the shares of the backup's day are with others by
    /// now, because a handover stands in the log without the shares that changed hands.
    private func closeOldWays(
        of resident: ResidentReference, _ shares: [ShareRow], _ report: inout RestoreReport
    ) throws {
        let envelopes = try snapshot.envelopes(of: resident)
        let custodians = EnvelopeKind.custodians.rawValue
        guard envelopes.contains(where: { $0.kind == custodians }), Custody.opens(shares, config.config.custodianship) else {
            report.oldWaysKept += 1
            return
        }
        for envelope in envelopes where envelope.kind != custodians {
            try changes.deleteEnvelope(of: resident, kind: envelope.kind)
        }
        report.toBeLetIn += 1
    }

    /// The reason of what only a restore ends.
    static let restored = "restored"

    /// Closes, in the log, grants that were given since the backup and are lost: an entry names one app.
    func closeLost(_ grants: [(id: GrantID, given: RestoredLog.Given)]) throws {
        guard let first = grants.first?.given else { return }
        var entry = entry(.terminated, request: nil)
        entry.role = .operator
        entry.app = first.app
        entry.party = first.party
        entry.reason = Self.restored
        entry.subjects = grants.map {
            LogEntry.Subject(tag: $0.given.tag, grant: $0.id, outcome: LogAction.terminated.rawValue)
        }.sorted { ($0.tag, $0.grant?.bytes ?? []) < ($1.tag, $1.grant?.bytes ?? []) }
        try append(entry)
    }
}

/// Byte order of pairs.
private func < (left: ([UInt8], [UInt8]), right: ([UInt8], [UInt8])) -> Bool {
    left.0 == right.0 ? left.1.lexicographicallyPrecedes(right.1) : left.0.lexicographicallyPrecedes(right.0)
}
