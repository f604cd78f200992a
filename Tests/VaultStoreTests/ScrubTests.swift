import Foundation
import GRDB
import Testing
import VaultModel
import VaultTestSupport

@testable import VaultStore

/// `secure_delete` overwrites rows where they lie; what SQLite leaves behind where they lay before is scrubbed here.
@Suite struct ScrubTests {
    private struct OneSeal: RowSealing {
        func seal(_ input: [UInt8]) -> [UInt8] { [UInt8](repeating: 7, count: 16) }
    }

    private func words(_ bytes: some Sequence<UInt8>) -> [UInt64] {
        var words: [UInt64] = []
        var word: UInt64 = 0
        for (position, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if position % 8 == 7 { words.append(word) }
        }
        return words
    }

    private func remains(of parts: Set<UInt64>, in path: String) throws -> Int {
        var found: Set<UInt64> = []
        for file in [path, path + "-wal"] {
            var word: UInt64 = 0
            for byte in FileManager.default.contents(atPath: file) ?? Data() {
                word = word << 8 | UInt64(byte)
                if parts.contains(word) { found.insert(word) }
            }
        }
        return found.count
    }

    @Test func `bundles that were deleted leave copies where the tree was balanced, and scrubbing takes them out`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "scrub-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/vault.db"
        let store = try VaultDatabase(path: path, creating: true, sealer: OneSeal())
        var generator = SeededGenerator(seed: 11)
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        var gone: [GrantID] = []
        var parts: Set<UInt64> = []
        for start in stride(from: 0, to: 1600, by: 16) {
            try store.commit { changes in
                for number in start..<(start + 16) {
                    let row = SupplementRow(
                        grant: try #require(GrantID(bytes(16))), epoch: 1, fields: [], box: bytes(8), blob: bytes(700 + number % 5 * 60))
                    try changes.put(row)
                    guard number % 2 == 0 else { continue }
                    gone.append(row.grant)
                    parts.formUnion(words(row.blob))
                }
            }
        }
        for id in gone { try store.commit { try $0.deleteKeys(grant: id) } }
        #expect(try store.checkpointAndTruncate())
        #expect(try remains(of: parts, in: path) > 0, "SQLite leaves nothing behind any more: scrubbing can go")
        var page: UInt32 = 0
        var steps = 0
        while case .next(let next) = try store.scrub(from: page, for: .microseconds(200)) {
            #expect(next > page)
            page = next
            steps += 1
        }
        #expect(steps > 1)
        #expect(try remains(of: parts, in: path) == 0)
        // What the writer changes next does not bring anything back, and everything else is still there.
        let last = try #require(GrantID(bytes(16)))
        try store.commit { try $0.put(SupplementRow(grant: last, epoch: 1, fields: [], box: bytes(8), blob: bytes(900))) }
        #expect(try store.checkpointAndTruncate())
        #expect(try remains(of: parts, in: path) == 0)
        let reader = try store.reader()
        #expect(try reader.read { try $0.supplements(grant: last) }.count == 1)
        #expect(try reader.read { try $0.first("SELECT count(*) FROM supplement", []) { $0[0] as Int64 } } == 801)
        try store.close()
    }

    @Test func `only what a page's own header calls unused is touched`() {
        var page = [UInt8](repeating: 1, count: 4096)
        page.replaceSubrange(0..<8, with: [13, 0, 0, 0, 2, 15, 0, 0])
        #expect(DatabasePage.unused(page, isFirst: false) == 12..<3840)
        page[0] = 5
        #expect(DatabasePage.unused(page, isFirst: false) == 16..<3840)
        // An overflow page begins with the number of the next.
        page[0] = 0
        #expect(DatabasePage.unused(page, isFirst: false) == nil)
        // A header that contradicts itself is no tree's.
        page.replaceSubrange(0..<8, with: [13, 0, 0, 255, 255, 15, 0, 0])
        #expect(DatabasePage.unused(page, isFirst: false) == nil)
        page.replaceSubrange(0..<8, with: [13, 0, 0, 0, 2, 255, 255, 0])
        #expect(DatabasePage.unused(page, isFirst: false) == nil)
    }
}
