import VaultAudit

/// RFC 6962, section 2.1, word for word and recursive: what the frontier and the proofs are compared with.
struct ReferenceTree {
    let leaves: [[UInt8]]

    init(entries: [[UInt8]]) { leaves = entries.map(MerkleHash.leaf) }

    var root: [UInt8] { Self.root(leaves[...]) }

    func root(size: Int) -> [UInt8] { Self.root(leaves[..<size]) }

    /// What a store answers when a proof is made.
    func hash(_ subtree: PerfectSubtree) -> [UInt8] {
        let width = 1 << subtree.level
        return Self.root(leaves[(Int(subtree.index) * width)..<((Int(subtree.index) + 1) * width)])
    }

    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return MerkleHash.emptyRoot }
        if leaves.count == 1 { return first }
        var left = 1
        while left * 2 < leaves.count { left *= 2 }
        let middle = leaves.startIndex + left
        return MerkleHash.node(root(leaves[..<middle]), root(leaves[middle...]))
    }
}
