import Foundation
import GRDB
import Testing
import VaultModel

@testable import VaultStore

/// Seals with a plain checksum: the store does not care how, only that it is the same again.
private struct TestSealer: RowSealing {
    func seal(_ input: [UInt8]) -> [UInt8] {
        var state: UInt64 = 14_695_981_039_346_656_037
        for byte in input { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        return withUnsafeBytes(of: state) { Array($0) }
    }
}

@Suite struct VaultDatabaseTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString).db").path

    private func open(creating: Bool = true) throws -> VaultDatabase {
        try VaultDatabase(path: path, creating: creating, sealer: TestSealer())
    }

    private func resident(_ number: Int64 = 1) throws -> ResidentRow {
        ResidentRow(
            reference: ResidentReference(number: number, id: .random()), login: .random(), box: [1], sign: nil,
            tagKey: [2], revision: 3, epoch: 4, stale: [try #require(FieldName("a.b"))], restricted: false,
            enrolled: Instant(milliseconds: 5))
    }

    @Test func `rows come back as they were written`() throws {
        let database = try open()
        let row = try resident()
        let field = try #require(FieldName("home.room"))
        let cell = CellRow(
            resident: row.reference, field: field, epoch: 1, revision: 2, source: "committee",
            time: Instant(milliseconds: 9), blob: [7, 8])
        let grant = GrantRow(
            id: .random(), resident: row.reference, recipient: "parking", purpose: "parking.permit", state: .given,
            until: Instant(milliseconds: 99), ended: nil, statement: [1, 2], signature: [3])
        let request = AccessRequestRow(
            id: .random(), resident: nil, app: try #require(AppName("parking")),
            purpose: try #require(PurposeName("parking.contact")), version: 1, fields: [field], form: .masked, until: nil,
            created: Instant(milliseconds: 1), expires: Instant(milliseconds: 2), state: .requested, decided: nil, grant: nil)
        try database.commit { changes in
            try changes.put(row)
            try changes.put(cell)
            try changes.put(grant)
            try changes.put(request)
        }
        let reader = try database.reader()
        try reader.read { snapshot in
            let found = try snapshot.resident(id: row.reference.id)
            #expect(found == row)
            let cells = try snapshot.cells(of: row.reference)
            #expect(cells == [cell])
            let grants = try snapshot.grants(of: row.reference)
            #expect(grants == [grant])
            let asked = try snapshot.accessRequest(id: request.id)
            #expect(asked == request)
        }
    }

    @Test func `a part that fails alone leaves the rest of its transaction`() throws {
        struct Refused: Error {}
        let database = try open()
        let (kept, lost) = (try resident(1), try resident(2))
        try database.commit { changes in
            try changes.attempt { try changes.put(kept) }
            #expect(throws: Refused.self) {
                try changes.attempt {
                    try changes.put(lost)
                    throw Refused()
                }
            }
        }
        #expect(try database.reader().read { try $0.countedResidents() } == 1)
    }

    @Test func `a part that is not marked is undone with its whole transaction, or has written nothing`() throws {
        struct Refused: Error {}
        let database = try open()
        let (kept, lost) = (try resident(1), try resident(2))
        try database.commit { changes in
            try changes.attemptUnmarked { try changes.put(kept) }
            #expect(throws: Refused.self) { try changes.attemptUnmarked { throw Refused() } }
        }
        #expect(throws: StoreError.database(code: ResultCode.SQLITE_ABORT.rawValue)) {
            try database.commit { changes in
                try changes.attemptUnmarked {
                    try changes.put(lost)
                    throw Refused()
                }
            }
        }
        // A full disk stays one: the writer then gives up its reserve.
        #expect(throws: StoreError.diskFull) {
            try database.commit { changes in
                try changes.attemptUnmarked {
                    try changes.put(lost)
                    throw StoreError.diskFull
                }
            }
        }
        #expect(try database.reader().read { try $0.countedResidents() } == 1)
    }

    @Test func `a reader that reads all the time has places for all its pages`() throws {
        let database = try open()
        func pages(_ reader: StoreReader) throws -> Int? {
            try reader.queue.unsafeRead { try Int.fetchOne($0, sql: "PRAGMA cache_size") }
        }
        #expect(try pages(try database.reader(keepsPages: true)) == -4096)
        #expect(try pages(try database.reader()) == -16384)
    }

    @Test func `the cells of chosen fields are those fields' cells, however far apart their numbers are`() throws {
        let database = try open()
        let row = try resident()
        let fields = try (0..<130).map { try #require(FieldName("made.field\($0)")) }
        let cells = fields.enumerated().filter { $0.offset % 3 != 1 }.map { number, field in
            CellRow(
                resident: row.reference, field: field, epoch: 1, revision: UInt64(number), source: "committee",
                time: Instant(milliseconds: 9), blob: [UInt8(number)])
        }
        try database.commit { changes in
            try changes.put(row)
            for cell in cells { try changes.put(cell) }
        }
        // Numbers are given as names come: `committee` has one of the first.
        let numbers: [String: Int64] = try database.writer.inDatabase { db in
            Dictionary(uniqueKeysWithValues: try Row.fetchAll(db, sql: "SELECT text, id FROM name").map { ($0["text"], $0["id"]) })
        }
        func number(_ field: FieldName) throws -> Int64 { try #require(numbers[field.text]) }
        /// A field whose number is so far from the first one's.
        func field(_ distance: Int64) throws -> FieldName {
            try #require(try cells.map(\.field).first { try number($0) == number(cells[1].field) + distance })
        }
        let unknown = try #require(FieldName("made.nothing"))
        try database.reader().read { snapshot in
            for asked in [
                [fields[0]], [fields[1]], [fields[2], fields[0]], Array(fields[60...66]), [fields[129], unknown, fields[0]],
                try [0, 62].map(field), try [0, 63].map(field), try [64, 0].map(field), [unknown], [], fields.shuffled(),
            ] {
                let found = try snapshot.cells(of: row.reference, fields: asked)
                #expect(found == asked.map { field in cells.first { $0.field == field } })
                let second = try snapshot.cells(of: row.reference, fields: asked, where: { $0 == 1 })
                #expect(second == found.enumerated().map { $0.offset == 1 ? $0.element : nil })
            }
        }
    }

    @Test func `a name's row with a number that is not ours hides its cells and nothing else`() throws {
        let row = try resident()
        let fields = try ["a.a", "b.b"].map { try #require(FieldName($0)) }
        let database = try open()
        try database.commit { changes in
            try changes.put(row)
            for field in fields {
                try changes.put(
                    CellRow(
                        resident: row.reference, field: field, epoch: 1, revision: 1, source: "committee",
                        time: Instant(milliseconds: 9), blob: [1]))
            }
        }
        for planted in [Int64.min, -1, 0] {
            try database.writer.inDatabase {
                try $0.execute(sql: "UPDATE name SET id = ? WHERE text = 'b.b'", arguments: [planted])
            }
            let cells = try database.reader().read { try $0.cells(of: row.reference, fields: fields) }
            // What is known of names is what a reader saw first; a new store sees the planted one.
            let fresh = try VaultDatabase(path: path, creating: false, sealer: TestSealer())
            let seen = try fresh.reader().read { try $0.cells(of: row.reference, fields: fields) }
            #expect(cells[0]?.field == fields[0] && seen[0]?.field == fields[0] && seen[1] == nil)
        }
    }

    @Test func `a failed transaction leaves nothing`() throws {
        struct Refused: Error {}
        let database = try open()
        let row = try resident()
        #expect(throws: Refused.self) {
            try database.commit { changes in
                try changes.put(row)
                throw Refused()
            }
        }
        #expect(try database.reader().read { try $0.countedResidents() } == 0)
    }

    @Test func `after SQLite undid a transaction by itself nothing of the rest becomes durable`() throws {
        let database = try open()
        let row = try resident()
        #expect(throws: StoreError.database(code: ResultCode.SQLITE_ABORT.rawValue)) {
            try database.commit { changes in
                try changes.run("ROLLBACK", [])
                try changes.put(row)
            }
        }
        #expect(throws: StoreError.self) {
            try database.commit { changes in
                try? changes.attempt { try changes.run("ROLLBACK", []) }
                try changes.attempt { try changes.put(row) }
            }
        }
        #expect(try database.reader().read { try $0.countedResidents() } == 0)
    }

    @Test func `a state tag is taken once`() throws {
        let database = try open()
        try database.commit { try $0.append(StateRow(tag: [1, 2, 3], seq: 0, state: nil)) }
        #expect(throws: StoreError.stateTagRepeated) { try database.commit { try $0.append(StateRow(tag: [1, 2, 3], seq: 1, state: nil)) } }
    }

    @Test func `another version of the schema is refused`() throws {
        try open().close()
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 7") }
        try queue.close()
        #expect(throws: StoreError.schema(expected: 6, found: 7)) { try open(creating: false) }
    }

    @Test func `a reader sees one moment, however much is written beside it`() throws {
        let database = try open()
        let first = try resident(1)
        try database.commit { try $0.put(first) }
        let reader = try database.reader()
        let second = try resident(2)
        try reader.read { snapshot in
            let before = try snapshot.countedResidents()
            try database.commit { try $0.put(second) }
            let after = try snapshot.countedResidents()
            #expect(before == 1 && after == 1)
        }
        #expect(try reader.read { try $0.countedResidents() } == 2)
    }
}
