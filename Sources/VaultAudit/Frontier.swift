/// The right edge of a log's tree: the roots of its perfect subtrees, one for each set bit of the size, largest first.
///
/// It is all that a writer needs to append and to know the root: at most 64 hashes however long the log is. It is
/// stored with each batch, so that a start need not hash the log again.
package struct Frontier: Equatable, Sendable {
    /// The number of leaves.
    package private(set) var size: UInt64 = 0

    /// Thirty-two bytes a peak.
    private var peaks: [UInt8] = []

    /// The frontier of the empty tree.
    package init() {}

    /// Takes the next leaf's hash, `MerkleHash.leaf(entry)`, which has 32 bytes.
    ///
    /// One node hash an append on average: as many as the size has trailing one bits.
    /// - Returns: the roots of the tiles that it makes full, from the lowest level up: of 256 leaves, of 65,536, and so on.
    @discardableResult
    package mutating func append(leaf: [UInt8]) -> [[UInt8]] {
        precondition(leaf.count == MerkleHash.byteCount, "a leaf hash has 32 bytes")
        var hash = leaf
        var roots: [[UInt8]] = []
        for height in 0..<(~size).trailingZeroBitCount {
            hash = MerkleHash.node(peaks.suffix(MerkleHash.byteCount), hash[...])
            peaks.removeLast(MerkleHash.byteCount)
            if (height + 1) & 7 == 0 { roots.append(hash) }
        }
        peaks.append(contentsOf: hash)
        size += 1
        return roots
    }

    /// The root of the tree so far: the peaks folded from the smallest to the largest.
    package var root: [UInt8] {
        guard size > 0 else { return MerkleHash.emptyRoot }
        var end = peaks.count - MerkleHash.byteCount
        var hash = Array(peaks[end...])
        while end > 0 {
            hash = MerkleHash.node(peaks[(end - MerkleHash.byteCount)..<end], hash[...])
            end -= MerkleHash.byteCount
        }
        return hash
    }

    /// `u64 size ‖ peaks`.
    package var encoded: [UInt8] {
        withUnsafeBytes(of: size.bigEndian) { Array($0) } + peaks
    }

    /// Reads the form of `encoded`.
    ///
    /// - Throws: `AuditError.malformedFrontier` when the number of hashes is not the number of set bits of the size.
    package init(encoded: [UInt8]) throws(AuditError) {
        guard encoded.count >= 8 else { throw .malformedFrontier }
        size = encoded[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        guard encoded.count - 8 == size.nonzeroBitCount * MerkleHash.byteCount else { throw .malformedFrontier }
        peaks = Array(encoded[8...])
    }
}
