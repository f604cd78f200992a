internal import GRDB

/// How often grants were used in one stretch of the log, all of one day. The log says the same; this is there so that a
/// start need not read the whole day, and a read need not write a page for its count.
package struct DailyCountRow: SealedRow, Equatable {
    package static let table = "daily_count"
    /// The first entry of the stretch, and the first after it.
    package let first: UInt64
    package let next: UInt64
    /// `YYYY-MM-DD`, in the vault's zone.
    package let day: String
    /// Twelve bytes a grant, in rising order: the first eight of its id, then how often as u32, both big-endian.
    package let counts: [UInt8]

    package init(first: UInt64, next: UInt64, day: String, counts: [UInt8]) {
        self.first = first
        self.next = next
        self.day = day
        self.counts = counts
    }

    package var key: [ColumnValue] { [.integer(first)] }
    package var columns: [ColumnValue] { [.integer(next), .text(day), .bytes(counts)] }
}

extension Snapshot {
    /// A day's rows in the order of the log, one after the other; one that does not fit its seal is left out, for the log
    /// itself says what stood in it.
    package func dailyCounts(of day: String, _ body: (DailyCountRow) throws -> Void) throws {
        try requireStored()
        try db.run("SELECT first, next, day, counts, seal FROM daily_count WHERE day = ? ORDER BY first", [day]) { row in
            if let sound = try? dailyCount(row) { try body(sound) }
            return true
        }
    }

    private func dailyCount(_ row: StoredRow) throws -> DailyCountRow {
        try checked(
            DailyCountRow(
                first: UInt64(bitPattern: row[0]), next: UInt64(bitPattern: row[1]), day: row[2], counts: (row[3] as Blob).bytes),
            seal: row[4])
    }

    /// Whether there are counts of days before this one.
    package func hasCounts(before day: String) throws -> Bool {
        try first("SELECT 1 FROM daily_count WHERE day < ? LIMIT 1", [day]) { _ in true } ?? false
    }

    /// How many rows of counts do not fit their seals.
    func damagedCounts() throws -> Int {
        try rows("SELECT first, next, day, counts, seal FROM daily_count", []) { (try? dailyCount($0)) == nil ? 1 : 0 }.reduce(0, +)
    }

    /// A page of rows by their first entries, to be sealed anew.
    func dailyCounts(after first: Int64, limit: Int) throws -> [(first: Int64, row: DailyCountRow?)] {
        try rows("SELECT first, next, day, counts, seal FROM daily_count WHERE first > ? ORDER BY first LIMIT ?", [first, limit]) {
            ($0[0], try? dailyCount($0))
        }
    }
}

extension Changes {
    /// Puts the counts of the newest stretch; those of earlier days go, which no limit asks about any more.
    package func put(_ row: DailyCountRow) throws {
        try deleteCounts(before: row.day)
        try run(
            "INSERT OR REPLACE INTO daily_count VALUES (?, ?, ?, ?, ?)",
            [Int64(bitPattern: row.first), Int64(bitPattern: row.next), row.day, Blob(row.counts), seal(row)])
    }

    package func deleteCounts(before day: String) throws {
        try run("DELETE FROM daily_count WHERE day < ?", [day])
    }
}
