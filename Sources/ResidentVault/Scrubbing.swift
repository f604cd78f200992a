internal import Dispatch
internal import Foundation
internal import Synchronization
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
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rvault.scrub", qos: .utility)
    /// Writes wait for no more than this.
    private static let step = Duration.milliseconds(4)
    private static let patience = 0.02
    private static let longestPatience = 1.0

    init(store: VaultDatabase) { self.store = store }

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
        guard everyPage() else { return false }
        // Should this fail, the next start scrubs once more.
        if let wanted { try? store.commit { try $0.scrubbed(wanted) } }
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

    /// Takes up what a daemon that was killed had not finished. The daemon calls it after its start and hourly.
    ///
    /// - Parameter always: also if nothing was erased since the last time.
    package func finishScrubbing(always: Bool = false) {
        guard always || (try? store.reader().read({ try $0.scrubWanted() })) != nil else { return }
        scrubbing.start()
    }

    /// About a second.
    private static let scrubTries = 50
}
