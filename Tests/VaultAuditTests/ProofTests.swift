import Testing
import VaultAudit

struct `Proofs` {
    private static let tree = ReferenceTree(entries: (0..<67).map { Array("entry \($0)".utf8) })
    private static let roots = (0...67).map { tree.root(size: $0) }

    /// Every way to damage a proof's hashes that a single slip or a single liar would choose.
    private func damaged(_ hashes: [[UInt8]]) -> [[[UInt8]]] {
        var all: [[[UInt8]]] = []
        for position in hashes.indices {
            for bit in [0, 7, 100, 255] {
                var copy = hashes
                copy[position][bit / 8] ^= 1 << UInt8(bit % 8)
                all.append(copy)
            }
            var shorter = hashes
            shorter.remove(at: position)
            var longer = hashes
            longer.insert(hashes[position], at: position)
            var cut = hashes
            cut[position].removeLast()
            all.append(contentsOf: [shorter, longer, cut])
            if position > 0 {
                var swapped = hashes
                swapped.swapAt(position, position - 1)
                all.append(swapped)
            }
        }
        let foreign = [UInt8](repeating: 9, count: 32)
        return all + [hashes + [foreign], [foreign] + hashes, hashes + [[]], [[]] + hashes]
    }

    @Test func `every inclusion proof up to 67 leaves verifies, and no damaged one does`() throws {
        for size in 1...67 {
            for index in 0..<size {
                let proof = try #require(
                    InclusionProof.make(index: UInt64(index), size: UInt64(size), hash: Self.tree.hash))
                let (leaf, root) = (Self.tree.leaves[index], Self.roots[size])
                try proof.verify(leaf: leaf, root: root)
                for hashes in damaged(proof.hashes) {
                    #expect(throws: AuditError.badProof, "\(index) of \(size)") {
                        try InclusionProof(index: proof.index, size: proof.size, hashes: hashes).verify(
                            leaf: leaf, root: root)
                    }
                }
                for other in [(index - 1, size), (index + 1, size), (index ^ 2, size)] where other.0 >= 0 {
                    let moved = InclusionProof(index: UInt64(other.0), size: UInt64(other.1), hashes: proof.hashes)
                    #expect(throws: AuditError.self) { try moved.verify(leaf: leaf, root: root) }
                }
                #expect(throws: AuditError.badProof) { try proof.verify(leaf: Self.roots[0], root: root) }
                #expect(throws: AuditError.badProof) { try proof.verify(leaf: leaf, root: Self.roots[size - 1]) }
            }
        }
    }

    @Test func `every consistency proof up to 67 leaves verifies, and no damaged one does`() throws {
        for new in 1...67 {
            for old in 1...new {
                let proof = try #require(
                    ConsistencyProof.make(from: UInt64(old), to: UInt64(new), hash: Self.tree.hash))
                let (oldRoot, newRoot) = (Self.roots[old], Self.roots[new])
                try proof.verify(oldRoot: oldRoot, newRoot: newRoot)
                for hashes in damaged(proof.hashes) {
                    #expect(throws: AuditError.badProof, "\(old) to \(new)") {
                        try ConsistencyProof(oldSize: proof.oldSize, newSize: proof.newSize, hashes: hashes)
                            .verify(oldRoot: oldRoot, newRoot: newRoot)
                    }
                }
                #expect(throws: AuditError.badProof) {
                    try proof.verify(oldRoot: Self.roots[old - 1], newRoot: newRoot)
                }
                #expect(throws: AuditError.badProof) {
                    try proof.verify(oldRoot: oldRoot, newRoot: Self.roots[new - 1])
                }
                if old < new {
                    #expect(throws: AuditError.badProof) { try proof.verify(oldRoot: newRoot, newRoot: oldRoot) }
                }
            }
        }
    }

    @Test func `a proof for a place outside the tree is not made and not taken`() {
        #expect(InclusionProof.make(index: 5, size: 5, hash: Self.tree.hash) == nil)
        #expect(InclusionProof.make(index: 0, size: 0, hash: Self.tree.hash) == nil)
        #expect(ConsistencyProof.make(from: 6, to: 5, hash: Self.tree.hash) == nil)
        #expect(throws: AuditError.outsideTree) {
            try InclusionProof(index: 5, size: 5, hashes: []).verify(leaf: Self.roots[1], root: Self.roots[1])
        }
        #expect(throws: AuditError.outsideTree) {
            try InclusionProof(index: .max, size: 8, hashes: []).verify(leaf: Self.roots[1], root: Self.roots[1])
        }
        #expect(throws: AuditError.outsideTree) {
            try ConsistencyProof(oldSize: 6, newSize: 5, hashes: []).verify(
                oldRoot: Self.roots[6], newRoot: Self.roots[5])
        }
    }

    @Test func `from an empty log only the empty root and no hashes are taken`() throws {
        let proof = try #require(ConsistencyProof.make(from: 0, to: 5, hash: Self.tree.hash))
        #expect(proof.hashes.isEmpty)
        try proof.verify(oldRoot: MerkleHash.emptyRoot, newRoot: Self.roots[5])
        #expect(throws: AuditError.badProof) { try proof.verify(oldRoot: Self.roots[1], newRoot: Self.roots[5]) }
        #expect(throws: AuditError.badProof) {
            try ConsistencyProof(oldSize: 0, newSize: 5, hashes: [Self.roots[5]])
                .verify(oldRoot: MerkleHash.emptyRoot, newRoot: Self.roots[5])
        }
        #expect(throws: AuditError.badProof) {
            try ConsistencyProof(oldSize: 0, newSize: 0, hashes: []).verify(
                oldRoot: Self.roots[1], newRoot: Self.roots[1])
        }
    }

    @Test func `the largest tree that a number can count neither traps nor loops`() {
        let hash = [UInt8](repeating: 1, count: 32)
        let inclusion = InclusionProof.make(index: .max - 1, size: .max) { _ in hash }
        #expect(inclusion?.hashes.count == 63)
        let consistency = ConsistencyProof.make(from: .max - 1, to: .max) { _ in hash }
        #expect(consistency?.hashes.isEmpty == false)
        #expect(throws: AuditError.badProof) { try inclusion?.verify(leaf: hash, root: hash) }
        #expect(throws: AuditError.badProof) { try consistency?.verify(oldRoot: hash, newRoot: hash) }
    }
}
