/// Builds the vault's byte formats: integers big-endian, `str(x)` = u16 length and UTF-8 (design, section 4).
package struct ByteWriter {
    package private(set) var bytes: [UInt8]

    package init(capacity: Int = 128) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Takes back what was written after this many bytes.
    mutating func cut(to count: Int) { bytes.removeLast(bytes.count - count) }

    /// A literal ASCII label, such as `rvault.cell.v1`, without length.
    package mutating func label(_ text: StaticString) { text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) } }
    package mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
    package mutating func u16(_ value: UInt16) { integer(value) }
    package mutating func u32(_ value: UInt32) { integer(value) }
    package mutating func u64(_ value: UInt64) { integer(value) }

    /// `str(x)`. Names are bounded far below 65,536 bytes by their types; a longer text is a defect of ours.
    package mutating func string(_ text: String) {
        let utf8 = text.utf8
        u16(UInt16(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    private mutating func integer(_ value: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }
}

/// Reads them back; every read says when the bytes run out. It must not outlive the closure that was lent the bytes,
/// which is why it is marked unsafe.
@unsafe struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    var isAtEnd: Bool { unsafe offset == bytes.count }

    mutating func take(_ count: Int, of format: String) throws(CryptoError) -> UnsafeRawBufferPointer {
        guard unsafe count <= bytes.count - offset else { throw .malformed(format) }
        defer { unsafe offset += count }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    mutating func u16(of format: String) throws(CryptoError) -> UInt16 {
        unsafe UInt16(bigEndian: try take(2, of: format).loadUnaligned(as: UInt16.self))
    }

    mutating func u32(of format: String) throws(CryptoError) -> UInt32 {
        unsafe UInt32(bigEndian: try take(4, of: format).loadUnaligned(as: UInt32.self))
    }

    mutating func string(of format: String) throws(CryptoError) -> String {
        let length = unsafe Int(try u16(of: format))
        // Without the generic initialiser, which looks its types up at each call.
        let bytes = try unsafe take(length, of: format)
        guard let text = unsafe try? UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span) else {
            throw .malformed(format)
        }
        return String(copying: text)
    }
}
