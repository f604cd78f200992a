internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// One batch of the writer as a job sees it: rows to read and write, time, config, and the log to append to. It lives
/// on the leader's thread for the length of the batch; rules for residents, epochs and grants are its extensions.
final class Transaction {
    private(set) var changes: Changes
    /// The keys that this batch writes with.
    private(set) var keys: KeySet
    let vault: VaultRow
    let now: Instant
    let serial: UInt64
    /// How far the clock is trusted.
    private(set) var steady: SteadyTime
    private(set) var config: ConfigInForce
    private(set) var frontier: Frontier
    /// Nil while the stored rows do not lead to the head: then no tiles are made until they do.
    private(set) var tile: OpenTile?
    private let revisions: Revisions
    private let counts: DailyCounts
    /// What this batch adds to the day's counts.
    private(set) var uses = DailyUse()
    private let day: Int64
    /// Whose reading this batch has logged: several first requests of one reader can meet in it.
    var readers: Set<LogReader> = []
    /// Entries of refusals: they are appended after the refused job's own rows are undone.
    private var refusals: [LogEntry] = []
    /// What a draft would append; nil in a batch.
    private var drafted: [LogEntry]?
    /// Residents whose rows were compared with the log in this batch, or were written by it, with the revision.
    var vouched: [Int64: UInt64] = [:]

    init(
        changes: Changes, keys: KeySet, vault: VaultRow, config: ConfigInForce, frontier: Frontier, tile: OpenTile?, now: Instant,
        revisions: Revisions, counts: DailyCounts, serial: UInt64, steady: SteadyTime
    ) {
        self.counts = counts
        day = now.localDayNumber
        self.steady = steady
        self.changes = changes
        self.keys = keys
        self.vault = vault
        self.config = config
        self.frontier = frontier
        self.tile = tile
        self.now = now
        self.revisions = revisions
        self.serial = serial
    }

    /// The same outside a batch: rules run on a reader's view and nothing is written (`DraftedChange`).
    convenience init(
        drafting changes: Changes, keys: KeySet, vault: VaultRow, config: ConfigInForce, now: Instant, revisions: Revisions,
        counts: DailyCounts, steady: SteadyTime
    ) {
        self.init(
            changes: changes, keys: keys, vault: vault, config: config, frontier: Frontier(), tile: nil, now: now,
            revisions: revisions, counts: counts, serial: 0, steady: steady)
        drafted = []
    }

    var snapshot: Snapshot { changes.snapshot }

    /// The entries of a draft, in their order.
    var draftedEntries: [LogEntry] { drafted ?? [] }

    struct Mark {
        let frontier: Frontier
        let tile: OpenTile?
        let config: ConfigInForce
        let steady: SteadyTime
        let keys: KeySet
        let uses: DailyUse
        let drafted: [LogEntry]?
    }

    func mark() -> Mark {
        Mark(
            frontier: frontier, tile: tile, config: config, steady: steady, keys: keys, uses: uses, drafted: drafted)
    }

    /// Forgets what a failed job appended; its rows are undone by its savepoint.
    func rewind(to mark: Mark) {
        frontier = mark.frontier
        tile = mark.tile
        config = mark.config
        steady = mark.steady
        uses = mark.uses
        drafted = mark.drafted
        use(mark.keys)
        vouched.removeAll()
    }

    /// Goes on with other keys: rows are sealed with them from here on, and they are in force for everyone once the batch
    /// is durable.
    func use(_ next: KeySet) {
        guard next !== keys else { return }
        keys = next
        changes = changes.sealing(with: next)
    }

    /// What ran out before this moment may be destroyed.
    var trusted: Instant { steady.trusted(at: now) }

    /// Appends the hourly heartbeat: the log shows how time went.
    func beat() throws {
        steady.beat(at: now)
        var entry = entry(.heartbeat, request: nil)
        entry.count = steady.beatsSinceJump
        try append(entry)
    }

    /// An entry with the members that every entry has.
    func entry(_ action: LogAction, request: RequestID?) -> LogEntry {
        LogEntry(vault: vault.id, time: now, action: action, config: config.digest, request: request)
    }

