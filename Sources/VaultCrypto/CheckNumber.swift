/// Sixteen digits that two people read to each other over the telephone to see that they mean the same bytes: the first
/// eight bytes of H, modulo 10^16. To find other bytes with the same number takes about 2^53 tries.
package enum CheckNumber {
    /// The number of these bytes, in four groups of four digits.
    package static func of(_ bytes: [UInt8]) -> String {
        let number = Hash.blake2b256(bytes).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 10_000_000_000_000_000
        let digits = String(number)
        let padded = Array(String(repeating: "0", count: 16 - digits.count) + digits)
        return stride(from: 0, to: 16, by: 4).map { String(padded[$0..<($0 + 4)]) }.joined(separator: " ")
    }
}
