import Foundation
import Testing
import VaultModel

@testable import VaultStore

@Suite struct KeptViewTests {
    private struct OneSeal: RowSealing {
        func seal(_ input: [UInt8]) -> [UInt8] { [UInt8](repeating: 7, count: 16) }
    }

    private let path = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString).db").path
    private let database: VaultDatabase

    init() throws { database = try VaultDatabase(path: path, creating: true, sealer: OneSeal()) }

    private func append(_ seq: UInt64, bytes: Int = 4) throws {
        try database.commit { try $0.appendLog(seq: seq, entry: [UInt8](repeating: 1, count: bytes)) }
    }

    private var logBytes: Int {
        (try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int) ?? 0
    }

    @Test func `a view is kept until it is ended, and says the moment it began at`() throws {
        let reader = try database.reader()
        try append(0)
        func seen(_ now: UInt64) throws -> (count: UInt64, moment: UInt64, isNew: Bool) {
            try reader.read(since: { now }) { (try $0.logCount(), $1, $2) }
        }
        #expect(try seen(1) == (1, 1, true))
        try append(1)
        #expect(try seen(2) == (1, 1, false))
        #expect(reader.keepsView)
        reader.endView()
        #expect(!reader.keepsView)
        #expect(try seen(3) == (2, 3, true))
        // Whoever asks for what is durable now gets it, and the old view is over.
        try append(2)
        #expect(try reader.read { try $0.logCount() } == 3)
        #expect(!reader.keepsView)
    }

    @Test func `a view is not kept after a failure`() throws {
        struct Failure: Error {}
        let reader = try database.reader()
        #expect(throws: Failure.self) { try reader.read(since: { 1 }) { _, _, _ in throw Failure() } }
        #expect(!reader.keepsView)
    }

    @Test func `the write-ahead log begins anew under readers who keep their views, because then they do not`() throws {
        let (reader, quiet) = (try database.reader(), try database.reader())
        var (notKept, longest) = (0, 0)
        for seq in 0..<4_000 as Range<UInt64> {
            try append(seq, bytes: 12_000)
            _ = try reader.read(since: { seq }) { snapshot, _, _ in try snapshot.logCount() }
            if !reader.keepsView { notKept += 1 }
            // A loop's timer ends its view once in a while, also where few requests come.
            if seq % 20 == 0 { reader.endView() }
            if seq % 20 == 7 {
                quiet.endView()
                _ = try quiet.read(since: { seq }) { snapshot, _, _ in try snapshot.logCount() }
            }
            longest = max(longest, logBytes)
        }
        #expect(notKept > 0)
        // 48 MB were written at least.
        #expect(longest < 24 << 20, "the write-ahead log grew to \(longest) bytes")
    }

    @Test func `while a reader stays for long the log is written on, and begins anew when it has gone`() throws {
        let (long, reader) = (try database.reader(), try database.reader())
        _ = try long.read(since: { 0 }) { snapshot, _, _ in try snapshot.logCount() }
        for seq in 0..<2_000 as Range<UInt64> { try append(seq, bytes: 12_000) }
        let grown = logBytes
        #expect(grown > 20 << 20)
        #expect(try reader.read { try $0.logCount() } == 2_000)
        long.endView()
        for seq in 2_000..<6_000 as Range<UInt64> { try append(seq, bytes: 12_000) }
        // The file keeps its length; that it is written from its beginning shows in its not growing on.
        #expect(logBytes < grown + (12 << 20))
        #expect(try reader.read { try $0.logCount() } == 6_000)
    }

    @Test func `a wish to empty the log ends the keeping of views`() throws {
        let reader = try database.reader()
        try append(0)
        _ = try reader.read(since: { 1 }) { snapshot, _, _ in try snapshot.logCount() }
        try append(1)
        #expect(try !database.checkpointAndTruncate())
        _ = try reader.read(since: { 2 }) { snapshot, _, _ in try snapshot.logCount() }
        #expect(!reader.keepsView)
        #expect(try database.checkpointAndTruncate())
        _ = try reader.read(since: { 3 }) { snapshot, _, _ in try snapshot.logCount() }
        #expect(reader.keepsView)
    }
}
