import Foundation
import Testing
import VaultAudit
import VaultTestSupport

struct `RFC 6962 known answers` {
    @Test(arguments: 0..<8)
    func `a leaf hashes to its known answer`(index: Int) throws {
        #expect(MerkleHash.leaf(try hex(EightLeaves.inputs[index])) == (try hex(EightLeaves.leaf[index])))
    }

    @Test func `nodes hash to their known answers`() throws {
        let tree = try EightLeaves.tree()
        let known = [
            (PerfectSubtree(level: 1, index: 0), EightLeaves.node02),
            (PerfectSubtree(level: 1, index: 1), EightLeaves.node24),
            (PerfectSubtree(level: 1, index: 2), EightLeaves.node46),
            (PerfectSubtree(level: 1, index: 3), EightLeaves.node68),
            (PerfectSubtree(level: 2, index: 0), EightLeaves.node04),
            (PerfectSubtree(level: 2, index: 1), EightLeaves.node48),
        ]
        for (subtree, answer) in known { #expect(tree.hash(subtree) == (try hex(answer))) }
    }

    @Test(arguments: 0...8)
    func `the frontier and the tree have the known root`(size: Int) throws {
        let tree = try EightLeaves.tree()
        var frontier = Frontier()
        for leaf in tree.leaves[..<size] { frontier.append(leaf: leaf) }
        let root = try hex(EightLeaves.roots[size])
        #expect(frontier.root == root)
        #expect(MerkleTree.root(of: 0..<UInt64(size), hash: tree.hash) == root)
        #expect(tree.root(size: size) == root)
    }

    @Test(arguments: EightLeaves.inclusion.indices)
    func `an inclusion proof is made and verified as known`(position: Int) throws {
        let known = EightLeaves.inclusion[position]
        let tree = try EightLeaves.tree()
        let proof = try #require(InclusionProof.make(index: known.index, size: known.size, hash: tree.hash))
        #expect(proof.hashes == (try known.hashes.map { try hex($0) }))
        try proof.verify(leaf: tree.leaves[Int(known.index)], root: try hex(EightLeaves.roots[Int(known.size)]))
    }

    @Test(arguments: EightLeaves.consistency.indices)
    func `a consistency proof is made and verified as known`(position: Int) throws {
        let known = EightLeaves.consistency[position]
        let tree = try EightLeaves.tree()
        let proof = try #require(ConsistencyProof.make(from: known.old, to: known.new, hash: tree.hash))
        #expect(proof.hashes == (try known.hashes.map { try hex($0) }))
        try proof.verify(
            oldRoot: try hex(EightLeaves.roots[Int(known.old)]), newRoot: try hex(EightLeaves.roots[Int(known.new)]))
    }
}

/// The full tables, read from the shared folder.
@Suite(.enabled(if: SharedVectors.has("rfc6962-8leaf.json"), Comment(rawValue: SharedVectors.absence)))
struct `All proofs of the eight leaves` {
    struct Table: Decodable {
        struct Inclusion: Decodable { let index: UInt64, size: UInt64, proof: [HexBytes] }
        struct Consistency: Decodable { let old: UInt64, new: UInt64, proof: [HexBytes] }
        let leaf_inputs: [HexBytes], leaf_hashes: [HexBytes], roots: [HexBytes]
        let inclusion: [Inclusion], consistency: [Consistency]
    }

    @Test func `all 72 are made and verified as known`() throws {
        let table = try SharedVectors.decode(Table.self, from: "rfc6962-8leaf.json")
        let tree = ReferenceTree(entries: table.leaf_inputs.map(\.bytes))
        #expect(tree.leaves == table.leaf_hashes.map(\.bytes))
        #expect(tree.leaves.count == 8 && table.roots.count == 9)
        #expect(table.inclusion.count == 36 && table.consistency.count == 36)
        for known in table.inclusion {
            let proof = try #require(InclusionProof.make(index: known.index, size: known.size, hash: tree.hash))
            #expect(proof.hashes == known.proof.map(\.bytes))
            try proof.verify(leaf: tree.leaves[Int(known.index)], root: table.roots[Int(known.size)].bytes)
        }
        for known in table.consistency {
            let proof = try #require(ConsistencyProof.make(from: known.old, to: known.new, hash: tree.hash))
            #expect(proof.hashes == known.proof.map(\.bytes))
            try proof.verify(oldRoot: table.roots[Int(known.old)].bytes, newRoot: table.roots[Int(known.new)].bytes)
        }
    }
}

/// transparency-dev/merkle, testdata (Apache-2.0), read from the shared folder: proofs that are right and proofs with
/// every kind of damage. The counts are asserted, so that a folder that lost its files cannot pass.
@Suite(.enabled(if: SharedVectors.has("merkle"), Comment(rawValue: SharedVectors.absence)))
struct `transparency-dev proofs` {
    struct Inclusion: Decodable {
        let leafIdx: UInt64, treeSize: UInt64, root: Data?, leafHash: Data?, proof: [Data]?, wantErr: Bool
    }
    struct Consistency: Decodable {
        let size1: UInt64, size2: UInt64, root1: Data?, root2: Data?, proof: [Data]?, wantErr: Bool
    }

