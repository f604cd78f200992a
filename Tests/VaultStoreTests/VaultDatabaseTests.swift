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
        #expect(try database.reader().read { try $0.countedResidents() } == 1)
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
        let unknown = try #require(FieldName("made.nothing"))
        try database.reader().read { snapshot in
            for asked in [
                [fields[0]], [fields[1]], [fields[2], fields[0]], Array(fields[60...66]), [fields[129], unknown, fields[0]],
                [fields[5], fields[68]], [fields[5], fields[69]], [unknown], [], fields.shuffled(),
            ] {
                let found = try snapshot.cells(of: row.reference, fields: asked)
                #expect(found == asked.map { field in cells.first { $0.field == field } })
                let second = try snapshot.cells(of: row.reference, fields: asked, where: { $0 == 1 })
                #expect(second == found.enumerated().map { $0.offset == 1 ? $0.element : nil })
            }
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
