internal import Synchronization
internal import VaultModel

/// Counts refusals that would fill the log one by one: callers without a valid credential, and an app's refusals beyond
/// its rate. One count a uid, app and minute stands for them.
final class RefusalCounter: Sendable {
    struct Key: Hashable, Sendable {
        let uid: UInt32
        /// Nil for callers that nobody knows.
        let app: AppName?
    }

    struct Count: Sendable {
        let key: Key
        var count: Int
        let minute: Int64
    }

    /// So many refusals of an app are logged whole in a minute; a well-made app has a handful.
    static let loggedPerMinute = 60

    private let counts = Mutex<[Key: Count]>([:])
    private let rates = Mutex<[AppName: (minute: Int64, count: Int)]>([:])

    /// Adds one; returns the count of a minute that has ended.
    func add(_ key: Key, now: Instant) -> Count? {
        let minute = now.milliseconds / 60_000
        return counts.withLock { counts in
            if let held = counts[key], held.minute == minute {
                counts[key]?.count += 1
                return nil
            }
            return counts.updateValue(Count(key: key, count: 1, minute: minute), forKey: key)
        }
    }

    /// Whether an app has had its refusals of this minute logged, so that further ones are counted.
    func isOverRate(_ app: AppName, now: Instant) -> Bool {
        let minute = now.milliseconds / 60_000
        return rates.withLock { rates in
            let count = rates[app].map { $0.minute == minute ? $0.count + 1 : 1 } ?? 1
            rates[app] = (minute, count)
            return count > Self.loggedPerMinute
        }
    }

    func take() -> [Count] {
        counts.withLock { counts in
            defer { counts.removeAll() }
            return counts.values.sorted { $0.key.uid < $1.key.uid }
        }
    }
}
