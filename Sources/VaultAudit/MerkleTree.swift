/// A subtree with all its leaves: `2^level` of them, from `index * 2^level` on. Tiles and stores keep the hashes of
/// these.
package struct PerfectSubtree: Hashable, Sendable {
    /// 0 for a leaf.
    package let level: Int
    /// Counted within the level.
    package let index: UInt64

    package init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }
}

/// The tree of RFC 9162, section 2.1, over any source of hashes.
package enum MerkleTree {
    /// The root of the leaves in a range that starts where a split of the tree can start, such as the whole tree.
    ///
    /// At most 64 hashes are asked for, those of the range's perfect subtrees from left to right.
    package static func root<Failure: Error>(
        of leaves: Range<UInt64>, hash: (PerfectSubtree) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        let size = leaves.upperBound - leaves.lowerBound
        guard size > 0 else { return MerkleHash.emptyRoot }
        if size.nonzeroBitCount == 1 {
            let level = size.trailingZeroBitCount
            return try hash(PerfectSubtree(level: level, index: leaves.lowerBound >> UInt64(level)))
        }
        let middle = split(leaves)
        return MerkleHash.node(
            try root(of: leaves.lowerBound..<middle, hash: hash), try root(of: middle..<leaves.upperBound, hash: hash))
    }

    /// Where a tree of more than one leaf divides: the left side is the largest power of two strictly below its size.
    static func split(_ leaves: Range<UInt64>) -> UInt64 {
        let size = leaves.upperBound - leaves.lowerBound
        return leaves.lowerBound + 1 << UInt64(63 - (size - 1).leadingZeroBitCount)
    }
}
