internal import CLinux
internal import Dispatch
internal import Foundation
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// The one place that writes: group commit by leader and followers, without a timer.
///
/// Whoever submits to an idle writer starts a batch at once; what arrives while it syncs becomes the next batch. In a
/// batch: run each job in a savepoint of its own (most reads need none), write its entries and changes and the log's frontier in
/// one transaction, commit, sign the checkpoint, write it to the kept file, and only then complete every job (promise 3).
///
/// One thread at a time leads a batch. Quick jobs can bring a place of their own to lead from, so that an event loop
/// writes what its requests wait for without waking another thread and being woken by it, if there are many. All others are led
/// by the writer's own thread, which begins at once even where an event loop was asked and is busy; what a loop leads ends
/// before the first job that brings no place.
final class Writer: Sendable {
    /// Has a closure run soon, in a place where a batch of quick jobs may be led.
    typealias Lead = @Sendable (@escaping @Sendable () -> Void) -> Void

    /// A job runs on the leader's thread and may run again in a later batch only if its submitter says so.
    private struct Job {
        let lead: Lead?
        /// Ends or narrows something: written even when the disk is full.
        let isEnding: Bool
        /// Throws only before it has changed the transaction in any way, so that there is nothing to undo.
        let writesLast: Bool
        let run: @Sendable (Transaction) throws -> Void
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct Queue {
        enum Turn {
            case idle
            /// Somebody has been asked to lead; whoever comes first does.
            case asked
            case led
        }

        var waiting: [Job] = []
        var turn = Turn.idle
        /// The writer's own thread is among those who were asked, and takes whatever waits.
        var isThreadAsked = false
        /// The size of the batch before.
        var last = 0
        var closed = false

        /// Where a batch that begins with such a job is led: nil for the writer's own thread. With few jobs a batch an event
        /// loop that waits for the disk would leave a core idle; with many there is always another loop with work.
        mutating func place(for lead: Lead?) -> Lead? {
            let place = last >= Writer.manyJobs ? lead : nil
            if place == nil { isThreadAsked = true }
            return place
        }
    }

    /// What the leader alone touches between commits.
    private struct Head {
        var frontier: Frontier
        var tile: OpenTile?
        var newest: Instant
        var steady: SteadyTime
        /// The steady time on disk is an older one.
        var steadyChanged = false
        /// Set by a failed commit: the head is read again from disk before anything else is written.
        var reread = false
    }

    private let store: VaultDatabase
    private let keys: KeyRing
    let vault: VaultRow
    private let checkpoints: CheckpointFile
    private let signed: Mutex<[UInt8]>
    private let reserve: SpaceReserve
    private let clocks: Clocks
    /// The clocks at the last batch that was written.
    private let watched: Mutex<(wall: Instant, elapsed: Duration)>
    private let queue = Mutex(Queue())
    private let head: Mutex<Head>
    private let current: Mutex<ConfigInForce>
    let revisions = Revisions()
    let counts: DailyCounts
    private let thread = DispatchQueue(label: "rvault.writer", qos: .userInitiated)
    /// Entered while anything is waiting or led.
    private let busy = DispatchGroup()
    private static let batchLimit = 128
    /// More than eight connections make, by a benchmark of both at 8 and 64.
    private static let manyJobs = 12
    /// A transaction takes no further job after this time: what waits for it should not wait long.
    private static let batchTime = Duration.milliseconds(8)

    init(
        store: VaultDatabase, keys: KeyRing, vault: VaultRow, config: ConfigInForce, frontier: Frontier, tile: OpenTile?,
        newest: Instant, steady: SteadyTime, counts: DailyCounts, note: [UInt8], checkpoints: CheckpointFile,
        reserve: SpaceReserve, started: (wall: Instant, elapsed: Duration), clocks: Clocks
    ) {
        self.counts = counts
        signed = Mutex(note)
        watched = Mutex(started)
        self.reserve = reserve
        self.store = store
        self.keys = keys
        self.vault = vault
        self.checkpoints = checkpoints
        self.clocks = clocks
        head = Mutex(Head(
            frontier: frontier, tile: tile, newest: newest, steady: steady, steadyChanged: true))
        current = Mutex(config)
    }

