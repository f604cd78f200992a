internal import VaultModel

/// Where a value stands in the entry's bytes: a string's contents without its quotes, any other value whole.
struct ByteRange {
    static let absent = ByteRange(start: 0, end: -1)

    var start: Int
    var end: Int

    var isPresent: Bool { end >= start }
}

/// Moves through canonical JSON in one pass and refuses whatever is not canonical where it stands: no white space, keys
/// in the given order, whole numbers without leading zeros, base64url without stray bits.
///
/// This is the cheap path of verification. It makes no tree and copies nothing; texts beyond plain ASCII and the free
/// object of a config change go to `CanonicalJSON`, so that there is one meaning of canonical.
struct CanonicalCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let symbols: [UInt8]
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        symbols = Self.symbols
    }

    /// Zero at the end: no byte of canonical JSON is zero.
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// Stepping over an escape at the very end passes it.
    var isAtEnd: Bool { position >= bytes.count }

    /// Steps over the byte if it stands here.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ part: StaticString) throws(AuditError) {
        guard take(byte) else { throw .malformedEntry("\(part)") }
    }

    /// Steps over one of the keys that may still come, its colon included, and says which; the caller starts with -1
    /// and passes the last one on. What is unknown, repeated or out of order is not among them.
    mutating func key(after last: Int, of keys: [StaticString], _ part: StaticString) throws(AuditError) -> Int {
        try expect(UInt8(ascii: "\""), part)
        for candidate in (last + 1)..<keys.count where stands(keys[candidate]) {
            position += keys[candidate].utf8CodeUnitCount + 1
            try expect(UInt8(ascii: ":"), part)
            return candidate
        }
        throw .malformedEntry("unknown, repeated or misplaced key in \(part)")
    }

    /// Whether the text and a closing quote stand here.
    private func stands(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count < bytes.count, bytes[position + count] == UInt8(ascii: "\"") else { return false }
        for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// A string; gives the range of its contents, escapes as they stand.
    mutating func string(_ part: StaticString) throws(AuditError) -> ByteRange {
        try expect(UInt8(ascii: "\""), part)
        let start = position
        var end = start
        while end < bytes.count, symbols[Int(bytes[end])] != Self.special { end += 1 }
        position = end
        if !take(UInt8(ascii: "\"")) { try finishSpecialString(from: start, part) }
        return ByteRange(start: start, end: position - 1)
    }

    private mutating func finishSpecialString(from start: Int, _ part: StaticString) throws(AuditError) {
        while !isAtEnd, current != UInt8(ascii: "\"") { position += current == UInt8(ascii: "\\") ? 2 : 1 }
        try expect(UInt8(ascii: "\""), part)
        try checkCanonical(start - 1, position, part)
    }

    /// A count or time.
    mutating func number(_ part: StaticString) throws(AuditError) -> Int64 {
        let start = position
        var value: Int64 = 0
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) {
            value = value * 10 + Int64(current - UInt8(ascii: "0"))
            guard value <= JSON.integerLimit else { throw .malformedEntry("\(part)") }
            position += 1
        }
        guard position > start, bytes[start] != UInt8(ascii: "0") || position == start + 1 else {
            throw .malformedEntry("\(part)")
        }
        return value
    }

    /// A list of strings that is not empty; gives the range with its brackets.
    mutating func list(_ part: StaticString) throws(AuditError) -> ByteRange {
        let start = position
        try expect(UInt8(ascii: "["), part)
        repeat { _ = try string(part) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"), part)
        return ByteRange(start: start, end: position)
    }

    /// An object of any shape; gives its range with its braces.
    mutating func object(_ part: StaticString) throws(AuditError) -> ByteRange {
        let start = position
        try expect(UInt8(ascii: "{"), part)
        var depth = 1
        while depth > 0 {
            guard !isAtEnd else { throw .malformedEntry("\(part)") }
            switch current {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\""):
                position += 1
                while !isAtEnd, current != UInt8(ascii: "\"") { position += current == UInt8(ascii: "\\") ? 2 : 1 }
            default: break
            }
            position += 1
        }
        try checkCanonical(start, position, part)
        return ByteRange(start: start, end: position)
    }

    /// Checks a member's value as `CanonicalJSON` would where it stands, one level inside the entry: brackets around it
    /// give it that depth.
    private func checkCanonical(_ start: Int, _ end: Int, _ part: StaticString) throws(AuditError) {
        guard end <= bytes.count else { throw .malformedEntry("\(part)") }
        do throws(JSONError) {
            _ = try CanonicalJSON.decode([UInt8(ascii: "[")] + bytes[start..<end] + [UInt8(ascii: "]")])
        } catch { throw .malformedEntry("\(part)") }
    }

    /// Sixteen bytes in base64url.
    mutating func key16(_ part: StaticString) throws(AuditError) -> Key16 {
        let range = try string(part)
        guard range.end - range.start == 22 else { throw .malformedEntry("\(part)") }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var seen: UInt8 = 0
        // 132 bits: ten symbols and two thirds of the eleventh are the first word, the last four bits must be zero.
        for offset in range.start..<(range.start + 10) { high = high << 6 | next(offset, &seen) }
        let middle = next(range.start + 10, &seen)
        high = high << 4 | middle >> 2
        low = middle & 3
        for offset in (range.start + 11)..<(range.start + 21) { low = low << 6 | next(offset, &seen) }
        let last = next(range.start + 21, &seen)
        guard seen < 64, last & 15 == 0 else { throw .malformedEntry("\(part)") }
        return Key16(high: high, low: low << 2 | last >> 4)
    }

    /// Thirty-two bytes in base64url; gives the range of the text, for digests are only compared.
    mutating func digest(_ part: StaticString) throws(AuditError) -> ByteRange {
        let range = try string(part)
        guard range.end - range.start == 43 else { throw .malformedEntry("\(part)") }
        var seen: UInt8 = 0
        for offset in range.start..<range.end { _ = next(offset, &seen) }
        // 258 bits: the last two must be zero.
        guard seen < 64, symbols[Int(bytes[range.end - 1])] & 3 == 0 else { throw .malformedEntry("\(part)") }
        return range
    }

    /// The symbol's six bits; `seen` gathers whether any byte was no symbol, so that the loops need not branch.
    private func next(_ offset: Int, _ seen: inout UInt8) -> UInt64 {
        let value = symbols[Int(bytes[offset])]
        seen |= value
        return UInt64(value)
    }

    /// What in a string needs a closer look: quote, backslash, control and whatever is not ASCII.
    private static let special: UInt8 = 255

    /// Six bits for each symbol of base64url, 254 for what else stands for itself in a string, and `special`.
    private static let symbols: [UInt8] = {
        var table = (0...255).map { (byte: UInt8) in EntryWriter.isPlain(byte) ? 254 : special }
        for (value, symbol) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8.enumerated() {
            table[Int(symbol)] = UInt8(value)
        }
        return table
    }()
}
