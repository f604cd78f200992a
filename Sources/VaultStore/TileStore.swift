internal import GRDB
package import VaultAudit
internal import VaultModel

/// What is kept beside the entries so that proofs and searches need not read the whole log: the hashes of its whole tiles,
/// and where each subject's tag stands. Both are made by the writer as it appends; neither is sealed,
/// because nothing is signed on their word and the verification makes them again and compares.
extension Changes {
    /// Stores a tile of hashes; one that was not full is replaced as it grows.
    package func put(tile hashes: [UInt8], level: Int, number: UInt64) throws {
        try run("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", [level, Int64(number), Blob(hashes)])
    }

    /// Forgets all tiles and places, before they are made again from the entries.
    package func clearTiles() throws {
        try db.execute(sql: "DELETE FROM tile; DELETE FROM subject_tag")
    }

    /// Drops entries that lie in the archive: whole tiles from the log's beginning. Their hashes and tags stay.
    package func dropEntries(before seq: UInt64) throws {
        try run("DELETE FROM log WHERE seq < ?", [Int64(seq)])
    }
}

extension Snapshot {
    /// The hashes of a tile as stored; nil for one that no whole tile lies in.
    package func tile(level: Int, number: UInt64) throws -> [UInt8]? {
        try first("SELECT hashes FROM tile WHERE level = ? AND number = ?", [level, Int64(number)]) { ($0[0] as Blob).bytes }
    }

    /// The hash of a perfect subtree of the log, from stored tiles or, at the right edge, from the entries themselves.
    package func hash(_ subtree: PerfectSubtree) throws -> [UInt8] {
        try TileHashes.hash(subtree) { level, number in try hashes(level: level, number: number) }
    }

    /// A tile's hashes as stored; where none are, from what lies below, down to the entries.
    private func hashes(level: Int, number: UInt64) throws -> [UInt8] {
        if let stored = try tile(level: level, number: number) { return stored }
        guard level > 0 else {
            return try logEntries(from: number << 8, limit: TilePath.fullWidth).flatMap { MerkleHash.leaf($0.entry) }
        }
        let whole = try logCount() >> UInt64(8 * level)
        var hashes: [UInt8] = []
        for below in (number << 8)..<min((number + 1) << 8, max(whole, number << 8)) {
            hashes += TileEdge.root(ofTile: try self.hashes(level: level - 1, number: below))
        }
        return hashes
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

    /// How many entries' tags are indexed: those of the stored tiles. The first and the last tile are looked at, because a
    /// start and each question about the log ask this, and a city's log has a hundred thousand; any other that is missing is
    /// found by `audit verify`, and its hashes are made from the entries until then.
    package func indexedCount() throws -> UInt64 {
        guard try first("SELECT 1 FROM tile WHERE level = 0 AND number = 0", [], { _ in true }) == true else { return 0 }
        let last: Int64?? = try first("SELECT max(number) FROM tile WHERE level = 0", []) { $0[0] }
        return (last ?? nil).flatMap { UInt64(exactly: $0) }.map { ($0 + 1) << 8 } ?? 0
    }
}

/// Where entries lie that were moved out of the database, as bundles of whole tiles.
package protocol EntryArchive: Sendable {
    /// The bundle of a tile of entries; nil if it is not there.
    func bundle(number: UInt64) throws -> [UInt8]?
}
