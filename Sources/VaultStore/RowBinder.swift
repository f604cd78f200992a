internal import GRDB
internal import GRDBSQLite
internal import VaultModel

/// Takes a row's columns in their order: binds them to a statement, without an object for each, or collects them.
struct RowBinder {
    private let statement: SQLiteStatement?
    private(set) var count: CInt = 0
    private(set) var code = SQLITE_OK
    /// What was collected where there is no statement.
    fileprivate private(set) var values: [(any StoredColumn)?] = []

    init(_ statement: SQLiteStatement? = nil) { self.statement = statement }

    mutating func bind(_ value: some StoredColumn) {
        guard let statement else { return values.append(value) }
        note { value.bind(to: statement, at: $0) }
    }

    mutating func bind(_ value: (some StoredColumn)?) {
        guard let statement else { return values.append(value) }
        note { value?.bind(to: statement, at: $0) ?? sqlite3_bind_null(statement, $0) }
    }

    mutating func bind(_ bytes: [UInt8]) { bind(Blob(bytes)) }

    mutating func bind<Named>(_ id: Identifier<Named>) {
        guard let statement else { return values.append(Blob(id.bytes)) }
        note { id.bind(to: statement, at: $0) }
    }

    mutating func bind(_ bytes: [UInt8]?) { bind(bytes.map(Blob.init)) }

    mutating func bind(all values: [(any StoredColumn)?]) {
        for value in values {
            if let value { bind(value) } else { bind(nil as Int64?) }
        }
    }

    private mutating func note(_ bind: (CInt) -> CInt) {
        count += 1
        let result = bind(count)
        if code == SQLITE_OK { code = result }
    }
}

/// A kept statement that is run for one row after the other.
struct RepeatedStatement {
    private let statement: SQLiteStatement
    private let connection: SQLiteConnection?

    fileprivate init(_ statement: SQLiteStatement, _ connection: SQLiteConnection?) {
        self.statement = statement
        self.connection = connection
    }

    /// - Throws: `StoreError.diskFull`, `.constraint` or `.database`.
    func run(_ bind: (inout RowBinder) -> Void) throws {
        var binder = RowBinder(statement)
        bind(&binder)
        guard binder.code == SQLITE_OK else { throw StoreError(code: binder.code) }
        guard binder.count == sqlite3_bind_parameter_count(statement) else { throw StoreError(code: SQLITE_RANGE) }
        guard sqlite3_step(statement) == SQLITE_DONE else { throw StoreError(code: sqlite3_extended_errcode(connection)) }
        sqlite3_reset(statement)
    }
}

extension Database {
    /// Looks for a kept statement once, to run it for several rows.
    func repeating(_ sql: String, _ body: (RepeatedStatement) throws -> Void) throws {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        defer {
            sqlite3_reset(statement)
            // What was bound can be a person's; SQLite would keep it until the next use.
            sqlite3_clear_bindings(statement)
        }
        try body(RepeatedStatement(statement, sqliteConnection))
    }
}

/// A sealed row with the statement that puts it in its place, and its columns in that statement's order.
protocol WrittenRow: SealedRow {
    static var insertion: String { get }
    /// - Parameter number: the resident's, which a new resident's rows do not have in them yet.
    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder)
}

extension WrittenRow {
    /// The columns by themselves, for a statement that is run once or later.
    func values(number: Int64, seal: Blob) -> [(any StoredColumn)?] {
        var row = RowBinder()
        bind(number: number, seal: seal.bytes, to: &row)
        return row.values
    }
}

extension Changes {
    func repeating(_ sql: String, _ body: (RepeatedStatement) throws -> Void) throws {
        try snapshot.requireStored()
        try requireTransaction()
        try db.repeating(sql, body)
    }
}
