import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Changes that are worked out beside the writer: what comes between makes them be worked out again, and no rule of
/// theirs ever counts that has become untrue.
@Suite struct DraftedChangeTests {
    private let app = "health"
    private let purpose = "health.followup"

    /// Rules that do nothing but mark the resident as changed, run `between` at their first run and count their runs.
    private func marking(
        _ vault: TemporaryVault, _ resident: ResidentCaller, _ runs: Counter, overtaken times: Int = 1,
        by between: @escaping @Sendable () throws -> Void
    ) throws -> UInt64 {
        try vault.vault.drafted { transaction in
            var row = try transaction.current(resident)
            try transaction.requireAsLogged(row)
            runs.add(1)
            if runs.value <= times { try between() }
            var entry = transaction.entry(.rekeyed, request: nil)
            entry.role = .resident
            entry.subjects = [try transaction.seal(&row, app: "", grant: nil, outcome: "rekeyed")]
            try transaction.append(entry)
            return row.revision
        }
    }

    private func expectClean(_ vault: TemporaryVault) throws {
        let report = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(report.findings.map(\.text) == [])
    }

    @Test func `a change that nobody overtakes is worked out once, off the writer's thread`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let runs = Counter()
        let before = try vault.entries().count
        _ = try marking(vault, resident, runs) {}
        #expect(runs.value == 1)
        #expect(try vault.entries().count == before + 1)
        try expectClean(vault)
    }

    @Test func `a draft writes nothing by itself, and stands once`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, pid) = try vault.agreed(resident, app, purpose)
        let before = try vault.entries().count
        let draft = try DraftedChange(writer: vault.vault.writer, reader: try vault.vault.reader().store) { transaction in
            var row = try transaction.current(resident)
            try transaction.requireAsLogged(row)
            let (held, _) = try transaction.grant(grant, of: row)
            try transaction.end(&row, held, as: .withdrawn)
            // What the rules read from here on is as they wrote it.
            #expect(try transaction.snapshot.grant(id: grant)?.state == .withdrawn)
            #expect(try transaction.snapshot.bundle(grant: grant) == nil)
            #expect(try transaction.rekeyIfPossible(&row, box: resident.keys.box))
            try transaction.append(try transaction.grantEntry(.withdrawn, held, &row, request: .random()))
        }
        #expect(try vault.entries().count == before)
        #expect(try vault.item(app, purpose, pid, ["health.chronic"])["fields"]?["health.chronic"] != nil)
        #expect(try vault.vault.writer.perform { try draft.commit(in: $0) })
        #expect(try vault.item(app, purpose, pid, ["health.chronic"])["code"] == "no_grant")
        #expect(try !vault.vault.writer.perform { try draft.commit(in: $0) })
        try expectClean(vault)
    }

    @Test func `a change of the same resident in between makes it be worked out again`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, _) = try vault.agreed(resident, app, purpose)
        let runs = Counter()
        let revision = try marking(vault, resident, runs) { try vault.vault.revoke(grant, caller: resident) }
        #expect(runs.value == 2)
        #expect(try vault.reader.store.read { try $0.resident(number: resident.resident.number)?.revision } == revision)
        try expectClean(vault)
    }

    @Test func `another resident's change in between does not`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let other = try vault.resident(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let request = try vault.ask(app, purpose, phone: "13600136000")
        let runs = Counter()
        _ = try marking(vault, resident, runs) { _ = try vault.vault.approve(request, fields: nil, until: nil, caller: other) }
        #expect(runs.value == 1)
        try expectClean(vault)
    }

    @Test func `a change of the rules in between makes it be worked out again`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let education = try required(AppName("education"))
        let runs = Counter()
        _ = try marking(vault, resident, runs) { _ = try vault.vault.removeApp(education, uid: 0) }
        #expect(runs.value == 2)
        let config = Base64URL.encode(vault.vault.config.digest)
        #expect(try vault.entries().last?["config"]?.string == config)
        try expectClean(vault)
    }

    @Test func `what is overtaken each time is worked out under the writer in the end`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let runs = Counter()
        _ = try marking(vault, resident, runs, overtaken: 3) { _ = try marking(vault, resident, Counter()) {} }
        #expect(runs.value == 4)
        try expectClean(vault)
    }

    @Test func `rules that ask for more than a draft holds run under the writer`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let runs = Counter()
        let found = try vault.vault.drafted { transaction in
            runs.add(1)
            _ = try transaction.current(resident)
            return try transaction.snapshot.residents(after: 0, limit: 10).count
        }
        #expect(found == 1)
        #expect(runs.value == 2)
    }

    @Test func `a request that is denied while its approval is worked out stays denied`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let request = try vault.ask(app, purpose)
        let draft = try DraftedChange(writer: vault.vault.writer, reader: try vault.vault.reader().store) { transaction in
            var row = try transaction.current(resident)
            let asked = try transaction.pending(request, of: row)
            let terms = try transaction.terms(of: asked, fields: nil, until: nil)
            let keys = try transaction.healed(&row, box: resident.keys.box)
            return try transaction.give(
                terms, for: asked, of: &row, giver: .resident, signing: try resident.keys.signing(), keys: keys, basis: nil,
                role: .resident)
        }
        try vault.vault.deny(request, caller: resident)
        #expect(try !vault.vault.writer.perform { try draft.commit(in: $0) })
        #expect(try vault.entries().last?["action"] == "denied")
        try expectClean(vault)
    }

    @Test func `a date that passes while a change is worked out makes it be worked out again`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let until = vault.clock.now().advanced(bySeconds: 600)
        let (grant, _) = try vault.agreed(resident, app, purpose, until: until)
        let runs = Counter()
        _ = try marking(vault, resident, runs) { vault.clock.advance(seconds: 300) }
        #expect(runs.value == 1)
        let later = Counter()
        _ = try marking(vault, resident, later) { vault.clock.advance(seconds: 301) }
        #expect(later.value == 2)
        // What ran out is swept by the next change, which begins with that.
        _ = try vault.vault.approve(try vault.ask("parking", "parking.contact"), fields: nil, until: nil, caller: resident)
        #expect(try vault.reader.store.read { try $0.grant(id: grant)?.state } == .expired)
        try expectClean(vault)
    }

    @Test func `a row put back between a draft and its commit is not covered by the new state`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        _ = try vault.agreed(resident, app, purpose)
        let path = vault.path
        _ = try marking(vault, resident, Counter()) {
            let queue = try DatabaseQueue(path: path + "/vault.db")
            try queue.write { try $0.execute(sql: "UPDATE cell SET revision = revision + 1 WHERE resident = 1 AND field = (SELECT min(field) FROM cell)") }
            try queue.close()
        }
        let report = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(!report.findings.isEmpty)
        let request = try vault.ask("parking", "parking.contact")
        #expect { try vault.vault.approve(request, fields: nil, until: nil, caller: resident) } throws: {
            ($0 as? VaultError)?.code == .integrity
        }
    }

    @Test func `of two approvals of one request one is refused, and of two requests both are given`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let one = try vault.ask(app, purpose)
        let given = Counter()
        let refused = Mutex<[VaultError.Code]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            do {
                _ = try vault.vault.approve(one, fields: nil, until: nil, caller: resident)
                given.add(1)
            } catch { if let code = (error as? VaultError)?.code { refused.withLock { $0.append(code) } } }
        }
        #expect(given.value == 1)
        #expect(refused.withLock { $0 } == [.conflict, .conflict, .conflict])
        let requests = [try vault.ask("parking", "parking.contact"), try vault.ask("education", "education.contact")]
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            if (try? vault.vault.approve(requests[number], fields: nil, until: nil, caller: resident)) != nil { given.add(1) }
        }
        #expect(given.value == 3)
        try expectClean(vault)
    }

    @Test func `residents who give and take back at once leave a log and rows that agree`() throws {
        let vault = try TemporaryVault()
        let people = try (1...4).map { number in
            let phone = "1360013600\(number)"
            return (phone, try vault.resident(.make("人\(number)", phone: phone, born: "1980-01-0\(number)", sequence: number)))
        }
        let failures = Mutex<[String]>([])
        for _ in 0..<3 {
            let asked = try people.map { (try vault.ask(app, purpose, phone: $0.0), $0.1) }
            DispatchQueue.concurrentPerform(iterations: asked.count) { place in
                let (request, caller) = asked[place]
                do {
                    let grant = try vault.vault.approve(request, fields: nil, until: nil, caller: caller)
                    try vault.vault.pause(grant, caller: caller)
                    try vault.vault.resume(grant, caller: caller)
                    try vault.vault.revoke(grant, caller: caller)
                } catch { failures.withLock { $0.append("\(error)") } }
            }
        }
        #expect(failures.withLock { $0 } == [])
        try expectClean(vault)
    }
}
