package import VaultModel

/// One column as the row seal and the state digest see it: `u32 length ‖ bytes`, integers as u64, absent as the length
/// ffffffff (design, section 4).
package enum ColumnValue: Sendable, Equatable {
    case bytes([UInt8])
    case integer(UInt64)
    case text(String)
    case absent

    static func optional(_ bytes: [UInt8]?) -> ColumnValue { bytes.map(ColumnValue.bytes) ?? .absent }
    static func optional(_ number: Int64?) -> ColumnValue { number.map { .integer(UInt64(bitPattern: $0)) } ?? .absent }
}

/// Takes the columns of a row one by one.
package protocol ColumnWriter {
    mutating func bytes(_ value: [UInt8])
    mutating func id<Named>(_ value: Identifier<Named>)
    mutating func text(_ value: String)
    mutating func integer(_ value: UInt64)
    mutating func absent()
}

extension ColumnWriter {
    mutating func value(_ value: ColumnValue) {
        switch value {
        case .bytes(let content): bytes(content)
        case .text(let content): text(content)
        case .integer(let number): integer(number)
        case .absent: absent()
        }
    }

    mutating func time(_ value: Instant) { integer(UInt64(bitPattern: value.milliseconds)) }
    mutating func optional(_ value: [UInt8]?) { if let value { bytes(value) } else { absent() } }
    mutating func optional(_ value: Instant?) { if let value { time(value) } else { absent() } }
}

/// Collects them.
struct ColumnList: ColumnWriter {
    private(set) var values: [ColumnValue] = []

    mutating func bytes(_ value: [UInt8]) { values.append(.bytes(value)) }
    mutating func id<Named>(_ value: Identifier<Named>) { values.append(.bytes(value.bytes)) }
    mutating func text(_ value: String) { values.append(.text(value)) }
    mutating func integer(_ value: UInt64) { values.append(.integer(value)) }
    mutating func absent() { values.append(.absent) }
}

/// Writes rows in the byte form that seals and states are taken over.
package struct RowEncoding: ColumnWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// `str(table) ‖ row id ‖ every column in schema order`.
    package mutating func append(table: String, key: [ColumnValue], columns: [ColumnValue]) {
        begin(table)
        for value in key { self.value(value) }
        for value in columns { self.value(value) }
    }

    private mutating func begin(_ table: String) {
        let name = table.utf8
        append(UInt16(name.count))
        bytes.append(contentsOf: name)
    }

    /// The input of a row's seal: its bytes after the label `rvault.row.v1`.
    static func sealInput(_ row: some SealedRow) -> [UInt8] { encode(row, after: "rvault.row.v1") }

    /// One row's bytes.
    static func encode(_ row: some SealedRow) -> [UInt8] { encode(row, after: "") }

    private static func encode<Row: SealedRow>(_ row: Row, after label: StaticString) -> [UInt8] {
        var encoding = RowEncoding()
        encoding.bytes.reserveCapacity(usualRow)
        label.withUTF8Buffer { encoding.bytes.append(contentsOf: $0) }
        encoding.begin(Row.table)
        row.write(to: &encoding)
        return encoding.bytes
    }

    /// Room for most rows, so that the bytes are not moved as they grow: a grant's statement is the longest column.
    private static let usualRow = 1_280

    /// The same of columns by themselves.
    static func encode(table: String, key: [ColumnValue], columns: [ColumnValue]) -> [UInt8] {
        var encoding = RowEncoding()
        encoding.bytes.reserveCapacity(512)
        encoding.append(table: table, key: key, columns: columns)
        return encoding.bytes
    }

    package mutating func bytes(_ value: [UInt8]) {
        append(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func id<Named>(_ value: Identifier<Named>) {
        append(UInt32(Identifier<Named>.byteCount))
        value.withBytes { bytes.append(contentsOf: $0) }
    }

    package mutating func text(_ value: String) {
        append(UInt32(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    package mutating func integer(_ value: UInt64) {
        append(UInt32(8))
        append(value)
    }

    package mutating func absent() { append(UInt32.max) }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Makes row seals. The key is in another room; this one can only ask.
package protocol RowSealing: Sendable {
    /// Sixteen bytes over a sealed row's input.
    func seal(_ input: [UInt8]) -> [UInt8]
    /// Whether a seal is one that was made here, under the key now in force or, while rows move to it, the one before.
    func accepts(_ seal: [UInt8], of input: [UInt8]) -> Bool
    /// The same for the length of one view: a key that changes meanwhile does not show in it.
    var inForce: any RowSealing { get }
    /// The same that takes no seal of an older key: for rows that are written anew the moment another key comes into force.
    var newest: any RowSealing { get }
}

extension RowSealing {
    package func accepts(_ seal: [UInt8], of input: [UInt8]) -> Bool { self.seal(input) == seal }
    package var inForce: any RowSealing { self }
    package var newest: any RowSealing { self }
}

/// A row that carries a seal: all but cells, whose own encryption binds them, and the log, whose tree does.
package protocol SealedRow: Sendable {
    static var table: String { get }
    /// The row id: the key columns, with a resident by id and not by number.
    var key: [ColumnValue] { get }
    /// Every other column in schema order, without the seal.
    var columns: [ColumnValue] { get }
    /// Both, one by one.
    func write(to row: inout some ColumnWriter)
}

extension SealedRow {
    package var sealInput: [UInt8] { RowEncoding.sealInput(self) }

    package func write(to row: inout some ColumnWriter) {
        for value in key { row.value(value) }
        for value in columns { row.value(value) }
    }
}

/// A row that reads check by the thousand: its columns are written without an object for each.
package protocol DirectlyWrittenRow: SealedRow {
    func writeKey(to row: inout some ColumnWriter)
    func writeColumns(to row: inout some ColumnWriter)
}

extension DirectlyWrittenRow {
    package var key: [ColumnValue] {
        var list = ColumnList()
        writeKey(to: &list)
        return list.values
    }

    package var columns: [ColumnValue] {
        var list = ColumnList()
        writeColumns(to: &list)
        return list.values
    }

    package func write(to row: inout some ColumnWriter) {
        writeKey(to: &row)
        writeColumns(to: &row)
    }
}
