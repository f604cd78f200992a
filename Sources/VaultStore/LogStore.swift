internal import VaultAudit
internal import VaultModel
internal import GRDB

extension Snapshot {
    /// The log's head as last committed; nil before the first entry.
    package func logHead() throws -> LogHeadRow? {
        try first("SELECT frontier, time, config, seal FROM log_head WHERE id = 0", []) { row in
            try checked(
                LogHeadRow(
                    frontier: (row[0] as Blob).bytes, time: Instant(milliseconds: row[1]), config: (row[2] as Blob).bytes),
                seal: row[3])
        }
    }

    package func logCount() throws -> UInt64 {
        let last: Int64? = try first("SELECT max(seq) FROM log", []) { $0[0] }
        // A negative number is none of ours.
        return last.flatMap { UInt64(exactly: $0) }.map { $0 + 1 } ?? 0
    }

    /// One entry's stored bytes, from the database or the archive.
    package func logEntry(_ seq: UInt64) throws -> [UInt8]? {
        if let entry = try first("SELECT entry FROM log WHERE seq = ?", [Int64(clamping: seq)], { ($0[0] as Blob).bytes }) {
            return entry
        }
        guard seq < (try firstStored()) else { return nil }
        return try archived(seq >> 8)[Int(seq & 255)]
    }

    /// Entries from a sequence number on, a page at a time, from the archive and the database.
    package func logEntries(from seq: UInt64, limit: Int) throws -> [(seq: UInt64, entry: [UInt8])] {
        var entries: [(seq: UInt64, entry: [UInt8])] = []
        let stored = try firstStored()
        var next = seq
        while next < stored, entries.count < limit {
            let bundle = try archived(next >> 8)
            for position in Int(next & 255)..<bundle.count where entries.count < limit {
                entries.append((next, bundle[position]))
                next += 1
            }
        }
        guard entries.count < limit else { return entries }
        return entries + (try rows(
            "SELECT seq, entry FROM log WHERE seq >= ? ORDER BY seq LIMIT ?", [Int64(clamping: next), limit - entries.count]
        ) { (UInt64(bitPattern: $0[0]), ($0[1] as Blob).bytes) })
    }

    /// The first entry that lies in the database; those before it are in the archive.
    package func firstStored() throws -> UInt64 {
        let first: Int64?? = try first("SELECT min(seq) FROM log", []) { $0[0] }
        return (first ?? nil).map { UInt64(bitPattern: $0) } ?? 0
    }

    /// The entries of an archived tile.
    ///
    /// - Throws: `StoreError.archiveMissing` if its bundle is gone.
    private func archived(_ number: UInt64) throws -> [[UInt8]] {
        guard let bundle = try archive?.bundle(number: number) else { throw StoreError.archiveMissing(tile: number) }
        return try EntryBundle.entries(bundle, width: TilePath.fullWidth)
    }

    /// What the log said of a resident under a state tag.
    package func state(tag: [UInt8]) throws -> StateRow? {
        // No draft appends to the log.
        try stored.first("SELECT seq, state, seal FROM state_tag WHERE tag = ?", [Blob(tag)]) { row in
            try checked(
                StateRow(tag: tag, seq: UInt64(bitPattern: row[0]), state: (row[1] as Blob?)?.bytes), seal: row[2])
        }
    }

    /// Whether a state tag stands in the log.
    package func stateTagExists(_ tag: [UInt8]) throws -> Bool {
        try stored.first("SELECT 1 FROM state_tag WHERE tag = ?", [Blob(tag)]) { _ in true } ?? false
    }
}

/// The stored log as the verifier reads it: raw entries in order, inside one read transaction.
package struct StoredLog: LogSource {
    private let snapshot: Snapshot

    package init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    package var entryCount: UInt64 { get throws { try snapshot.logCount() } }

    package func forEachEntry(_ body: (UInt64, [UInt8]) throws -> Void) throws {
        let stored = try snapshot.firstStored()
        for number in 0..<(stored >> 8) {
            for (seq, entry) in try snapshot.logEntries(from: number << 8, limit: TilePath.fullWidth) { try body(seq, entry) }
        }
        try snapshot.requireStored()
        try snapshot.db.run("SELECT seq, entry FROM log ORDER BY seq", []) { row in
            try body(UInt64(bitPattern: row[0]), (row[1] as Blob).bytes)
            return true
        }
    }
}
