internal import Synchronization
internal import VaultModel

/// Whether time can be trusted enough to destroy by it.
///
/// Ends count at once, but what runs out is destroyed only after 24 hours of steady time since a jump of over an hour
/// (design, section 6): a clock that reads 2099 for a minute must not take every grant's keys. A start after a longer
/// silence counts as a jump, because nobody watched the clock in between; the daemon's hourly heartbeats keep silences
/// short.
final class SteadyTime: Sendable {
    private struct State {
        var wall: Instant
        var steady: ContinuousClock.Instant
        var watched: ContinuousClock.Instant
    }

    private static let jump: Int64 = 3600
    private static let wait = Duration.seconds(24 * 3600)

    private let state: Mutex<State>

    init(newest: Instant, now: Instant) {
        let moment = ContinuousClock.now
        let isQuiet = abs(now.milliseconds - newest.milliseconds) <= Self.jump * 1000
        state = Mutex(State(wall: now, steady: isQuiet ? moment.advanced(by: .zero - Self.wait) : moment, watched: moment))
    }

    /// Compares the clock with the time that has really passed since the last look.
    func isSteady(at now: Instant) -> Bool {
        let moment = ContinuousClock.now
        return state.withLock { state in
            let passed = state.watched.duration(to: moment).components.seconds
            let told = (now.milliseconds - state.wall.milliseconds) / 1000
            if abs(told - passed) > Self.jump { state.steady = moment }
            state.wall = now
            state.watched = moment
            return state.steady.duration(to: moment) >= Self.wait
        }
    }
}
