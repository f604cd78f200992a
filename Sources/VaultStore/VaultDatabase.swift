internal import CStore
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// The database file: one writing connection, and as many reading ones as there are event loops. Made for one daemon
/// a directory; the directory's lock is the caller's.
package final class VaultDatabase: Sendable {
    private let path: String
    private let sealer: any RowSealing
    private let names = NameTable()
    private let archive: (any EntryArchive)?
    private let log: WriteAheadLog
    private let length = LogLength()
    let writer: DatabaseQueue

    /// Opens the database, or makes it when `creating`.
    ///
    /// - Throws: `StoreError.durability` unless SQLite reports `synchronous=FULL`, write-ahead logging and
    ///   `secure_delete` back; `.schema` for another version's file; `.database` for what SQLite refuses.
    package init(path: String, creating: Bool, sealer: any RowSealing, archive: (any EntryArchive)? = nil) throws {
        self.path = path
        self.archive = archive
        self.sealer = sealer
        log = WriteAheadLog(path: path)
        writer = try Self.translating {
            var configuration = Self.configuration()
            configuration.journalMode = .wal
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in
                let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                if creating {
                    guard version == 0 else { throw StoreError.schema(expected: 0, found: version) }
                    try db.inTransaction { try Schema.create(in: db); return .commit }
                } else if version != Schema.version {
                    throw StoreError.schema(expected: Schema.version, found: version)
                }
                // GRDB sets NORMAL when it sets up the write-ahead log, and a commit could vanish with the power.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA secure_delete = ON")
                try Self.expect("synchronous", "2", in: db)
                try Self.expect("secure_delete", "1", in: db)
                try Self.expect("journal_mode", "wal", in: db)
                // Scrubbing takes every page for a page of a tree.
                try Self.expect("auto_vacuum", "0", in: db)
            }
            return queue
        }
        writer.inDatabase { length.watch($0) }
    }

    /// A reading connection of its own, for one event loop or one worker.
    ///
    /// - Parameter keepsPages: for one that reads all the time.
    package func reader(keepsPages: Bool = false) throws -> StoreReader {
        try Self.translating {
            var configuration = Self.configuration(keepsPages: keepsPages)
            configuration.readonly = true
            // A view that is kept is a transaction that is left open.
            configuration.allowsUnsafeTransactions = true
            return StoreReader(
                queue: try DatabaseQueue(path: path, configuration: configuration), sealer: sealer, names: names,
                archive: archive, log: log)
        }
    }

    /// Opens a database for reading alone, without the right to change it: for verification beside a running daemon.
    package static func openForReading(
        path: String, sealer: any RowSealing, archive: (any EntryArchive)? = nil
    ) throws -> StoreReader {
        try translating {
            var configuration = configuration()
            configuration.readonly = true
            // A view that several connections share is a transaction that is left open.
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            guard version == Schema.version else { throw StoreError.schema(expected: Schema.version, found: version) }
            return StoreReader(queue: queue, sealer: sealer, names: NameTable(), archive: archive, log: nil)
        }
    }

    /// Runs one durable transaction. It returns after the commit has reached the disk; if the closure or the commit
    /// fails, nothing of it stays.
    package func commit<Value>(_ body: (Changes) throws -> Value) throws -> Value {
        try Self.translating {
            try writer.inDatabase { db in
                try db.run("BEGIN IMMEDIATE", [])
                let value: Value
                do {
                    value = try body(Changes(snapshot: Snapshot(db: db, sealer: sealer.inForce, names: names, archive: archive)))
                    // SQLite may have undone it by itself, and a commit would then be one of nothing.
                    guard db.isInsideTransaction else { throw StoreError.database(code: SQLITE_ABORT) }
                    try db.run("COMMIT", [])
                } catch {
                    if db.isInsideTransaction { try? db.run("ROLLBACK", []) }
                    throw error
                }
                log.committed(pages: length.last, writer: db)
                return value
            }
        }
    }

    /// Whether the write-ahead log could not be emptied because of readers: views should be few and short until it is.
    package var awaitsReaders: Bool { log.awaitsTruncation }

    /// Copies the write-ahead log into the database and empties it; false while a reader is still open. It does not wait for
    /// the reader, because writes would wait with it.
    ///
    /// - Parameter insists: it will be tried again until it succeeds, and views are kept no longer than a request until then.
    package func checkpointAndTruncate(insists: Bool = true) throws -> Bool {
        try Self.translating { try writer.inDatabase { try truncate($0, insists: insists) } }
    }

    func truncate(_ db: Database, insists: Bool = true) throws -> Bool {
        try db.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Self.busySeconds * 1000)") }
        let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        let isEmpty = (row?[0] as Int64?) == 0
        log.truncation(isDue: insists && !isEmpty)
        return isEmpty
    }

    static let busySeconds = 5

    package func close() throws {
        try Self.translating {
            defer { try? log.close() }
            try writer.close()
        }
    }

    /// SQLite's count of its memory takes a lock that all connections share, at each allocation; nobody reads the count. And
    /// pages that come and go one by one cost more than what stands on them.
    private static let settings: Void = { _ = rv_sqlite_settings() }()

    /// A page that has no place in memory taken beforehand is allocated, cleared and freed one by one, at each commit for all
    /// of a reader's pages. So a connection that reads all the time has places for all of its pages, 4 MiB, and no more pages
    /// than these: what reads come back to are the upper pages of the trees. Others have a few places.
    static func configuration(keepsPages: Bool = false) -> Configuration {
        settings
        var configuration = Configuration()
        configuration.busyMode = .timeout(TimeInterval(busySeconds))
        // Values and statements stay out of SQLite's own error texts and traces.
        configuration.publicStatementArguments = false
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA cache_size = \(keepsPages ? -4096 : -256)")
            // What it took until now, so that it takes as many places as it has pages now.
            try db.execute(sql: "PRAGMA shrink_memory")
            if !keepsPages {
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
                try db.execute(sql: "PRAGMA cache_size = -16384")
            }
        }
        return configuration
    }

    private static func expect(_ setting: String, _ expected: String, in db: Database) throws {
        let found = try String.fetchOne(db, sql: "PRAGMA \(setting)") ?? "nothing"
        guard found == expected else { throw StoreError.durability(setting: setting, expected: expected, found: found) }
    }

    /// GRDB's errors carry statements and messages; ours carry a code.
    static func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_FULL: throw StoreError.diskFull
            case .SQLITE_CONSTRAINT: throw StoreError.constraint
            default: throw StoreError.database(code: error.extendedResultCode.rawValue)
            }
        }
    }
}
