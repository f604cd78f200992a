internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A resident's rows against the log (design, section 6, "State").
///
/// Each change logs a digest of all of a resident's rows after it, and keeps it in a sealed row. Before the next change the
/// rows must still be those: otherwise an old row put back behind the daemon's back would be covered by the change's own
/// digest, and nobody could tell afterwards. It is held against the sealed row and not against the log's own rows, which
/// whoever writes the database could fit to it for a moment.
extension Transaction {
    /// Whether the resident's rows are those that the log last vouched for. Whatever cannot be read is not vouched for.
    func isAsLogged(_ resident: ResidentRow) throws -> Bool {
        if vouched[resident.reference.number] == resident.revision { return true }
        do {
            guard try !snapshot.stateTagExists(try resident.stateTag(revision: resident.revision + 1)),
                let logged = try snapshot.state(tag: try resident.stateTag(revision: resident.revision)),
                let stored = try snapshot.resident(number: resident.reference.number),
                logged.state == Hash.blake2b256(try snapshot.stateBytes(of: stored))
            else { return false }
        } catch let failure as StoreError where !failure.endsBatch { return false }
        vouched[resident.reference.number] = resident.revision
        return true
    }

    /// - Parameter caller: the app whose request it is; nil for the resident's own.
    /// - Throws: `VaultError.integrity` if the resident's rows are not those that the log last vouched for; the refusal is
    ///   logged. What only ends something goes on instead, and says so in its entry's reason.
    func requireAsLogged(_ resident: ResidentRow, caller: AppCaller? = nil) throws {
        guard try !isAsLogged(resident) else { return }
        var entry = entry(.refused, request: .random())
        entry.role = caller == nil ? .resident : .app
        entry.app = caller?.name
        entry.party = caller?.record.party
        entry.uid = caller?.uid
        entry.decision = "refused"
        entry.reason = Self.stateDiffers
        let tag = try resident.tag(caller?.name.text ?? "")
        entry.subjects = [LogEntry.Subject(tag: tag, outcome: Self.stateDiffers)]
        refuse(entry)
        throw VaultError(
            .integrity, "this resident's rows are not those that the log last recorded",
            hint: "something was put back or changed behind the daemon; the operator finds it with: rvault audit verify --data")
    }

    /// The reason that an ending carries which went on over rows that the log does not vouch for.
    static let stateDiffers = "state_differs"

    /// Completes a change of one resident: raises the revision, and returns the subject that names the new state. Call it
    /// after the last row of the change is written.
    func seal(
        _ resident: inout ResidentRow, app: String, grant: GrantID?, outcome: String
    ) throws -> LogEntry.Subject {
        resident.revision += 1
        if vouched[resident.reference.number] != resident.revision - 1 {
            // An ending over rows that were rolled back goes on after the last revision that the log knows.
            while try snapshot.stateTagExists(try resident.stateTag(revision: resident.revision)) { resident.revision += 1 }
        }
        try changes.put(resident)
        touched(resident)
        var subject = LogEntry.Subject(tag: try resident.tag(app), grant: grant, outcome: outcome)
        subject.state = Hash.blake2b256(try snapshot.stateBytes(of: resident))
        subject.stateTag = try resident.stateTag(revision: resident.revision)
        return subject
    }

    /// The subject of a new resident's first revision, whose rows are in hand: what `seal` gives without reading them back.
    func enrolled(_ resident: ResidentRow, state: [UInt8]) throws -> LogEntry.Subject {
        touched(resident)
        var subject = LogEntry.Subject(tag: try resident.ownTag(), grant: nil, outcome: LogAction.enrolled.rawValue)
        subject.state = Hash.blake2b256(state)
        subject.stateTag = try resident.stateTag(revision: resident.revision)
        subject.keys = LogEntry.Subject.Keys(box: resident.box, sign: nil)
        return subject
    }
}
