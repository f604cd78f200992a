/// One record of a delimited file.
struct Record {
    /// The number of its first line, the file's first line being 1.
    let line: Int
    /// Its bytes in the file, without the line end.
    let range: Range<Int>
    /// Its cells without their quotation marks; empty when `hasStrayQuote`.
    let cells: [ArraySlice<UInt8>]
    /// A quotation mark stands inside an unquoted cell, opens a cell that nothing closes, or has text after its close.
    let hasStrayQuote: Bool
}

/// Cuts a delimited text into records after RFC 4180, on bytes, with the number of each record's first line.
///
/// A fault costs the line it stands on and no other. A stray quotation mark at the start of a cell would by the RFC
/// swallow everything up to the next one; so a record of several lines that ends in a fault, or has not the columns of
/// the header, is taken back, its first line given as faulty, and cutting goes on with its second line. No line is
/// read more than a few times, since such a record can only end on a line with an odd number of quotation marks.
/// CR LF, LF and CR each end a line.
struct RecordParser {
    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var position = 0
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: [UInt8], delimiter: UInt8) {
        self.bytes = bytes
        self.delimiter = delimiter
    }

    /// The next record; nil at the end. `columns` is the header's number of cells, once it is known.
    mutating func next(columns: Int? = nil) -> Record? {
        guard position < bytes.count else { return nil }
        let start = position
        let firstLine = line
        if let cells = cells() {
            let range = start..<endOfContent(from: start)
            if columns == nil || cells.count == columns || !bytes[range].contains(where: isLineEnd) {
                return Record(line: firstLine, range: range, cells: cells, hasStrayQuote: false)
            }
        }
        position = start
        line = firstLine
        while position < bytes.count, !isLineEnd(bytes[position]) { position += 1 }
        skipLineEnd()
        return Record(line: firstLine, range: start..<endOfContent(from: start), cells: [], hasStrayQuote: true)
    }

    /// The cells of the record at `position`, which then stands after its line end; nil for a stray quotation mark.
    private mutating func cells() -> [ArraySlice<UInt8>]? {
        var cells: [ArraySlice<UInt8>] = []
        while true {
            guard let cell = position < bytes.count && bytes[position] == Self.quote ? quoted() : plain() else {
                return nil
            }
            cells.append(cell)
            guard position < bytes.count, bytes[position] == delimiter else { break }
            position += 1
        }
        skipLineEnd()
        return cells
    }

    private mutating func plain() -> ArraySlice<UInt8>? {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == delimiter || isLineEnd(byte) { break }
            if byte == Self.quote { return nil }
            position += 1
        }
        return bytes[start..<position]
    }

    /// Two quotation marks inside stand for one.
    private mutating func quoted() -> ArraySlice<UInt8>? {
        position += 1
        let start = position
        var hasDoubled = false
        while position < bytes.count {
            if bytes[position] != Self.quote {
                if isLineEnd(bytes[position]) { skipLineEnd() } else { position += 1 }
                continue
            }
            position += 1
            guard position < bytes.count, bytes[position] != delimiter, !isLineEnd(bytes[position]) else {
                let inner = bytes[start..<(position - 1)]
                return hasDoubled ? Self.undoubled(inner) : inner
            }
            guard bytes[position] == Self.quote else { return nil }
            hasDoubled = true
            position += 1
        }
        return nil
    }

    private static func undoubled(_ inner: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var out: [UInt8] = []
        var previousWasQuote = false
        for byte in inner {
            previousWasQuote = byte == quote && !previousWasQuote
            if !previousWasQuote { out.append(byte) }
        }
        return out[...]
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == Self.lineFeed || byte == Self.carriageReturn }

    /// Steps over one line end, if one stands here, and counts it.
    private mutating func skipLineEnd() {
        guard position < bytes.count, isLineEnd(bytes[position]) else { return }
        let isPair =
            bytes[position] == Self.carriageReturn && position + 1 < bytes.count && bytes[position + 1] == Self.lineFeed
        position += isPair ? 2 : 1
        line += 1
    }

    /// Where the record that began at `start` ends without its line end, `position` standing after it.
    private func endOfContent(from start: Int) -> Int {
        var end = position
        if end > start, bytes[end - 1] == Self.lineFeed { end -= 1 }
        if end > start, bytes[end - 1] == Self.carriageReturn { end -= 1 }
        return end
    }
}
