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

/// Writes rows in the byte form that seals and states are taken over.
package struct RowEncoding {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// `str(table) ‖ row id ‖ every column in schema order`.
    package mutating func append(table: String, key: [ColumnValue], columns: [ColumnValue]) {
        let name = table.utf8
        append(UInt16(name.count))
        bytes.append(contentsOf: name)
        for value in key { append(value) }
        for value in columns { append(value) }
    }

    /// One row's bytes.
    static func encode(table: String, key: [ColumnValue], columns: [ColumnValue]) -> [UInt8] {
        var encoding = RowEncoding()
        // Room for a usual row, so that the bytes are not moved as they grow.
        encoding.bytes.reserveCapacity(512)
        encoding.append(table: table, key: key, columns: columns)
        return encoding.bytes
    }

    /// The input of a row seal: the same after the label `rvault.row.v1`.
    package static func sealInput(table: String, key: [ColumnValue], columns: [ColumnValue]) -> [UInt8] {
        var encoding = RowEncoding()
        encoding.bytes.reserveCapacity(512)
        encoding.bytes += "rvault.row.v1".utf8
        encoding.append(table: table, key: key, columns: columns)
        return encoding.bytes
    }

    private mutating func append(_ value: ColumnValue) {
        switch value {
        case .bytes(let content):
            append(UInt32(content.count))
            bytes.append(contentsOf: content)
        case .text(let text):
            append(UInt32(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        case .integer(let number):
            append(UInt32(8))
            append(number)
        case .absent: append(UInt32.max)
        }
    }

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
}

extension SealedRow {
    var sealInput: [UInt8] { RowEncoding.sealInput(table: Self.table, key: key, columns: columns) }
}
