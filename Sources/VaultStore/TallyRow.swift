internal import GRDB

/// How many rows of a kind there are, kept with each change: counting a city's rows takes longer than a request may.
/// `verify --data` counts them.
struct TallyRow: SealedRow, Equatable {
    enum Name: String, CaseIterable { case residents }

    static let table = "tally"
    let name: Name
    let count: Int64

    var key: [ColumnValue] { [.text(name.rawValue)] }
    var columns: [ColumnValue] { [.integer(UInt64(bitPattern: count))] }
}

extension Snapshot {
    /// How many residents there are, by the count that is kept.
    package func residentCount() throws -> Int64 { try tally(.residents) }

    /// The same by counting, which takes the longer the more there are.
    package func countedResidents() throws -> Int64 {
        try first("SELECT count(*) FROM resident", []) { $0[0] } ?? 0
    }

    func tally(_ name: TallyRow.Name) throws -> Int64 {
        try first("SELECT count, seal FROM tally WHERE name = ?", [name.rawValue]) { row in
            try checked(TallyRow(name: name, count: row[0]), seal: row[1]).count
        } ?? 0
    }
}

extension Changes {
    /// Counts on, or back. A damaged count stops nothing: it goes on from what stands there.
    func count(_ change: Int, _ name: TallyRow.Name) throws {
        guard change != 0 else { return }
        try put(TallyRow(name: name, count: try snapshot.unchecked().tally(name) + Int64(change)))
    }

    /// Counts anew, after rows came from elsewhere.
    package func recount() throws { try put(TallyRow(name: .residents, count: try snapshot.countedResidents())) }

    func put(_ row: TallyRow) throws {
        try run("INSERT OR REPLACE INTO tally VALUES (?, ?, ?)", [row.name.rawValue, row.count, seal(row)])
    }
}