    /// The config that new decisions are made on.
    var config: ConfigInForce { current.withLock { $0 } }

    /// Max(clock, newest entry): time never goes back in the log.
    var now: Instant { max(clocks.wall(), head.withLock { $0.newest }) }

    /// What ran out before this moment may be destroyed or moved away: by the newest entry's time, whose clock was looked
    /// at, and not by what the clock says now.
    var trusted: Instant { head.withLock { $0.steady.trusted(at: $0.newest) } }

    /// How far the clock is trusted.
    var steady: SteadyTime { head.withLock { $0.steady } }

    /// The keys that the next batch begins with.
    var keySet: KeySet { keys.now }

    /// The newest signed checkpoint. It was signed over the head in memory, so its root is what this process appended, and
    /// not what the rows say.
    var note: [UInt8] { signed.withLock { $0 } }

    /// Whether tiles are being made; not while the stored entries do not lead to the head.
    var makesTiles: Bool { head.withLock { $0.tile != nil } }

    /// Runs a job in the next batch. `finish` is called once, on the leader's thread, after the batch is durable and its
    /// checkpoint written, or with the error that undid it.
    ///
    /// - Parameters:
    ///   - lead: where a batch of such jobs may be led; only for jobs that take microseconds.
    ///   - writesLast: the job throws only before it has changed the transaction in any way, `refuse` included: it is spared
    ///     the savepoint and the copies that others are undone by.
    func submit(
        isEnding: Bool = false, lead: Lead? = nil, writesLast: Bool = false, _ run: @escaping @Sendable (Transaction) throws -> Void,
        finish: @escaping @Sendable ((any Error)?) -> Void
    ) {
        let (asks, place, closed) = queue.withLock { queue -> (Bool, Lead?, Bool) in
            if queue.closed { return (false, nil, true) }
            queue.waiting.append(Job(lead: lead, isEnding: isEnding, writesLast: writesLast, run: run, finish: finish))
            if queue.turn == .idle {
                queue.turn = .asked
                busy.enter()
            }
            guard queue.turn == .asked, !queue.isThreadAsked else { return (false, nil, false) }
            return (true, queue.place(for: lead), false)
        }
        if closed { return finish(VaultError(.logUnavailable, "the vault is closing")) }
        if asks { ask(place) }
    }

    /// Runs a job and waits for it. Not for event loops: it blocks.
    ///
    /// - Parameters:
    ///   - isEnding: the job only ends or narrows something, and is written even when the disk is full.
    ///   - whenDurable: runs on the leader's thread once the batch is durable and before the next one begins.
    func perform<Value: Sendable>(
        isEnding: Bool = false, whenDurable: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) throws -> Value {
        let outcome = Mutex<Value?>(nil)
        let failure = Mutex<(any Error)?>(nil)
        let done = DispatchSemaphore(value: 0)
        submit(isEnding: isEnding, { transaction in
            let value = try body(transaction)
            outcome.withLock { $0 = value }
        }, finish: { error in
            failure.withLock { $0 = error }
            if error == nil { whenDurable() }
            done.signal()
        })
        done.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        guard let value = outcome.withLock({ $0 }) else { throw VaultError(.logUnavailable, "the log took no entry") }
        return value
    }

    /// Takes no more jobs and returns when the last batch is durable, and with it the day's counts.
    func close() {
        queue.withLock { $0.closed = true }
        busy.wait()
        thread.sync { _ = commit([], mayGiveUpReserve: false, storesCounts: true) }
    }

    /// Asks for a leader. Any number may be asked; those who come too late find that somebody leads.
    private func ask(_ lead: Lead?) {
        if let lead { return lead { self.leadBatch(quickly: true) } }
        thread.async {
            self.leadBatch(quickly: false)
            rv_clear_stack()
        }
    }

