internal import Synchronization

/// Wrong tries wait longer each time: one second, two, four … up to the key's own limit. A quarter of an hour without a
/// slip forgets them.
final class TryThrottle: Sendable {
    /// Whose tries are counted.
    struct Key: Hashable, Sendable {
        let text: String
        /// The longest wait in seconds.
        let longest: Int

        /// One person's secret: fifteen minutes at most.
        static func person(_ text: String) -> Key { Key(text: text, longest: 900) }

        /// A uid that many people share, such as a terminal's: half a minute, so that one who guesses slows the others
        /// down and does not shut them out.
        static func shared(_ text: String) -> Key { Key(text: text, longest: 30) }
    }

    private struct Tries {
        var failures = 0
        var last: ContinuousClock.Instant
        var next: ContinuousClock.Instant
    }

    private static let memory = Duration.seconds(900)
    /// Beyond so many keys the settled ones are dropped, so that guessing many logins cannot fill memory.
    private static let limit = 10_000

    private let tries = Mutex<[Key: Tries]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// - Throws: `VaultError.tooManyTries` with the seconds to wait.
    func check(_ keys: [Key]) throws(VaultError) {
        let now = now()
        let wait = tries.withLock { tries in keys.compactMap { tries[$0]?.next }.max().map { now.duration(to: $0) } }
        guard let wait, wait > .zero else { return }
        let seconds = Int(wait.components.seconds) + 1
        throw VaultError(
            .tooManyTries, "too many wrong tries", hint: "wait \(seconds) seconds, then try again", retryAfter: seconds)
    }

    func failed(_ keys: [Key]) {
        let now = now()
        tries.withLock { tries in
            if tries.count > Self.limit { tries = tries.filter { $0.value.last.duration(to: now) < Self.memory } }
            for key in keys {
                let held = tries[key].flatMap { $0.last.duration(to: now) < Self.memory ? $0.failures : nil } ?? 0
                let failures = held + 1
                // Three slips are free; people mistype.
                let wait = failures <= 3 ? 0 : min(key.longest, 1 << min(failures - 4, 12))
                tries[key] = Tries(failures: failures, last: now, next: now.advanced(by: .seconds(wait)))
            }
        }
    }

    func succeeded(_ keys: [Key]) {
        tries.withLock { tries in for key in keys { tries[key] = nil } }
    }
}
