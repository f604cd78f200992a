import Foundation
import GRDB
import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Keys that change while the vault serves: peppers, and residents' own.
@Suite struct RotationTests {
    private let words = Array("correct horse battery".utf8)

    private func person(_ index: Int) -> SamplePerson {
        .make("住户\(index)", phone: "1380013\(8000 + index)", born: "1980-01-01", sequence: 20 + index)
    }

    private func expectSound(_ vault: TemporaryVault, line: Int = #line) throws {
        let found = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(found.findings.map(\.text) == [], "line \(line)")
        #expect(found.sealsChecked == true)
    }

    /// Enrols and activates.
    private func activated(_ vault: TemporaryVault, _ index: Int) throws -> LoginName {
        let letter = try vault.enrol(person(index))
        return try vault.vault.activate(code: letter.code, passphrase: words, uid: 1001)
    }

    private func logIn(_ vault: TemporaryVault, _ login: LoginName) throws -> ResidentCaller {
        try vault.vault.authenticate(
            resident: try vault.vault.logIn(login, passphrase: words, uid: 1001).session, uid: 1001)
    }

    private func waiting(_ vault: TemporaryVault) throws -> Int64 {
        try vault.vault.rotationOverview(reader: vault.reader).underOldPepper
    }

    // MARK: pepper

