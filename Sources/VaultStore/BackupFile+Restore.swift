internal import GRDB
internal import VaultModel

/// What a restore does with a new database.
extension VaultDatabase {
    /// Tables that a restore makes itself: the vault goes on under another name, the config is the newest one, and the log
    /// and what is made of it come from the log that was carried over.
    private static let notTaken: Set<String> = [
        "vault", "config", "log", "daily_count", "log_head", "state_tag", "tile", "subject_tag", "former_custodian", "tally", "next_key",
    ]

    /// Takes over a backup's rows. Rows alone: the tables are this database's own, so nothing that was planted in the
    /// file's schema comes along.
    package func takeRows(fromBackup path: String) throws {
        try Self.translating {
            try writer.inDatabase { db in
                try db.execute(sql: "ATTACH ? AS backup", arguments: [path])
                let tables = try String.fetchAll(db, sql: "SELECT name FROM main.sqlite_schema WHERE type = 'table'")
                for table in tables where !Self.notTaken.contains(table) && !table.hasPrefix("sqlite_") {
                    try db.execute(sql: "INSERT INTO main.\"\(table)\" SELECT * FROM backup.\"\(table)\"")
                }
                // Residents' numbers are given once, and so is that of the last who was erased before the backup.
                try db.execute(
                    sql: """
                        DELETE FROM main.sqlite_sequence;
                        INSERT INTO main.sqlite_sequence SELECT * FROM backup.sqlite_sequence;
                        """)
                try db.execute(sql: "DETACH backup")
            }
        }
    }
}