    /// Appends an entry; its state tags must be new. Returns its index.
    @discardableResult
    func append(_ entry: LogEntry) throws -> UInt64 {
        if drafted != nil {
            drafted?.append(entry)
            // No rule of one resident's change asks for the number, which only the writer can give.
            return UInt64.max
        }
        let bytes = try entry.encoded()
        let index = frontier.size
        try changes.appendLog(seq: index, entry: bytes)
        for subject in entry.subjects {
            if let tag = subject.stateTag { try changes.append(StateRow(tag: tag, seq: index, state: subject.state)) }
        }
        uses.add(entry)
        let leaf = MerkleHash.leaf(bytes)
        let roots = frontier.append(leaf: leaf)
        if let whole = tile?.take(entry, seq: index, leaf: leaf, roots: roots) { try changes.store(whole) }
        return index
    }

    /// Notes a refusal that is logged although its job throws.
    func refuse(_ entry: LogEntry) { refusals.append(entry) }

    /// Appends what was refused since the last call.
    func appendRefusals() throws {
        defer { refusals.removeAll() }
        for entry in refusals { try append(entry) }
    }

    /// How often a grant was used today, this batch included.
    func used(_ grant: GrantID) -> Int { counts.used(grant, on: day) + uses.of(grant) }

    /// Whether a decision made on an older view still stands.
    func unchanged(since moment: UInt64, residents: [Int64]) -> Bool {
        revisions.unchanged(since: moment, residents: residents)
    }

    /// Makes a change: puts the config that comes of it in force, and logs the change whole with the signatures it rests
    /// on.
    ///
    /// - Throws: `VaultError` with `forbidden` if signatures are missing, and what `ConfigOperation.applied` throws.
    func make(_ change: ConfigChange, approvals: [ConfigChange.Approval] = [], request: RequestID?, uid: UInt32?) throws {
        // Why it cannot be made comes before who would have to sign it.
        let next = try change.operation.applied(to: config.config)
        if case .appKey(let record) = change.operation, let previous = record.previous,
            previous.until > now.advanced(bySeconds: Vault.longestOverlap)
        {
            throw VaultError(.badValue, "two tokens count for \(Vault.longestOverlap / 86_400) days at most")
        }
        let signatures = try change.requireApproval(approvals, under: config.config)
        let inForce = try ConfigInForce(next)
        try changes.put(ConfigRow(number: next.number, body: inForce.body))
        for row in config.config.custodianship.replaced(by: next.custodianship) { try changes.put(row) }
        config = inForce
        revisions.touchConfig(serial: serial)
        var entry = entry(.config, request: request)
        entry.role = .operator
        entry.uid = uid
        var members = change.members
        if !signatures.isEmpty {
            members["approvals"] = .object(
                Dictionary(uniqueKeysWithValues: signatures.map { ($0.key.text, .string(Base64URL.encode($0.value))) }))
        }
        entry.change = .object(members)
        try append(entry)
    }

    /// The same for an operation that nobody else has seen.
    func make(_ operation: ConfigOperation, request: RequestID? = .random(), uid: UInt32?) throws {
        try make(try ConfigChange(operation, to: config), request: request, uid: uid)
    }

    /// Notes that a resident was changed in this batch, by us.
    func touched(_ resident: ResidentRow) {
        if drafted == nil { revisions.touch(resident.reference.number, serial: serial) }
        vouched[resident.reference.number] = resident.revision
    }

    /// Notes that a resident was erased in this batch: what was decided on their rows is decided again.
    func forgot(_ resident: ResidentReference) { unvouched(resident.number) }

    /// Notes that a resident was changed, over rows that this batch has not compared with the log.
    func unvouched(_ resident: Int64) {
        if drafted == nil { revisions.touch(resident, serial: serial) }
        vouched[resident] = nil
    }

    /// Notes that a resident's bundles or shares are for another key now, which no state shows: whoever has not seen it yet
    /// is told nothing wrong of it.
    func movedKeys(of resident: ResidentReference) {
        if drafted == nil { revisions.touch(resident.number, serial: serial) }
    }

    /// An app that was removed while its request was under way gets nothing more.
    func requireLive(_ app: AppRecord) throws(VaultError) {
        guard let held = config.config.liveApp(app.name), held.known(by: app.auth, at: now)?.box == app.box else { throw VaultError(.unauthorized, "this credential is not valid") }
    }

    /// The resident's row as it stands now; an unknown one cannot be acted on.
    func resident(_ reference: ResidentReference) throws -> ResidentRow {
        guard let row = try snapshot.resident(number: reference.number), row.reference == reference else {
            throw VaultError(.notFound, "this resident is no longer enrolled")
        }
        return row
    }
}
