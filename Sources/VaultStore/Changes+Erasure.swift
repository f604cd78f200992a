package import VaultModel
internal import GRDB

/// What erasure takes out of the tables. SQLite overwrites it where it lay (`secure_delete`); the write-ahead log keeps it
/// until `VaultDatabase.checkpointAndTruncate`.
extension Changes {
    private static let residentTables = [
        "cell", "write_key", "pairwise", "blind_index", "envelope", "share", "proposal", "access_request", "\"grant\"",
        // Last, because the others are found by its number.
        "resident",
    ]

    /// Removes every row of a resident's, with the keys of all their grants. What stays is in the log: tags that nobody
    /// can make again, because the tag key goes with the resident's row.
    package func eraseRows(of resident: ResidentReference) throws {
        let number = resident.number
        try run("DELETE FROM bundle WHERE number IN (SELECT number FROM \"grant\" WHERE resident = ?)", [number])
        try run("DELETE FROM supplement WHERE grant_id IN (SELECT id FROM \"grant\" WHERE resident = ?)", [number])
        for table in Self.residentTables {
            let column = table == "resident" ? "number" : "resident"
            try run("DELETE FROM \(table) WHERE \(column) = ?", [number])
        }
        try countResidents(-db.changesCount)
    }

    /// Asks for the files to be scrubbed of what this transaction takes out.
    package func put(_ row: ScrubRow) throws {
        try run("INSERT OR REPLACE INTO scrub VALUES (0, ?, ?)", [row.number, Blob(snapshot.sealer.seal(row.sealInput))])
    }

    /// Notes that the files were scrubbed of what was asked until then.
    package func scrubbed(_ row: ScrubRow) throws {
        try run("DELETE FROM scrub WHERE number = ?", [row.number])
    }

    /// Removes one field's cell, index rows and proposals.
    package func eraseField(_ field: FieldName, of resident: ResidentReference) throws {
        if let id = try snapshot.names.id(of: field.text, in: snapshot) {
            try run("DELETE FROM cell WHERE resident = ? AND field = ?", [resident.number, id])
        }
        for table in ["blind_index", "proposal"] {
            try run("DELETE FROM \(table) WHERE resident = ? AND field = ?", [resident.number, field.text])
        }
    }
}