    /// The JSON files below a folder, by their paths there.
    private func files(_ kind: String) throws -> [String] {
        let folder = SharedVectors.folder.appending(path: "merkle/\(kind)").path(percentEncoded: false)
        let all = try #require(FileManager.default.enumerator(atPath: folder))
        return all.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted()
    }

    private func accepts(_ verify: () throws(AuditError) -> Void) -> Bool {
        do throws(AuditError) {
            try verify()
            return true
        } catch { return false }
    }

    @Test func `all 98 inclusion proofs come out as they should`() throws {
        let names = try files("inclusion")
        #expect(names.count == 98)
        var accepted = 0
        for name in names {
            let vector = try SharedVectors.decode(Inclusion.self, from: "merkle/inclusion/\(name)")
            let proof = InclusionProof(
                index: vector.leafIdx, size: vector.treeSize, hashes: (vector.proof ?? []).map { [UInt8]($0) })
            let isAccepted = accepts { () throws(AuditError) in
                try proof.verify(leaf: [UInt8](vector.leafHash ?? Data()), root: [UInt8](vector.root ?? Data()))
            }
            #expect(isAccepted == !vector.wantErr, "\(name)")
            if isAccepted { accepted += 1 }
        }
        #expect(accepted == 6)
    }

    /// A bare RFC verifier differs from that project in three vectors: it has no opinion on hash lengths, and takes an
    /// empty old tree. Ours demands 32 bytes of every hash and so refuses these three too; it differs in one of its
    /// own, where two roots of 12 bytes are equal and that project is content.
    @Test func `all 98 consistency proofs come out as they should, save one with roots of 12 bytes`() throws {
        let names = try files("consistency")
        #expect(names.count == 98)
        var accepted = 0
        var differing: [String] = []
        for name in names {
            let vector = try SharedVectors.decode(Consistency.self, from: "merkle/consistency/\(name)")
            let proof = ConsistencyProof(
                oldSize: vector.size1, newSize: vector.size2, hashes: (vector.proof ?? []).map { [UInt8]($0) })
            let isAccepted = accepts { () throws(AuditError) in
                try proof.verify(oldRoot: [UInt8](vector.root1 ?? Data()), newRoot: [UInt8](vector.root2 ?? Data()))
            }
            if isAccepted == vector.wantErr { differing.append(name) }
            if isAccepted { accepted += 1 }
        }
        #expect(accepted == 5)
        #expect(differing == ["additional/sizes-are-equal-one-and-proof-is-empty.json"])
    }

    @Test(arguments: [
        ("consistency/additional/sizes-are-equal-zero-and-proof-is-empty.json", 12),
        ("consistency/additional/size1-is-zero-and-size2-is-not-zero.json", 12),
        ("inclusion/single-entry/empty-root-and-leaf.json", 0),
    ])
    func `the three policy vectors fail for the length of their hashes alone`(name: String, length: Int) throws {
        struct Vector: Decodable {
            let root: Data?, leafHash: Data?, root1: Data?, root2: Data?, proof: [Data]?, wantErr: Bool
        }
        let vector = try SharedVectors.decode(Vector.self, from: "merkle/\(name)")
        let last = vector.root2 ?? vector.root ?? Data()
        #expect(last.count == length && vector.wantErr && (vector.proof ?? []).isEmpty)
        // The same with full-length hashes is a proof that our policy takes.
        let hash = [UInt8](repeating: 7, count: 32)
        switch name.split(separator: "/").last {
        case "sizes-are-equal-zero-and-proof-is-empty.json":
            try ConsistencyProof(oldSize: 0, newSize: 0, hashes: [])
                .verify(oldRoot: MerkleHash.emptyRoot, newRoot: MerkleHash.emptyRoot)
        case "size1-is-zero-and-size2-is-not-zero.json":
            try ConsistencyProof(oldSize: 0, newSize: 1, hashes: []).verify(
                oldRoot: MerkleHash.emptyRoot, newRoot: hash)
        default: try InclusionProof(index: 0, size: 1, hashes: []).verify(leaf: hash, root: hash)
        }
    }
}
