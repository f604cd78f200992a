import Testing
import VaultAudit

struct `Tiles` {
    private static let tree = TileTree(count: 2_000, seed: 41)

    /// Gathers what the builder gives out.
    private struct Shelf {
        var builder: TileBuilder
        var full: [(path: TilePath, bytes: [UInt8])] = []

        mutating func append(_ index: Int, of tree: TileTree) throws {
            try builder.append(tree.entries[index], leaf: tree.leaves[index]) { full.append(($0, $1)) }
        }
    }

    /// Goes on where the tiles of a log of this size end.
    private func resumed(at size: Int, of tree: TileTree = tree) throws -> TileBuilder {
        try TileBuilder(size: UInt64(size)) { tree.bytes($0) }
    }

    @Test func `at every size the tiles are exactly those of the specification`() throws {
        let tree = Self.tree
        var shelf = Shelf(builder: TileBuilder())
        for size in 0...2_000 {
            if size > 0 { try shelf.append(size - 1, of: tree) }
            let partial = shelf.builder.partial
            #expect(shelf.builder.size == UInt64(size))
            #expect(Set((shelf.full + partial).map(\.path)) == Set(TilePath.all(size: UInt64(size))), "size \(size)")
            #expect(shelf.full.count + partial.count == TilePath.all(size: UInt64(size)).count)
            #expect(partial.allSatisfy { !$0.path.isFull && tree.bytes($0.path) == $0.bytes }, "size \(size)")
        }
        #expect(shelf.full.allSatisfy { $0.path.isFull && tree.bytes($0.path) == $0.bytes })
        #expect(
            shelf.full.prefix(4).map(\.path.text) == [
                "tile/entries/000", "tile/0/000", "tile/entries/001", "tile/0/001",
            ])
    }

    @Test func `the root is the recursive tree's at every size`() throws {
        let tree = Self.tree
        var shelf = Shelf(builder: TileBuilder())
        for size in 0...2_000 {
            if size > 0 { try shelf.append(size - 1, of: tree) }
            if size <= 600 || size % 37 == 0 || size % 256 <= 1 || size % 256 == 255 {
                #expect(try shelf.builder.root == tree.root(size: size), "size \(size)")
            }
        }
    }

    @Test func `the tree that the tiles are compared with is RFC 6962's`() {
        let reference = ReferenceTree(entries: Array(Self.tree.entries.prefix(300)))
        for size in [0, 1, 2, 3, 7, 8, 100, 255, 256, 257, 300] {
            #expect(reference.root(size: size) == Self.tree.root(size: size))
        }
    }

    @Test func `a builder that goes on from any size stands where one stood that never stopped`() throws {
        let tree = Self.tree
        for size in Array(0...600) + [767, 768, 769, 1_023, 1_024, 1_025, 2_000] {
            let builder = try resumed(at: size)
            #expect(builder.size == UInt64(size))
            let paths = TilePath.all(size: UInt64(size)).filter { !$0.isFull }
            #expect(builder.partial.map(\.path) == paths, "size \(size)")
            #expect(builder.partial.map(\.bytes) == paths.map(tree.bytes), "size \(size)")
        }
    }

    @Test(arguments: [0, 1, 2, 127, 128, 254, 255, 256, 257, 300, 511, 512, 513, 1_000])
    func `a builder that goes on makes the same tiles and asks only for those that are not full`(size: Int) throws {
        let tree = Self.tree
        var asked: [TilePath] = []
        var shelf = Shelf(
            builder: try TileBuilder(size: UInt64(size)) {
                asked.append($0)
                return tree.bytes($0)
            })
        #expect(Set(asked) == Set(TilePath.all(size: UInt64(size)).filter { !$0.isFull }))
        for index in size..<1_300 { try shelf.append(index, of: tree) }
        let wanted = Set(TilePath.all(size: 1_300)).subtracting(TilePath.all(size: UInt64(size)).filter(\.isFull))
        let made = shelf.full + shelf.builder.partial
        #expect(Set(made.map(\.path)) == wanted && made.count == wanted.count)
        #expect(made.allSatisfy { tree.bytes($0.path) == $0.bytes })
        #expect(try shelf.builder.root == tree.root(size: 1_300))
    }

    @Test(arguments: [1, 255, 257, 300, 600])
    func `tiles that do not fit their size or their entries are not gone on from`(size: Int) throws {
        let tree = Self.tree
        for path in TilePath.all(size: UInt64(size)) where !path.isFull {
            for change in [{ $0.removeLast() }, { $0.append(0) }, { $0.removeAll() }] as [(inout [UInt8]) -> Void] {
                #expect(throws: path.content == .entries ? AuditError.malformedBundle : .malformedTile, "\(path.text)")
                {
                    try TileBuilder(size: UInt64(size)) { asked in
                        var bytes = tree.bytes(asked)
                        if asked == path { change(&bytes) }
                        return bytes
                    }
                }
            }
            // A tile above the leaves can only be checked against the tiles below it, which nobody asks for here.
            guard path.content == .entries || path.content == .hashes(level: 0) else { continue }
            for position in [0, tree.bytes(path).count - 1] {
                #expect(throws: AuditError.self, "\(path.text)") {
                    try TileBuilder(size: UInt64(size)) { asked in
                        var bytes = tree.bytes(asked)
                        if asked == path { bytes[position] ^= 1 }
                        return bytes
                    }
                }
            }
        }
    }

    @Test func `what the reader or the taker of tiles throws comes through`() throws {
        struct Failure: Error {}
        #expect(throws: Failure.self) { try TileBuilder(size: 3) { _ in throw Failure() } }
        var builder = try resumed(at: 255)
        #expect(throws: Failure.self) {
            try builder.append(Self.tree.entries[255], leaf: Self.tree.leaves[255]) { _, _ in throw Failure() }
        }
    }

    @Test func `an entry over the limit is refused and leaves the tiles as they were`() throws {
        var builder = try resumed(at: 10)
        let long = [UInt8](repeating: 1, count: LogEntry.byteLimit + 1)
        #expect(throws: AuditError.entryTooLarge) {
            try builder.append(long, leaf: MerkleHash.leaf(long)) { _, _ in }
        }
        #expect(builder.size == 10)
        #expect(builder.partial.map(\.bytes) == TilePath.all(size: 10).map(Self.tree.bytes))
    }

    @Test func `inclusion proofs made of tiles verify`() throws {
        let tree = Self.tree
        for size in [1, 2, 3, 100, 255, 256, 257, 511, 512, 513, 700, 1_000, 1_024, 1_537, 2_000] {
            let root = tree.root(size: size)
            let near = [0, 1, 127, 128, 255, 256, 257, 511, 512, size / 2, size - 2, size - 1]
            for index in Set(near).filter({ (0..<size).contains($0) }) {
                let proof = try #require(
                    try InclusionProof.make(index: UInt64(index), size: UInt64(size)) { subtree in
                        try TileHashes.hash(subtree) { tree.tile($0, $1, size: size) }
                    })
                try proof.verify(leaf: tree.leaves[index], root: root)
            }
        }
    }

    @Test func `consistency proofs made of tiles verify`() throws {
        let tree = Self.tree
        let sizes = [1, 2, 3, 100, 255, 256, 257, 511, 512, 513, 700, 1_024, 1_537, 2_000]
        for new in sizes {
            for old in sizes where old <= new {
                let proof = try #require(
                    try ConsistencyProof.make(from: UInt64(old), to: UInt64(new)) { subtree in
                        try TileHashes.hash(subtree) { tree.tile($0, $1, size: new) }
                    })
                try proof.verify(oldRoot: tree.root(size: old), newRoot: tree.root(size: new))
            }
        }
    }

    @Test func `the tiles of a longer log prove what a shorter one held`() throws {
        let tree = Self.tree
        for (index, size) in [(0, 3), (2, 3), (99, 100), (255, 257), (256, 300), (5, 1_000), (999, 1_000)] {
            let proof = try #require(
                try InclusionProof.make(index: UInt64(index), size: UInt64(size)) { subtree in
                    try TileHashes.hash(subtree) { tree.tile($0, $1, size: 2_000) }
                })
            try proof.verify(leaf: tree.leaves[index], root: tree.root(size: size))
        }
    }

    @Test func `a tile that is too short for a subtree is refused`() throws {
        let tree = Self.tree
        for (level, index, size) in [(0, 9, 9), (3, 1, 15), (7, 0, 127), (8, 0, 255), (8, 1, 511), (9, 0, 300)] {
            let subtree = PerfectSubtree(level: level, index: UInt64(index))
            #expect(throws: AuditError.malformedTile, "level \(level)") {
                try TileHashes.hash(subtree) { tree.tile($0, $1, size: size) }
            }
        }
    }

    @Test func `a log of more than 256 full tiles reaches level 2`() throws {
        let size = 65_536 + 300
        let tree = TileTree(count: size, seed: 42)
        var shelf = Shelf(builder: TileBuilder())
        for index in 0..<65_535 { try shelf.append(index, of: tree) }
        #expect(
            shelf.builder.partial.map(\.path.text) == [
                "tile/entries/255.p/255", "tile/0/255.p/255", "tile/1/000.p/255",
            ])
        try shelf.append(65_535, of: tree)
        #expect(shelf.full.suffix(3).map(\.path.text) == ["tile/entries/255", "tile/0/255", "tile/1/000"])
        #expect(shelf.builder.partial.map(\.path.text) == ["tile/2/000.p/1"])
        #expect(shelf.builder.partial.map(\.bytes) == [tree.root(size: 65_536)])
        #expect(try shelf.builder.root == tree.root(size: 65_536))
        for index in 65_536..<size { try shelf.append(index, of: tree) }
        let made = shelf.full + shelf.builder.partial
        #expect(Set(made.map(\.path)) == Set(TilePath.all(size: UInt64(size))))
        #expect(made.allSatisfy { tree.bytes($0.path) == $0.bytes })
        #expect(
            shelf.builder.partial.map(\.path.text) == [
                "tile/entries/257.p/44", "tile/0/257.p/44", "tile/1/001.p/1", "tile/2/000.p/1",
            ])
        #expect(try shelf.builder.root == tree.root(size: size))
        #expect(try resumed(at: size, of: tree).root == tree.root(size: size))
        for index in [0, 255, 256, 65_535, 65_536, 65_800, size - 1] {
            let proof = try #require(
                try InclusionProof.make(index: UInt64(index), size: UInt64(size)) { subtree in
                    try TileHashes.hash(subtree) { tree.tile($0, $1, size: size) }
                })
            try proof.verify(leaf: tree.leaves[index], root: tree.root(size: size))
        }
        for old in [1, 256, 300, 65_535, 65_536, 65_537, size - 1, size] {
            let proof = try #require(
                try ConsistencyProof.make(from: UInt64(old), to: UInt64(size)) { subtree in
                    try TileHashes.hash(subtree) { tree.tile($0, $1, size: size) }
                })
            try proof.verify(oldRoot: tree.root(size: old), newRoot: tree.root(size: size))
        }
    }
}
