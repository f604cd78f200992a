/// What the room that holds the data can refuse. No case carries a value.
package enum StoreError: Error, Equatable, Sendable {
    /// A row's seal does not match its contents: written by someone without the service key. The table is named.
    case rowSeal(table: String)
    /// A row whose columns are not what the schema promises.
    case malformedRow(table: String)
    /// SQLite reports another durability than the vault's promises rest on.
    case durability(setting: String, expected: String, found: String)
    /// The database was made by another version of the schema.
    case schema(expected: Int, found: Int)
    /// A revision's tag already stands in the log: the rows were rolled back behind the log's back.
    case stateTagRepeated
    /// A row that collides with another: two writers would be needed, or a defect of ours.
    case constraint
    /// SQLite's result code; its message is left out because it can quote values.
    case database(code: Int32)
    /// Entries were moved to the archive, and this tile of theirs is not in it.
    case archiveMissing(tile: UInt64)
    /// A rule asked a draft for more than it holds: it is for the writer.
    case beyondDraft
    /// No space is left on the device.
    case diskFull

    /// Whether the connection, the disk or a draft failed, rather than one job's rows.
    package var endsBatch: Bool {
        switch self {
        case .diskFull, .database, .beyondDraft: true
        case .rowSeal, .malformedRow, .durability, .schema, .stateTagRepeated, .constraint, .archiveMissing: false
        }
    }
}
