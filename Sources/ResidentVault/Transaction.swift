internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// One batch of the writer as a job sees it: rows to read and write, time, config, and the log to append to. It lives
/// on the writer's thread for the length of the batch; rules for residents, epochs and grants are its extensions.
final class Transaction {
    let changes: Changes
    let keys: KeyRing
    let vault: VaultRow
    let now: Instant
    let serial: UInt64
    /// Whether what has run out may be destroyed by this clock; see `SteadyTime`.
    let isSteady: Bool
    private(set) var config: ConfigInForce
    private(set) var frontier: Frontier
    private let revisions: Revisions

    init(
        changes: Changes, keys: KeyRing, vault: VaultRow, config: ConfigInForce, frontier: Frontier, now: Instant,
        revisions: Revisions, serial: UInt64, isSteady: Bool
    ) {
        self.isSteady = isSteady
        self.changes = changes
        self.keys = keys
        self.vault = vault
        self.config = config
        self.frontier = frontier
        self.now = now
        self.revisions = revisions
        self.serial = serial
    }

    var snapshot: Snapshot { changes.snapshot }

    struct Mark {
        let frontier: Frontier
        let config: ConfigInForce
    }

    func mark() -> Mark { Mark(frontier: frontier, config: config) }

    /// Forgets what a failed job appended; its rows are undone by its savepoint.
    func rewind(to mark: Mark) {
        frontier = mark.frontier
        config = mark.config
    }

    /// An entry with the members that every entry has.
    func entry(_ action: LogAction, request: RequestID?) -> LogEntry {
        LogEntry(vault: vault.id, time: now, action: action, config: config.digest, request: request)
    }

    /// Appends an entry; its state tags must be new. Returns its index.
    @discardableResult
    func append(_ entry: LogEntry) throws -> UInt64 {
        let bytes = try entry.encoded()
        let index = frontier.size
        try changes.appendLog(seq: index, entry: bytes)
        for subject in entry.subjects {
            if let tag = subject.stateTag { try changes.appendStateTag(tag, seq: index) }
        }
        frontier.append(leaf: MerkleHash.leaf(bytes))
        return index
    }

    /// Whether a decision made on an older view still stands.
    func unchanged(since moment: UInt64, residents: [Int64]) -> Bool {
        revisions.unchanged(since: moment, residents: residents)
    }

    /// Puts a new config in force and logs the change whole.
    func apply(_ next: VaultConfig, change: [String: JSON], request: RequestID?, uid: UInt32?) throws {
        let inForce = try ConfigInForce(next)
        var change = change
        change["type"] = "change"
        change["vault"] = .string(vault.id.base64)
        change["replaces"] = .string(Base64URL.encode(config.digest))
        change["number"] = .integer(next.number)
        try changes.put(ConfigRow(number: next.number, body: inForce.body))
        config = inForce
        revisions.touchConfig(serial: serial)
        var entry = entry(.config, request: request)
        entry.role = .operator
        entry.uid = uid
        entry.change = .object(change)
        try append(entry)
    }

    /// Completes a change of one resident: raises the revision, and returns the subject that names the new state. Call it
    /// after the last row of the change is written.
    func seal(
        _ resident: inout ResidentRow, app: String, grant: GrantID?, outcome: String
    ) throws -> LogEntry.Subject {
        resident.revision += 1
        try changes.put(resident)
        revisions.touch(resident.reference.number, serial: serial)
        var subject = LogEntry.Subject(tag: try resident.tag(app), grant: grant, outcome: outcome)
        subject.state = Hash.blake2b256(try snapshot.stateBytes(of: resident))
        subject.stateTag = try resident.stateTag(revision: resident.revision)
        return subject
    }

    /// An app that was removed while its request was under way gets nothing more.
    func requireLive(_ app: AppRecord) throws(VaultError) {
        guard config.config.liveApp(app.name) == app else { throw VaultError(.unauthorized, "this credential is not valid") }
    }

    /// The resident's row as it stands now; an unknown one cannot be acted on.
    func resident(_ reference: ResidentReference) throws -> ResidentRow {
        guard let row = try snapshot.resident(number: reference.number), row.reference == reference else {
            throw VaultError(.notFound, "this resident is no longer enrolled")
        }
        return row
    }
}
