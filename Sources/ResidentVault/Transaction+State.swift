internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A resident's rows against the log (design, section 6, "State").
///
/// Each change logs a digest of all of a resident's rows after it. Before the next change the rows must still be those:
/// otherwise an old row put back behind the daemon's back would be covered by the change's own digest, and nobody could
/// tell afterwards.
extension Transaction {
    /// Whether the resident's rows are those that the log last vouched for.
    func isAsLogged(_ resident: ResidentRow) throws -> Bool {
        if vouched[resident.reference.number] == resident.revision { return true }
        let tag = try resident.stateTag(revision: resident.revision)
        guard let seq = try snapshot.stateTagIndex(tag), let bytes = try loggedEntry(seq),
            let subject = try LogEntry(decoding: bytes).subjects.first(where: { $0.stateTag == tag }),
            let stored = try snapshot.resident(number: resident.reference.number),
            subject.state == Hash.blake2b256(try snapshot.stateBytes(of: stored))
        else { return false }
        vouched[resident.reference.number] = resident.revision
        return true
    }

    /// An entry; nil if it lies in an archive that is not there. What cannot be looked up is not vouched for.
    private func loggedEntry(_ seq: UInt64) throws -> [UInt8]? {
        do { return try snapshot.logEntry(seq) } catch StoreError.archiveMissing { return nil }
    }

    /// - Throws: `VaultError.integrity` if the resident's rows are not those that the log last vouched for; the refusal is
    ///   logged. What only ends something goes on instead, and says so in its entry's reason.
    func requireAsLogged(_ resident: ResidentRow) throws {
        guard try isAsLogged(resident) else {
            var entry = entry(.refused, request: .random())
            entry.decision = "refused"
            entry.reason = Self.stateDiffers
            entry.subjects = [LogEntry.Subject(tag: try resident.ownTag(), outcome: Self.stateDiffers)]
            refuse(entry)
            throw VaultError(
                .integrity, "this resident's rows are not those that the log last recorded",
                hint: "something was put back or changed behind the daemon; the operator finds it with: rvault audit verify --data")
        }
    }

    /// The reason that an ending carries which went on over rows that the log does not vouch for.
    static let stateDiffers = "state_differs"

    /// Completes a change of one resident: raises the revision, and returns the subject that names the new state. Call it
    /// after the last row of the change is written.
    func seal(
        _ resident: inout ResidentRow, app: String, grant: GrantID?, outcome: String
    ) throws -> LogEntry.Subject {
        resident.revision += 1
        try changes.put(resident)
        touched(resident)
        var subject = LogEntry.Subject(tag: try resident.tag(app), grant: grant, outcome: outcome)
        subject.state = Hash.blake2b256(try snapshot.stateBytes(of: resident))
        subject.stateTag = try resident.stateTag(revision: resident.revision)
        return subject
    }
}
