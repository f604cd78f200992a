internal import CLinux
internal import Dispatch
internal import Foundation
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
public import VaultModel
package import VaultPolicy
internal import VaultStore

/// A vault that is open: one directory, one lock, one writer.
///
/// Reads and changes go through its extensions, each of which decides, logs and only then acts or answers. Calls block
/// until what they did is durable; a read is finished by whoever writes its batch, so that it can begin on an event loop.
public final class Vault: Sendable {
    /// The vault's id, bound into every ciphertext.
    public let id: VaultID
    /// The log's origin and key name.
    public let name: String
    package let directory: VaultDirectory
    /// Where the service key and the pepper came from, and where a rotation puts the next ones.
    package let keySource: ServiceKeySource
    /// The form they were in at the start.
    package let keyForm: KeyForm
    let keys: KeyRing
    let rotations = RotationQueue()
    /// Whether the files and shares are those of the keys in force; tried again every minute until they are.
    let isSettled = Flag()
    let writer: Writer
    let store: VaultDatabase
    let sessions: SessionTable
    let scrubbing: Scrubbing
    let throttle = TryThrottle()
    let argon = ArgonGate()
    let refusals = RefusalCounter()
    let asks = AskLimiter()
    let readings = ReadingHours()
    let ceremonies = CeremonyTable()
    /// Whether entries are being moved to the archive.
    let archiving = Mutex(false)
    /// Whether a backup is being made or sent.
    let copying = CopyFlag()
    /// The clock that nobody can set.
    let elapsedTime: @Sendable () -> Duration
    let counted = Mutex<(at: ContinuousClock.Instant, status: VaultStatus)?>(nil)
    private let lock: LockBox

    /// How often a decision that the writer found outdated is made again before the caller is told to come back.
    static let decisionTries = 8

    /// Holds the lock until the vault is closed or goes away.
    private final class LockBox: Sendable {
        private let lock: Mutex<DirectoryLock?>
        init(_ lock: consuming DirectoryLock) { self.lock = Mutex(lock) }
        func release() { lock.withLock { $0 = nil } }
    }

    /// The name a log has unless its maker chooses another: a schema-less URL, as C2SP checkpoints ask.
    public static let defaultName = "resident-vault.local/log"

    /// Makes a vault in a new or empty directory: keys, database, the config from `policies`, and a log whose first
    /// checkpoint is signed.
    ///
    /// - Throws: `VaultError` with code `setup` for a directory that is not empty or cannot be written.
    ///   `badValue` naming every fault of the policies.
    @discardableResult
    package static func create(
        at path: String, policyDirectory: String, name: String = defaultName, custodianship: Custodianship = .none,
        source: ServiceKeySource? = nil, lockingKeys: Bool = false
    ) throws -> VaultID {
        do {
            return try create(
                at: path, policies: try PolicyDocument.load(directory: policyDirectory), name: name,
                custodianship: custodianship, source: source, lockingKeys: lockingKeys)
        } catch let error as PolicyError {
            throw VaultError(.badValue, error.description, hint: "check them with: rvault policy check \(policyDirectory)")
        }
    }

