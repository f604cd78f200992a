/// Shows that a longer log begins with a shorter one (RFC 9162, section 2.1.4).
package struct ConsistencyProof: Equatable, Sendable {
    package let oldSize: UInt64
    package let newSize: UInt64
    package let hashes: [[UInt8]]

    /// Takes a proof that came from elsewhere; nothing is checked before `verify`.
    package init(oldSize: UInt64, newSize: UInt64, hashes: [[UInt8]]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.hashes = hashes
    }

    /// Makes a proof from the hashes of perfect subtrees; nil if the old log is the longer. Empty for equal sizes and
    /// for an empty old log.
    package static func make<Failure: Error>(
        from oldSize: UInt64, to newSize: UInt64, hash: (PerfectSubtree) throws(Failure) -> [UInt8]
    ) throws(Failure) -> ConsistencyProof? {
        guard oldSize <= newSize else { return nil }
        var hashes: [[UInt8]] = []
        var leaves = 0..<newSize
        // Whether the old log's end still lies on the left edge, so that the verifier knows that subtree: the old root.
        var isWhole = true
        while oldSize > 0, oldSize < leaves.upperBound {
            let middle = MerkleTree.split(leaves)
            let (left, right) = (leaves.lowerBound..<middle, middle..<leaves.upperBound)
            if oldSize <= middle {
                hashes.append(try MerkleTree.root(of: right, hash: hash))
                leaves = left
            } else {
                hashes.append(try MerkleTree.root(of: left, hash: hash))
                leaves = right
                isWhole = false
            }
        }
        if oldSize > 0, !isWhole { hashes.append(try MerkleTree.root(of: leaves, hash: hash)) }
        return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes.reversed())
    }

    /// Checks that both roots follow from the proof (RFC 9162, section 2.1.4.2). Every hash must have 32 bytes.
    ///
    /// From an empty log anything grows, so that case shows nothing: it is accepted, as the C2SP witness protocol does,
    /// with the empty tree's root and without hashes only.
    ///
    /// - Throws: `AuditError.outsideTree` if the old log is the longer, else `.badProof`.
    package func verify(oldRoot: [UInt8], newRoot: [UInt8]) throws(AuditError) {
        guard oldSize <= newSize else { throw .outsideTree }
        guard ([oldRoot, newRoot] + hashes).allSatisfy({ $0.count == MerkleHash.byteCount }) else { throw .badProof }
        guard oldSize > 0 || oldRoot == MerkleHash.emptyRoot else { throw .badProof }
        if oldSize == newSize {
            guard hashes.isEmpty, oldRoot == newRoot else { throw .badProof }
        } else if oldSize == 0 {
            guard hashes.isEmpty else { throw .badProof }
        } else {
            try verifyGrowth(oldRoot: oldRoot, newRoot: newRoot)
        }
    }

    private func verifyGrowth(oldRoot: [UInt8], newRoot: [UInt8]) throws(AuditError) {
        guard !hashes.isEmpty else { throw .badProof }
        // An old log of a power of two is itself a subtree of the new one, so its root is left out of the proof.
        var path = (oldSize.nonzeroBitCount == 1 ? [oldRoot] : []) + hashes
        var position = (oldSize - 1) >> UInt64(oldSize.trailingZeroBitCount)
        var last = (newSize - 1) >> UInt64(oldSize.trailingZeroBitCount)
        var old = path.removeFirst()
        var new = old
        for sibling in path {
            guard last > 0 else { throw .badProof }
            if position & 1 == 1 || position == last {
                old = MerkleHash.node(sibling, old)
                new = MerkleHash.node(sibling, new)
                while position & 1 == 0, position > 0 { (position, last) = (position >> 1, last >> 1) }
            } else {
                new = MerkleHash.node(new, sibling)
            }
            (position, last) = (position >> 1, last >> 1)
        }
        guard last == 0, old == oldRoot, new == newRoot else { throw .badProof }
    }
}
