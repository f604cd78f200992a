import Foundation
import GRDB
import Testing
import VaultAudit
import VaultModel
import VaultStore

@testable import ResidentVault

/// How long backups live, and what a certificate of erasure may promise about them.
@Suite struct BackupLifeTests {
    private func limit(_ vault: TemporaryVault, _ days: Int64) throws {
        let change = try vault.vault.propose(try vault.loading { $0.backupDays = days })
        _ = try vault.vault.change(change.bytes, uid: 0)
    }

    /// Time passes under a daemon that watches its clock.
    private func pass(_ vault: TemporaryVault, days: Int64) throws {
        for _ in 0..<days {
            vault.clock.advance(seconds: 86_400)
            try vault.vault.beat()
        }
    }

    private func erase(_ lost: Lost, _ name: String) throws -> String {
        try lost.vault.vault.erase(
            .everything, login: try required(lost.people[name]).login, ground: .movedOut, uid: 0, reader: lost.vault.reader
        ).backupsEnd
    }

    @Test func `a certificate names the last day of a backup that was made under a longer limit`() throws {
        let lost = try Lost(custodians: false)
        for name in ["erased", "field"] { try lost.enrol(name) }
        try limit(lost.vault, 200)
        let end = lost.vault.clock.now().advanced(bySeconds: 200 * 86_400).localDay
        try lost.backUp()
        #expect(try BackupVerification.verify(lost.backup, now: lost.vault.clock.now()).description.end.localDay == end)
        try pass(lost.vault, days: 2)
        try limit(lost.vault, 7)
        #expect(try erase(lost, "erased") == end)
        // Later backups end earlier and take nothing from it; over a restart it is remembered.
        _ = try lost.vault.vault.backUp(uid: 0)
        try lost.vault.reopen()
        #expect(try erase(lost, "field") == end)
        #expect(try VaultVerification.verify(directory: lost.vault.path, data: true).findings.map(\.text) == [])
        try lost.vault.alter("UPDATE moment SET time = time - 1 WHERE name = 'backups_end'")
        #expect(try !VaultVerification.verify(directory: lost.vault.path, data: true).isSound)
    }

    @Test func `a limit that was lowered and raised again brings no backup back`() throws {
        let lost = try Lost(custodians: false)
        try lost.enrol("stays")
        try lost.backUp()
        try limit(lost.vault, 7)
        try pass(lost.vault, days: 3)
        try lost.export()
        try lost.lose()
        _ = try required(try lost.restore(to: lost.root + "/early"))
        try limit(lost.vault, 365)
        try pass(lost.vault, days: 5)
        try FileManager.default.removeItem(atPath: lost.tiles)
        try lost.export()
        #expect { try lost.restore() } throws: { "\($0)".contains("may be used for 7 days") }
        #expect(!VaultDirectory.exists(lost.new))
    }

    @Test func `a restored vault's certificates know of backups made after the one it came from`() throws {
        let lost = try Lost(custodians: false)
        for name in ["erased", "stays"] { try lost.enrol(name) }
        try lost.backUp()
        try limit(lost.vault, 300)
        let end = lost.vault.clock.now().advanced(bySeconds: 300 * 86_400).localDay
        _ = try lost.vault.vault.backUp(uid: 0)
        try limit(lost.vault, 35)
        try lost.export()
        try lost.lose()
        _ = try required(try lost.restore())
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        let outcome = try vault.vault.erase(
            .everything, login: try required(lost.people["erased"]).login, ground: .movedOut, uid: 0, reader: vault.reader)
        #expect(outcome.backupsEnd == end)
        #expect(try VaultVerification.verify(directory: lost.new, data: true).findings.map(\.text) == [])
    }

    @Test func `while a backup's copy lies on the disk nothing is said to be clean`() throws {
        let lost = try Lost(custodians: false)
        for name in ["erased", "stays"] { try lost.enrol(name) }
        func wanted() throws -> Bool { try lost.vault.reader.store.read { try $0.scrubWanted() } != nil }
        do {
            let stream = try lost.vault.vault.backUp(uid: 0)
            let outcome = try lost.vault.vault.erase(
                .everything, login: try required(lost.people["erased"]).login, ground: .movedOut, uid: 0, reader: lost.vault.reader)
            #expect(!outcome.isScrubbed)
            #expect(try wanted())
            _ = try stream.next()
        }
        while try wanted() { Thread.sleep(forTimeInterval: 0.02) }
        // A backup that is begun afterwards holds nothing of them.
        let outcome = try lost.vault.vault.erase(
            .everything, login: try required(lost.people["stays"]).login, ground: .movedOut, uid: 0, reader: lost.vault.reader)
        #expect(outcome.isScrubbed)
    }
}
