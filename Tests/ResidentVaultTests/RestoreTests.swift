import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// The restore drill: a busy community, a backup, more life, the machine lost, the vault put back.
@Suite struct RestoreTests {
    private func item(_ vault: Vault, _ lost: Lost, _ name: String) throws -> JSON {
        let reader = try vault.reader()
        let request = ReadRequest(
            purpose: try required(PurposeName("health.followup")), residents: [try required(lost.grants[name]).pairwise],
            fields: [try required(FieldName("health.chronic"))], form: nil, initiator: nil, caseReference: nil)
        let caller = try vault.authenticate(app: try lost.vault.token("health"), uid: 1000)
        let bytes = try Answered.wait { finish in
            vault.read(
                request, caller: caller, reader: reader, resume: { again in DispatchQueue.global().async(execute: again) },
                finish: finish)
        }
        return try required(try JSONParser.parse(bytes)["records"]?.array?.first)
    }

    @Test(arguments: [false, true])
    func `the drill: erased stays erased, revoked stays revoked, apps and residents go on`(_ custodians: Bool) throws {
        let lost = try Lost.lived(custodians: custodians)
        let report = try required(try lost.restore(checkpoints: [lost.exported]))
        #expect(report.erasedAgain == 1)
        #expect(report.fieldsErasedAgain == 1)
        #expect(report.residents == 8)
        #expect(report.residentsLost == 1)
        let contracts = try contractGrants(of: "new", lost)
        #expect(report.grantsLost == 2 + contracts)
        #expect(report.toBeLetIn == (custodians ? 2 : 0))
        #expect(report.oldWaysKept == (custodians ? 0 : 2))
        #expect(report.configChanges == 1)
        #expect(report.origin.hasPrefix(Vault.defaultName + "/2-"))

        // Nothing of the erased lies in any file.
        #expect(lost.erasedCells.count > 8)
        for file in try FileManager.default.subpathsOfDirectory(atPath: lost.new) {
            let bytes = try Data(contentsOf: URL(filePath: lost.new + "/" + file))
            for cell in lost.erasedCells { #expect(bytes.range(of: Data(cell)) == nil, "\(file)") }
        }
        let vault = try Vault(openingAt: lost.new, clocks: lost.vault.clock.clocks)
        defer { try? vault.close() }
        #expect(throws: (any Error).self) { _ = try lost.logIn(vault, "erased") }
        #expect(throws: (any Error).self) { _ = try lost.logIn(vault, "new") }
        // Apps go on reading what they may, with the tokens they have.
        #expect(try item(vault, lost, "stays")["fields"]?["health.chronic"] == ["高血压"])
        for name in ["erased", "revokes", "pauses", "resumes", "gives", "new"] {
            #expect(try item(vault, lost, name)["code"] == "no_grant", "\(name)")
        }
        #expect(try item(vault, lost, "field")["fields"]?["health.chronic"] == nil)
        #expect(throws: (any Error).self) { _ = try vault.authenticate(app: lost.vault.token("education"), uid: 1) }
        // Whoever did not change their way in has it.
        for name in ["stays", "field", "revokes", "pauses", "resumes", "gives"] { _ = try lost.logIn(vault, name) }
        #expect(throws: (any Error).self) { _ = try lost.logIn(vault, "changes", "another good phrase") }
        let letter = try required(lost.people["unopened"])
        if custodians {
            #expect(throws: (any Error).self) { _ = try lost.logIn(vault, "changes") }
            #expect(throws: (any Error).self) {
                _ = try vault.activate(code: letter.code, passphrase: Array("correct horse once more".utf8), uid: 7)
            }
        } else {
            _ = try lost.logIn(vault, "changes")
            _ = try vault.activate(code: letter.code, passphrase: Array("correct horse once more".utf8), uid: 7)
        }
        // What was paused waits for its resident.
        try vault.resume(try required(lost.grants["resumes"]).grant, caller: lost.logIn(vault, "resumes"))
        #expect(try item(vault, lost, "resumes")["fields"]?["health.chronic"] == ["高血压"])
        // The log verifies with everything that was handed out before, and names what is lost beyond it.
        let known = try BackupFile.open(lost.backup, sealer: NoSealer()).read { try required(try $0.backup()).checkpoint }
        #expect(try verify(lost.new, kept: [known, lost.exported]) == [])
        let findings = try verify(lost.new, kept: [lost.beyond])
        #expect(findings.count == 1)
        #expect(findings.first?.contains("restored from a backup in entry") == true)
        let old = try String(contentsOfFile: lost.vault.path + "/log.vkey", encoding: .utf8)
        #expect(try verify(lost.new, kept: [lost.exported], key: old) == [])
    }

    private func contractGrants(of name: String, _ lost: Lost) throws -> Int {
        let reference = try lost.reference(name)
        return try lost.vault.reader.store.read { snapshot in
            try snapshot.grants(of: reference).count { $0.state.isLive && $0.id != lost.grants[name]?.grant }
        }
    }

    private func verify(_ path: String, kept: [[UInt8]] = [], key: String? = nil) throws -> [String] {
        try VaultVerification.verify(directory: path, kept: kept, key: key, data: true).findings.map(\.text)
    }

