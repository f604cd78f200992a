/// Turns a log's entries into its tiles, in order and in one pass.
///
/// It holds the tile at the right edge of each level and nothing else, so a log of any length is exported or checked in
/// constant memory. What is full goes out at once; what is not goes out at the end.
package struct TileBuilder {
    /// The number of entries taken.
    package private(set) var size: UInt64 = 0

    private var entries: [UInt8] = []
    /// The hashes of the tile that is not full yet, level by level.
    private var levels: [[UInt8]] = []

    package init() {}

    /// Goes on from the tiles of a log that ends at `size`.
    ///
    /// - Parameter tile: the bytes of a tile that is not full; asked for each level that has one, and for the entries.
    /// - Throws: `AuditError.malformedTile` for bytes of another length, and what `tile` throws.
    package init(size: UInt64, tile: (TilePath) throws -> [UInt8]) throws {
        self.size = size
        var (level, count) = (0, size)
        while count > 0 {
            let width = Int(count & 255)
            var hashes: [UInt8] = []
            if width > 0 {
                let path = TilePath(.hashes(level: level), number: count >> 8, width: width)
                hashes = try tile(path)
                guard hashes.count == path.byteCount else { throw AuditError.malformedTile }
                if level == 0 {
                    entries = try tile(TilePath(.entries, number: count >> 8, width: width))
                    let leaves = try EntryBundle.entries(entries, width: width).flatMap { MerkleHash.leaf($0) }
                    guard leaves == hashes else { throw AuditError.malformedTile }
                }
            }
            levels.append(hashes)
            (level, count) = (level + 1, count >> 8)
        }
    }

    /// Takes the next entry.
    ///
    /// - Parameters:
    ///   - leaf: its leaf hash.
    ///   - full: gets each tile that has become full, the entries' first, then from the lowest level up.
    package mutating func append(
        _ entry: [UInt8], leaf: [UInt8], full: (TilePath, [UInt8]) throws -> Void
    ) throws {
        try EntryBundle.append(entry, to: &entries)
        size += 1
        if size & 255 == 0 {
            try full(TilePath(.entries, number: size >> 8 - 1), entries)
            // A new array: the receiver may hold the old one, and a shared one that keeps its capacity grows each time.
            entries = []
        }
        var (level, count, hash) = (0, size, leaf)
        while true {
            if level == levels.count { levels.append([]) }
            levels[level].append(contentsOf: hash)
            guard count & 255 == 0 else { return }
            try full(TilePath(.hashes(level: level), number: count >> 8 - 1), levels[level])
            hash = Self.root(ofTile: levels[level])
            levels[level] = []
            (level, count) = (level + 1, count >> 8)
        }
    }

    /// The tiles at the right edge that are not full: the entries', then from the lowest level up.
    package var partial: [(path: TilePath, bytes: [UInt8])] {
        var tiles: [(TilePath, [UInt8])] = []
        let rest = Int(size & 255)
        if rest > 0 { tiles.append((TilePath(.entries, number: size >> 8, width: rest), entries)) }
        for (level, hashes) in levels.enumerated() where !hashes.isEmpty {
            let count = size >> UInt64(8 * level)
            tiles.append((TilePath(.hashes(level: level), number: count >> 8, width: Int(count & 255)), hashes))
        }
        return tiles
    }

    /// The root of the tree over all entries taken.
    package var root: [UInt8] {
        get throws {
            try MerkleTree.root(of: 0..<size) { subtree in
                try TileHashes.hash(subtree) { level, _ in level < levels.count ? levels[level] : [] }
            }
        }
    }

    /// The root of the subtree that a full tile of hashes covers.
    package static func root(ofTile hashes: [UInt8]) -> [UInt8] {
        var frontier = Frontier()
        for start in stride(from: 0, to: hashes.count, by: MerkleHash.byteCount) {
            frontier.append(leaf: Array(hashes[start..<(start + MerkleHash.byteCount)]))
        }
        return frontier.root
    }
}

/// The hashes of perfect subtrees, out of tiles.
package enum TileHashes {
    /// The hash of a perfect subtree from the tile that covers it.
    ///
    /// - Parameter tile: the hashes of the tile at a level and with a number, as many as there are.
    /// - Throws: `AuditError.malformedTile` if the tile is too short, and what `tile` throws.
    package static func hash(
        _ subtree: PerfectSubtree, tile: (_ level: Int, _ number: UInt64) throws -> [UInt8]
    ) throws -> [UInt8] {
        let height = UInt64(subtree.level % 8)
        let first = subtree.index << height
        let hashes = try tile(subtree.level / 8, first >> 8)
        let start = Int(first & 255) * MerkleHash.byteCount
        let end = start + MerkleHash.byteCount << Int(height)
        guard end <= hashes.count else { throw AuditError.malformedTile }
        return TileBuilder.root(ofTile: Array(hashes[start..<end]))
    }
}
