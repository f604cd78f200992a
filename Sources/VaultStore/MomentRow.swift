internal import GRDB
package import VaultModel

/// A moment that the vault must remember over restarts, by its name. Sealed, because certificates and scrubbing rest on it.
package struct MomentRow: SealedRow, Equatable {
    package enum Name: String, Sendable, CaseIterable {
        /// When the life of the last backup ends that was ever made, by what the rules said when it was made.
        case backupsEnd = "backups_end"
        /// When the last backup was made.
        case backedUp = "backed_up"
        /// Until when all files were scrubbed, by the clock as far as it was trusted then.
        case scrubbed
    }

    package static let table = "moment"
    package let name: Name
    package let time: Instant

    package init(_ name: Name, _ time: Instant) {
        self.name = name
        self.time = time
    }

    package var key: [ColumnValue] { [.text(name.rawValue)] }
    package var columns: [ColumnValue] { [.integer(UInt64(bitPattern: time.milliseconds))] }
}

extension Snapshot {
    /// A moment that is remembered; nil before it first came.
    package func moment(_ name: MomentRow.Name) throws -> Instant? {
        try first("SELECT time, seal FROM moment WHERE name = ?", [name.rawValue]) { row in
            try checked(MomentRow(name, Instant(milliseconds: row[0])), seal: row[1]).time
        }
    }
}

extension Changes {
    package func put(_ row: MomentRow) throws {
        try run("INSERT OR REPLACE INTO moment VALUES (?, ?, ?)", [row.name.rawValue, row.time.milliseconds, seal(row)])
    }
}
