/// The right edge of a log's tiles of hashes: the tile that is not full yet, level by level. It is to tiles what
/// `Frontier` is to the tree: all that is needed to go on.
package struct TileEdge: Equatable, Sendable {
    /// The number of leaves.
    package private(set) var size: UInt64 = 0
    private var levels: [[UInt8]] = []

    package init() {}

    /// Goes on from the tiles of a log that ends at `size`.
    ///
    /// - Parameter tile: the hashes of a tile that is not full; asked for each level that has one.
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
            }
            levels.append(hashes)
            (level, count) = (level + 1, count >> 8)
        }
    }

    /// The leaf hashes of the tile that is not full.
    var openLeaves: [UInt8] { levels.first ?? [] }

    /// Takes the next leaf's hash.
    ///
    /// - Parameters:
    ///   - roots: of the tiles that it makes full, where a frontier has them already.
    ///   - full: gets each tile that has become full, from the lowest level up.
    package mutating func append(
        leaf: [UInt8], roots: [[UInt8]]? = nil, full: (TilePath, [UInt8]) throws -> Void
    ) rethrows {
        size += 1
        var (level, count, hash) = (0, size, leaf)
        while true {
            if level == levels.count { levels.append([]) }
            levels[level].append(contentsOf: hash)
            guard count & 255 == 0 else { return }
            try full(TilePath(.hashes(level: level), number: count >> 8 - 1), levels[level])
            hash = roots?[level] ?? Self.root(ofTile: levels[level])
            levels[level] = []
            (level, count) = (level + 1, count >> 8)
        }
    }

    /// The tiles that are not full, from the lowest level up.
    package var partial: [(path: TilePath, bytes: [UInt8])] {
        levels.enumerated().filter { !$0.element.isEmpty }.map { level, hashes in
            let count = size >> UInt64(8 * level)
            return (TilePath(.hashes(level: level), number: count >> 8, width: Int(count & 255)), hashes)
        }
    }

    /// The root of the tree.
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
