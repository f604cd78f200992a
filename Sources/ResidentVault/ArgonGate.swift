internal import Dispatch
internal import Synchronization

/// One Argon2 at a time, each takes 64 MiB and a core for a fifth of a second; eight wait, further ones are sent away.
final class ArgonGate: Sendable {
    private let turn = DispatchSemaphore(value: 1)
    private let waiting = Mutex(0)
    private static let places = 8

    /// Runs a hash when its turn comes. It blocks: not for event loops.
    ///
    /// - Throws: `VaultError.busy` when the places are taken.
    func run<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value {
        let admitted = waiting.withLock { waiting in
            guard waiting <= Self.places else { return false }
            waiting += 1
            return true
        }
        guard admitted else {
            throw VaultError(.busy, "too many people are logging in at once", hint: "try again in a few seconds", retryAfter: 3)
        }
        turn.wait()
        defer {
            turn.signal()
            waiting.withLock { $0 -= 1 }
        }
        return try body()
    }
}
