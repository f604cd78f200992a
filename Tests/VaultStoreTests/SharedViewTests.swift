import Foundation
import Synchronization
import Testing
import VaultModel

@testable import VaultStore

@Suite struct SharedViewTests {
    private struct OneSeal: RowSealing {
        func seal(_ input: [UInt8]) -> [UInt8] { [UInt8](repeating: 7, count: 16) }
    }

    private struct Failure: Error, Equatable { let piece: Int }

    private let path = FileManager.default.temporaryDirectory.appending(path: "shared-\(UUID().uuidString).db").path
    private let database: VaultDatabase

    init() throws { database = try VaultDatabase(path: path, creating: true, sealer: OneSeal()) }

    private func append(_ seq: UInt64) throws {
        try database.commit { try $0.appendLog(seq: seq, entry: [1]) }
    }

    /// Two helpers and the one that watches, on whatever machine.
    private func helpers() throws -> [StoreReader] {
        try (0..<3).map { _ in try VaultDatabase.openForReading(path: path, sealer: OneSeal()) }
    }

    @Test func `each reader sees the same commit while another connection commits without a pause`() throws {
        let stopped = Atomic<Bool>(false)
        let done = DispatchSemaphore(value: 0)
        try append(0)
        Thread.detachNewThread { [self] in
            var seq: UInt64 = 1
            while !stopped.load(ordering: .relaxed) {
                do { try append(seq) } catch { Issue.record(error) }
                seq += 1
            }
            done.signal()
        }
        defer {
            stopped.store(true, ordering: .relaxed)
            done.wait()
        }
        let (first, helpers) = (try VaultDatabase.openForReading(path: path, sealer: OneSeal()), try helpers())
        var views: [UInt64] = []
        for _ in 0..<100 {
            try SharedView.read(first, with: helpers) { snapshot, view in
                let count = try snapshot.logCount()
                let seen = Mutex<Set<UInt64>>([])
                try view.forEach(16, in: snapshot) { _, snapshot in
                    let count = try snapshot.logCount()
                    _ = seen.withLock { $0.insert(count) }
                }
                #expect(seen.withLock { $0 } == [count])
                views.append(count)
            }
        }
        #expect(views == views.sorted())
    }

    @Test func `each piece is done once, and the first that fails says why`() throws {
        try append(0)
        let (first, helpers) = (try VaultDatabase.openForReading(path: path, sealer: OneSeal()), try helpers())
        try SharedView.read(first, with: helpers) { snapshot, view in
            let done = Mutex([Int](repeating: 0, count: 500))
            try view.forEach(500, in: snapshot) { number, _ in done.withLock { $0[number] += 1 } }
            #expect(done.withLock { $0 } == [Int](repeating: 1, count: 500))
            for _ in 0..<50 {
                #expect(throws: Failure(piece: 7)) {
                    try view.forEach(500, in: snapshot) { number, _ in
                        if number == 7 || number > 9 { throw Failure(piece: number) }
                    }
                }
            }
        }
        // What failed has ended: the readers are free for another view.
        #expect(throws: Failure.self) {
            try SharedView.read(first, with: helpers) { _, _ in throw Failure(piece: 0) }
        }
        try append(1)
        #expect(try database.checkpointAndTruncate())
        let counted = try SharedView.read(first, with: helpers) { snapshot, _ in try snapshot.logCount() }
        #expect(counted == 2)
    }

    @Test func `without helpers the work is done over the one view`() throws {
        try append(0)
        let first = try VaultDatabase.openForReading(path: path, sealer: OneSeal())
        try SharedView.read(first, with: []) { snapshot, view in
            let done = Mutex<[Int]>([])
            try view.forEach(20, in: snapshot) { number, snapshot in
                let count = try snapshot.logCount()
                #expect(count == 1)
                done.withLock { $0.append(number) }
            }
            #expect(done.withLock { $0 } == Array(0..<20))
        }
    }
}
