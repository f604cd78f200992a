internal import Foundation

/// The encodings that exports come in.
package enum SourceEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case gb18030
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"

    /// The encoding that a byte-order mark tells, and the mark's length; nil without a mark.
    static func sniffed(_ bytes: [UInt8]) -> (encoding: SourceEncoding, length: Int)? {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return (.utf8, 3) }
        if bytes.starts(with: [0xff, 0xfe]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xfe, 0xff]) { return (.utf16BigEndian, 2) }
        return nil
    }
}

/// A file's bytes in a form whose records can be cut at ASCII bytes.
///
/// No multi-byte code of UTF-8 or GB18030 holds a line end, comma, semicolon, tab or quotation mark, so records are cut
/// on bytes and each cell is decoded by itself: one bad byte costs its own cell and no other. UTF-16 has no such
/// property and is written over to UTF-8 first.
struct SourceText: Sendable {
    let bytes: [UInt8]
    private let isGB18030: Bool

    /// Takes a file's bytes without its byte-order mark.
    init(_ bytes: ArraySlice<UInt8>, encoding: SourceEncoding) {
        isGB18030 = encoding == .gb18030
        switch encoding {
        case .utf8, .gb18030: self.bytes = Array(bytes)
        case .utf16LittleEndian: self.bytes = Self.utf8(fromUTF16: bytes, bigEndian: false)
        case .utf16BigEndian: self.bytes = Self.utf8(fromUTF16: bytes, bigEndian: true)
        }
    }

    /// The text of a cell.
    ///
    /// - Throws: `CellFault.notText` for bytes that the encoding does not know.
    func text(_ cell: ArraySlice<UInt8>) throws(CellFault) -> String {
        guard isGB18030, !cell.allSatisfy({ $0 < 0x80 }) else {
            guard let text = String(validating: cell, as: UTF8.self) else { throw .notText }
            return text
        }
        guard Self.isGB18030(cell), let text = String(data: Data(cell), encoding: Self.gb18030) else { throw .notText }
        return text
    }

    /// The text of a whole record for the file of rejects, in which U+FFFD stands for bytes that are no text.
    func readableText(_ record: ArraySlice<UInt8>) -> String {
        guard isGB18030 else { return String(decoding: record, as: UTF8.self) }
        if let text = try? text(record) { return text }
        // Foundation decodes all or nothing, so the readable stretches are decoded one code at a time.
        var out = ""
        var rest = record
        while !rest.isEmpty {
            let length = Self.codeLength(rest) ?? 1
            out += (try? text(rest.prefix(length))) ?? "\u{FFFD}"
            rest = rest.dropFirst(length)
        }
        return out
    }

    /// Foundation's name for kCFStringEncodingGB_18030_2000.
    private static let gb18030 = String.Encoding(rawValue: 0x8000_0632)

    /// Whether bytes have the form of GB 18030-2022. Foundation reads a lone 0x80 as the euro sign, so it is not asked.
    private static func isGB18030(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            guard let length = codeLength(rest) else { return false }
            rest = rest.dropFirst(length)
        }
        return true
    }

    /// The length of the code at the start: 1, 2 or 4 bytes; nil for none.
    private static func codeLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        let code = Array(bytes.prefix(4))
        if code[0] < 0x80 { return 1 }
        guard (0x81...0xfe).contains(code[0]), code.count >= 2 else { return nil }
        if (0x40...0xfe).contains(code[1]) && code[1] != 0x7f { return 2 }
        guard code.count == 4, (0x30...0x39).contains(code[1]), (0x81...0xfe).contains(code[2]),
            (0x30...0x39).contains(code[3])
        else { return nil }
        return 4
    }

    /// UTF-16 as UTF-8. An unpaired surrogate or a last odd byte becomes 0xff, which is in no UTF-8 text, so that it
    /// spoils its own cell only.
    private static func utf8(fromUTF16 bytes: ArraySlice<UInt8>, bigEndian: Bool) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 3 / 2)
        var units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { position in
            let pair = (UInt16(bytes[position]), UInt16(bytes[position + 1]))
            return bigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
        }[...]
        while let unit = units.popFirst() {
            if UTF16.isLeadSurrogate(unit), let trail = units.first, UTF16.isTrailSurrogate(trail) {
                units.removeFirst()
                out.append(contentsOf: String(decoding: [unit, trail], as: UTF16.self).utf8)
            } else if let code = Unicode.Scalar(unit).flatMap(UTF8.encode) {
                out.append(contentsOf: code)
            } else {
                out.append(0xff)
            }
        }
        if bytes.count % 2 == 1 { out.append(0xff) }
        return out
    }
}