    @Test func `a restored vault can be lost and restored again, from the old backup too`() throws {
        let lost = try Lost.lived(custodians: false)
        try lost.restore()
        // Life goes on in the second epoch, and ends.
        let second = try Vault(openingAt: lost.new, clocks: lost.vault.clock.clocks)
        try second.revoke(try required(lost.grants["stays"]).grant, caller: lost.logIn(second, "stays"))
        let tiles = lost.root + "/tiles2"
        let note = try lost.export(second, to: tiles)
        try second.close()
        let again = lost.root + "/again"
        let report = try required(try lost.restore(checkpoints: [lost.exported, note], tiles: tiles, to: again))
        #expect(report.origin.hasPrefix(Vault.defaultName + "/3-"))
        let third = try Vault(openingAt: again, clocks: lost.vault.clock.clocks)
        #expect(try item(third, lost, "stays")["code"] == "no_grant")
        try third.close()
        #expect(try verify(again, kept: [lost.exported, note]) == [])
    }

    @Test func `a log that is older than a checkpoint, another's, or not whole is refused, and nothing is made`() throws {
        let lost = try Lost.lived(custodians: false)
        func refused(_ words: String, _ checkpoints: [[UInt8]] = [], tiles: String? = nil, service: String? = nil) {
            #expect { try lost.restore(checkpoints: checkpoints, tiles: tiles, service: service) } throws: { error in
                if "\(error)".contains(words) { return true }
                print("RESTORE SAID: \(error)")
                return false
            }
            #expect(!FileManager.default.fileExists(atPath: lost.new + "/vault.db"))
        }
        refused("older than the backup or than a checkpoint", [lost.beyond])
        let other = try Lost.lived(custodians: false)
        refused("is not signed by this service key", tiles: other.tiles)
        refused("is not this vault's", service: other.keys.service)
        refused("or a checkpoint that is shown", [other.exported])
        try FileManager.default.removeItem(atPath: lost.tiles + "/checkpoint")
        refused("holds no exported log")
        try Data(lost.exported).write(to: URL(filePath: lost.tiles + "/checkpoint"))
        let tile = try required(try FileManager.default.subpathsOfDirectory(atPath: lost.tiles).first { $0.hasPrefix("tile/entries/") && !$0.hasSuffix(".p") })
        var bytes = try Data(contentsOf: URL(filePath: lost.tiles + "/" + tile))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: lost.tiles + "/" + tile))
        refused("does not verify")
        try bytes.prefix(100).write(to: URL(filePath: lost.tiles + "/" + tile))
        refused("of the exported log")
        try FileManager.default.removeItem(atPath: lost.tiles + "/" + tile)
        refused("is not whole")
    }

    @Test func `a backup past its life, or past the limit of the rules, is refused`() throws {
        let lost = try Lost.lived(custodians: false)
        lost.vault.clock.leap(seconds: 35 * 86_400)
        #expect { try lost.restore() } throws: { "\($0)".contains("too old") }
    }

    @Test func `a directory in use is refused, and a restore that was cut off begins anew`() throws {
        let lost = try Lost.lived(custodians: false)
        #expect { try lost.restore(to: lost.vault.path) } throws: { "\($0)".contains("is not empty") }
        // As a kill would leave it.
        let place = VaultDirectory(lost.new)
        try place.create()
        try Data([1, 2, 3]).write(to: URL(filePath: place.database))
        try Data().write(to: URL(filePath: place.restoreMark))
        try Data([1]).write(to: URL(filePath: place.checkpointDraft))
        #expect { _ = try Vault(openingAt: lost.new) } throws: { "\($0)".contains("was cut off") }
        #expect(try lost.restore() != nil)
        #expect(try verify(lost.new) == [])
        // After the last step there is only the mark to take away.
        try Data().write(to: URL(filePath: place.restoreMark))
        try Data().write(to: URL(filePath: lost.new + "/unfinished"))
        #expect(try lost.restore() == nil)
        #expect(try verify(lost.new) == [])
        let vault = try Vault(openingAt: lost.new, clocks: lost.vault.clock.clocks)
        try vault.close()
    }

    @Test(arguments: [
        "UPDATE resident SET revision = revision - 1 WHERE number = 1", "DELETE FROM resident WHERE number = 1",
        "UPDATE cell SET blob = c.blob FROM cell c WHERE cell.resident = 1 AND cell.field = c.field AND c.resident = 3",
        "UPDATE \"grant\" SET state = 'given' WHERE state <> 'given'",
    ])
    func `tampering after a restore is found`(_ sql: String) throws {
        let lost = try Lost.lived(custodians: false)
        try lost.restore()
        let queue = try DatabaseQueue(path: lost.new + "/vault.db")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
        #expect(try verify(lost.new) != [])
    }
}

/// Waits for an answer that comes by a callback.
private enum Answered {
    static func wait(_ call: (@escaping @Sendable (Result<[UInt8], any Error>) -> Void) -> Void) throws -> [UInt8] {
        let box = Box()
        let done = DispatchSemaphore(value: 0)
        call { result in
            box.set(result)
            done.signal()
        }
        done.wait()
        return try required(box.result).get()
    }

    /// `@unchecked Sendable`: written once before the semaphore, read after it.
    private final class Box: @unchecked Sendable {
        private(set) var result: Result<[UInt8], any Error>?
        func set(_ result: Result<[UInt8], any Error>) { self.result = result }
    }
}
