internal import Foundation

/// The one byte form of everything that is signed or hashed: RFC 8785 with ASCII keys in byte order, integers below
/// 2^53 and strings in Unicode normal form C (design, section 4).
///
/// The stored bytes are what is hashed and verified. A text that does not re-encode to itself is refused, so no two
/// texts mean the same statement.
public enum CanonicalJSON {
    /// Encodes a value.
    ///
    /// - Throws: `JSONError.notCanonical` for a key outside ASCII or a string that is not in form C;
    ///   `.unsupportedNumber` for a magnitude of 2^53 and more; `.tooDeep` for what could not be read back.
    public static func encode(_ value: JSON) throws(JSONError) -> [UInt8] {
        try check(value, depth: 0)
        return value.encoded
    }

    /// Reads canonical bytes.
    ///
    /// - Throws: `JSONError`; `.notCanonical` when the bytes are JSON but not in their canonical form.
    public static func decode(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        let value = try JSONParser.parse(bytes)
        guard try encode(value) == bytes else { throw .notCanonical }
        return value
    }

    private static func check(_ value: JSON, depth: Int) throws(JSONError) {
        guard depth <= JSONParser.depthLimit else { throw .tooDeep }
        switch value {
        case .null, .bool: break
        case .integer(let number):
            guard number.magnitude <= JSON.integerLimit.magnitude else { throw .unsupportedNumber(offset: 0) }
        case .string(let text): guard isComposed(text) else { throw .notCanonical }
        case .array(let items): for item in items { try check(item, depth: depth + 1) }
        case .object(let members):
            for (key, member) in members {
                guard key.utf8.allSatisfy({ $0 < 0x80 }) else { throw .notCanonical }
                try check(member, depth: depth + 1)
            }
        }
    }

    /// Swift compares strings by canonical equivalence, so the comparison must be of bytes.
    private static func isComposed(_ text: String) -> Bool {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return true }
        return text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(text.utf8)
    }
}
