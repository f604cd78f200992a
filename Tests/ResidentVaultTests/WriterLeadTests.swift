import Foundation
import Synchronization
import Testing

@testable import ResidentVault

/// Who leads a batch: event loops for reads, the writer's own thread for all else.
@Suite struct WriterLeadTests {
    /// A loop that runs what it was asked for when it is told to.
    private final class BusyLoop: Sendable {
        private let asked = Mutex<[@Sendable () -> Void]>([])
        var lead: Writer.Lead { { work in self.asked.withLock { $0.append(work) } } }

        func run() { for work in asked.withLock({ asked in defer { asked = [] }; return asked }) { work() } }
    }

    @Test func `a change does not wait for a busy loop, and writes what waited before it`() throws {
        let vault = try TemporaryVault()
        let loop = BusyLoop()
        let done = Mutex(0)
        vault.vault.writer.submit(lead: loop.lead, { _ in }, finish: { error in done.withLock { $0 += error == nil ? 1 : 100 } })
        #expect(done.withLock { $0 } == 0)
        #expect(try vault.vault.writer.perform { _ in 7 } == 7)
        #expect(done.withLock { $0 } == 1)
        // The loop comes too late, and does no harm.
        loop.run()
        #expect(done.withLock { $0 } == 1)
        try vault.vault.close()
    }

    @Test func `a loop leads its own jobs and those of another, and closing waits for whoever was asked`() throws {
        let vault = try TemporaryVault()
        let (first, second) = (BusyLoop(), BusyLoop())
        let done = Mutex(0)
        for loop in [first, second, first] {
            vault.vault.writer.submit(lead: loop.lead, { _ in }, finish: { _ in done.withLock { $0 += 1 } })
        }
        // The leader of the batch before asks whoever waits when it is through with it.
        while done.withLock({ $0 }) < 3 {
            second.run()
            first.run()
        }
        vault.vault.writer.submit(lead: first.lead, { _ in }, finish: { _ in done.withLock { $0 += 1 } })
        let closed = Mutex(false)
        let thread = Thread {
            try? vault.vault.close()
            closed.withLock { $0 = true }
        }
        thread.start()
        while !closed.withLock({ $0 }) { first.run() }
        #expect(done.withLock { $0 } == 4)
        vault.vault.writer.submit(lead: first.lead, { _ in }, finish: { error in done.withLock { $0 += error == nil ? 100 : 1 } })
        #expect(done.withLock { $0 } == 5)
    }
}
