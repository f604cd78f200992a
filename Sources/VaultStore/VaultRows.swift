package import VaultModel

/// The vault's own name: one row.
package struct VaultRow: SealedRow, Equatable {
    package static let table = "vault"
    package let id: VaultID
    /// The log's origin and key name.
    package let name: String
    package let created: Instant

    package init(id: VaultID, name: String, created: Instant) {
        self.id = id
        self.name = name
        self.created = created
    }

    package var key: [ColumnValue] { [.bytes(id.bytes)] }
    package var columns: [ColumnValue] { [.text(name), .integer(UInt64(bitPattern: created.milliseconds))] }
}

/// The configuration in force, as canonical JSON. Its digest stands in every log entry; older ones stand in the log.
package struct ConfigRow: SealedRow, Equatable {
    package static let table = "config"
    package let number: Int64
    package let body: [UInt8]

    package init(number: Int64, body: [UInt8]) {
        self.number = number
        self.body = body
    }

    package var key: [ColumnValue] { [.integer(UInt64(bitPattern: number))] }
    package var columns: [ColumnValue] { [.bytes(body)] }
}

/// Where the log stands: the frontier of its tree. Sealed, because the next checkpoint is signed over it: without the
/// service key nobody can have entries of theirs signed.
package struct LogHeadRow: SealedRow, Equatable {
    package static let table = "log_head"
    package let frontier: [UInt8]

    package init(frontier: [UInt8]) { self.frontier = frontier }

    package var key: [ColumnValue] { [.integer(0)] }
    package var columns: [ColumnValue] { [.bytes(frontier)] }
}
