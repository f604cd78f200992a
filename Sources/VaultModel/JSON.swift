/// A JSON value as this vault knows it: numbers are whole (RFC 8785 texts of ours hold no others), keys are unique.
///
/// One type serves request bodies, canonical JSON and field values, so that one parser decides what is well formed.
public indirect enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The largest magnitude that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3; RFC 7493).
    package static let integerLimit: Int64 = 1 << 53 - 1

    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    public var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }

    /// An array of strings; nil if any item is something else.
    public var strings: [String]? {
        guard let array else { return nil }
        let texts = array.compactMap(\.string)
        return texts.count == array.count ? texts : nil
    }

    /// The member of an object; nil for other values and for a missing key.
    public subscript(key: String) -> JSON? { object?[key] }

    /// Compact JSON with keys in byte order. Not checked for canonical form: see `CanonicalJSON` for what is signed.
    public var encoded: [UInt8] {
        var out: [UInt8] = []
        JSONWriter.write(self, to: &out)
        return out
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

/// Why a text is not JSON we accept. Carries positions, never the text.
public enum JSONError: Error, Equatable, Sendable {
    /// Not JSON, at this byte.
    case malformed(offset: Int)
    /// A key stands twice in one object.
    case duplicateKey
    /// A fraction, an exponent, or a magnitude of 2^53 and more.
    case unsupportedNumber(offset: Int)
    /// Nested deeper than `JSONParser.depthLimit`.
    case tooDeep
    /// A text that is to be canonical differs from its canonical form.
    case notCanonical
}

/// Writes compact JSON: keys in byte order, the escapes of RFC 8785 section 3.2.2.2 and no others.
enum JSONWriter {
    static func write(_ value: JSON, to out: inout [UInt8]) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .string(let text): write(text, to: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (position, item) in items.enumerated() {
                if position > 0 { out.append(UInt8(ascii: ",")) }
                write(item, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (position, member) in sorted.enumerated() {
                if position > 0 { out.append(UInt8(ascii: ",")) }
                write(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                write(member.value, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    static func write(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        // Most strings need no escape, and are copied whole.
        if text.utf8.allSatisfy(isPlain) {
            out.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { if isPlain(byte) { out.append(byte) } else { escape(byte, to: &out) } }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8, to out: inout [UInt8]) {
        switch byte {
        case 0x08: out.append(contentsOf: "\\b".utf8)
        case 0x09: out.append(contentsOf: "\\t".utf8)
        case 0x0a: out.append(contentsOf: "\\n".utf8)
        case 0x0c: out.append(contentsOf: "\\f".utf8)
        case 0x0d: out.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            out.append(contentsOf: "\\u00".utf8)
            out.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        default: out.append(contentsOf: [UInt8(ascii: "\\"), byte])
        }
    }
}
