import Foundation
import Testing
import VaultAudit
import VaultModel
import VaultStore

@testable import ResidentVault

/// Backups and restores around rotations of the vault's own keys.
@Suite struct RestoreKeysTests {
    // MARK: peppers

    /// Two residents, a rotation of the pepper after which one of them came by, and a backup.
    private func repeppered() throws -> (Lost, older: String) {
        let lost = try Lost(custodians: false)
        for name in ["stays", "changes"] {
            try lost.enrol(name)
            try lost.activate(name)
        }
        _ = try lost.vault.vault.rotatePepper(uid: 0)
        _ = try lost.caller("stays")
        try lost.backUp()
        try lost.export()
        try lost.lose()
        let older = lost.root + "/pepper.old"
        try FileManager.default.copyItem(atPath: lost.vault.path + "/pepper.old", toPath: older)
        return (lost, older)
    }

    @Test func `with the older pepper everyone can log in after a restore, and it goes when nobody needs it`() throws {
        let (lost, older) = try repeppered()
        let report = try required(try lost.restore(olderPepper: older))
        #expect(report.underLostPepper == 0)
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        _ = try lost.logIn(vault.vault, "stays")
        _ = try lost.logIn(vault.vault, "changes")
        try vault.reopen()
        try vault.vault.retirePeppers()
        #expect(!VaultDirectory.exists(lost.new + "/pepper.old"))
        #expect(!VaultDirectory.exists(lost.new + "/service.key.old"))
        _ = try lost.logIn(vault.vault, "changes")
        #expect(try VaultVerification.verify(directory: lost.new, data: true).findings.map(\.text) == [])
    }

    @Test func `without the older pepper the report counts whom it locks out, and the others go on`() throws {
        let (lost, _) = try repeppered()
        let report = try required(try lost.restore())
        #expect(report.underLostPepper == 1)
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        _ = try lost.logIn(vault.vault, "stays")
        #expect(throws: VaultError.self) { _ = try lost.logIn(vault.vault, "changes") }
    }

    @Test func `a pepper that no passphrase is under is refused, and nothing is made`() throws {
        let (lost, older) = try repeppered()
        try Data(repeating: 7, count: 32).write(to: URL(filePath: older))
        for wrong in [older, lost.keys.pepper] {
            #expect { try lost.restore(olderPepper: wrong) } throws: { "\($0)".contains("no passphrase in the backup") }
            #expect(!VaultDirectory.exists(lost.new))
        }
    }

    // MARK: the service key

    private func begin(_ vault: TemporaryVault) throws {
        let change = try vault.vault.proposeServiceKey()
        try vault.vault.change(change.bytes, uid: 0)
    }

    @Test func `a backup over which the service key changes is refused while rows move, and made anew when they have`() throws {
        let lost = try Lost(custodians: false)
        try lost.enrol("stays")
        let vault = lost.vault
        let draft = try vault.vault.beginBackup(uid: 0)
        try begin(vault)
        #expect(throws: BackupFault.self) { try vault.vault.copy(draft) }
        try vault.vault.workOffRotations()
        // The rows are all under the new key by now, and the draft still names the old one.
        #expect(throws: BackupFault.self) { try vault.vault.copy(draft) }
        // Begun before and ended after the copy, the rotation is seen too.
        draft.keys = vault.vault.keys.now
        let path = lost.root + "/backup"
        do {
            let stream = try vault.vault.copy(draft)
            var bytes: [UInt8] = []
            while case let piece = try stream.next(), !piece.isEmpty { bytes += piece }
            try Data(bytes).write(to: URL(filePath: path))
        }
        #expect(try BackupVerification.verify(path, now: vault.clock.now()).report.findings.map(\.text) == [])
        try lost.export()
        try lost.lose()
        _ = try required(try lost.restore())
        try begin(vault)
        #expect { _ = try vault.vault.backUp(uid: 0) } throws: { ($0 as? VaultError)?.code == .conflict }
    }

    @Test(arguments: [false, true])
    func `a backup from before rotations of the service key is restored with both keys, and its rows move to the newest`(
        _ custodians: Bool
    ) throws {
        let lost = try Lost(custodians: custodians)
        let vault = lost.vault
        for name in ["stays", "erased", "changes"] {
            try lost.enrol(name)
            try lost.activate(name)
        }
        try lost.agree("stays")
        func rotate() throws {
            let change = try vault.vault.proposeServiceKey()
            _ = try vault.vault.change(change.bytes, approvals: lost.custodians.map { $0.approve(change) }, uid: 0)
            try vault.vault.workOffRotations()
        }
        // Before it too, so that the backup has indexes of a second generation.
        try rotate()
        try lost.backUp()
        let old = lost.root + "/old.key"
        try FileManager.default.copyItem(atPath: vault.path + "/service.key", toPath: old)
        let log = try VerifierKey(parsing: vault.vault.logKey)
        try rotate()
        try rotate()
        try lost.erase("erased")
        _ = try vault.vault.changePassphrase(
            old: Array("correct horse changes".utf8), new: Array("another good phrase".utf8), caller: lost.caller("changes"))
        try lost.export()
        try lost.lose()
        for (service, older) in [(lost.keys.service, nil), (old, nil), (old, lost.keys.service), (lost.keys.service, lost.keys.service)] {
            #expect { try lost.restore(service: service, olderService: older) } throws: {
                "\($0)".contains("is not this vault's, or not the one of the backup's day") || "\($0)".contains("not signed by this service key")
            }
            #expect(!VaultDirectory.exists(lost.new))
        }
        let report = try required(try lost.restore(checkpoints: [lost.exported], olderService: old))
        #expect(report.erasedAgain == 1)
        #expect(try findings(lost.new) == [])
        let again = try TemporaryVault(at: lost.new, of: vault)
        // Rows are under either key at first, and look-ups find values through the indexes of every generation.
        for round in 0..<2 {
            let pid = try again.pairwise("property", "property.service", phone: lost.phone("stays"))
            #expect(try again.item("property", "property.service", pid, ["home.room"])["fields"]?["home.room"] != nil)
            #expect(
                try again.item("health", "health.followup", required(lost.grants["stays"]).pairwise, ["health.chronic"])["fields"]?["health.chronic"]
                    == ["高血压"])
            _ = try lost.logIn(again.vault, "stays")
            #expect(VaultDirectory.exists(lost.new + "/service.key.old") == (round == 0))
            try again.vault.workOffRotations()
            try again.reopen()
        }
        #expect(try FileBytes.read(lost.new + "/service.key") == FileBytes.read(lost.keys.service))
        #expect(try findings(lost.new, kept: [lost.exported], key: log.text) == [])
        if custodians {
            // Custodians were given shares of the key in force.
            let rows = try again.reader.store.read { try $0.keyShares(of: KeyCustody.serviceKey) }
            #expect(rows.count == lost.custodians.count)
            #expect(VaultDirectory.exists(VaultDirectory(lost.new).keyShares(of: "owners")))
        }
    }

    private func findings(_ path: String, kept: [[UInt8]] = [], key: String? = nil) throws -> [String] {
        let report = try VaultVerification.verify(directory: path, kept: kept, key: key, data: true)
        #expect(report.sealsChecked == true)
        return report.findings.map(\.text)
    }
}
