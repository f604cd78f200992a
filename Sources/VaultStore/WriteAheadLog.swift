internal import Dispatch
internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// Keeps the write-ahead log short without anyone waiting for it.
///
/// SQLite by itself copies the log into the database inside the commit that makes it long, with two syncs of the disk, and
/// everyone in that commit waits. Here another connection copies it meanwhile; the writer then copies what came since and
/// begins the log anew. For that no reader may stand on a view of it, so views that would be kept are not while it is due.
final class WriteAheadLog: Sendable {
    /// Copying begins at so many pages of 4 KiB: long enough that a page which is written again and again is copied once,
    /// short enough that a reader's search in it stays one table of SQLite's (4,096 pages).
    static let longFrom = 2_000
    /// What the writer may have left to copy when it begins the log anew.
    private static let rest = 500
    /// How long the writer waits for readers of a single request: they take a tenth of it.
    private static let patienceMilliseconds = 3

    private enum Stage {
        case short
        case copying
        /// Another connection has copied so many pages.
        case copied(Int)
        /// A reader stays for long, a backup's for instance: not before the log has this length.
        case waiting(Int)
    }

    private let path: String
    private struct State {
        var stage = Stage.short
        /// How far the copy before the newest had come.
        var copiedBefore = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rvault.checkpoint")
    private let connection = Mutex<DatabaseQueue?>(nil)
    private let restartIsDue = Atomic(false)
    private let truncationIsDue = Atomic(false)
    private let kept = Atomic(0)

    init(path: String) { self.path = path }

    /// Whether a reader may stay on its view after a request.
    var allowsKeeping: Bool { !restartIsDue.load(ordering: .relaxed) && !truncationIsDue.load(ordering: .relaxed) }

    var awaitsTruncation: Bool { truncationIsDue.load(ordering: .relaxed) }

    func viewWasKept() { kept.add(1, ordering: .relaxed) }
    func keptViewEnded() { kept.subtract(1, ordering: .relaxed) }

    /// Somebody waits for the log to be emptied, or does no longer.
    func truncation(isDue: Bool) { truncationIsDue.store(isDue, ordering: .relaxed) }

    /// Called by the writer after each commit, with the log's length. The commit is durable, so nothing is thrown: what
    /// cannot be copied now is copied after a later one.
    func committed(pages: Int, writer: Database) {
        let mustRestart = state.withLock { state -> Bool in
            switch state.stage {
            case .short where pages >= Self.longFrom: startCopying(&state)
            case .waiting(let length) where pages >= length: startCopying(&state)
            // It began anew by itself, or was emptied.
            case .waiting where pages < Self.longFrom: state.stage = .short
            case .copied(let count):
                // A log shorter than what was copied of it began anew by itself.
                if pages < count {
                    state.stage = .short
                } else if pages - count <= Self.rest {
                    return true
                } else if count > state.copiedBefore {
                    startCopying(&state)
                } else {
                    // Somebody's view stands in the way: not again at every commit.
                    state.stage = .waiting(pages + Self.rest)
                }
            case .short, .waiting, .copying: break
            }
            return false
        }
        restartIsDue.store(mustRestart, ordering: .relaxed)
        // Views that are kept end soon, and those of single requests are waited for. A log that has grown far does not ask.
        guard mustRestart, kept.load(ordering: .relaxed) == 0 || pages > 2 * Self.longFrom else { return }
        sqlite3_busy_timeout(writer.sqliteConnection, CInt(Self.patienceMilliseconds))
        let code = sqlite3_wal_checkpoint_v2(writer.sqliteConnection, nil, SQLITE_CHECKPOINT_RESTART, nil, nil)
        sqlite3_busy_timeout(writer.sqliteConnection, CInt(VaultDatabase.busySeconds * 1000))
        state.withLock { $0.stage = code == SQLITE_OK ? .short : .waiting(pages + Self.rest) }
        restartIsDue.store(false, ordering: .relaxed)
    }

    private func startCopying(_ state: inout State) {
        if case .copied(let count) = state.stage { state.copiedBefore = count } else { state.copiedBefore = 0 }
        state.stage = .copying
        queue.async { self.copy() }
    }

    /// Copies what no reader's view stands in the way of, beside the writer.
    private func copy() {
        var copied: CInt = 0
        do {
            let code = try open().inDatabase { db in
                sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, &copied)
            }
            // Busy: somebody else copies. With anything else the connection is made anew.
            if code != SQLITE_OK, code != SQLITE_BUSY { throw StoreError(code: code) }
        } catch {
            copied = 0
            try? disconnect()
        }
        let count = Int(max(0, copied))
        state.withLock { $0.stage = .copied(count) }
    }

    private func open() throws -> DatabaseQueue {
        if let open = connection.withLock({ $0 }) { return open }
        let made = try DatabaseQueue(path: path, configuration: VaultDatabase.configuration())
        // The database must be on the disk before the log that it came from is written over.
        try made.inDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        connection.withLock { $0 = made }
        return made
    }

    /// Waits for a copy that is under way and closes the connection.
    func close() throws {
        queue.sync {}
        try disconnect()
    }

    private func disconnect() throws {
        try connection.withLock { connection in
            defer { connection = nil }
            try connection?.close()
        }
    }
}

/// Where SQLite notes the log's length after each commit of the writer's, in place of copying it.
final class LogLength: Sendable {
    private let pages = Atomic(0)

    /// The connection must commit nothing after this has gone: it does not hold it.
    func watch(_ db: Database) {
        sqlite3_wal_hook(
            db.sqliteConnection,
            { place, _, _, pages in
                guard let place else { return SQLITE_MISUSE }
                Unmanaged<LogLength>.fromOpaque(place).takeUnretainedValue().pages.store(Int(pages), ordering: .relaxed)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    var last: Int { pages.load(ordering: .relaxed) }
}
