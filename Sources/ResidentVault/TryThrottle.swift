internal import Synchronization

/// Wrong tries wait longer each time: one second, two, four … fifteen minutes at most, by login and by uid.
final class TryThrottle: Sendable {
    private struct Tries {
        var failures = 0
        var next: ContinuousClock.Instant
    }

    private static let longest = 900
    /// Beyond so many keys the settled ones are dropped, so that guessing many logins cannot fill memory.
    private static let limit = 10_000

    private let tries = Mutex<[String: Tries]>([:])

    /// - Throws: `VaultError.tooManyTries` with the seconds to wait.
    func check(_ keys: [String]) throws(VaultError) {
        let now = ContinuousClock.now
        let wait = tries.withLock { tries in keys.compactMap { tries[$0]?.next }.max().map { now.duration(to: $0) } }
        guard let wait, wait > .zero else { return }
        let seconds = Int(wait.components.seconds) + 1
        throw VaultError(
            .tooManyTries, "too many wrong tries", hint: "wait \(seconds) seconds, then try again", retryAfter: seconds)
    }

    func failed(_ keys: [String]) {
        let now = ContinuousClock.now
        tries.withLock { tries in
            if tries.count > Self.limit { tries = tries.filter { $0.value.next > now } }
            for key in keys {
                let failures = (tries[key]?.failures ?? 0) + 1
                // Three slips are free; people mistype.
                let wait = failures <= 3 ? 0 : min(Self.longest, 1 << min(failures - 4, 12))
                tries[key] = Tries(failures: failures, next: now.advanced(by: .seconds(wait)))
            }
        }
    }

    func succeeded(_ keys: [String]) {
        tries.withLock { tries in for key in keys { tries[key] = nil } }
    }
}