    /// Writes what waits, and has what came meanwhile written after it, wherever that is led.
    ///
    /// - Parameter quickly: only the jobs up to the first that should not be led from where this runs.
    private func leadBatch(quickly: Bool) {
        let batch = queue.withLock { queue -> [Job]? in
            guard queue.turn == .asked else { return nil }
            let batch = Array(queue.waiting.prefix(Self.batchLimit).prefix { !quickly || $0.lead != nil })
            // The writer's own thread was asked for what is first.
            guard !batch.isEmpty else { return nil }
            queue.turn = .led
            queue.isThreadAsked = false
            queue.last = batch.count
            queue.waiting.removeFirst(batch.count)
            return batch
        }
        guard let batch else { return }
        let rest = batch.dropFirst(write(batch))
        let (next, goesOn) = queue.withLock { queue -> (Lead?, Bool) in
            queue.waiting.insert(contentsOf: rest, at: 0)
            guard !queue.waiting.isEmpty else {
                queue.turn = .idle
                busy.leave()
                return (nil, false)
            }
            queue.turn = .asked
            // Nothing that brings no place of its own waits for an event loop.
            let isQuick = queue.waiting.allSatisfy { $0.lead != nil }
            return (queue.place(for: isQuick ? queue.waiting.first?.lead : nil), true)
        }
        if goesOn { ask(next) }
    }

    /// Writes a batch, or as much of it as one transaction should hold.
    ///
    /// - Returns: how many of its jobs are finished.
    private func write(_ batch: [Job]) -> Int {
        reserve.hold() ? commit(batch) : writeEndings(of: batch)
    }

    /// Refuses all but endings, which are few and taken whole.
    private func writeEndings(of batch: [Job]) -> Int {
        let endings = batch.filter(\.isEnding)
        for job in batch where !job.isEnding { job.finish(Self.diskFull) }
        var written = 0
        while written < endings.count { written += commit(Array(endings[written...]), mayGiveUpReserve: false) }
        return batch.count
    }

    /// One transaction, its checkpoint, and the completion of its jobs.
    private func commit(_ batch: [Job], mayGiveUpReserve: Bool = true, storesCounts: Bool = false) -> Int {
        var results: [(any Error)?] = []
        do {
            let start = try startingHead()
            let now = try time(after: start.newest)
            let config = self.config
            let serial = revisions.begin()
            let keysBefore = keys.now
            let (written, changedConfig, changedKeys, used, countRow, failures) = try store.commit { changes in
                let transaction = Transaction(
                    changes: changes.sealing(with: keysBefore), keys: keysBefore, vault: vault, config: config, frontier: start.frontier,
                    tile: start.tile, now: now,
                    revisions: revisions, counts: counts, serial: serial, steady: start.steady)
                var failures: [(any Error)?] = []
                let begun = ContinuousClock.now
                for job in batch {
                    failures.append(try Self.run(job, in: transaction))
                    if begun.duration(to: .now) > Self.batchTime { break }
                }
                let grew = transaction.frontier.size > start.frontier.size
                if grew {
                    try transaction.changes.put(
                        LogHeadRow(
                            frontier: transaction.frontier.encoded, time: now, config: transaction.config.digest))
                }
                let countRow = counts.row(
                    adding: transaction.uses, on: now.localDayNumber, sizes: start.frontier.size..<transaction.frontier.size,
                    always: storesCounts)
                if let countRow { try transaction.changes.put(countRow) }
                if start.steadyChanged || transaction.steady != start.steady {
                    try transaction.changes.put(transaction.steady.row)
                }
                let head = Head(
                    frontier: transaction.frontier, tile: transaction.tile, newest: grew ? now : start.newest,
                    steady: transaction.steady)
                return (head, transaction.config, transaction.keys, transaction.uses, countRow, failures)
            }
            results = failures
            counts.add(used, on: now.localDayNumber, sizes: start.frontier.size..<written.frontier.size, row: countRow)
            // Others may have been put in force meanwhile; a batch that changed none leaves them.
            if changedKeys !== keysBefore { keys.install(changedKeys) }
            head.withLock { $0 = written }
            if written.frontier.size > start.frontier.size {
                let checkpoint = try Checkpoint(origin: vault.name, frontier: written.frontier)
                let note = try checkpoint.signedNote(with: keys.service.log)
                try checkpoints.write(note)
                signed.withLock { $0 = note }
            }
            current.withLock { $0 = changedConfig }
            revisions.publish(serial, configChanged: changedConfig !== config)
        } catch {
            head.withLock { $0.reread = true }
            // The disk is full and the space set aside is still there: give it up, and write what ends something.
            if error as? StoreError == .diskFull, mayGiveUpReserve {
                reserve.release()
                return writeEndings(of: batch)
            }
            let refusal = error as? VaultError ?? VaultError(
                .logUnavailable, "the log could not be written: \(error)",
                hint: "free space on the disk and look at the daemon's own log")
            results = batch.map { _ in refusal }
        }
        for (job, error) in zip(batch, results) { job.finish(error) }
        return results.count
    }

