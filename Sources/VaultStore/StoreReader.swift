internal import GRDB
internal import Synchronization

/// A reading connection. It serialises its own use; one an event loop keeps page caches warm and locks uncontended.
package final class StoreReader: Sendable {
    /// A view that is kept from one request to the next.
    private struct Kept {
        let moment: UInt64
        /// A key that changes meanwhile does not show in the view, and neither do the rows that moved to it.
        let sealer: any RowSealing
    }

    let queue: DatabaseQueue
    let sealer: any RowSealing
    private let names: NameTable
    private let archive: (any EntryArchive)?
    private let log: WriteAheadLog?
    private let kept = Mutex<Kept?>(nil)

    init(
        queue: DatabaseQueue, sealer: any RowSealing, names: NameTable, archive: (any EntryArchive)?, log: WriteAheadLog?
    ) {
        self.archive = archive
        self.queue = queue
        self.sealer = sealer
        self.names = names
        self.log = log
    }

    /// Runs synchronously over one consistent view of everything that is durable by now.
    package func read<Value>(_ body: (Snapshot) throws -> Value) throws -> Value {
        try VaultDatabase.translating {
            try queue.unsafeRead { db in
                endKept(db)
                try db.run("BEGIN", [])
                defer { Self.endReading(db) }
                return try body(snapshot(db, sealer.inForce))
            }
        }
    }

    /// Runs synchronously over a view that can be older than this call: it is kept until `endView`, or until the
    /// write-ahead log is to be emptied. Each commit makes SQLite's readers forget their pages, so a view that is opened
    /// for each request reads them all again.
    ///
    /// For decisions that are checked against what was committed since the view's moment.
    /// - Parameters:
    ///   - now: the moment that a new view begins at; asked before it opens.
    ///   - body: gets the view, its moment, and whether it was opened for this call.
    package func read<Value>(
        since now: () -> UInt64, _ body: (Snapshot, _ moment: UInt64, _ isNew: Bool) throws -> Value
    ) throws -> Value {
        try VaultDatabase.translating {
            try queue.unsafeRead { db in
                let before = kept.withLock { $0 }
                let view = before ?? Kept(moment: now(), sealer: sealer.inForce)
                if before == nil {
                    try db.run("BEGIN", [])
                    kept.withLock { $0 = view }
                    log?.viewWasKept()
                }
                do {
                    let value = try body(snapshot(db, view.sealer), view.moment, before == nil)
                    if !(log?.allowsKeeping ?? false) { endKept(db) }
                    return value
                } catch {
                    endKept(db)
                    throw error
                }
            }
        }
    }

    /// Whether a view is kept, so that someone must end it.
    package var keepsView: Bool { kept.withLock { $0 != nil } }

    /// Ends the view that is kept, if any.
    package func endView() {
        guard keepsView else { return }
        queue.unsafeRead { endKept($0) }
    }

    private func endKept(_ db: Database) {
        guard kept.withLock({ kept in
            defer { kept = nil }
            return kept != nil
        }) else { return }
        Self.endReading(db)
        log?.keptViewEnded()
    }

    func snapshot(_ db: Database, _ sealer: any RowSealing) -> Snapshot {
        Snapshot(db: db, sealer: sealer, names: names, archive: archive)
    }

    static func endReading(_ db: Database) {
        // Nothing was written; a commit that fails leaves the view open, a rollback never does.
        do { try db.run("COMMIT", []) } catch { try? db.run("ROLLBACK", []) }
    }

    deinit { endView() }
}
