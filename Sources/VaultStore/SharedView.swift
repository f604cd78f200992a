internal import Dispatch
internal import Foundation
internal import Synchronization
internal import GRDB

/// One view of the rows that several connections share, for work that the cores do together.
///
/// All of them see one and the same commit: they open while a further connection watches that nobody, in this process or
/// another, commits in between. It lives in the closure that lends it.
package struct SharedView: Sendable {
    private let readers: [StoreReader]

    /// Runs over one view of all readers. Where commits come too fast for that, it is one of the first reader's alone, and
    /// what is shared is done one after the other.
    ///
    /// - Parameters:
    ///   - first: the one that the body has to itself.
    ///   - helpers: what `helpers` gave, of the same database.
    package static func read<Value>(
        _ first: StoreReader, with helpers: [StoreReader], _ body: (Snapshot, SharedView) throws -> Value
    ) throws -> Value {
        try VaultDatabase.translating {
            var others = Array(helpers.dropLast())
            let watch = helpers.last
            defer { for reader in [first] + others { reader.endSharing() } }
            for tries in (0..<Self.tries).reversed() {
                let before = try watch?.commits()
                for reader in [first] + others { try reader.beginSharing() }
                if try watch?.commits() == before { break }
                for reader in [first] + others { reader.endSharing() }
                guard tries == 0 else { continue }
                others = []
                try first.beginSharing()
            }
            let view = SharedView(readers: others)
            return try first.shared { try body($0, view) }
        }
    }

    /// Opens as many readers as the cores make use of, and the one that watches; none where there is one core.
    package static func helpers(_ open: () throws -> StoreReader) rethrows -> [StoreReader] {
        let cores = min(widest, ProcessInfo.processInfo.activeProcessorCount)
        return try (0..<(cores > 1 ? cores + 1 : 0)).map { _ in try open() }
    }

    /// Each reader has pages in memory.
    private static let widest = 8

    /// A view that nobody shares.
    package static let alone = SharedView(readers: [])

    /// Each takes far less than a commit, which waits for the disk.
    private static let tries = 100

    /// Does the pieces of a work, several at once.
    ///
    /// - Parameters:
    ///   - snapshot: the view itself, for when there is nothing to share.
    ///   - work: gets a piece's number and the view; called on any thread, for each number once unless one throws.
    /// - Throws: what the piece with the lowest number threw.
    package func forEach(
        _ count: Int, in snapshot: Snapshot, _ work: @Sendable (Int, Snapshot) throws -> Void
    ) throws {
        guard !readers.isEmpty, count > 1 else {
            for number in 0..<count { try work(number, snapshot) }
            return
        }
        let next = Atomic<Int>(0)
        let failure = Mutex<(number: Int, error: any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: readers.count) { lane in
            readers[lane].shared { snapshot in
                while failure.withLock({ $0 == nil }) {
                    let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard number < count else { return }
                    do { try work(number, snapshot) } catch {
                        // Numbers are taken in order, so that whatever is below this one is done or under way.
                        failure.withLock { if number < $0?.number ?? .max { $0 = (number, error) } }
                    }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
    }
}

extension StoreReader {
    /// A number that another one follows once anybody has committed.
    fileprivate func commits() throws -> Int64 {
        try queue.unsafeRead { db in
            var number: Int64 = 0
            try db.run("PRAGMA data_version", []) { row in
                number = row[0]
                return true
            }
            return number
        }
    }

    fileprivate func beginSharing() throws {
        try queue.unsafeRead { db in
            try db.run("BEGIN", [])
            // Each goes through its own part of the rows: few pages are looked at twice.
            try db.run("PRAGMA cache_size = -4096", [])
            // The view is that of the first reading.
            try db.run("SELECT count(*) FROM sqlite_master", [])
        }
    }

    fileprivate func endSharing() {
        queue.unsafeRead { db in
            if db.isInsideTransaction { Self.endReading(db) }
        }
    }

    fileprivate func shared<Value>(_ body: (Snapshot) throws -> Value) rethrows -> Value {
        try queue.unsafeRead { try body(snapshot($0, sealer.inForce)) }
    }
}
