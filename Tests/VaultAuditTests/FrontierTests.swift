import Testing
import VaultAudit
import VaultTestSupport

struct `The frontier` {
    @Test func `it has the recursive root at every size up to 2,000`() {
        let tree = ReferenceTree(entries: (0..<2_000).map { Array("entry \($0)".utf8) })
        var frontier = Frontier()
        var hashes: [PerfectSubtree: [UInt8]] = [:]
        // The reference with its subtrees remembered: plain recursion at 2,001 sizes would hash four million nodes.
        func hash(_ subtree: PerfectSubtree) -> [UInt8] {
            if let known = hashes[subtree] { return known }
            let made =
                subtree.level == 0
                ? tree.leaves[Int(subtree.index)]
                : MerkleHash.node(
                    hash(PerfectSubtree(level: subtree.level - 1, index: subtree.index * 2)),
                    hash(PerfectSubtree(level: subtree.level - 1, index: subtree.index * 2 + 1)))
            hashes[subtree] = made
            return made
        }
        for size in 0...2_000 {
            let root = MerkleTree.root(of: 0..<UInt64(size), hash: hash)
            #expect(frontier.root == root, "size \(size)")
            if size % 97 == 0 || size < 70 { #expect(tree.root(size: size) == root, "size \(size)") }
            if size < 2_000 { frontier.append(leaf: tree.leaves[size]) }
        }
        #expect(frontier.size == 2_000)
    }

    @Test func `it gives the roots of the tiles that a leaf makes full`() throws {
        let leaves = (0..<1_100).map { MerkleHash.leaf(Array("entry \($0)".utf8)) }
        var frontier = Frontier()
        for (number, leaf) in leaves.enumerated() {
            let roots = frontier.append(leaf: leaf)
            let isFull = number & 255 == 255
            #expect(roots == (isFull ? [TileEdge.root(ofTile: Array(leaves[(number - 255)...number].joined()))] : []))
        }
        // 65,535 leaves have sixteen peaks, and one leaf more makes a tile of each of two levels full.
        var large = try Frontier(encoded: [0, 0, 0, 0, 0, 0, 0xff, 0xff] + leaves[..<16].joined())
        let roots = large.append(leaf: leaves[16])
        #expect(roots.count == 2 && roots[1] == large.root && roots[0] != roots[1])
    }

    @Test func `the edge of the tiles takes the roots that it is given, level by level`() throws {
        func hashes(_ count: Int) -> [UInt8] { (0..<count).flatMap { MerkleHash.leaf([UInt8($0)]) } }
        let (leaf, first, second) = (MerkleHash.leaf([1, 1]), MerkleHash.leaf([2, 2]), MerkleHash.leaf([3, 3]))
        var edge = try TileEdge(size: 65_535) { _ in hashes(255) }
        var full: [(TilePath, [UInt8])] = []
        edge.append(leaf: leaf, roots: [first, second]) { full.append(($0, $1)) }
        #expect(full.map(\.0.number) == [255, 0] && full.map(\.1) == [hashes(255) + leaf, hashes(255) + first])
        #expect(edge.partial.map(\.bytes) == [second])
        // Without roots they are worked out.
        var other = try TileEdge(size: 65_535) { _ in hashes(255) }
        other.append(leaf: leaf) { _, _ in }
        let below = TileEdge.root(ofTile: hashes(255) + leaf)
        #expect(other.partial.map(\.bytes) == [TileEdge.root(ofTile: hashes(255) + below)])
    }

    @Test func `its bytes read back, and go on as if never written`() throws {
        var frontier = Frontier()
        for size in 0..<300 {
            #expect(frontier.encoded.count == 8 + 32 * size.nonzeroBitCount)
            var copy = try Frontier(encoded: frontier.encoded)
            #expect(copy == frontier)
            frontier.append(leaf: MerkleHash.leaf([UInt8(size & 255)]))
            copy.append(leaf: MerkleHash.leaf([UInt8(size & 255)]))
            #expect(copy.root == frontier.root)
        }
    }

    @Test func `its bytes are the size and the peaks, largest first`() throws {
        let tree = try EightLeaves.tree()
        var frontier = Frontier()
        for leaf in tree.leaves[..<7] { frontier.append(leaf: leaf) }
        let peaks = try hex(EightLeaves.node04) + hex(EightLeaves.node46) + hex(EightLeaves.leaf[6])
        #expect(frontier.encoded == [0, 0, 0, 0, 0, 0, 0, 7] + peaks)
    }

    @Test(
        arguments: [
            [], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 1, count: 31),
            [0, 0, 0, 0, 0, 0, 0, 2] + [UInt8](repeating: 1, count: 64),
            [0, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 1, count: 32),
        ] as [[UInt8]])
    func `bytes that do not fit their size are refused`(bytes: [UInt8]) {
        #expect(throws: AuditError.malformedFrontier) { try Frontier(encoded: bytes) }
    }

    @Test func `a leaf hash of another length traps`() async {
        await #expect(processExitsWith: .failure) {
            var frontier = Frontier()
            frontier.append(leaf: [1, 2, 3])
        }
    }
}
