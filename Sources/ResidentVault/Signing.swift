internal import CLinux
internal import Dispatch
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto

/// A batch's checkpoint on its way: it is signed while the disk makes the batch durable, because both take about as long.
/// The note stays in memory until then, and if the batch fails nobody ever sees it.
final class Signing: Sendable {
    private let outcome = Mutex<Result<[UInt8], any Error>?>(nil)
    private let begun = Atomic(false)
    private let done = DispatchSemaphore(value: 0)

    /// Begins to sign on another thread.
    func begin(on queue: DispatchQueue, origin: String, frontier: Frontier, keys: ServiceKeys) {
        begun.store(true, ordering: .relaxed)
        queue.async { [self] in
            let note = Result { try Checkpoint(origin: origin, frontier: frontier).signedNote(with: keys.log) }
            rv_clear_stack()
            outcome.withLock { $0 = note }
            done.signal()
        }
    }

    /// Waits for the note; nil if none was begun.
    ///
    /// - Throws: what signing threw.
    func end() throws -> [UInt8]? {
        guard begun.load(ordering: .relaxed) else { return nil }
        done.wait()
        return try outcome.withLock { $0 }?.get()
    }
}
