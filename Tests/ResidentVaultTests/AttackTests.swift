import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// What an attacker with the disk, a hostile app or a bad moment once achieved here; each of these worked before it was
/// mended.
@Suite struct AttackTests {
    private let words = Array("correct horse battery".utf8)

    private func alter(_ vault: TemporaryVault, _ body: (Database) throws -> Void) throws {
        try vault.reopen {
            let queue = try DatabaseQueue(path: vault.path + "/vault.db")
            try queue.write(body)
            try queue.close()
        }
    }

    private func row(_ vault: TemporaryVault, _ sql: String) throws -> Row {
        var row: Row?
        try alter(vault) { row = try Row.fetchOne($0, sql: sql) }
        return try required(row)
    }

    @Test func `an older config, sealed as it was, does not bring a removed app back`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let old = try row(vault, "SELECT * FROM config")
        _ = try vault.vault.removeApp(try required(AppName("property")), uid: 0)
        #expect {
            try alter(vault) { db in
                try db.execute(sql: "DELETE FROM config")
                try db.execute(sql: "INSERT INTO config VALUES (?, ?, ?)", arguments: StatementArguments(old.databaseValues))
            }
        } throws: { ($0 as? VaultError)?.code == .integrity }
    }

    @Test func `a value that was put back is not covered by the resident's next change`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("parking", "parking.permit")
        let plates = try required(FieldName("vehicle.plates"))
        let spaces = try required(FieldName("vehicle.spaces"))
        let purpose = try required(PurposeName("parking.permit"))
        func write(_ field: FieldName, _ value: JSON) throws {
            _ = try vault.vault.write([field: value], purpose: purpose, resident: pid, caller: try vault.caller("parking"))
        }
        try write(plates, ["湘A11111"])
        let cell = "resident = 1 AND field = (SELECT id FROM name WHERE text = 'vehicle.plates')"
        let old = try row(vault, "SELECT * FROM cell WHERE \(cell)")
        try write(plates, ["湘B22222"])
        try write(spaces, ["B2-1"])
        try alter(vault) { db in
            try db.execute(sql: "DELETE FROM cell WHERE \(cell)")
            try db.execute(sql: "INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)", arguments: StatementArguments(old.databaseValues))
        }
        let before = try vault.entries().count
        #expect { try write(spaces, ["B3-1"]) } throws: { ($0 as? VaultError)?.code == .integrity }
        #expect(try vault.entries().last?["action"] == "refused")
        #expect(try vault.entries().last?["reason"] == "state_differs")
        #expect(try vault.entries().dropFirst(before).allSatisfy { $0["subjects"]?.array?.allSatisfy { $0["state"] == nil } ?? true })
    }

    @Test func `a withdrawn grant that was put back is not covered by a login, and the log says why`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        func login() throws -> ResidentCaller {
            try vault.vault.authenticate(resident: try vault.vault.logIn(letter.login, passphrase: words, uid: 1).session, uid: 1)
        }
        let (grant, _) = try vault.agreed(try login(), "health", "health.followup")
        let old = try row(vault, "SELECT * FROM \"grant\" WHERE state = 'given' AND purpose = 'health.followup'")
        try vault.vault.revoke(grant, caller: try login())
        try alter(vault) { db in
            try db.execute(sql: "DELETE FROM \"grant\" WHERE id = ?", arguments: [old["id"] as Data])
            try db.execute(
                sql: "INSERT INTO \"grant\" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: StatementArguments(old.databaseValues))
        }
        let resident = try login()
        #expect(try vault.entries().last?["reason"] == "state_differs")
        let request = try vault.ask("parking", "parking.contact")
        #expect { try vault.vault.approve(request, fields: nil, until: nil, caller: resident) } throws: {
            ($0 as? VaultError)?.code == .integrity
        }
        // Ending goes on, and says what it went over.
        try vault.vault.revoke(grant, caller: resident)
        #expect(try vault.entries().last?["reason"] == "state_differs")
    }

    @Test func `many requests of one app hide no other's, and a refusal is not forgotten`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        try vault.vault.deny(try vault.ask("health", "health.followup"), caller: resident)
        let other = try vault.ask("committee", "committee.register")
        var refused = 0
        for day in 0..<60 {
            for _ in 0..<5 { vault.clock.advance(seconds: 1); do { try vault.ask("education", "education.contact") } catch { refused += 1 } }
            if day < 10 { vault.clock.advance(seconds: 86_400) }
        }
        #expect(refused == 49 * 5)
        let visible = try vault.vault.ownRequests(resident, reader: vault.reader)
        #expect(visible.contains { $0.id == other && $0.state == .requested })
        let again = try vault.ask("health", "health.followup")
        #expect(try !vault.vault.ownRequests(resident, reader: vault.reader).contains { $0.id == again })
    }

    @Test func `a sixth ask for one person in a day is refused alike for known and unknown people`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        for phone in ["13800138000", "13799999999"] {
            for _ in 0..<5 { try vault.ask("health", "health.followup", phone: phone) }
            #expect { try vault.ask("health", "health.followup", phone: phone) } throws: {
                ($0 as? VaultError)?.code == .tooManyTries
            }
        }
    }

    @Test func `a grant that ran out while it was paused is not resumed`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let until = vault.clock.now().advanced(bySeconds: 86_400)
        let (grant, _) = try vault.agreed(resident, "health", "health.followup", nil, until: until)
        try vault.vault.pause(grant, caller: resident)
        vault.clock.advance(seconds: 3 * 86_400)
        #expect(throws: VaultError.self) { try vault.vault.resume(grant, caller: resident) }
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } == nil)
    }

    @Test func `on a machine that is off at night, what ran out gets no new keys, and ends after 24 running hours`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        func login(_ words: [UInt8]) throws -> ResidentCaller {
            try vault.vault.authenticate(resident: try vault.vault.logIn(letter.login, passphrase: words, uid: 1).session, uid: 1)
        }
        let (grant, pid) = try vault.agreed(
            try login(words), "health", "health.followup", nil, until: vault.clock.now().advanced(bySeconds: 3600))
        _ = try vault.item("health", "health.followup", pid, ["health.chronic"])
        try vault.reopen { vault.clock.advance(seconds: 10 * 3600) }
        let held = try required(try vault.reader.store.read { try $0.bundle(grant: grant) })
        let other = Array("quite another phrase".utf8)
        _ = try vault.vault.changePassphrase(old: words, new: other, caller: try login(words))
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } == held)
        let chronic = try required(FieldName("health.chronic"))
        let cell = try vault.reader.store.read { snapshot in
            try snapshot.cell(resident: try required(try snapshot.resident(number: 1)).reference, field: chronic)
        }
        #expect(try required(cell).epoch > held.serial)
        // Two days of fourteen hours each, with a heartbeat every hour.
        for _ in 0..<2 {
            for _ in 0..<14 { vault.clock.advance(seconds: 3600); try vault.vault.beat() }
            try vault.reopen { vault.clock.advance(seconds: 10 * 3600) }
        }
        _ = try login(other)
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } == nil)
        #expect(try vault.entries().contains { $0["action"] == "expired" })
    }

    @Test func `a wrong clock, one entry and a restart destroy nothing`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        let resident = try vault.vault.authenticate(
            resident: try vault.vault.logIn(letter.login, passphrase: words, uid: 1).session, uid: 1)
        let (grant, _) = try vault.agreed(
            resident, "health", "health.followup", nil, until: vault.clock.now().advanced(bySeconds: 86_400))
        try vault.reopen { vault.clock.leap(seconds: 30 * 86_400) }
        for _ in 0..<2 {
            _ = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
            try vault.reopen()
        }
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } != nil)
    }

    @Test func `a clock that leaps while the vault is open writes nothing`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let before = try vault.entries().count
        vault.clock.leap(seconds: 80 * 365 * 86_400)
        #expect { try vault.enrol(.child) } throws: { ($0 as? VaultError)?.code == .clock }
        #expect(try vault.entries().count == before)
        #expect { try vault.reopen() } throws: { ($0 as? VaultError)?.code == .clock }
        try vault.reopenAfterFailure { vault.clock.leap(seconds: -80 * 365 * 86_400) }
        try vault.enrol(.child)
    }

    @Test func `a value written after a grant's date is under a key it never held, whatever the clock is trusted for`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let until = vault.clock.now().advanced(bySeconds: 7200)
        let (grant, pid) = try vault.agreed(resident, "parking", "parking.contact", nil, until: until)
        let permit = try vault.pairwise("parking", "parking.permit")
        try vault.reopen { vault.clock.advance(seconds: 5 * 3600) }
        _ = pid
        let bundle = try required(try vault.reader.store.read { try $0.bundle(grant: grant) })
        let fields = try vault.reader.store.read { try GrantStatement(decoding: try required(try $0.grant(id: grant)).statement).fieldNames }
        let written = try required(fields.first { $0.text.hasPrefix("vehicle.") } ?? FieldName("vehicle.plates"))
        _ = try vault.vault.write(
            [written: ["湘A11111"]], purpose: try required(PurposeName("parking.permit")), resident: permit,
            caller: try vault.caller("parking"))
        let cell = try vault.reader.store.read { snapshot in
            try snapshot.cell(resident: try required(try snapshot.resident(number: 1)).reference, field: written)
        }
        if fields.contains(written) { #expect(try required(cell).epoch > bundle.serial) }
    }

    @Test func `an app key that nothing can be sealed to is refused when it is handed in`() throws {
        let vault = try TemporaryVault(apps: [])
        #expect {
            try vault.vault.addApp(
                try required(AppName("property")), box: [UInt8](repeating: 0, count: 32),
                auth: [UInt8](repeating: 1, count: 32), operatorHeld: false, uid: 0)
        } throws: { ($0 as? VaultError)?.code == .badValue }
    }

    @Test func `one person's damaged row does not keep their neighbours' data back`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let damaged = try vault.pairwise("property", "property.service")
        let sound = try vault.pairwise("property", "property.service", phone: "13600136000")
        try alter(vault) { try $0.execute(sql: "UPDATE resident SET restricted = 1 WHERE number = 1") }
        let records = try vault.read("property", "property.service", [damaged, sound], ["home.room"])["records"]?.array
        #expect(records?[0]["code"] == "unavailable")
        #expect(records?[1]["fields"]?["home.room"] == "2301")
    }

    @Test func `a damaged grant of a removed app stops neither the start nor the other endings`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        try alter(vault) { try $0.execute(sql: "UPDATE \"grant\" SET ended = 1 WHERE resident = 1") }
        let (ended, failed) = try vault.vault.removeApp(try required(AppName("property")), uid: 0)
        #expect(ended == 1)
        #expect(failed == 1)
        try vault.reopen()
        #expect(try vault.vault.finishRemovals() == 1)
    }

    @Test func `an initiator that could be a person's number is refused`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        for initiator in [SamplePerson.idNumber(born: "2000-01-16", sequence: 206), "13800138000", "a-1234567"] {
            #expect(throws: VaultError.self) {
                try vault.item("property", "property.service", pid, ["home.room"], initiator: initiator)
            }
        }
        #expect(try vault.item("property", "property.service", pid, ["home.room"], initiator: "guard-0042")["fields"] != nil)
    }

    @Test func `a second init does not take the first one's keys away`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "rvault-init-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = VaultDirectory(path)
        try directory.create()
        let lock = try directory.takeLock()
        try [UInt8](repeating: 7, count: 32).withUnsafeBytes {
            try VaultDirectory.writeNew($0, to: directory.serviceKey, mode: 0o600)
        }
        #expect(throws: VaultError.self) { try Vault.create(at: path, policyDirectory: TemporaryVault.policies) }
        #expect(FileManager.default.fileExists(atPath: directory.serviceKey))
        _ = consume lock
    }

    @Test func `slips on a shared terminal are forgotten, and never lock it for long`() throws {
        let moment = Moment()
        let throttle = TryThrottle(now: { moment.now })
        let key = TryThrottle.Key.shared("uid:1001")
        for _ in 0..<40 { throttle.failed([key]) }
        moment.pass(seconds: 31)
        try throttle.check([key])
        throttle.failed([key])
        #expect(throws: VaultError.self) { try throttle.check([key]) }
        moment.pass(seconds: 901)
        throttle.failed([key])
        try throttle.check([key])
    }
}

/// A steady clock that tests move.
private final class Moment: Sendable {
    private let start = ContinuousClock.now
    private let passed = Counter()
    var now: ContinuousClock.Instant { start.advanced(by: .seconds(passed.value)) }
    func pass(seconds: Int) { passed.add(seconds) }
}
