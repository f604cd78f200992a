internal import GRDB
package import VaultAudit
internal import VaultModel

/// What is kept beside the entries so that proofs and searches need not read the whole log: the hashes of its whole tiles,
/// and where each subject's tag stands. Both are made from the stored entries when a tile becomes whole; neither is
/// sealed, because the verification makes them again and compares.
extension Changes {
    /// Completes the tiles that have become whole between two sizes of the log: their hashes on every level, and the tags
    /// of their entries. A tile a time, so that the index is written in order and costs a commit little.
    package func completeTiles(from old: UInt64, to new: UInt64) throws {
        for number in (old >> 8)..<(new >> 8) {
            let entries = try snapshot.logEntries(from: number << 8, limit: TilePath.fullWidth)
            guard entries.count == TilePath.fullWidth else { throw StoreError.malformedRow(table: "log") }
            try put(tile: entries.flatMap { MerkleHash.leaf($0.entry) }, level: 0, number: number)
            try index(entries)
        }
    }

    private func put(tile hashes: [UInt8], level: Int, number: UInt64) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO tile VALUES (?, ?, ?)")
            .execute(arguments: [level, Int64(number), Blob(hashes)])
        guard hashes.count == TilePath.fullWidth * MerkleHash.byteCount else { return }
        let above = number & 255 == 0 ? [] : try snapshot.tile(level: level + 1, number: number >> 8) ?? []
        // A tile above is as wide as there are whole tiles below it.
        guard above.count == Int(number & 255) * MerkleHash.byteCount else { throw StoreError.malformedRow(table: "tile") }
        try put(tile: above + TileBuilder.root(ofTile: hashes), level: level + 1, number: number >> 8)
    }

    private func index(_ entries: [(seq: UInt64, entry: [UInt8])]) throws {
        var rows: [(tag: Int64, seq: Int64)] = []
        for (seq, entry) in entries {
            for tag in Set(try LogEntry.tags(in: entry).map(Snapshot.tagKey)) { rows.append((tag, Int64(seq))) }
        }
        let statement = try db.cachedStatement(sql: "INSERT OR IGNORE INTO subject_tag VALUES (?, ?)")
        for row in rows.sorted(by: { ($0.tag, $0.seq) < ($1.tag, $1.seq) }) {
            try statement.execute(arguments: [row.tag, row.seq])
        }
    }

    /// Drops entries that lie in the archive: whole tiles from the log's beginning. Their hashes and tags stay.
    package func dropEntries(before seq: UInt64) throws {
        try db.cachedStatement(sql: "DELETE FROM log WHERE seq < ?").execute(arguments: [Int64(seq)])
    }
}

extension Snapshot {
    /// The hashes of a tile as stored; nil for one that no whole tile lies in.
    package func tile(level: Int, number: UInt64) throws -> [UInt8]? {
        try first("SELECT hashes FROM tile WHERE level = ? AND number = ?", [level, Int64(number)]) { ($0[0] as Blob).bytes }
    }

    /// The hash of a perfect subtree of the log, from stored tiles or, at the right edge, from the entries themselves.
    package func hash(_ subtree: PerfectSubtree) throws -> [UInt8] {
        try TileHashes.hash(subtree) { level, number in
            if let stored = try tile(level: level, number: number) { return stored }
            guard level == 0 else { return [] }
            return try logEntries(from: number << 8, limit: TilePath.fullWidth).flatMap { MerkleHash.leaf($0.entry) }
        }
    }

    /// The bytes of a tile of a log of a given size, at most the stored one's.
    ///
    /// - Returns: nil for a tile that a log of this size does not have.
    package func tile(_ path: TilePath, size: UInt64) throws -> [UInt8]? {
        let level = if case .hashes(let level) = path.content { level } else { 0 }
        let end = path.number << 8 + UInt64(path.width)
        guard end <= size >> UInt64(8 * level) else { return nil }
        switch path.content {
        case .entries:
            var bundle: [UInt8] = []
            for (_, entry) in try logEntries(from: path.number << 8, limit: path.width) {
                try EntryBundle.append(entry, to: &bundle)
            }
            return bundle
        case .hashes(let level):
            if let stored = try tile(level: level, number: path.number) {
                return path.byteCount.flatMap { $0 <= stored.count ? Array(stored[..<$0]) : nil }
            }
            return level == 0 ? try logEntries(from: path.number << 8, limit: path.width).flatMap { MerkleHash.leaf($0.entry) } : nil
        }
    }

    /// The first eight bytes of a tag, which are enough to find it by: what is found is compared whole.
    static func tagKey(_ tag: [UInt8]) -> Int64 { Int64(bitPattern: tag.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }

    /// The entries of whole tiles that may name one of these tags, newest first, below a sequence number. Those after
    /// the last whole tile are not indexed yet; see `indexedCount`.
    package func sequences(of tags: [[UInt8]], below seq: UInt64, limit: Int) throws -> [UInt64] {
        var found: Set<UInt64> = []
        for tag in tags {
            let some: [Int64] = try rows(
                "SELECT seq FROM subject_tag WHERE tag = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
                [Self.tagKey(tag), Int64(clamping: seq), limit]) { $0[0] }
            found.formUnion(some.map { UInt64($0) })
        }
        return Array(found.sorted(by: >).prefix(limit))
    }

    /// How many entries' tags are indexed, out of a log of a given size.
    package static func indexedCount(of size: UInt64) -> UInt64 { (size >> 8) << 8 }
}

/// Where entries lie that were moved out of the database, as bundles of whole tiles.
package protocol EntryArchive: Sendable {
    /// The bundle of a tile of entries; nil if it is not there.
    func bundle(number: UInt64) throws -> [UInt8]?
}
