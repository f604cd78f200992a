internal import GRDB
internal import GRDBSQLite
internal import VaultModel

/// What stands in a column: the four kinds that the schema's STRICT tables know.
///
/// GRDB prepares statements and keeps them; binding and stepping are done here on SQLite itself, because GRDB makes
/// several objects a row, and a read of one resident looks at about fifteen rows.
protocol StoredColumn: Sendable {
    /// Binds the value; the number of a parameter is 1 for the first.
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt
    /// Reads the column where it lies. Another kind of value, which we did not write, gives the value that SQLite makes of
    /// it, and the row's seal or the cell's encryption refuses that.
    init(from statement: SQLiteStatement, at index: CInt)
}

extension Int64: StoredColumn {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt { sqlite3_bind_int64(statement, index, self) }
    init(from statement: SQLiteStatement, at index: CInt) { self = sqlite3_column_int64(statement, index) }
}

extension Int: StoredColumn {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt { Int64(self).bind(to: statement, at: index) }
    init(from statement: SQLiteStatement, at index: CInt) { self.init(Int64(from: statement, at: index)) }
}

extension String: StoredColumn {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        var text = self
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text64(
                    statement, index, $0.baseAddress, UInt64($0.count), Blob.copied, UInt8(SQLITE_UTF8))
            }
        }
    }
    init(from statement: SQLiteStatement, at index: CInt) {
        let text = sqlite3_column_text(statement, index)
        self.init(decoding: UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, index))), as: UTF8.self)
    }
}

extension Identifier {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        withBytes { sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), Blob.copied) }
    }
}

/// A column of bytes.
struct Blob: StoredColumn {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(from statement: SQLiteStatement, at index: CInt) {
        let content = sqlite3_column_blob(statement, index)
        bytes = Array(UnsafeRawBufferPointer(start: content, count: Int(sqlite3_column_bytes(statement, index))))
    }

    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        // A null pointer would bind NULL in place of no bytes.
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
        return bytes.withUnsafeBytes {
            sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), Self.copied)
        }
    }

    /// SQLITE_TRANSIENT, a macro that Swift does not import: SQLite takes a copy before the call returns.
    static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// The row that a statement stands on; valid until the statement's next step.
struct StoredRow {
    private let statement: SQLiteStatement

    init(_ statement: SQLiteStatement) { self.statement = statement }

    subscript<Column: StoredColumn>(index: Int) -> Column { Column(from: statement, at: CInt(index)) }

    /// Lends a column's bytes where they lie.
    func withBytes(at index: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        let content = sqlite3_column_blob(statement, CInt(index))
        body(UnsafeRawBufferPointer(start: content, count: Int(sqlite3_column_bytes(statement, CInt(index)))))
    }

    subscript<Column: StoredColumn>(index: Int) -> Column? {
        sqlite3_column_type(statement, CInt(index)) == SQLITE_NULL ? nil : Column(from: statement, at: CInt(index))
    }
}

extension Database {
    /// Runs a kept statement over its rows until the closure says that it has enough.
    ///
    /// - Parameter read: gets each row; returns false to stop.
    /// - Throws: `StoreError.diskFull`, `.constraint` or `.database`, and what the closure throws.
    func run(_ sql: String, _ arguments: [(any StoredColumn)?], read: (StoredRow) throws -> Bool = { _ in true }) throws {
        try run(sql, binding: { $0.bind(all: arguments) }, read: read)
    }

    /// The same for a statement that is run so often that a box for each argument would show.
    func run(_ sql: String, binding: (inout RowBinder) -> Void, read: (StoredRow) throws -> Bool) throws {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        defer { Self.putAway(statement) }
        try Self.bind(binding, to: statement)
        while try step(statement) {
            if try !read(StoredRow(statement)) { return }
        }
    }

    /// The first row of a kept statement; nil if it has none.
    func first<Value>(
        _ sql: String, binding: (inout RowBinder) -> Void, read: (StoredRow) throws -> Value
    ) throws -> Value? {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        defer { Self.putAway(statement) }
        try Self.bind(binding, to: statement)
        return try step(statement) ? try read(StoredRow(statement)) : nil
    }

    private static func bind(_ binding: (inout RowBinder) -> Void, to statement: SQLiteStatement) throws {
        var row = RowBinder(statement)
        binding(&row)
        guard row.code == SQLITE_OK else { throw StoreError(code: row.code) }
        guard row.count == sqlite3_bind_parameter_count(statement) else { throw StoreError(code: SQLITE_RANGE) }
    }

    /// Goes to the next row; false if there is none.
    private func step(_ statement: SQLiteStatement) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw StoreError(code: sqlite3_extended_errcode(sqliteConnection))
        }
    }

    private static func putAway(_ statement: SQLiteStatement) {
        sqlite3_reset(statement)
        // What was bound can be a person's; SQLite would keep it until the next use.
        if sqlite3_bind_parameter_count(statement) > 0 { sqlite3_clear_bindings(statement) }
    }
}

extension StoreError {
    /// From SQLite's result code, extended or not.
    init(code: CInt) {
        self =
            switch code & 0xff {
            case SQLITE_FULL: .diskFull
            case SQLITE_CONSTRAINT: .constraint
            default: .database(code: code)
            }
    }
}
