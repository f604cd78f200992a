internal import CLinux
internal import NIOCore
internal import Synchronization

/// Clears what requests left on an event loop's stack (design, section 9, "Memory"): once for all that one turn of the loop
/// handled, at the turn's end, because each clearing takes 64 KiB of the processor's nearest cache with it.
final class StackClearing: Sendable {
    private let loop: any EventLoop
    private let isDue = Atomic(false)

    init(loop: any EventLoop) { self.loop = loop }

    /// Has the stack cleared before the loop waits again.
    func request() {
        guard !isDue.exchange(true, ordering: .relaxed) else { return }
        loop.execute { [self] in
            isDue.store(false, ordering: .relaxed)
            rv_clear_stack()
        }
    }
}
