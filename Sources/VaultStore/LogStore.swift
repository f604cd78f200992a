internal import VaultAudit
internal import GRDB

extension Snapshot {
    /// The log's frontier as last committed; nil before the first entry.
    package func logHead() throws -> [UInt8]? {
        try first("SELECT frontier, seal FROM log_head WHERE id = 0", []) { row in
            try checked(LogHeadRow(frontier: (row[0] as Blob).bytes), seal: row[1]).frontier
        }
    }

    package func logCount() throws -> UInt64 {
        let last: Int64? = try first("SELECT max(seq) FROM log", []) { $0[0] }
        return last.map { UInt64(bitPattern: $0) + 1 } ?? 0
    }

    /// One entry's stored bytes.
    package func logEntry(_ seq: UInt64) throws -> [UInt8]? {
        try first("SELECT entry FROM log WHERE seq = ?", [Int64(bitPattern: seq)]) { ($0[0] as Blob).bytes }
    }

    /// Entries from a sequence number on, a page at a time.
    package func logEntries(from seq: UInt64, limit: Int) throws -> [(seq: UInt64, entry: [UInt8])] {
        try rows("SELECT seq, entry FROM log WHERE seq >= ? ORDER BY seq LIMIT ?", [Int64(bitPattern: seq), limit]) {
            (UInt64(bitPattern: $0[0]), ($0[1] as Blob).bytes)
        }
    }

    /// The entry that carries a state tag.
    package func stateTagIndex(_ tag: [UInt8]) throws -> UInt64? {
        try first("SELECT seq FROM state_tag WHERE tag = ?", [Blob(tag)]) { UInt64(bitPattern: $0[0]) }
    }
}

/// The stored log as the verifier reads it: raw entries in order, inside one read transaction.
package struct StoredLog: LogSource {
    private let snapshot: Snapshot

    package init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    package var entryCount: UInt64 { get throws { try snapshot.logCount() } }

    package func forEachEntry(_ body: (UInt64, [UInt8]) throws -> Void) throws {
        let cursor = try Row.fetchCursor(snapshot.db, sql: "SELECT seq, entry FROM log ORDER BY seq")
        while let row = try cursor.next() { try body(UInt64(bitPattern: row[0]), (row[1] as Blob).bytes) }
    }
}
