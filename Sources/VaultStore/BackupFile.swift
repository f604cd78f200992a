internal import Foundation
internal import VaultModel
internal import GRDB

/// A backup as a file: one SQLite database without companions, with a vault's tables, the row that describes it, and the
/// archived tiles. Its `user_version` is not a vault's, so that no daemon serves it.
package enum BackupFile {
    private static let tables = """
        CREATE TABLE backup (
            id BLOB PRIMARY KEY, vault BLOB NOT NULL, name TEXT NOT NULL, made INTEGER NOT NULL, days INTEGER NOT NULL,
            residents INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, checkpoint BLOB NOT NULL,
            key TEXT NOT NULL) WITHOUT ROWID, STRICT;
        CREATE TABLE archived (number INTEGER PRIMARY KEY, bundle BLOB NOT NULL) STRICT;
        """
    /// `rv` before the schema's own version.
    static let version = 0x7276_0000 + Schema.version
    private static let versionMark: [UInt8] = [0x72, 0x76]

    /// Whether a file is a backup, by the bytes of its header alone; nothing in it is opened.
    package static func isBackup(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 100) else { return false }
        try? file.close()
        return head.count == 100 && Array(head[60..<62]) == versionMark
    }

    /// Makes a copy of a database that `StoreReader.copy` wrote into a backup.
    ///
    /// - Parameters:
    ///   - archive: where entries lie that are not in the database; those of this copy are taken into it.
    ///   - describe: says what the copy holds, from its own rows.
    package static func complete(
        _ path: String, sealer: any RowSealing, archive: any EntryArchive, describe: (Snapshot) throws -> BackupRow
    ) throws -> BackupRow {
        try VaultDatabase.translating {
            let queue = try DatabaseQueue(path: path, configuration: VaultDatabase.configuration())
            let row = try queue.inDatabase { db in
                // The copy is thrown away if this is cut off, so no journal is needed beside it.
                try db.execute(sql: "PRAGMA journal_mode = MEMORY")
                var row: BackupRow?
                try db.inTransaction {
                    try db.execute(sql: tables)
                    let snapshot = Snapshot(db: db, sealer: sealer, names: NameTable(), archive: archive)
                    for number in 0..<(try snapshot.firstStored() >> 8) {
                        guard let bundle = try archive.bundle(number: number) else {
                            throw StoreError.archiveMissing(tile: number)
                        }
                        try db.run("INSERT INTO archived VALUES (?, ?)", [Int64(number), Blob(bundle)])
                    }
                    let made = try describe(snapshot)
                    try db.run(
                        "INSERT INTO backup VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        [
                            Blob(made.id.bytes), Blob(made.vault.bytes), made.name, made.made.milliseconds, made.days,
                            made.residents, Int64(made.size), Blob(made.root), Blob(made.checkpoint), made.key,
                        ])
                    try db.execute(sql: "PRAGMA user_version = \(version)")
                    row = made
                    return .commit
                }
                try db.execute(sql: "PRAGMA journal_mode = DELETE")
                return row
            }
            try queue.close()
            guard let row else { throw StoreError.database(code: 0) }
            return row
        }
    }

    /// Opens a backup for reading.
    ///
    /// - Throws: `StoreError.schema` for any other file, one whose tables are not just those that this version makes
    ///   included: what stands in a backup is read, and never run.
    package static func open(_ path: String, sealer: any RowSealing) throws -> StoreReader {
        try VaultDatabase.translating {
            var configuration = VaultDatabase.configuration()
            configuration.readonly = true
            // As `VaultDatabase.openForReading` has it.
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in
                let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                guard found == version, try schema(of: db) == expectedSchema() else {
                    throw StoreError.schema(expected: version, found: found)
                }
            }
            let tiles = try DatabaseQueue(path: path, configuration: configuration)
            return StoreReader(
                queue: queue, sealer: sealer, names: NameTable(), archive: BackupArchive(queue: tiles), log: nil)
        }
    }

    private static func schema(of db: Database) throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
    }

    private static func expectedSchema() throws -> [String] {
        let fresh = try DatabaseQueue()
        return try fresh.inDatabase { db in
            try Schema.create(in: db)
            try db.execute(sql: tables)
            return try schema(of: db)
        }
    }
}

/// The archived tiles inside a backup.
private struct BackupArchive: EntryArchive {
    let queue: DatabaseQueue

    func bundle(number: UInt64) throws -> [UInt8]? {
        try queue.inDatabase { db in
            var bundle: [UInt8]?
            try db.run("SELECT bundle FROM archived WHERE number = ?", [Int64(clamping: number)]) { row in
                bundle = (row[0] as Blob).bytes
                return false
            }
            return bundle
        }
    }
}

extension StoreReader {
    /// Copies the whole database into a new or empty file, as of one moment: live rows alone, without what was deleted.
    package func copy(to path: String) throws {
        try VaultDatabase.translating {
            try queue.inDatabase { db in
                // Each page is looked at once, so that keeping them would only cost memory, here and in the copy.
                try db.execute(sql: "PRAGMA cache_size = -\(Self.copyingKibibytes)")
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
        }
    }

    private static let copyingKibibytes = 2048
}

extension Snapshot {
    /// What this backup says of itself; nil in a vault's own database.
    package func backup() throws -> BackupRow? {
        let columns = "id, vault, name, made, days, residents, size, root, checkpoint, key"
        return try first("SELECT \(columns) FROM backup", []) { row in
            let days: Int64 = row[4]
            guard let id = RequestID((row[0] as Blob).bytes), let vault = VaultID((row[1] as Blob).bytes),
                let size = UInt64(exactly: row[6] as Int64), (0...36_500).contains(days)
            else { throw StoreError.malformedRow(table: "backup") }
            return BackupRow(
                id: id, vault: vault, name: row[2], made: Instant(milliseconds: row[3]), days: Int(days),
                residents: row[5], size: size, root: (row[7] as Blob).bytes, checkpoint: (row[8] as Blob).bytes,
                key: row[9])
        }
    }

    /// How many faults SQLite finds in the file itself, at most a hundred.
    package func integrityFaults() throws -> Int {
        let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(100)")
        return lines == ["ok"] ? 0 : lines.count
    }
}