    private static let diskFull = VaultError(
        .logUnavailable, "the disk is full; only revocations and other endings are taken",
        hint: "free space: the vault goes on by itself when 80 MiB are free")

    /// Runs one job; what it threw is its own affair, unless the disk or the file failed, which undoes the whole batch.
    private static func run(_ job: Job, in transaction: Transaction) throws -> (any Error)? {
        guard !job.writesLast else { return try runLast(job, in: transaction) }
        let mark = transaction.mark()
        do {
            try transaction.changes.attempt { try job.run(transaction) }
            return nil
        } catch {
            transaction.rewind(to: mark)
            if let failure = error as? StoreError, failure.endsBatch { throw failure }
            try transaction.changes.attempt { try transaction.appendRefusals() }
            return error
        }
    }

    /// Runs a job that writes last. One that breaks its word undoes the whole batch.
    private static func runLast(_ job: Job, in transaction: Transaction) throws -> (any Error)? {
        do {
            try transaction.changes.attemptUnmarked { try job.run(transaction) }
            return nil
        } catch {
            if let failure = error as? StoreError, failure.endsBatch { throw failure }
            return error
        }
    }

    /// The head to build on. After a failed commit what is in memory may be ahead of the disk, or behind it.
    private func startingHead() throws -> Head {
        let known = head.withLock { $0 }
        guard known.reread else { return known }
        let reader = try store.reader()
        let (stored, tile) = try reader.read { snapshot in
            let stored = try LogHead(checking: snapshot)
            counts.take(try DailyCounts(snapshot, size: stored.frontier.size, today: stored.newest.localDayNumber))
            return (stored, try OpenTile(snapshot, frontier: stored.frontier))
        }
        current.withLock { $0 = stored.config }
        revisions.forgetAll()
        let fresh = Head(
            frontier: stored.frontier, tile: tile, newest: stored.newest, steady: known.steady,
            steadyChanged: known.steadyChanged)
        head.withLock { $0 = fresh }
        return fresh
    }

    /// A clock far behind the log is wrong, and expiries would be too: refuse (design, section 6). So is one that leaps
    /// while we run; an entry under a wrong date could never be followed by one under the right date.
    private func time(after newest: Instant) throws(VaultError) -> Instant {
        let (wall, elapsed) = (clocks.wall(), clocks.elapsed())
        guard wall.advanced(bySeconds: 300) >= newest else {
            throw VaultError(
                .clock, "the clock is over 5 minutes behind the log's newest entry",
                hint: "set the system's clock, then try again")
        }
        let leap = watched.withLock { watched -> Int64 in
            let expected = watched.wall.advanced(bySeconds: (elapsed - watched.elapsed).components.seconds)
            return (wall.milliseconds - expected.milliseconds) / 1000
        }
        guard leap <= Self.leapSeconds else {
            throw VaultError(
                .clock, "the clock leapt forward by \(leap) seconds while the daemon ran",
                hint: "set it right; or, if it is right now, restart rvaultd")
        }
        watched.withLock { $0 = (wall, elapsed) }
        return max(wall, newest)
    }

    private static let leapSeconds: Int64 = 3600
}
