internal import Dispatch
internal import Foundation
internal import Synchronization
internal import VaultModel
internal import VaultStore

/// Scrubs the files of what was erased, beside everything else: a few pages at a time, and again while a reader keeps the
/// write-ahead log from being emptied. It is asked for in the database, so it outlives a daemon that is killed.
final class Scrubbing: Sendable {
    private struct State {
        /// Passes asked for, and how far passes that have ended reach.
        var wanted: UInt64 = 0
        var done: UInt64 = 0
        var isRunning = false
        var isClosed = false
    }

    private let store: VaultDatabase
    /// How far the clock is trusted.
    private let clock: @Sendable () -> Instant
    private let copying: CopyFlag
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rvault.scrub", qos: .utility)
    /// Writes wait for no more than this.
    private static let step = Duration.milliseconds(4)
    private static let patience = 0.02
    private static let longestPatience = 1.0

    init(store: VaultDatabase, copying: CopyFlag, clock: @escaping @Sendable () -> Instant) {
        self.store = store
        self.copying = copying
        self.clock = clock
    }

    /// Asks for a pass over all files as they are now.
    ///
    /// - Returns: its number, for `isDone`.
    @discardableResult
    func start() -> UInt64 {
        let (number, mustRun) = state.withLock { state -> (UInt64, Bool) in
            state.wanted += 1
            let mustRun = !state.isRunning && !state.isClosed
            if mustRun { state.isRunning = true }
            return (state.wanted, mustRun)
        }
        if mustRun { queue.async { self.run() } }
        return number
    }

    func isDone(_ number: UInt64) -> Bool { state.withLock { $0.done >= number } }

    /// Ends at the next page.
    func close() {
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    private func run() {
        while let number = nextPass() {
            if pass() { state.withLock { $0.done = max($0.done, number) } }
        }
    }

    /// The newest pass asked for; nil when there is nothing to do.
    private func nextPass() -> UInt64? {
        state.withLock { state in
            guard !state.isClosed, state.done < state.wanted else {
                state.isRunning = false
                return nil
            }
            return state.wanted
        }
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    /// From the first page to the last; false if the vault was closed meanwhile.
    private func pass() -> Bool {
        let wanted = try? store.reader().read { try $0.scrubWanted() }
        let (began, copy) = (clock(), copying.current)
        guard everyPage(), outlasts(copy) else { return false }
        // Should this fail, the next start scrubs once more.
        try? store.commit { changes in
            if let wanted { try changes.scrubbed(wanted) }
            try changes.put(MomentRow(.scrubbed, began))
        }
        return true
    }

    /// Waits for the end of a backup that was under way: its copy lies on the vault's disk until its last byte is sent, and
    /// can hold what was erased.
    private func outlasts(_ copy: UInt64?) -> Bool {
        guard let copy else { return true }
        while copying.current == copy {
            if isClosed { return false }
            Thread.sleep(forTimeInterval: Self.patience)
        }
        return true
    }

    private func everyPage() -> Bool {
        var page: UInt32 = 0
        var patience = Self.patience
        while !isClosed {
            let step: VaultDatabase.ScrubStep
            do { step = try store.scrub(from: page, for: Self.step) } catch {
                // A disk that fails now may not fail later; the request stands in the database. What was overwritten may
                // not have reached it, so it begins anew.
                page = 0
                step = .busy
            }
            switch step {
            case .done: return true
            case .next(let following):
                page = following
                patience = Self.patience
                // Whoever waits to write goes first.
                Thread.sleep(forTimeInterval: 0.003)
            case .busy:
                Thread.sleep(forTimeInterval: patience)
                patience = min(Self.longestPatience, patience * 2)
            }
        }
        return false
    }
}

extension Vault {
    /// Scrubs the files of what was erased until now.
    ///
    /// - Returns: whether nothing of it is left in them. If a reader is still open, or the files are large, it goes on
    ///   beside everything else, and again after a restart, until nothing is.
    func scrub() -> Bool {
        let number = scrubbing.start()
        for _ in 0..<Self.scrubTries {
            if scrubbing.isDone(number) { return true }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return scrubbing.isDone(number)
    }

    /// Takes up what a daemon that was killed had not finished; once a day it scrubs in any case, because keys of grants that
    /// were taken back go without an erasure. Each sweep calls it. The day is counted by the vault's own clock, over
    /// restarts.
    package func finishScrubbing() {
        let trusted = writer.trusted
        let isDue = try? store.reader().read { snapshot in
            if try snapshot.scrubWanted() != nil { return true }
            guard let last = try snapshot.moment(.scrubbed) else { return true }
            return trusted >= last.advanced(bySeconds: Self.scrubSeconds)
        }
        // A row that cannot be read keeps nothing from being scrubbed.
        if isDue ?? true { scrubbing.start() }
    }

    private static let scrubSeconds: Int64 = 86_400

    /// About a second.
    private static let scrubTries = 50
}
