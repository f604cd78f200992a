internal import Foundation
package import VaultModel

/// The two clocks that a vault is run by: what the time is, and how much of it has passed. They are compared, because the
/// first can be set and the second cannot.
package struct Clocks: Sendable {
    /// The time of day, to the millisecond.
    package let wall: @Sendable () -> Instant
    /// Time since some moment before; it runs while the machine sleeps and never jumps.
    package let elapsed: @Sendable () -> Duration

    package init(wall: @escaping @Sendable () -> Instant, elapsed: @escaping @Sendable () -> Duration) {
        self.wall = wall
        self.elapsed = elapsed
    }

    /// The machine's own.
    package static let system: Clocks = {
        let start = ContinuousClock.now
        return Clocks(
            wall: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
            elapsed: { start.duration(to: .now) })
    }()
}
