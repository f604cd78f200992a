internal import VaultModel
internal import VaultStore

/// Which moment the clock can be trusted about when something is to be destroyed.
///
/// Ends count at once, but what runs out is destroyed only after 24 hours of steady time since a jump of over an hour
/// (design, section 6): a clock that reads 2099 for a minute must not take every grant's keys. While the daemon runs, the
/// writer refuses a clock that leaps; so a jump is a start after a silence of over an hour, when nobody watched the clock.
///
/// Steady time is counted in the hourly heartbeats of the log, over restarts: a machine that is switched off at night
/// gets there too. What ran out at T may be destroyed when the clock has claimed to be past T for 24 running hours, or
/// was past T when it last was steady.
struct SteadyTime: Equatable, Sendable {
    /// Heartbeats until a clock is trusted again: one an hour, so 24 hours.
    private static let beats = 24
    private static let jumpSeconds: Int64 = 3600

    /// Heartbeats since the last jump, at most `beats`.
    private(set) var beatsSinceJump: Int
    /// What was trusted when the clock last jumped.
    private var floor: Instant
    /// The clock at the last heartbeats, oldest first, at most `beats`.
    private var readings: [Instant]

    /// A vault's first clock is taken at its word.
    init(created now: Instant) {
        beatsSinceJump = Self.beats
        floor = now
        readings = []
    }

    /// Takes up what was stored.
    ///
    /// - Parameters:
    ///   - newest: the newest entry's time: until then the clock was watched.
    ///   - now: the clock at the start.
    init(_ row: ClockRow, newest: Instant, now: Instant) {
        beatsSinceJump = Int(row.beatsSinceJump)
        floor = row.floor
        readings = row.readings
        guard now.milliseconds - newest.milliseconds > Self.jumpSeconds * 1000 else { return }
        floor = trusted(at: newest)
        beatsSinceJump = 0
    }

    /// What ran out before this moment may be destroyed.
    func trusted(at now: Instant) -> Instant {
        if beatsSinceJump >= Self.beats { return now }
        return readings.count == Self.beats ? max(floor, readings[0]) : floor
    }

    /// Another hour has passed.
    mutating func beat(at now: Instant) {
        readings.append(now)
        if readings.count > Self.beats { readings.removeFirst() }
        beatsSinceJump = min(Self.beats, beatsSinceJump + 1)
    }

    var row: ClockRow { ClockRow(beatsSinceJump: UInt8(beatsSinceJump), floor: floor, readings: readings) }
}
