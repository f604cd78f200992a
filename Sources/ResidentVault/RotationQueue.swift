internal import Dispatch
internal import Foundation
internal import Synchronization

/// Where rotations are worked off: one at a time, behind everything else, until the vault closes.
final class RotationQueue: Sendable {
    private let queue = DispatchQueue(label: "rvault.rotation", qos: .utility)
    private let closed = Mutex(false)
    private let waiting = Mutex(false)
    private let turn = NSRecursiveLock()

    var isClosed: Bool { closed.withLock { $0 } }

    /// Runs a piece of work after what is under way; once, however often it is asked for meanwhile.
    func wake(_ work: @escaping @Sendable () -> Void) {
        let isFirst = waiting.withLock { waiting -> Bool in
            defer { waiting = true }
            return !waiting
        }
        guard isFirst else { return }
        queue.async {
            self.waiting.withLock { $0 = false }
            if !self.isClosed { work() }
        }
    }

    /// Lets one caller at a time exchange keys.
    func exclusively<Value>(_ body: () throws -> Value) rethrows -> Value {
        turn.lock()
        defer { turn.unlock() }
        return try body()
    }

    /// Waits on the queue's own thread, and not much longer than until the vault closes.
    func pause(_ seconds: Double) {
        let end = Date(timeIntervalSinceNow: seconds)
        while !isClosed, Date.now < end { Thread.sleep(forTimeInterval: min(0.05, max(0, end.timeIntervalSinceNow))) }
    }

    /// Takes no more work, and returns when nothing is under way.
    func close() {
        closed.withLock { $0 = true }
        queue.sync {}
    }
}
