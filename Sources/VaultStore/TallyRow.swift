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
    /// How many residents there are: by the count that is kept, or by counting if that is missing or does not fit its seal,
    /// so that an altered count stops nothing.
    package func residentCount() throws -> Int64 { try soundTally(.residents) ?? countedResidents() }

    /// The count that is kept, if it is there.
    package func residentTally() throws -> Int64? { try tally(.residents) }

    /// The same by counting, which takes the longer the more there are.
    package func countedResidents() throws -> Int64 {
        try first("SELECT count(*) FROM resident", []) { $0[0] } ?? 0
    }

    fileprivate func soundTally(_ name: TallyRow.Name) throws -> Int64? {
        do { return try tally(name) } catch StoreError.rowSeal { return nil }
    }

    func tally(_ name: TallyRow.Name) throws -> Int64? {
        try first("SELECT count, seal FROM tally WHERE name = ?", [name.rawValue]) { row in
            try checked(TallyRow(name: name, count: row[0]), seal: row[1]).count
        }
    }
}

extension Changes {
    /// Counts residents on, or back, after the rows were written. A missing or altered count is made anew, and not sealed as it
    /// stands.
    func countResidents(_ change: Int) throws {
        guard change != 0 else { return }
        // A number beyond all residents was planted by whoever has the key before, while rows move to a new one.
        guard let before = try snapshot.soundTally(.residents), case let (count, overflow) = before.addingReportingOverflow(Int64(change)),
            !overflow, count >= 0
        else { return try recount() }
        try put(TallyRow(name: .residents, count: count))
    }

    /// Counts anew, after rows came from elsewhere.
    package func recount() throws { try put(TallyRow(name: .residents, count: try snapshot.countedResidents())) }

    func put(_ row: TallyRow) throws {
        try run("INSERT OR REPLACE INTO tally VALUES (?, ?, ?)", [row.name.rawValue, row.count, seal(row)])
    }
}
