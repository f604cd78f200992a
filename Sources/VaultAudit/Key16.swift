/// A tag, state tag or id as it stands in an entry, in two words: a million of them lie in a map while a log is
/// verified.
package struct Key16: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Takes sixteen bytes.
    package init(bytes: [UInt8]) {
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The sixteen bytes, first byte first.
    package var bytes: [UInt8] {
        withUnsafeBytes(of: high.bigEndian) { Array($0) } + withUnsafeBytes(of: low.bigEndian) { Array($0) }
    }

    /// The order of the bytes.
    package static func < (left: Key16, right: Key16) -> Bool { (left.high, left.low) < (right.high, right.low) }
}
