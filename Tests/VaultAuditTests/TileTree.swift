import VaultAudit
import VaultTestSupport

/// A tree whose every perfect subtree is hashed once, level by level, and the tiles cut out of it by the words of C2SP
/// tlog-tiles: what the tile builder is compared with.
struct TileTree {
    let entries: [[UInt8]]
    /// The hashes of all perfect subtrees, from the leaves up.
    private let levels: [[[UInt8]]]

    init(count: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Short and of different lengths, the empty entry among them.
        entries = (0..<count).map { _ in generator.bytes(Int(generator.next() % 9)) }
        var levels = [entries.map(MerkleHash.leaf)]
        while let below = levels.last, below.count > 1 {
            levels.append((0..<(below.count / 2)).map { MerkleHash.node(below[2 * $0], below[2 * $0 + 1]) })
        }
        self.levels = levels
    }

    var leaves: [[UInt8]] { levels[0] }

    /// RFC 6962, section 2.1, recursive; perfect subtrees are looked up.
    func root(size: Int) -> [UInt8] { size == 0 ? MerkleHash.emptyRoot : root(0, size) }

    private func root(_ start: Int, _ count: Int) -> [UInt8] {
        if count.nonzeroBitCount == 1 { return levels[count.trailingZeroBitCount][start / count] }
        var left = 1
        while left * 2 < count { left *= 2 }
        return MerkleHash.node(root(start, left), root(start + left, count - left))
    }

    /// What a tile must hold.
    func bytes(_ path: TilePath) -> [UInt8] {
        let places = (Int(path.number) * 256)..<(Int(path.number) * 256 + path.width)
        switch path.content {
        case .hashes(let level): return places.flatMap { levels[8 * level][$0] }
        case .entries:
            return places.flatMap { [UInt8(entries[$0].count / 256), UInt8(entries[$0].count % 256)] + entries[$0] }
        }
    }

    /// A tile of hashes as it stands in a log of a size, with as many hashes as there are.
    func tile(_ level: Int, _ number: UInt64, size: Int) -> [UInt8] {
        let count = size >> (8 * level)
        let width = min(256, count - Int(number) * 256)
        return width > 0 ? bytes(TilePath(.hashes(level: level), number: number, width: width)) : []
    }
}