    /// The same from policies in hand.
    ///
    /// - Parameters:
    ///   - source: where the service key and the pepper are put; two files in the directory if nil.
    ///   - lockingKeys: puts them only under a passphrase.
    @discardableResult
    package static func create(
        at path: String, policies: PolicySet, name: String = defaultName, custodianship: Custodianship = .none,
        source: ServiceKeySource? = nil, lockingKeys: Bool = false, clocks: Clocks = .system
    ) throws -> VaultID {
        try requireLockedMemory()
        for custodian in custodianship.ordered where policies.parties[custodian.name.text] == nil {
            throw VaultError(
                .badValue, "the custodian \(custodian.name) is no party of the policies",
                hint: "custodians stand for parties: " + policies.parties.keys.sorted().joined(separator: ", "))
        }
        let directory = VaultDirectory(path)
        try directory.create()
        let lock = try directory.takeLock()
        try directory.clearUnfinished()
        let secrets = try ServiceSecrets.random()
        let row = VaultRow(id: .random(), name: name, created: clocks.wall())
        try (source ?? ServiceKeySource(directory)).make(secrets, vault: row.id, locked: lockingKeys)
        let made = PepperRow(
            generation: 1, digest: secrets.pepper.digest(vault: row.id.bytes, generation: 1), made: row.created)
        let keys = KeyRing(
            KeySet(
                service: try ServiceKeys(secrets.serviceKey),
                peppers: [PepperKey(generation: 1, key: try secrets.pepper.duplicate())]))
        let custody = try KeyCustody(secrets, of: keys.now, vault: row.id, custodianship: custodianship)
        try custody.write(to: directory)
        let logKey = try VerifierKey(name: name, publicKey: keys.service.log.publicKey)
        let config = try ConfigInForce(
            VaultConfig(
                vault: row.id, policies: policies, custodianship: custodianship, logKey: keys.service.log.publicKey.bytes,
                issuingKey: keys.service.issuing.publicKey.bytes))
        let store = try VaultDatabase(path: directory.database, creating: true, sealer: keys)
        try store.commit { changes in
            try changes.put(row)
            try changes.put(made)
            try changes.put(ConfigRow(number: config.config.number, body: config.body))
            try custody.put(in: changes)
        }
        let writer = Writer(
            store: store, keys: keys, vault: row, config: config, frontier: Frontier(), tile: OpenTile(),
            newest: row.created, steady: SteadyTime(created: row.created), counts: DailyCounts(day: row.created.localDayNumber), note: [],
            checkpoints: try CheckpointFile(directory.checkpoint), reserve: SpaceReserve(directory.reserve),
            started: (row.created, clocks.elapsed()), clocks: clocks)
        try writer.perform { transaction in
            var entry = transaction.entry(.initialized, request: nil)
            entry.role = .operator
            entry.uid = geteuid()
            entry.change = config.config.json
            try transaction.append(entry)
        }
        writer.close()
        try store.close()
        try Array((logKey.text + "\n").utf8).withUnsafeBytes { bytes in
            try VaultDirectory.writeNew(bytes, to: directory.logKey, mode: 0o644)
        }
        try directory.finish()
        _ = consume lock
        return row.id
    }

    /// Opens a vault and takes its lock.
    ///
    /// The kept checkpoint must verify and be a prefix of the stored log: a log that is ahead was cut off between
    /// commit and checkpoint and gets a newer one; a log that is behind or different was rolled back, and the vault
    /// refuses.
    ///
    /// - Parameter source: where the service key and the pepper come from; two files in the directory, or the locked one,
    ///   if nil.
    /// - Throws: `VaultError` with code `setup` or `integrity`.
    package convenience init(
        openingAt path: String, source: ServiceKeySource? = nil, clocks: Clocks = .system, acceptingClock: Bool = false,
        remakingTiles: Bool = false
    ) throws {
        try Self.requireLockedMemory()
        let directory = VaultDirectory(path)
        try directory.check()
        try self.init(
            directory: directory, lock: try directory.takeLock(), source: source ?? ServiceKeySource(directory),
            clocks: clocks, acceptingClock: acceptingClock, remakingTiles: remakingTiles)
    }

