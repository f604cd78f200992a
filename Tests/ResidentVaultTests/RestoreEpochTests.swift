import Foundation
import Testing
import VaultAudit
import VaultModel
import VaultStore

@testable import ResidentVault

/// Restores after restores: names, who is there, and what was lost with an older log.
@Suite struct RestoreEpochTests {
    private func findings(_ path: String, kept: [[UInt8]] = [], key: String? = nil) throws -> [String] {
        try VaultVerification.verify(directory: path, kept: kept, key: key, data: true).findings.map(\.text)
    }

    private func key(_ path: String) throws -> VerifierKey {
        let text = try String(contentsOfFile: path + "/log.vkey", encoding: .utf8)
        return try VerifierKey(parsing: text.trimmingCharacters(in: .newlines))
    }

    @Test func `two restores from one log go on under two names, and neither takes the other's checkpoints`() throws {
        let lost = try Lost(custodians: false)
        try lost.enrol("stays")
        try lost.backUp()
        try lost.export()
        try lost.lose()
        let one = try required(try lost.restore()).origin
        let two = try required(try lost.restore(to: lost.root + "/second")).origin
        #expect(one != two)
        let note = try FileBytes.read(lost.root + "/second/checkpoint")
        #expect(try !findings(lost.new, kept: [note]).isEmpty)
        #expect(throws: AuditError.self) { _ = try Checkpoint.open(note, key: try key(lost.new)) }
        #expect(try findings(lost.new, kept: [lost.exported]) == [])
    }

    @Test func `a later backup of the first epoch brings back whom the first restore had lost, and ends what it ended`() throws {
        let lost = try Lost(custodians: false)
        try lost.enrol("stays")
        try lost.backUp()
        for name in ["new", "erased", "gives"] {
            try lost.enrol(name)
            try lost.activate(name)
        }
        try lost.agree("new")
        let later = lost.root + "/later"
        try lost.write(try lost.vault.vault.backUp(uid: 0), to: later)
        try lost.export()
        try lost.lose()
        // The first restore takes the older backup: the three are lost, and their permissions are closed.
        #expect(try required(try lost.restore()).residents == 1)
        let second = try Vault(openingAt: lost.new, clocks: lost.vault.clock.clocks)
        let tiles = lost.root + "/tiles2"
        try lost.export(second, to: tiles)
        try second.close()
        let again = lost.root + "/again"
        let report = try required(try lost.restore(tiles: tiles, to: again, from: later))
        #expect(report.residents == 4)
        #expect(report.grantsEnded > 0)
        #expect(try findings(again) == [])
        let third = try TemporaryVault(at: again, of: lost.vault)
        _ = try lost.logIn(third.vault, "new")
        #expect(try third.item("health", "health.followup", required(lost.grants["new"]).pairwise, ["health.chronic"])["code"] == "no_grant")
        // Whoever came back can be erased, and is missed if their rows go without an entry.
        _ = try third.vault.erase(
            .everything, login: try required(lost.people["erased"]).login, ground: .died, uid: 0, reader: third.reader)
        #expect(try findings(again) == [])
        try third.alter("DELETE FROM resident WHERE login = '\(try required(lost.people["gives"]).login.text)'")
        #expect(try !findings(again).isEmpty)
        // A restore of the second epoch's own backup loses them again.
        let fourth = lost.root + "/fourth"
        #expect(try required(try lost.restore(tiles: tiles, to: fourth)).residents == 1)
        #expect(try findings(fourth) == [])
    }

    @Test func `a backup or checkpoint from beyond a break is refused: its rows know nothing of what was erased there`() throws {
        let lost = try Lost(custodians: false)
        for name in ["stays", "erased"] { try lost.enrol(name) }
        try lost.backUp()
        // The backup's entry is carried over; what came between it and the copy is not.
        let draft = try lost.vault.vault.beginBackup(uid: 0)
        try lost.export()
        try lost.enrol("new")
        let beyond = lost.root + "/beyond"
        try lost.write(try lost.vault.vault.copy(draft), to: beyond)
        try lost.lose()
        _ = try required(try lost.restore())
        let second = try Vault(openingAt: lost.new, clocks: lost.vault.clock.clocks)
        _ = try second.erase(
            .everything, login: try required(lost.people["erased"]).login, ground: .died, uid: 0, reader: second.reader())
        let tiles = lost.root + "/tiles2"
        try lost.export(second, to: tiles)
        try second.close()
        let again = lost.root + "/again"
        for (file, shown) in [(beyond, []), (lost.backup, [lost.beyond])] {
            #expect { try lost.restore(checkpoints: shown, tiles: tiles, to: again, from: file) } throws: {
                "\($0)".contains("from beyond a break of this log")
            }
            #expect(!VaultDirectory.exists(again))
        }
        _ = try required(try lost.restore(checkpoints: [lost.exported], tiles: tiles, to: again))
        #expect(try findings(again) == [])
    }

    @Test func `the certificate of an erasure that a restore lost is no certificate of the log of now`() throws {
        let lost = try Lost(custodians: false)
        for name in ["stays", "erased", "field"] { try lost.enrol(name) }
        try lost.backUp()
        func erase(_ name: String) throws -> CertificateFile {
            let outcome = try lost.vault.vault.erase(
                .everything, login: try required(lost.people[name]).login, ground: .died, uid: 0, reader: lost.vault.reader)
            return try CertificateFile(parsing: try required(outcome.certificate))
        }
        let kept = try erase("field")
        try lost.export()
        let gone = try erase("erased")
        try lost.lose()
        #expect(try required(try lost.restore()).residents == 2)
        let new = try key(lost.new)
        for certificate in [kept, gone] {
            #expect(throws: AuditError.self) { try certificate.verify(key: new) }
            _ = try certificate.verify(key: new, anyEpoch: true)
        }
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        let again = try CertificateFile(parsing: try vault.vault.certificateFile(kept.proof.index, reader: vault.reader))
        #expect(try again.verify(key: new).0 == kept.verify(key: new, anyEpoch: true).0)
        #expect(throws: VaultError.self) { try vault.vault.certificateFile(gone.proof.index, reader: vault.reader) }
    }

    @Test func `a mark that a kill left behind a whole vault is forgotten at its start, and no restore goes over it`() throws {
        let lost = try Lost(custodians: false)
        try lost.enrol("stays")
        try lost.backUp()
        try lost.export()
        try lost.lose()
        _ = try lost.restore()
        let place = VaultDirectory(lost.new)
        try Data().write(to: URL(filePath: place.restoreMark))
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        #expect(!VaultDirectory.exists(place.restoreMark))
        try vault.enrol()
        try vault.vault.close()
        #expect { try lost.restore() } throws: { "\($0)".contains("is not empty") }
        #expect(try findings(lost.new) == [])
    }
}
