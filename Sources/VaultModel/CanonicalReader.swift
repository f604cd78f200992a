internal import Foundation

/// Reads canonical JSON member by member, in the byte order of its keys, without making a tree of it: for statements that
/// are read at every access.
///
/// It takes what `CanonicalJSON` writes and refuses everything else: another order of keys, white space, a key that is not
/// expected.
package struct CanonicalReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// No member of the innermost object was read yet.
    private var isFirst = true

    /// Reads one value that fills the whole input.
    ///
    /// - Throws: `JSONError`, with positions and never contents, and what the closure throws.
    package static func read<Value>(
        _ bytes: [UInt8], _ body: (inout CanonicalReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var reader = CanonicalReader(bytes: buffer)
            let value = try body(&reader)
            guard reader.position == buffer.count else { throw reader.malformed }
            return value
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var malformed: JSONError { .malformed(offset: position) }
    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard current == byte else { throw malformed }
        position += 1
    }

    /// An object, whose members the closure reads in their order, all of them.
    package mutating func object<Value>(
        _ body: (inout CanonicalReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        try expect(UInt8(ascii: "{"))
        isFirst = true
        let value = try body(&self)
        try expect(UInt8(ascii: "}"))
        isFirst = false
        return value
    }

    /// Goes to the value of a member; false, and nothing is read, if the next one has another key.
    package mutating func goTo(ifPresent key: StaticString) throws(JSONError) -> Bool {
        let name = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        let start = position + (isFirst ? 1 : 2)
        let end = start + name.count
        guard end + 1 < bytes.count, bytes[start - 1] == UInt8(ascii: "\""), bytes[end] == UInt8(ascii: "\"") else { return false }
        for (index, byte) in name.enumerated() where bytes[start + index] != byte { return false }
        if !isFirst { try expect(UInt8(ascii: ",")) }
        isFirst = false
        position = end + 1
        try expect(UInt8(ascii: ":"))
        return true
    }

    /// Goes to the value of a member that must come next.
    package mutating func goTo(_ key: StaticString) throws(JSONError) {
        guard try goTo(ifPresent: key) else { throw malformed }
    }

    /// The members of an object whose keys are data: the closure reads each one's value.
    package mutating func members(_ body: (inout CanonicalReader, String) throws(JSONError) -> Void) throws(JSONError) {
        try expect(UInt8(ascii: "{"))
        if current == UInt8(ascii: "}") { position += 1; isFirst = false; return }
        var previous: UnsafeBufferPointer<UInt8>?
        while true {
            let start = position
            let key = try string()
            // In byte order, so that none stands twice. Keys with escapes are in no such object.
            let name = UnsafeBufferPointer(rebasing: bytes[(start + 1)..<(position - 1)])
            guard name.count == key.utf8.count, previous.map({ Self.precedes($0, name) }) ?? true else { throw malformed }
            previous = name
            try expect(UInt8(ascii: ":"))
            try body(&self, key)
            if current == UInt8(ascii: ",") { position += 1; continue }
            try expect(UInt8(ascii: "}"))
            isFirst = false
            return
        }
    }

    /// Goes past a string of any content.
    package mutating func skipString() throws(JSONError) { _ = try quoted() }

    /// Goes past an object whose values are strings, without making texts of its keys or holding them against each other.
    package mutating func skipObjectOfStrings() throws(JSONError) {
        try expect(UInt8(ascii: "{"))
        isFirst = false
        if current == UInt8(ascii: "}") { position += 1; return }
        while true {
            try skipString()
            try expect(UInt8(ascii: ":"))
            try skipString()
            if current == UInt8(ascii: ",") { position += 1; continue }
            return try expect(UInt8(ascii: "}"))
        }
    }

    /// How many bytes were read.
    package var offset: Int { position }

    /// What was read since an offset.
    package func bytes(since offset: Int) -> [UInt8] { Array(bytes[offset..<position]) }

    /// Goes past bytes that `bytes(since:)` gave between the same two places of another object, one or more whole members;
    /// false, and nothing is read, if they do not come next.
    package mutating func pass(_ members: [UInt8]) -> Bool {
        guard !members.isEmpty, members.count <= bytes.count - position, let next = bytes.baseAddress else { return false }
        guard members.withUnsafeBytes({ $0.baseAddress.map { memcmp($0, next + position, members.count) } }) == 0 else {
            return false
        }
        position += members.count
        isFirst = false
        return true
    }

    /// Goes past an array of strings; gives how many there are.
    package mutating func skipStrings() throws(JSONError) -> Int {
        try expect(UInt8(ascii: "["))
        var count = 0
        if current == UInt8(ascii: "]") { position += 1; return 0 }
        while true {
            try skipString()
            count += 1
            if current == UInt8(ascii: ",") { position += 1; continue }
            try expect(UInt8(ascii: "]"))
            return count
        }
    }

    private static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = left.baseAddress, let second = right.baseAddress else { return left.count < right.count }
        let order = memcmp(first, second, min(left.count, right.count))
        return order == 0 ? left.count < right.count : order < 0
    }

    /// The items of an array of strings.
    package mutating func strings() throws(JSONError) -> [String] {
        try expect(UInt8(ascii: "["))
        var items: [String] = []
        if current == UInt8(ascii: "]") { position += 1; return items }
        while true {
            items.append(try string())
            if current == UInt8(ascii: ",") { position += 1; continue }
            try expect(UInt8(ascii: "]"))
            return items
        }
    }

    package mutating func string() throws(JSONError) -> String {
        let start = position
        let content = try quoted()
        // Names and ids hold no escape.
        guard !Self.hasEscape(content) else {
            guard let text = try JSONParser.parse(UnsafeBufferPointer(rebasing: bytes[start..<position])).string else {
                throw malformed
            }
            return text
        }
        guard let text = String(utf8: content) else { throw .malformed(offset: start) }
        return text
    }

    /// A string of unpadded base32 that is sixteen bytes.
    package mutating func base32<Named>() throws(JSONError) -> Identifier<Named> {
        guard let id = Base32.decode(try quoted()).flatMap({ Identifier<Named>($0) }) else { throw malformed }
        return id
    }

    /// A string of unpadded base64url.
    package mutating func base64() throws(JSONError) -> [UInt8] {
        guard let decoded = Base64URL.decode(try quoted()) else { throw malformed }
        return decoded
    }

    package mutating func integer() throws(JSONError) -> Int64 {
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var number: Int64 = 0
        while let byte = current, NameSyntax.isDigit(byte) {
            let (shifted, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (next, overflow) = shifted.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !tooLarge, !overflow, next >= -JSON.integerLimit else { throw malformed }
            number = next
            position += 1
        }
        // Neither a leading zero nor a negative one.
        let isZero = position == start + 1 && number == 0
        guard position > start, bytes[start] != UInt8(ascii: "0") || (isZero && !isNegative) else { throw malformed }
        return isNegative ? number : -number
    }

    /// What stands between the quotes, escapes and all.
    private mutating func quoted() throws(JSONError) -> UnsafeBufferPointer<UInt8> {
        try expect(UInt8(ascii: "\""))
        let start = position
        let rest = UnsafeBufferPointer(rebasing: bytes[start...])
        guard let quote = Self.first(UInt8(ascii: "\""), in: rest) else { throw malformed }
        if Self.hasEscape(UnsafeBufferPointer(rebasing: rest[..<quote])) {
            while let byte = current, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
        } else {
            position = start + quote
        }
        let end = position
        try expect(UInt8(ascii: "\""))
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    private static func first(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, Int32(byte), bytes.count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private static func hasEscape(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { first(UInt8(ascii: "\\"), in: bytes) != nil }
}

extension String {
    /// A text from bytes; nil if they are not UTF-8. The generic initialiser of the standard library looks its types up at
    /// each call.
    init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
        self.init(copying: text)
    }
}
