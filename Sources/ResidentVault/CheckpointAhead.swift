internal import CLinux
internal import Dispatch
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto

/// A checkpoint that is signed while its batch is still on the way to the disk, because the root and the signature take a
/// sixth of the time that the disk does.
///
/// The note is asked for when the batch is durable, and never if it fails: a signature over a root that never came to be
/// would be one of another log.
final class CheckpointAhead: Sendable {
    /// Whose log key signs.
    let keys: KeySet
    /// Until it is signed it is no checkpoint.
    private let outcome = Mutex<Result<[UInt8], AuditError>>(.failure(.malformedCheckpoint))
    private let done = DispatchSemaphore(value: 0)
    private static let queue = DispatchQueue(label: "rvault.checkpoint", qos: .userInitiated)

    init(origin: String, frontier: Frontier, keys: KeySet) {
        self.keys = keys
        Self.queue.async { [self] in
            let signed = Result { () throws(AuditError) in
                try Checkpoint(origin: origin, frontier: frontier).signedNote(with: keys.service.log)
            }
            outcome.withLock { $0 = signed }
            done.signal()
            rv_clear_stack()
        }
    }

    /// The signed note. Once, and after the commit.
    func note() throws(AuditError) -> [UInt8] {
        done.wait()
        return try outcome.withLock { $0 }.get()
    }
}
