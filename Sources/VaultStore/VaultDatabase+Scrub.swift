internal import GRDB
internal import GRDBSQLite

/// That the files are to be scrubbed: it stands in the database from the erasure until nothing of it is left in any file,
/// so that a daemon which is killed in between takes it up again.
package struct ScrubRow: SealedRow, Equatable {
    package static let table = "scrub"
    /// Grows with each erasure: the index of its entry.
    package let number: Int64

    package init(number: Int64) { self.number = number }

    package var key: [ColumnValue] { [.integer(0)] }
    package var columns: [ColumnValue] { [.integer(UInt64(bitPattern: number))] }
}

extension Snapshot {
    /// Whether the files are to be scrubbed. Unchecked: scrubbing too often harms nobody.
    package func scrubWanted() throws -> ScrubRow? {
        try first("SELECT number FROM scrub WHERE id = 0", []) { ScrubRow(number: $0[0]) }
    }
}

/// Scrubbing the files.
///
/// `secure_delete` overwrites a row where it lies. But SQLite moves rows between pages when it balances its trees, and the
/// place that a row was moved away from keeps a copy of it, in the part of the page that nothing uses. Here that part is
/// overwritten, page by page, after the write-ahead log was emptied. The unused part means nothing to SQLite, so it can be
/// overwritten under its readers; its writer, this connection, does nothing else meanwhile. The other one that writes the file
/// copies the write-ahead log, which is empty then and stays so.
extension VaultDatabase {
    package enum ScrubStep: Sendable, Equatable {
        /// A reader keeps the write-ahead log from being emptied.
        case busy
        /// Go on from this page.
        case next(UInt32)
        case done
    }

    /// This connection's cached pages still have what was overwritten, and would write it again.
    private static let forgetPages = "PRAGMA shrink_memory"

    /// As many pages as fit into a moment, beginning with one; the first is 0.
    ///
    /// - Throws: `StoreError.database`.
    package func scrub(from first: UInt32, for time: Duration) throws -> ScrubStep {
        try Self.translating {
            try writer.inDatabase { db in
                // What lies in the file now is newer than what is to be scrubbed.
                guard try truncate(db) else { return .busy }
                let file = try DatabaseFile(db)
                let began = ContinuousClock.now
                var page = first
                do {
                    while page < file.pages {
                        _ = try file.scrub(page)
                        page += 1
                        if began.duration(to: .now) > time { break }
                    }
                } catch {
                    try db.execute(sql: Self.forgetPages)
                    throw error
                }
                try db.execute(sql: Self.forgetPages)
                try file.sync()
                return page < file.pages ? .next(page) : .done
            }
        }
    }
}

/// The database file through SQLite's own handle: a descriptor of ours would drop SQLite's locks when it is closed.
private struct DatabaseFile {
    private let file: UnsafeMutablePointer<sqlite3_file>
    private let methods: sqlite3_io_methods
    private let pageBytes: Int
    let pages: UInt32

    /// Beyond so many pages (128 GiB) the number at the beginning of an overflow page could look like a tree page's kind.
    private static let pageLimit: Int64 = 0x0200_0000

    init(_ db: Database) throws {
        pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        let code = unsafe sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &pointer)
        guard code == SQLITE_OK, let pointer = unsafe pointer, let methods = unsafe pointer.pointee.pMethods, pageBytes >= 512 else {
            throw StoreError.database(code: SQLITE_ERROR)
        }
        unsafe file = pointer
        unsafe self.methods = methods.pointee
        var bytes: sqlite3_int64 = 0
        guard unsafe self.methods.xFileSize(pointer, &bytes) == SQLITE_OK, bytes / Int64(pageBytes) < Self.pageLimit else {
            throw StoreError.database(code: SQLITE_TOOBIG)
        }
        pages = UInt32(bytes / Int64(pageBytes))
    }

    /// Overwrites the unused part of a tree's page; false if it is all zeros already, or the page is no tree's.
    func scrub(_ page: UInt32) throws -> Bool {
        let offset = Int64(page) * Int64(pageBytes)
        var content = [UInt8](repeating: 0, count: pageBytes)
        guard unsafe methods.xRead(file, &content, Int32(pageBytes), offset) == SQLITE_OK else {
            throw StoreError.database(code: SQLITE_IOERR)
        }
        guard let unused = DatabasePage.unused(content, isFirst: page == 0), content[unused].contains(where: { $0 != 0 }) else { return false }
        let zeros = [UInt8](repeating: 0, count: unused.count)
        guard unsafe methods.xWrite(file, zeros, Int32(unused.count), offset + Int64(unused.lowerBound)) == SQLITE_OK else {
            throw StoreError.database(code: SQLITE_IOERR)
        }
        return true
    }

    func sync() throws {
        guard unsafe methods.xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK else { throw StoreError.database(code: SQLITE_IOERR) }
    }
}

/// A page of the database file.
enum DatabasePage {
    /// The part between the list of a page's cells and the first cell (SQLite file format, section 1.6).
    static func unused(_ page: [UInt8], isFirst: Bool) -> Range<Int>? {
        // The file's own header takes the first hundred bytes of the first page.
        let header = isFirst ? 100 : 0
        let headerBytes: Int
        switch page[header] {
        case 2, 5: headerBytes = 12
        case 10, 13: headerBytes = 8
        default: return nil
        }
        let count = Int(page[header + 3]) << 8 | Int(page[header + 4])
        let stored = Int(page[header + 5]) << 8 | Int(page[header + 6])
        let cells = stored == 0 ? 65_536 : stored
        let list = header + headerBytes + 2 * count
        guard list < cells, cells <= page.count else { return nil }
        return list..<cells
    }
}
