/// A strict JSON reader over bytes (RFC 8259): duplicate keys, fractions, invalid UTF-8, lone surrogates, trailing
/// text and deep nesting are refused. Foundation's decoder accepts duplicate and unknown keys, which in a vault is a
/// way to show one request to the reviewer and another to the server.
public struct JSONParser {
    /// Deeper than any body of ours; a limit so that a hostile body cannot exhaust the stack.
    package static let depthLimit = 16

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Reads one JSON value that fills the whole input.
    ///
    /// - Throws: `JSONError`; it names positions, never contents.
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer(parseBuffer).get()
    }

    /// The same for part of an array.
    public static func parse(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer(parseBuffer).get()
    }

    /// The same for bytes that lie elsewhere.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSON { try parseBuffer(bytes).get() }

    private static func parseBuffer(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<JSON, JSONError> {
        var parser = JSONParser(bytes: buffer)
        do throws(JSONError) {
            let value = try parser.value(depth: 0)
            parser.skipSpace()
            guard parser.position == buffer.count else { throw .malformed(offset: parser.position) }
            return .success(value)
        } catch { return .failure(error) }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard current == byte else { throw .malformed(offset: position) }
        position += 1
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth <= Self.depthLimit else { throw .tooDeep }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try integer()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for offset in 0..<text.utf8CodeUnitCount { try expect(text.utf8Start[offset]) }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        position += 1
        skipSpace()
        if current == UInt8(ascii: "}") { position += 1; return .object([:]) }
        // Most objects of the API have a few members: room for those at once.
        var members = [String: JSON](minimumCapacity: 3)
        while true {
            skipSpace()
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            let value = try value(depth: depth + 1)
            guard members.updateValue(value, forKey: key) == nil else { throw .duplicateKey }
            skipSpace()
            if current == UInt8(ascii: ",") { position += 1; continue }
            try expect(UInt8(ascii: "}"))
            return .object(members)
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var items: [JSON] = []
        skipSpace()
        if current == UInt8(ascii: "]") { position += 1; return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if current == UInt8(ascii: ",") { position += 1; continue }
            try expect(UInt8(ascii: "]"))
            return .array(items)
        }
    }

    private mutating func integer() throws(JSONError) -> JSON {
        let start = position
        let negative = current == UInt8(ascii: "-")
        if negative { position += 1 }
        let firstDigit = position
        var number: Int64 = 0
        while let byte = current, NameSyntax.isDigit(byte) {
            number = number * 10 + Int64(byte - 48)
            guard number <= JSON.integerLimit else { throw .unsupportedNumber(offset: start) }
            position += 1
        }
        guard position > firstDigit else { throw .malformed(offset: start) }
        // RFC 8259 forbids leading zeros; "-0" would print back as "0".
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 || negative { throw .malformed(offset: start) }
        if let byte = current, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            throw .unsupportedNumber(offset: start)
        }
        return .integer(negative ? -number : number)
    }

    private mutating func string() throws(JSONError) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        // Most strings hold no escape: find the closing quote and decode once.
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if current == UInt8(ascii: "\"") {
            let text = try utf8(bytes[start..<position], at: start)
            position += 1
            return text
        }
        var unescaped = Array(bytes[start..<position])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try unescaped.withUnsafeBufferPointer { buffer throws(JSONError) in try utf8(buffer[...], at: start) }
                position += 1
                return text
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw .malformed(offset: position)
            default:
                unescaped.append(byte)
                position += 1
            }
        }
        throw .malformed(offset: position)
    }

    private func utf8(_ slice: Slice<UnsafeBufferPointer<UInt8>>, at start: Int) throws(JSONError) -> String {
        guard let text = String(utf8: UnsafeBufferPointer(rebasing: slice)) else { throw .malformed(offset: start) }
        return text
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        position += 1
        guard let kind = current else { throw .malformed(offset: position) }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(kind)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0c)
        case UInt8(ascii: "n"): out.append(0x0a)
        case UInt8(ascii: "r"): out.append(0x0d)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = try fourHexDigits()
            if (0xd800..<0xdc00).contains(code) {
                try expect(UInt8(ascii: "\\"))
                try expect(UInt8(ascii: "u"))
                let low = try fourHexDigits()
                guard (0xdc00..<0xe000).contains(low) else { throw .malformed(offset: position) }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .malformed(offset: position) }
            out.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw .malformed(offset: position - 1)
        }
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw .malformed(offset: position)
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
