import Foundation
import Synchronization
import Testing
import VaultAudit

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

    @Test func `a job that said it would write last and did not undoes its batch, and the next goes on from what is durable`() throws {
        struct Refused: Error {}
        let vault = try TemporaryVault()
        let writer = vault.vault.writer
        let before = writer.note
        let outcomes = Mutex<[(any Error)?]>([])
        let done = DispatchSemaphore(value: 0)
        @Sendable func finish(_ error: (any Error)?) {
            outcomes.withLock { $0.append(error) }
            done.signal()
        }
        @Sendable func entry(_ transaction: Transaction) -> LogEntry { transaction.entry(.heartbeat, request: nil) }
        writer.submit(writesLast: true, { _ in throw Refused() }, finish: finish)
        done.wait()
        #expect(outcomes.withLock { $0.last?.flatMap(\.self) is Refused })
        writer.submit(writesLast: true, { transaction in
            var entry = entry(transaction)
            entry.count = 1
            try transaction.append(entry)
            throw Refused()
        }, finish: finish)
        done.wait()
        #expect(outcomes.withLock { ($0.last?.flatMap(\.self) as? VaultError)?.code == .logUnavailable })
        #expect(writer.note == before)
        writer.submit(writesLast: true, { transaction in
            var entry = entry(transaction)
            entry.count = 2
            try transaction.append(entry)
        }, finish: finish)
        done.wait()
        #expect(outcomes.withLock { $0.last?.flatMap(\.self) == nil })
        #expect(writer.note != before)
        try vault.reopen()
    }

    @Test func `a refused job that writes last leaves its neighbours, one that broke its word leaves nobody`() throws {
        struct Refused: Error {}
        let vault = try TemporaryVault()
        let writer = vault.vault.writer
        /// The outcomes of jobs that stand in one batch.
        func batch(_ jobs: [@Sendable (Transaction) throws -> Void]) -> [(any Error)?] {
            let (first, done) = (DispatchSemaphore(value: 0), DispatchGroup())
            let outcomes = Mutex<[(any Error)?]>(Array(repeating: nil, count: jobs.count))
            // Holds the writer until all of them wait.
            done.enter()
            writer.submit({ _ in first.wait() }, finish: { _ in done.leave() })
            for (position, job) in jobs.enumerated() {
                done.enter()
                writer.submit(writesLast: position > 0, job, finish: { error in
                    outcomes.withLock { $0[position] = error }
                    done.leave()
                })
            }
            first.signal()
            done.wait()
            return outcomes.withLock { $0 }
        }
        @Sendable func write(_ count: Int, in transaction: Transaction) throws {
            var entry = transaction.entry(.heartbeat, request: nil)
            entry.count = count
            try transaction.append(entry)
        }
        let size = try vault.vault.logSize()
        let mixed = batch([
            { try write(1, in: $0) }, { _ in throw Refused() }, { try write(2, in: $0) },
            { transaction in
                var entry = transaction.entry(.heartbeat, request: nil)
                entry.reason = String(repeating: "x", count: 200_000)
                try transaction.append(entry)
            },
            { try write(3, in: $0) },
        ])
        #expect(mixed.map { $0 == nil } == [true, false, true, false, true])
        #expect(mixed[1] is Refused && mixed[3] as? AuditError == .entryTooLarge)
        #expect(try vault.vault.logSize() == size + 3)
        let broken = batch([
            { try write(4, in: $0) },
            { transaction in
                try write(5, in: transaction)
                throw Refused()
            },
            { try write(6, in: $0) },
        ])
        #expect(broken.allSatisfy { ($0 as? VaultError)?.code == .logUnavailable })
        #expect(try vault.vault.logSize() == size + 3)
        #expect(batch([{ try write(7, in: $0) }]).allSatisfy { $0 == nil })
        try vault.reopen()
        #expect(try vault.vault.logSize() == size + 4)
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
