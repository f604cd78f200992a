internal import Synchronization
internal import VaultModel

/// Counts callers without a valid credential by uid and minute, so that guessing cannot fill the log.
final class RefusalCounter: Sendable {
    struct Count: Sendable {
        let uid: UInt32
        var count: Int
        let minute: Int64
    }

    private let counts = Mutex<[UInt32: Count]>([:])

    /// Adds one; returns the count of a minute that has ended.
    func add(uid: UInt32, now: Instant) -> Count? {
        let minute = now.milliseconds / 60_000
        return counts.withLock { counts in
            if let held = counts[uid], held.minute == minute {
                counts[uid]?.count += 1
                return nil
            }
            return counts.updateValue(Count(uid: uid, count: 1, minute: minute), forKey: uid)
        }
    }

    func take() -> [Count] {
        counts.withLock { counts in
            defer { counts.removeAll() }
            return counts.values.sorted { $0.uid < $1.uid }
        }
    }
}
