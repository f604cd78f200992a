internal import VaultModel

/// A resident's rows as the state has them, each encoded, by table (design, section 6, "State").
struct StateParts {
    let index: [[UInt8]]
    /// In byte order of the fields.
    let cells: [[UInt8]]
    let envelopes: [[UInt8]]
    let grants: [[UInt8]]
    let pairwise: [[UInt8]]
    let proposals: [[UInt8]]
    var resident: [UInt8]
    /// In the order of their places.
    let shares: [[UInt8]]
    let writeKeys: [[UInt8]]

    /// The state's bytes: by table name, then row id.
    var joined: [UInt8] {
        let tables = [
            Self.ordered(index), cells, Self.ordered(envelopes), Self.ordered(grants), Self.ordered(pairwise),
            Self.ordered(proposals), [resident], shares, Self.ordered(writeKeys),
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tables.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } })
        for table in tables { for row in table { bytes += row } }
        return bytes
    }

    /// In the order of the row ids. A whole row stands where its id does: rows of one table begin alike, and because each
    /// column carries its length, no id is the beginning of another.
    private static func ordered(_ rows: [[UInt8]]) -> [[UInt8]] {
        guard rows.count > 1 else { return rows }
        return rows.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension CellRow {
    var stateBytes: [UInt8] { RowEncoding.encode(table: Self.table, key: key, columns: columns) }
}

extension ShareRow {
    var stateBytes: [UInt8] { RowEncoding.encode(table: Self.table, key: key, columns: stateColumns) }
}
