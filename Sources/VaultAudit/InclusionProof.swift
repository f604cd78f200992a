/// Shows that an entry stands at an index of a log of a given size (RFC 9162, section 2.1.3).
package struct InclusionProof: Equatable, Sendable {
    package let index: UInt64
    package let size: UInt64
    /// The leaf's sibling first, the root's child last. They are hashes of other people's entries, which is why every
    /// entry holds random bytes.
    package let hashes: [[UInt8]]

    /// Takes a proof that came from elsewhere; nothing is checked before `verify`.
    package init(index: UInt64, size: UInt64, hashes: [[UInt8]]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Makes a proof from the hashes of perfect subtrees; nil for an index outside the tree.
    package static func make<Failure: Error>(
        index: UInt64, size: UInt64, hash: (PerfectSubtree) throws(Failure) -> [UInt8]
    ) throws(Failure) -> InclusionProof? {
        guard index < size else { return nil }
        var leaves = 0..<size
        var hashes: [[UInt8]] = []
        while leaves.upperBound - leaves.lowerBound > 1 {
            let middle = MerkleTree.split(leaves)
            let (left, right) = (leaves.lowerBound..<middle, middle..<leaves.upperBound)
            hashes.append(try MerkleTree.root(of: index < middle ? right : left, hash: hash))
            leaves = index < middle ? left : right
        }
        return InclusionProof(index: index, size: size, hashes: hashes.reversed())
    }

    /// Checks that the leaf hash at the index leads to the root (RFC 9162, section 2.1.3.2). Every hash must have 32
    /// bytes; the proof's length is forced by index and size.
    ///
    /// - Throws: `AuditError.outsideTree` for an index that is not below the size, else `.badProof`.
    package func verify(leaf: [UInt8], root: [UInt8]) throws(AuditError) {
        guard index < size else { throw .outsideTree }
        guard ([leaf, root] + hashes).allSatisfy({ $0.count == MerkleHash.byteCount }) else { throw .badProof }
        var position = index
        var last = size - 1
        var hash = leaf
        for sibling in hashes {
            guard last > 0 else { throw .badProof }
            if position & 1 == 1 || position == last {
                hash = MerkleHash.node(sibling, hash)
                // A lone right subtree is promoted: there are no siblings on the levels it skips.
                while position & 1 == 0, position > 0 { (position, last) = (position >> 1, last >> 1) }
            } else {
                hash = MerkleHash.node(hash, sibling)
            }
            (position, last) = (position >> 1, last >> 1)
        }
        guard last == 0, hash == root else { throw .badProof }
    }
}
