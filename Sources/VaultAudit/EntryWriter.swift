internal import VaultModel

/// Writes canonical JSON straight into bytes. The caller keeps the keys in byte order; a test compares every entry with
/// `CanonicalJSON.encode`.
struct EntryWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1024) }

    mutating func open(_ bracket: Unicode.Scalar) { bytes.append(UInt8(ascii: bracket)) }
    mutating func close(_ bracket: Unicode.Scalar) { bytes.append(UInt8(ascii: bracket)) }

    /// A comma, unless the object or array has just been opened.
    mutating func separate() {
        guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") else { return }
        bytes.append(UInt8(ascii: ","))
    }

    mutating func key(_ name: StaticString) {
        separate()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func quoted(_ text: StaticString) {
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A text that its type or its author keeps plain; anything that needs an escape or normalising goes the long way.
    mutating func text(_ text: String, part: StaticString) throws(AuditError) {
        var plain = text
        let isPlain = plain.withUTF8 { utf8 in
            guard utf8.allSatisfy(Self.isPlain) else { return false }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: utf8)
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        if !isPlain { try value(.string(text), part: part) }
    }

    /// Any value in its canonical form. Brackets around it give it the depth at which it stands in the entry, so that
    /// nothing is written that is too deep to be read; they are then left out.
    mutating func value(_ value: JSON, part: StaticString) throws(AuditError) {
        do throws(JSONError) {
            bytes.append(contentsOf: try CanonicalJSON.encode(.array([value])).dropFirst().dropLast())
        } catch { throw .malformedEntry("\(part)") }
    }

    /// A count or time: not negative, and below 2^53 so that every reader keeps it.
    mutating func number(_ number: Int64, part: StaticString) throws(AuditError) {
        guard (0...JSON.integerLimit).contains(number) else { throw .malformedEntry("\(part)") }
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Unpadded base64url of exactly so many bytes.
    mutating func base64(_ value: [UInt8], count: Int, part: StaticString) throws(AuditError) {
        guard value.count == count else { throw .malformedEntry("\(part)") }
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: value.count * 2 + 4) { text in
            var end = 0
            func put(_ byte: UInt8) {
                text[end] = byte
                end += 1
            }
            put(UInt8(ascii: "\""))
            var held: UInt32 = 0
            var bits: UInt32 = 0
            for byte in value {
                held = held << 8 | UInt32(byte)
                bits += 8
                while bits >= 6 {
                    bits -= 6
                    put(alphabet.utf8Start[Int(held >> bits & 63)])
                }
            }
            if bits > 0 { put(alphabet.utf8Start[Int(held << (6 - bits) & 63)]) }
            put(UInt8(ascii: "\""))
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[..<end]))
        }
    }

    /// Printable ASCII without quote and backslash: its JSON form is itself.
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