    @Test func `a new pepper takes each passphrase over at its login, and the old one is destroyed after the last`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        let logins = try (0..<2).map { try activated(vault, $0) }
        let first = try FileBytes.read(directory.pepper)
        #expect(try vault.vault.rotatePepper(uid: 0) == 2)
        let second = try FileBytes.read(directory.pepper)
        #expect(first != second)
        #expect(try FileBytes.read(directory.pepper + ".old") == first)
        #expect(!VaultDirectory.exists(directory.pepper + ".next"))
        try expectSound(vault)
        // A second one has to wait for those who are still under the first.
        #expect { try vault.vault.rotatePepper(uid: 0) } throws: { ($0 as? VaultError)?.code == .conflict }
        _ = try logIn(vault, logins[0])
        #expect(try waiting(vault) == 1)
        try vault.vault.workOffRotations()
        #expect(VaultDirectory.exists(directory.pepper + ".old"))
        try vault.reopen()
        try expectSound(vault)
        _ = try logIn(vault, logins[1])
        _ = try logIn(vault, logins[0])
        #expect(try waiting(vault) == 0)
        try vault.vault.workOffRotations()
        #expect(!VaultDirectory.exists(directory.pepper + ".old"))
        #expect(!VaultDirectory.exists(directory.serviceKey + ".old"))
        #expect(try FileBytes.read(directory.pepper) == second)
        try vault.reopen()
        for login in logins { _ = try logIn(vault, login) }
        try expectSound(vault)
        let rules = try vault.entries().filter { $0["action"] == "rotated" }.compactMap { $0["decision"]?.string }
        #expect(rules == ["begun", "done"])
        // Nobody is left under an older one, so the next goes at once.
        #expect(try vault.vault.rotatePepper(uid: 0) == 2)
    }

    @Test func `a wrong passphrase is wrong under the old pepper and the new one`() throws {
        let vault = try TemporaryVault()
        let login = try activated(vault, 0)
        _ = try vault.vault.rotatePepper(uid: 0)
        for _ in 0..<2 {
            #expect(throws: VaultError.self) {
                try vault.vault.logIn(login, passphrase: Array("some other passphrase".utf8), uid: 1002)
            }
            vault.vault.throttle.succeeded([.person("login:\(login)"), .shared("uid:1002")])
            _ = try logIn(vault, login)
        }
    }

    @Test func `a passphrase that changes meanwhile is under the new pepper`() throws {
        let vault = try TemporaryVault()
        let login = try activated(vault, 0)
        let caller = try logIn(vault, login)
        _ = try vault.vault.rotatePepper(uid: 0)
        _ = try vault.vault.changePassphrase(old: words, new: Array("quite another phrase".utf8), caller: caller)
        #expect(try waiting(vault) == 0)
        try vault.vault.workOffRotations()
        _ = try vault.vault.logIn(login, passphrase: Array("quite another phrase".utf8), uid: 1001)
        try expectSound(vault)
    }

    /// Where the two peppers can lie when the power goes: made and not in force; in force and not yet in its place; half
    /// of the files moved.
    @Test(arguments: ["staged", "in force", "old written", "moved"])
    func `a pepper's change that was cut off is finished or forgotten by the next start`(_ moment: String) throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        let login = try activated(vault, 0)
        let (old, service) = (try FileBytes.read(directory.pepper), try FileBytes.read(directory.serviceKey))
        func put(_ bytes: [UInt8], _ path: String) throws {
            try? FileManager.default.removeItem(atPath: path)
            try bytes.withUnsafeBytes { try VaultDirectory.writeNew($0, to: path, mode: 0o600) }
        }
        if moment == "staged" {
            try vault.reopen {
                try put(Sodium.randomBytes(32), directory.pepper + ".next")
                try put(service, directory.serviceKey + ".next")
            }
            #expect(try FileBytes.read(directory.pepper) == old)
            #expect(!VaultDirectory.exists(directory.pepper + ".old"))
        } else {
            _ = try vault.vault.rotatePepper(uid: 0)
            let new = try FileBytes.read(directory.pepper)
            try vault.reopen {
                try put(new, directory.pepper + ".next")
                try put(service, directory.serviceKey + ".next")
                if moment == "in force" {
                    try put(old, directory.pepper)
                    for path in [directory.pepper, directory.serviceKey] {
                        try FileManager.default.removeItem(atPath: path + ".old")
                    }
                }
                if moment == "old written" { try put(old, directory.pepper) }
            }
            #expect(try FileBytes.read(directory.pepper) == new)
            #expect(try FileBytes.read(directory.pepper + ".old") == old)
            #expect(try waiting(vault) == 1)
        }
        #expect(!VaultDirectory.exists(directory.pepper + ".next"))
        _ = try logIn(vault, login)
        try vault.vault.workOffRotations()
        #expect(!VaultDirectory.exists(directory.pepper + ".old"))
        _ = try logIn(vault, login)
        try expectSound(vault)
    }

    @Test func `without an older pepper those under it wait, and without the newest nothing starts`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        let logins = try (0..<2).map { try activated(vault, $0) }
        _ = try vault.vault.rotatePepper(uid: 0)
        _ = try logIn(vault, logins[0])
        let (old, new) = (try FileBytes.read(directory.pepper + ".old"), try FileBytes.read(directory.pepper))
        func put(_ bytes: [UInt8], _ path: String) throws {
            try? FileManager.default.removeItem(atPath: path)
            try bytes.withUnsafeBytes { try VaultDirectory.writeNew($0, to: path, mode: 0o600) }
        }
        try vault.reopen { try FileManager.default.removeItem(atPath: directory.pepper + ".old") }
        _ = try logIn(vault, logins[0])
        #expect { try logIn(vault, logins[1]) } throws: { ($0 as? VaultError)?.code == .integrity }
        let service = try FileBytes.read(directory.serviceKey)
        try vault.reopen {
            try put(old, directory.pepper + ".old")
            try put(service, directory.serviceKey + ".old")
        }
        _ = try logIn(vault, logins[1])
        try vault.vault.workOffRotations()
        try expectSound(vault)
        #expect { try vault.reopen { try put(old, directory.pepper) } } throws: { ($0 as? VaultError)?.code == .setup }
        try vault.reopenAfterFailure { try put(new, directory.pepper) }
    }

    // MARK: residents' keys

    @Test func `a category's fields are marked in chunks, go on after a stop, and move at the next login`() throws {
        let vault = try TemporaryVault()
        let logins = try (0..<3).map { try activated(vault, $0) }
        let callers = try logins.map { try logIn(vault, $0) }
        let request = try vault.ask("health", "health.followup", phone: "13800138000")
        _ = try vault.vault.approve(request, fields: nil, until: nil, caller: callers[0])
        let pid = try #require(try vault.vault.requestState(request, caller: try vault.caller("health"), reader: vault.reader).resident).base32
        _ = try vault.item("health", "health.followup", pid, ["health.chronic"])
        func epochs() throws -> [String: UInt32] {
            try vault.reader.store.read { snapshot in
                let resident = try #require(try snapshot.resident(number: 1)).reference
                return Dictionary(uniqueKeysWithValues: try snapshot.cells(of: resident).map { ($0.field.text, $0.epoch) })
            }
        }
        let before = try epochs()
        #expect(try vault.vault.rotateFields(.category("health"), uid: 0) == 3)
        #expect { try vault.vault.rotateFields(.everyone, uid: 0) } throws: { ($0 as? VaultError)?.code == .conflict }
        #expect(try vault.vault.markFields(limit: 1) == 1)
        try expectSound(vault)
        try vault.reopen()
        #expect(try vault.vault.rotationOverview(reader: vault.reader).stale == 1)
        try vault.vault.workOffRotations()
        let overview = try vault.vault.rotationOverview(reader: vault.reader)
        #expect(overview.stale == 3)
        #expect(overview.rotations.map(\.done) == [3])
        #expect(overview.rotations.allSatisfy { $0.finished != nil && $0.failed == 0 })
        // Reads go on, with the old keys.
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"]?["health.chronic"] == ["高血压"])
        _ = try logIn(vault, logins[0])
        let after = try epochs()
        for (field, epoch) in before { #expect((after[field] ?? 0 > epoch) == field.hasPrefix("health."), "\(field)") }
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"]?["health.chronic"] == ["高血压"])
        #expect(try vault.vault.rotationOverview(reader: vault.reader).stale == 2)
        try expectSound(vault)
    }

    @Test func `a rate limit holds the marking back, and closing does not wait for it`() throws {
        let vault = try TemporaryVault()
        for index in 0..<4 { try vault.enrol(person(index)) }
        _ = try vault.vault.rotateFields(.everyone, rate: 1, uid: 0)
        let begun = ContinuousClock.now
        vault.vault.startRotating()
        while try vault.vault.rotationOverview(reader: vault.reader).stale == 0 { Thread.sleep(forTimeInterval: 0.01) }
        try vault.reopen()
        #expect(begun.duration(to: .now) < .seconds(60))
        #expect(try vault.vault.rotationOverview(reader: vault.reader).stale < 4)
        try expectSound(vault)
    }

    @Test func `a resident whose rows were altered is left out, and the others are marked`() throws {
        let vault = try TemporaryVault()
        for index in 0..<3 { try vault.enrol(person(index)) }
        try vault.alter("UPDATE resident SET epoch = 7 WHERE number = 2")
        _ = try vault.vault.rotateFields(.everyone, uid: 0)
        try vault.vault.workOffRotations()
        let overview = try vault.vault.rotationOverview(reader: vault.reader)
        #expect(overview.rotations.map(\.failed) == [1])
        #expect(overview.stale == 2)
    }

    @Test func `one resident's fields are marked by their login name, and a name of nobody's is refused`() throws {
        let vault = try TemporaryVault()
        let login = try activated(vault, 0)
        #expect(try vault.vault.rotateFields(.resident(login), uid: 0) == 1)
        #expect(try vault.vault.rotateFields(.resident(login), uid: 0) == 0)
        #expect { try vault.vault.rotateFields(.resident(.random()), uid: 0) } throws: { ($0 as? VaultError)?.code == .notFound }
        #expect { try vault.vault.rotateFields(.category("nonsense"), uid: 0) } throws: { ($0 as? VaultError)?.code == .notFound }
        try expectSound(vault)
    }

    @Test func `a resident renews their seed under the passphrase they have, and old keys open nothing`() throws {
        let vault = try TemporaryVault()
        let login = try activated(vault, 0)
        let caller = try logIn(vault, login)
        #expect { try vault.vault.renewSeed(passphrase: Array("not this passphrase".utf8), caller: caller) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
        vault.vault.throttle.succeeded([.person("passphrase:\(caller.resident.number)")])
        let opened = try vault.vault.renewSeed(passphrase: words, caller: caller)
        let renewed = try vault.vault.authenticate(resident: opened.session, uid: 1001)
        #expect(renewed.keys.box.publicKey.bytes != caller.keys.box.publicKey.bytes)
        #expect(throws: (any Error).self) { try vault.vault.ownFields(caller, uid: 1001) }
        #expect(try vault.vault.ownFields(renewed, uid: 1001).0.count == person(0).fields.count)
        #expect(throws: (any Error).self) {
            try vault.reader.store.read { snapshot in
                _ = try FieldKeys.all(of: caller.resident, vault: vault.vault.id, box: caller.keys.box, in: snapshot)
            }
        }
        _ = try logIn(vault, login)
        try expectSound(vault)
    }
}
