/// Turns a log's entries into its tiles, in order and in one pass.
///
/// It holds the tile at the right edge of each level and nothing else, so a log of any length is exported or checked in
/// constant memory. What is full goes out at once; what is not goes out at the end.
package struct TileBuilder {
    private var entries: [UInt8] = []
    private var edge: TileEdge

    package init() { edge = TileEdge() }

    /// The number of entries taken.
    package var size: UInt64 { edge.size }

    /// Goes on from the tiles of a log that ends at `size`.
    ///
    /// - Parameter tile: the bytes of a tile that is not full; asked for each level that has one, and for the entries.
    /// - Throws: `AuditError.malformedTile` for bytes of another length, and what `tile` throws.
    package init(size: UInt64, tile: (TilePath) throws -> [UInt8]) throws {
        edge = try TileEdge(size: size, tile: tile)
        let width = Int(size & 255)
        guard width > 0 else { return }
        entries = try tile(TilePath(.entries, number: size >> 8, width: width))
        let leaves = try EntryBundle.entries(entries, width: width).flatMap { MerkleHash.leaf($0) }
        guard leaves == edge.openLeaves else { throw AuditError.malformedTile }
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
        if (size + 1) & 255 == 0 {
            try full(TilePath(.entries, number: size >> 8), entries)
            // A new array: the receiver may hold the old one, and a shared one that keeps its capacity grows each time.
            entries = []
        }
        try edge.append(leaf: leaf, full: full)
    }

    /// The tiles at the right edge that are not full: the entries', then from the lowest level up.
    package var partial: [(path: TilePath, bytes: [UInt8])] {
        let rest = Int(size & 255)
        let open = rest > 0 ? [(TilePath(.entries, number: size >> 8, width: rest), entries)] : []
        return open + edge.partial
    }

    /// The root of the tree over all entries taken.
    package var root: [UInt8] { get throws { try edge.root } }
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
        return TileEdge.root(ofTile: Array(hashes[start..<end]))
    }
}
