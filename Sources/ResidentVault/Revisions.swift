internal import Synchronization

/// What changed since a decision was made. A release is decided on a reader's snapshot; before its entry is written, the
/// writer asks here whether the config or one of its residents has changed since, and if so it is decided again. So in
/// the log no release follows its revocation.
///
/// Commits are counted in memory: one process writes, under the directory's lock.
final class Revisions: Sendable {
    private struct State {
        /// The last published commit.
        var published: UInt64 = 0
        var config: UInt64 = 0
        var residents: [Int64: UInt64] = [:]
        /// Everything decided before this is decided again.
        var floor: UInt64 = 0
    }

    private let state = Mutex(State())
    /// Beyond so many remembered residents all are forgotten: decisions in flight are then made again, once.
    private static let limit = 100_000

    /// Take this *before* opening the snapshot that a decision is made on.
    var now: UInt64 { state.withLock { $0.published } }

    func begin() -> UInt64 { state.withLock { $0.published + 1 } }

    /// Notes a change of a resident in the batch being written, so that later jobs of the same batch see it too.
    func touch(_ resident: Int64, serial: UInt64) {
        state.withLock {
            if $0.residents.count >= Self.limit {
                $0.residents.removeAll(keepingCapacity: true)
                $0.floor = serial
            }
            $0.residents[resident] = serial
        }
    }

    func touchConfig(serial: UInt64) { state.withLock { $0.config = serial } }

    func publish(_ serial: UInt64, configChanged: Bool) {
        state.withLock {
            $0.published = serial
            if configChanged { $0.config = serial }
        }
    }

    func forgetAll() {
        state.withLock {
            $0.published += 1
            $0.floor = $0.published
        }
    }

    /// Whether nothing that a decision rested on has changed since `moment`.
    func unchanged(since moment: UInt64, residents: [Int64]) -> Bool {
        state.withLock { state in
            guard moment >= state.floor, state.config <= moment else { return false }
            return residents.allSatisfy { (state.residents[$0] ?? 0) <= moment }
        }
    }
}
