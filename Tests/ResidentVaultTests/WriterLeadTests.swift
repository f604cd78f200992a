import Foundation
import Synchronization
import Testing

@testable import ResidentVault

/// Who leads a batch: event loops for reads, the writer's own thread for all else.
@Suite struct WriterLeadTests {
    /// A loop that runs what it was asked for when it is told to.
    private final class BusyLoop: Sendable {
        private let asked = Mutex<[@Sendable () -> Void]>([])
        var wasAsked: Bool { asked.withLock { !$0.isEmpty } }
        var lead: Writer.Lead { { work in self.asked.withLock { $0.append(work) } } }

        func run() { for work in asked.withLock({ asked in defer { asked = [] }; return asked }) { work() } }
    }

    @Test func `where many jobs come at a time a loop leads its own and those of another`() throws {
        let vault = try TemporaryVault()
        let (first, second) = (BusyLoop(), BusyLoop())
        let done = Mutex(0)
        var given = 0
        func submit(_ count: Int) {
            for number in 0..<count {
                let loop = number % 2 == 0 ? first : second
                vault.vault.writer.submit(lead: loop.lead, { _ in }, finish: { _ in done.withLock { $0 += 1 } })
            }
            given += count
        }
        // The writer's own thread takes what waits until a batch was large; then it leaves the next one to the loops.
        while !first.wasAsked && !second.wasAsked {
            submit(60)
            while done.withLock({ $0 }) < given, !first.wasAsked, !second.wasAsked { Thread.sleep(forTimeInterval: 0.001) }
        }
        while done.withLock({ $0 }) < given {
            second.run()
            first.run()
        }
        // A change does not wait for a loop that is busy, and what waited before it is written before it.
        while !first.wasAsked && !second.wasAsked { submit(60) }
        #expect(try vault.vault.writer.perform { _ in 7 } == 7)
        #expect(done.withLock { $0 } == given)
        first.run()
        second.run()
        #expect(done.withLock { $0 } == given)
    }

    @Test func `closing waits for whoever was asked, and nothing is taken after it`() throws {
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
