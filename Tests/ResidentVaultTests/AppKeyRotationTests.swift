import Foundation
import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// An app's token changes while the vault serves.
@Suite struct AppKeyRotationTests {
    private let words = Array("correct horse battery".utf8)

    private func expectSound(_ vault: TemporaryVault, line: Int = #line) throws {
        let found = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(found.findings.map(\.text) == [], "line \(line)")
    }

    private func person(_ index: Int) -> SamplePerson {
        .make("住户\(index)", phone: "1380013\(8000 + index)", born: "1980-01-01", sequence: 20 + index)
    }

    /// Gives an app a new key; the vault's test helper then holds the new token. Returns the old and the new token.
    private func rekey(_ vault: TemporaryVault, _ app: String, overlap: Int64) throws -> (old: [UInt8], new: [UInt8]) {
        let old = try vault.token(app)
        let credential = try Credential.random(.app, name: app)
        let keys = try AppKeys(credential.secret)
        let change = try vault.vault.proposeAppKey(
            try required(AppName(app)), box: keys.box.publicKey.bytes, auth: keys.authDigest, operatorHeld: false,
            overlap: overlap)
        try vault.vault.change(change.bytes, uid: 0)
        let new = try credential.text().withBytes { Array($0) }
        vault.hold(app, new)
        return (old, new)
    }

    private func move(_ vault: TemporaryVault, _ tokens: (old: [UInt8], new: [UInt8]), limit: Int = 32) throws -> Int {
        var moved = 0
        var after: GrantID?
        repeat {
            let page = try vault.vault.moveKeys(
                from: try vault.vault.authenticate(app: tokens.old, uid: 1000),
                to: try vault.vault.authenticate(app: tokens.new, uid: 1000), after: after, limit: limit)
            #expect(page.failed == 0)
            moved += page.moved
            after = page.next
        } while after != nil
        return moved
    }

    private func room(_ vault: TemporaryVault, _ token: [UInt8], _ pid: String) throws -> JSON? {
        vault.hold("property", token)
        return try vault.item("property", "property.service", pid, ["home.room"])["fields"]?["home.room"]
    }

    @Test func `bundles that moved since a view was opened are found by the next read`() throws {
        let vault = try TemporaryVault()
        try vault.enrol(person(0))
        let pid = try vault.pairwise("property", "property.service", phone: "13800138000")
        let tokens = try rekey(vault, "property", overlap: 86_400)
        // Nothing is for the new key yet; the view that this opens stays.
        #expect(try room(vault, tokens.new, pid) == nil)
        #expect(vault.reader.keepsView)
        #expect(try move(vault, tokens) > 0)
        #expect(vault.reader.keepsView)
        #expect(try room(vault, tokens.new, pid) != nil)
    }

    @Test func `both tokens count for a while, bundles move with both, and then the old one finds nothing`() throws {
        let vault = try TemporaryVault()
        for index in 0..<3 { try vault.enrol(person(index)) }
        let pids = try (0..<3).map { try vault.pairwise("property", "property.service", phone: "1380013\(8000 + $0)") }
        // One bundle is wrapped already, the others are sealed as they were made.
        _ = try vault.item("property", "property.service", pids[0], ["home.room"])
        let tokens = try rekey(vault, "property", overlap: 86_400)
        try expectSound(vault)
        #expect(try room(vault, tokens.old, pids[0]) == "2301")
        #expect(try room(vault, tokens.old, pids[1]) == "2301")
        #expect(try room(vault, tokens.new, pids[0]) == nil)
        // Someone enrolled now is the new token's.
        try vault.enrol(person(5))
        vault.hold("property", tokens.new)
        let fresh = try vault.pairwise("property", "property.service", phone: "13800138005")
        #expect(try room(vault, tokens.new, fresh) == "2301")
        #expect(try room(vault, tokens.old, fresh) == nil)
        let overview = try vault.vault.rotationOverview(reader: vault.reader)
        #expect(overview.apps.map(\.waiting) == [3])
        // Cut off after a page, and begun again.
        _ = try vault.vault.moveKeys(
            from: try vault.vault.authenticate(app: tokens.old, uid: 1000),
            to: try vault.vault.authenticate(app: tokens.new, uid: 1000), after: nil, limit: 2)
        try vault.reopen()
        _ = try move(vault, tokens, limit: 2)
        #expect(try vault.vault.rotationOverview(reader: vault.reader).apps.map(\.waiting) == [0])
        for pid in pids {
            #expect(try room(vault, tokens.new, pid) == "2301")
            #expect(try room(vault, tokens.old, pid) == nil)
        }
        #expect(try move(vault, tokens) == 0)
        try expectSound(vault)
        vault.clock.advance(seconds: 86_400)
        #expect(throws: VaultError.self) { try vault.vault.authenticate(app: tokens.old, uid: 1000) }
        #expect(try vault.vault.rotationOverview(reader: vault.reader).apps.isEmpty)
    }

    @Test func `supplements written between the tokens are moved with the rest`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (_, pid) = try vault.agreed(resident, "health", "health.followup")
        let tokens = try rekey(vault, "health", overlap: 86_400)
        // A new epoch: its supplement is for the new key, the bundle still for the old one.
        let (other, _) = try vault.agreed(resident, "parking", "parking.contact")
        try vault.vault.revoke(other, caller: resident)
        _ = try vault.vault.rotateFields(.everyone, uid: 0)
        try vault.vault.workOffRotations()
        _ = try vault.vault.logIn(try vault.vault.loginName(resident, reader: vault.reader), passphrase: words, uid: 1001)
        #expect(try move(vault, tokens) >= 1)
        vault.hold("health", tokens.new)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"]?["health.chronic"] == ["高血压"])
        try expectSound(vault)
    }

    @Test func `with the old token lost each bundle is made anew at its resident's login`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let pid = try vault.pairwise("property", "property.service")
        let tokens = try rekey(vault, "property", overlap: 0)
        #expect(throws: VaultError.self) { try vault.vault.authenticate(app: tokens.old, uid: 1000) }
        #expect(try room(vault, tokens.new, pid) == nil)
        _ = try vault.vault.logIn(try vault.vault.loginName(resident, reader: vault.reader), passphrase: words, uid: 1001)
        #expect(try room(vault, tokens.new, pid) == "2301")
        try expectSound(vault)
    }

    @Test func `two tokens that are not one app's old and new one move nothing`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let tokens = try rekey(vault, "property", overlap: 86_400)
        let (old, new) = (
            try vault.vault.authenticate(app: tokens.old, uid: 1000), try vault.vault.authenticate(app: tokens.new, uid: 1000)
        )
        let other = try vault.vault.authenticate(app: try vault.token("parking"), uid: 1000)
        for (first, second) in [(old, old), (new, new), (new, old), (old, other), (other, new)] {
            #expect(throws: VaultError.self) { try vault.vault.moveKeys(from: first, to: second, after: nil) }
        }
        #expect { try self.rekey(vault, "property", overlap: 91 * 86_400) } throws: { ($0 as? VaultError)?.code == .badValue }
    }
}