    private init(
        directory: VaultDirectory, lock: consuming DirectoryLock, source: ServiceKeySource, clocks: Clocks,
        acceptingClock: Bool, remakingTiles: Bool
    ) throws {
        try directory.refuseBackup()
        directory.removeBackupCopy()
        directory.forgetRestore()
        keySource = source
        keyForm = try source.form() ?? .files
        let shelf = try KeyShelf(reading: source)
        keys = KeyRing(try shelf.any())
        store = try VaultDatabase(
            path: directory.database, creating: false, sealer: keys, archive: ArchiveDirectory(path: directory.archive))
        keys.install(try shelf.inForce(by: store))
        let (row, clock, head, tile) = try store.reader().read { snapshot in
            let row = try Self.vaultRow(snapshot)
            let head = try Self.head(snapshot)
            return (row, try snapshot.clock(), head, try OpenTile(snapshot, frontier: head.frontier))
        }
        let (frontier, config) = (head.frontier, head.config)
        guard config.config.logKey == keys.service.log.publicKey.bytes else { throw Self.wrongServiceKey }
        let (now, elapsed) = (clocks.wall(), clocks.elapsed())
        try Self.checkSilence(from: head.newest, to: now, accepting: acceptingClock)
        guard let clock else { throw VaultError(.integrity, "the database does not say how far its clock was trusted") }
        let checkpoints = try CheckpointFile(directory.checkpoint)
        try Self.compare(
            note: try checkpoints.read(), with: frontier, origin: row.name, keys: keys, store: store)
        let note = try Checkpoint(origin: row.name, frontier: frontier).signedNote(with: keys.service.log)
        try checkpoints.write(note)
        id = row.id
        name = row.name
        self.directory = directory
        writer = Writer(
            store: store, keys: keys, vault: row, config: config, frontier: frontier,
            tile: try (remakingTiles ? nil : tile) ?? Self.remadeTile(store, frontier: frontier), newest: head.newest,
            steady: SteadyTime(clock, newest: head.newest, now: now),
            counts: try store.reader().read { snapshot in
                try DailyCounts(snapshot, size: frontier.size, today: head.newest.localDayNumber)
            }, note: note, checkpoints: checkpoints,
            reserve: SpaceReserve(directory.reserve), started: (now, elapsed), clocks: clocks)
        sessions = SessionTable()
        elapsedTime = clocks.elapsed
        scrubbing = Scrubbing(store: store, copying: copying) { [writer] in writer.trusted }
        // What was erased when the last daemon was killed lies in its write-ahead log.
        _ = try? store.checkpointAndTruncate(insists: false)
        self.lock = LockBox(lock)
        // What stands in the way of it (a full disk, mostly) keeps nobody from their data.
        try? settleKeys()
    }

    private static func head(_ snapshot: Snapshot) throws -> LogHead {
        do { return try LogHead(checking: snapshot) } catch StoreError.rowSeal(let table) {
            throw VaultError(
                .integrity, "a row of the table \(table) does not fit its seal under the service key in force",
                hint: "it was altered behind the daemon; look with: rvault audit verify --data")
        }
    }

    static let wrongServiceKey = VaultError(
        .setup, "service.key is not this vault's", hint: "put the right service key and pepper back")

    /// The vault's own row is the first that a service key is tried on.
    static func vaultRow(_ snapshot: Snapshot) throws -> VaultRow {
        do {
            guard let row = try snapshot.vault() else {
                throw VaultError(.integrity, "the database holds no vault")
            }
            return row
        } catch StoreError.rowSeal { throw wrongServiceKey }
    }

    /// A log's time never goes back, so entries under a date far ahead would close the vault until that date.
    private static func checkSilence(from newest: Instant, to now: Instant, accepting: Bool) throws(VaultError) {
        let days = (now.milliseconds - newest.milliseconds) / 86_400_000
        guard !accepting, days > longestSilenceDays else { return }
        throw VaultError(
            .clock, "the clock says that \(days) days have passed since the log's newest entry",
            hint: "set the system's clock; if it is right, start once with: rvaultd --accept-clock")
    }

    private static let longestSilenceDays: Int64 = 90

    /// Tiles that do not lead to the head are made again from the entries. If those do not lead to it either, one was
    /// altered: residents are served on, no tiles are made, and every proof is refused until the entry is put right.
    private static func remadeTile(_ store: VaultDatabase, frontier: Frontier) throws -> OpenTile? {
        guard try store.commit({ try $0.remakeTiles(frontier: frontier) }) else { return nil }
        return try store.reader().read { try OpenTile($0, frontier: frontier) }
    }

    /// Whether the stored entries lead to the log's head. If not, an entry was altered: the daemon says so at its start.
    package var logIsSound: Bool { writer.makesTiles }

