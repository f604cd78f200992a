package import VaultModel

extension SeededGenerator {
    /// A value that has a canonical form: nested at most `depth` deep, with ASCII keys, whole numbers up to ±(2^53 - 1)
    /// and strings of every kind that JSON must escape or may not.
    package mutating func json(depth: Int = 4) -> JSON {
        switch next() % (depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(next() % 2 == 0)
        case 2: return .integer(pick([0, 1, -1, 1 << 53 - 1, -(1 << 53 - 1)]))
        case 3: return .integer(Int64.random(in: -(1 << 53 - 1)...(1 << 53 - 1), using: &self))
        case 4: return .string(text())
        case 5: return .array((0..<Int(next() % 5)).map { _ in json(depth: depth - 1) })
        default:
            var members: [String: JSON] = [:]
            for _ in 0..<(next() % 5) { members[key()] = json(depth: depth - 1) }
            return .object(members)
        }
    }

    /// A string in Unicode normal form C, made of pieces whose order cannot change that.
    private mutating func text() -> String {
        let pieces = [
            "", "a", "\"", "\\", "/", "\u{0}", "\u{8}", "\t", "\n", "\u{c}", "\r", "\u{1f}", "\u{7f}", "\u{e9}",
            "同意", "湘G·12345", "\u{2028}", "🅿️", "\u{10ffff}",
        ]
        return (0..<(next() % 6)).map { _ in pick(pieces) }.joined()
    }

    private mutating func key() -> String {
        String(String.UnicodeScalarView((0..<(next() % 4)).map { _ in Unicode.Scalar(UInt8(next() % 128)) }))
    }
}
