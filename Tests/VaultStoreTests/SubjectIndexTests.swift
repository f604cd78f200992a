import Foundation
import Testing
import VaultTestSupport

@testable import VaultStore

@Suite struct SubjectIndexTests {
    private struct OneSeal: RowSealing {
        func seal(_ input: [UInt8]) -> [UInt8] { [UInt8](repeating: 7, count: 16) }
    }

    private let database: VaultDatabase

    init() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString).db").path
        database = try VaultDatabase(path: path, creating: true, sealer: OneSeal())
    }

    private static func tag(_ number: UInt64) -> [UInt8] {
        // Spread over all parts.
        withUnsafeBytes(of: (number &* 0x9E37_79B9_7F4A_7C15).bigEndian) { Array($0) } + [UInt8](repeating: 0, count: 8)
    }

    @Test(arguments: [(tiles: 150, subjects: 1), (tiles: 9, subjects: 12)])
    func `places are found newest first, in tiles and in runs, as a search through all entries finds them`(
        tiles: UInt64, subjects: Int
    ) throws {
        var generator = SeededGenerator(seed: 5)
        var entries: [[UInt64]] = []
        for tile in 0..<tiles {
            var places: [TagPlace] = []
            for seq in (tile << 8)..<((tile + 1) << 8) {
                let named = (0..<subjects).map { _ in UInt64.random(in: 0..<40, using: &generator) }
                entries.append(named)
                places += named.map { TagPlace(tag: Self.tag($0), seq: seq) }
            }
            try database.commit { try $0.index(places, tile: tile) }
        }
        let reader = try database.reader()
        // Both forms are there.
        let parts: [Int64] = try reader.read { try $0.rows("SELECT part FROM subject_tag", []) { $0[0] } }
        #expect(parts.contains(SubjectRun.tilePart) && parts.contains { $0 < SubjectRun.tilePart })
        for number in 0..<44 as Range<UInt64> {
            for _ in 0..<4 {
                let end = UInt64.random(in: 0...UInt64(entries.count) + 9, using: &generator)
                let limit = Int.random(in: 1...400, using: &generator)
                let expected = entries.indices.reversed().filter { UInt64($0) < end && entries[$0].contains(number) }
                    .prefix(limit).map { UInt64($0) }
                #expect(try reader.read { try $0.sequences(of: [Self.tag(number)], below: end, limit: limit) } == expected)
            }
        }
        let both = try reader.read { try $0.sequences(of: [Self.tag(1), Self.tag(2)], below: .max, limit: 1 << 20) }
        #expect(both == entries.indices.reversed().filter { entries[$0].contains(1) || entries[$0].contains(2) }.map { UInt64($0) })
    }

    @Test func `what the verification makes of the entries is what the writer stored`() throws {
        var run = SubjectRun()
        var whole: [SubjectRun.Row] = []
        for tile in 0..<130 as Range<UInt64> {
            let places = ((tile << 8)..<((tile + 1) << 8)).map { TagPlace(tag: Self.tag($0 % 77), seq: $0) }
            try database.commit { try $0.index(places, tile: tile) }
            run.add(places, tile: tile << 8)
            guard run.isWhole else { continue }
            whole += run.runRows
            run = SubjectRun()
        }
        whole += run.tileRows
        try database.reader().read { snapshot in
            for row in whole {
                let isStored = try snapshot.has(row)
                #expect(isStored)
            }
            let count = try snapshot.subjectRowCount()
            #expect(count == Int64(whole.count))
        }
    }

    @Test func `a row that was cut off or altered is no trap`() throws {
        try database.commit { try $0.index([TagPlace(tag: Self.tag(1), seq: 3)], tile: 0) }
        for sql in ["UPDATE subject_tag SET places = zeroblob(7)", "UPDATE subject_tag SET places = zeroblob(0)",
                    "UPDATE subject_tag SET first = -5", "UPDATE subject_tag SET places = CAST(randomblob(1200) AS BLOB)"] {
            try database.commit { try $0.run(sql, []) }
            _ = try database.reader().read { try $0.sequences(of: [Self.tag(1)], below: .max, limit: 5) }
        }
        // Nor when tiles become a run.
        for tile in 1..<70 as Range<UInt64> {
            try database.commit { try $0.index([TagPlace(tag: Self.tag(2), seq: tile << 8)], tile: tile) }
        }
        #expect(try database.reader().read { try $0.sequences(of: [Self.tag(2)], below: .max, limit: 99) }.count == 69)
    }

    @Test func `a tag that stands twice in an entry is one place, for the writer and for the verification`() throws {
        var run = SubjectRun()
        for tile in 0..<70 as Range<UInt64> {
            let first = tile << 8
            let places = (first..<(first + 256)).flatMap { seq in (0..<3).map { _ in TagPlace(tag: Self.tag(seq % 5), seq: seq) } }
            try database.commit { try $0.index(places, tile: tile) }
            run.add(places, tile: first)
            guard run.isWhole else { continue }
            try database.reader().read { snapshot in
                for row in run.runRows {
                    let isStored = try snapshot.has(row)
                    #expect(isStored)
                }
            }
            run = SubjectRun()
        }
        try database.reader().read { snapshot in
            for row in run.tileRows {
                let isStored = try snapshot.has(row)
                #expect(isStored)
            }
        }
    }
}