    /// The kept checkpoint against the stored log.
    private static func compare(
        note: [UInt8], with frontier: Frontier, origin: String, keys: KeyRing, store: VaultDatabase
    ) throws {
        let hint = "this database may be an old copy: put the newest one back. Verify with: rvault audit verify"
        guard !note.isEmpty else {
            throw VaultError(.integrity, "there is no kept checkpoint beside a log of \(frontier.size) entries", hint: hint)
        }
        let kept: Checkpoint
        do {
            kept = try open(note, origin: origin, keys: keys.now, store: store)
        } catch { throw VaultError(.integrity, "the kept checkpoint does not verify: \(error)", hint: hint) }
        guard kept.size <= frontier.size else {
            throw VaultError(
                .integrity, "the log has \(frontier.size) entries, the kept checkpoint names \(kept.size): it was rolled back",
                hint: hint)
        }
        let differs = VaultError(.integrity, "the stored log differs from the kept checkpoint", hint: hint)
        if kept.size == frontier.size {
            guard frontier.root == kept.root else { throw differs }
            return
        }
        // The log is ahead, cut off between commit and checkpoint. What is signed next is replayed from the rows first.
        var replayed = Frontier()
        let reader = try store.reader()
        while replayed.size < frontier.size {
            let page = try reader.read { try $0.logEntries(from: replayed.size, limit: 1000) }
            guard !page.isEmpty else { throw differs }
            for (_, entry) in page {
                replayed.append(leaf: MerkleHash.leaf(entry))
                if replayed.size == kept.size, replayed.root != kept.root { throw differs }
            }
        }
        guard replayed == frontier else { throw differs }
    }

    /// Cut off just after the log key changed, the note is still signed with the one before, over a tree from before.
    private static func open(_ note: [UInt8], origin: String, keys: KeySet, store: VaultDatabase) throws -> Checkpoint {
        func opened(_ service: ServiceKeys) throws -> Checkpoint {
            try Checkpoint.open(note, key: try VerifierKey(name: origin, publicKey: service.log.publicKey))
        }
        do { return try opened(keys.service) } catch {
            guard let before = keys.alsoAccepted,
                let since = try store.reader().read({ try $0.underNewestKey.rotation(.serviceKey)?.since })
            else { throw error }
            let kept = try opened(before)
            guard kept.size <= since else { throw AuditError.supersededKey }
            return kept
        }
    }

    /// Finishes the last batch and closes the files. Nothing can be asked of the vault afterwards.
    package func close() throws {
        flushRefusalCounts()
        scrubbing.close()
        rotations.close()
        writer.close()
        for _ in 0..<50 {
            if try store.checkpointAndTruncate() { break }
            Thread.sleep(forTimeInterval: 0.02)
        }
        try store.close()
        lock.release()
    }

    /// A reading connection for one event loop or worker.
    ///
    /// - Parameter keepsViews: for one that reads for apps all the time. It has room for many pages, and its reads may stay on
    ///   a view from one request to the next; `VaultReader.endView` must then be called some milliseconds after `keepsView`
    ///   became true.
    package func reader(keepsViews: Bool = false) throws -> VaultReader {
        VaultReader(store: try store.reader(keepsPages: keepsViews), keepsViews: keepsViews)
    }

    /// The config that decisions are made on now.
    package var config: ConfigInForce { writer.config }

    /// The newest signed checkpoint.
    package func checkpoint() -> [UInt8] { writer.note }

    /// Two mebibytes at least: the arenas of keys in use. A missing lock would let secrets reach the swap.
    static func requireLockedMemory() throws {
        let limit = rv_memory_lock_limit()
        guard limit == -1 || limit >= 2 << 20 else {
            throw VaultError(
                .setup, "this process may lock \(max(0, limit)) bytes of memory, it needs 2097152",
                hint: "raise it: ulimit -l 8192, or LimitMEMLOCK=8M in the service file")
        }
        do { _ = try SecretBytes(zeroed: 32) } catch {
            throw VaultError(.setup, "memory for keys cannot be locked", hint: "raise RLIMIT_MEMLOCK: ulimit -l 8192")
        }
    }
}

/// A reading connection, opaque to the daemon.
package final class VaultReader: Sendable {
    let store: StoreReader
    let keepsViews: Bool
    private let words = Mutex(GrantWords())

    init(store: StoreReader, keepsViews: Bool = false) {
        self.store = store
        self.keepsViews = keepsViews
    }

    /// What its reads met in statements before; whoever takes it adds to it and gives it back.
    func takeWords() -> GrantWords {
        words.withLock { words in
            defer { words = GrantWords() }
            return words
        }
    }

    func keep(_ words: GrantWords) { self.words.withLock { $0 = words } }

    /// Whether it stands on a view that was kept after a request.
    package var keepsView: Bool { store.keepsView }

    /// Ends the view that is kept: the next request sees what is durable then.
    package func endView() { store.endView() }
}
