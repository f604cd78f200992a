internal import NIOCore
internal import ResidentVault
internal import Synchronization

/// An event loop's reader. Reads stay on one view for a moment, so that what they have in common is read from the disk
/// once; the writer checks each decision against what has changed since (`Vault.read`).
final class LoopReader: Sendable {
    private let reader: VaultReader
    private let loop: any EventLoop
    /// Reads are written from the loop itself, at the end of its turn.
    private let lead: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let isDue = Atomic(false)
    /// Some hundred reads under load. When the write-ahead log is to be emptied, views end with the next request and not
    /// later than this.
    private static let viewTime = TimeAmount.milliseconds(20)

    init(_ reader: VaultReader, loop: any EventLoop, clearing: StackClearing) {
        self.reader = reader
        self.loop = loop
        let isAsked = Atomic(false)
        // Each asking is the same: one at a time is enough.
        lead = { write in
            guard !isAsked.exchange(true, ordering: .sequentiallyConsistent) else { return }
            loop.execute {
                isAsked.store(false, ordering: .sequentiallyConsistent)
                write()
                clearing.request()
            }
        }
    }

    /// Reads on the loop; call it there.
    func read(
        _ request: ReadRequest, caller: AppCaller, of vault: Vault,
        finish: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) {
        vault.read(
            request, caller: caller, reader: reader, lead: lead,
            resume: { [self] again in
                loop.execute { [self] in
                    again()
                    endViewSoon()
                }
            }, finish: finish)
        endViewSoon()
    }

    /// Has the view that a request left open ended soon.
    private func endViewSoon() {
        guard reader.keepsView, !isDue.exchange(true, ordering: .relaxed) else { return }
        loop.scheduleTask(in: Self.viewTime) { [self] in
            isDue.store(false, ordering: .relaxed)
            reader.endView()
        }
    }
}
