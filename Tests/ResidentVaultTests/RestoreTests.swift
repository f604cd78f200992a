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
    /// Everything that lay outside the lost machine, and what was known before.
    private final class Lost {
        let root: String
        let vault: TemporaryVault
        var people: [String: (login: LoginName, code: [UInt8])] = [:]
        var grants: [String: (grant: GrantID, pairwise: String)] = [:]
        /// A piece of every cell that the erased resident had, and of the erased field's.
        var erasedCells: [[UInt8]] = []
        /// Checkpoints handed out before the loss: at the export, and after it.
        var exported: [UInt8] = []
        var beyond: [UInt8] = []

        init(custodians: Bool) throws {
            root = "/tmp/rvr-" + UUID().uuidString.prefix(8).lowercased()
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
            let apps = ["health", "education", "property", "committee"]
            guard custodians else {
                vault = try TemporaryVault(apps: apps)
                return
            }
            vault = try TemporaryVault.withCustodians(apps: apps).0
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        var backup: String { root + "/backup" }
        var tiles: String { root + "/tiles" }
        var keys: (service: String, pepper: String) { (root + "/service.key", root + "/pepper") }
        var new: String { root + "/new" }

        func phone(_ name: String) -> String { "138001\(38000 + (Self.names.firstIndex(of: name) ?? 99))" }
        static let names = ["stays", "erased", "field", "revokes", "pauses", "resumes", "changes", "unopened", "new", "gives"]

        func enrol(_ name: String) throws {
            people[name] = try vault.enrol(
                SamplePerson.make(name, phone: phone(name), born: "1980-01-16", sequence: 100 + people.count))
        }

        func activate(_ name: String) throws {
            let letter = try required(people[name])
            _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse \(name)".utf8), uid: 1001)
        }

        func caller(_ name: String) throws -> ResidentCaller {
            let opened = try vault.vault.logIn(
                try required(people[name]).login, passphrase: Array("correct horse \(name)".utf8), uid: 1001)
            return try vault.vault.authenticate(resident: opened.session, uid: 1001)
        }

        func agree(_ name: String) throws {
            let caller = try caller(name)
            let request = try vault.ask("health", "health.followup", phone: phone(name))
            let grant = try vault.vault.approve(
                request, fields: [try required(FieldName("health.chronic"))], until: nil, caller: caller)
            let state = try vault.vault.requestState(request, caller: try vault.caller("health"), reader: vault.reader)
            grants[name] = (grant, try required(state.resident).base32)
        }

        func reference(_ name: String) throws -> ResidentReference {
            try vault.reader.store.read { snapshot in
                try required(try snapshot.resident(login: required(people[name]).login)).reference
            }
        }

        func erase(_ name: String) throws {
            let reference = try reference(name)
            erasedCells += try vault.reader.store.read { try $0.cells(of: reference).map { Array($0.blob.prefix(24)) } }
            _ = try vault.vault.erase(
                .everything, login: try required(people[name]).login, ground: .movedOut, uid: 0, reader: vault.reader)
        }

        func eraseField(_ name: String, _ field: String) throws {
            let reference = try reference(name)
            let field = try required(FieldName(field))
            erasedCells += try vault.reader.store.read { [Array(try required(try $0.cell(resident: reference, field: field)).blob.prefix(24))] }
            _ = try vault.vault.erase(
                .fields([field]), login: try required(people[name]).login, ground: .unlawful, uid: 0, reader: vault.reader)
        }

        func backUp() throws {
            let stream = try vault.vault.backUp(uid: 0)
            var bytes: [UInt8] = []
            while true {
                let piece = try stream.next()
                guard !piece.isEmpty else { break }
                bytes += piece
            }
            try Data(bytes).write(to: URL(filePath: backup))
        }

        /// What `rvault audit export` writes.
        func export(to directory: String? = nil) throws {
            let directory = directory ?? tiles
            let entries = try vault.reader.store.read { try $0.logEntries(from: 0, limit: 1_000_000) }
            exported = vault.vault.checkpoint()
            func write(_ path: TilePath, _ bytes: [UInt8]) throws {
                let file = URL(filePath: directory + "/" + path.text)
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: file)
            }
            var builder = TileBuilder()
            for (_, entry) in entries { try builder.append(entry, leaf: MerkleHash.leaf(entry), full: write) }
            for (path, bytes) in builder.partial { try write(path, bytes) }
            try Data(exported).write(to: URL(filePath: directory + "/checkpoint"))
        }

        /// The machine is gone; its keys were kept elsewhere.
        func lose() throws {
            for (name, target) in [("service.key", keys.service), ("pepper", keys.pepper)] {
                try FileManager.default.copyItem(atPath: vault.path + "/" + name, toPath: target)
            }
            beyond = vault.vault.checkpoint()
        }

        @discardableResult
        func restore(checkpoints: [[UInt8]] = [], tiles: String? = nil, to directory: String? = nil, service: String? = nil) throws -> RestoreReport? {
            try VaultRestore(backup: backup, directory: directory ?? new, tiles: tiles ?? self.tiles, checkpoints: checkpoints)
                .run(serviceKey: service ?? keys.service, pepper: keys.pepper, clocks: vault.clock.clocks)
        }
    }

    /// A community with a backup, and life after it.
    private func lived(custodians: Bool) throws -> Lost {
        let lost = try Lost(custodians: custodians)
        for name in Lost.names where name != "new" { try lost.enrol(name) }
        for name in Lost.names where name != "new" && name != "unopened" { try lost.activate(name) }
        for name in ["stays", "erased", "field", "revokes", "pauses", "resumes", "changes"] { try lost.agree(name) }
        try lost.vault.vault.pause(try required(lost.grants["resumes"]).grant, caller: lost.caller("resumes"))
        _ = try lost.vault.item("health", "health.followup", required(lost.grants["stays"]).pairwise, ["health.chronic"])
        try lost.backUp()

        try lost.erase("erased")
        try lost.eraseField("field", "health.chronic")
        try lost.vault.vault.revoke(try required(lost.grants["revokes"]).grant, caller: lost.caller("revokes"))
        try lost.vault.vault.pause(try required(lost.grants["pauses"]).grant, caller: lost.caller("pauses"))
        try lost.vault.vault.resume(try required(lost.grants["resumes"]).grant, caller: lost.caller("resumes"))
        _ = try lost.vault.vault.changePassphrase(
            old: Array("correct horse changes".utf8), new: Array("another good phrase".utf8), caller: lost.caller("changes"))
        try lost.activate("unopened")
        try lost.enrol("new")
        try lost.activate("new")
        try lost.agree("new")
        try lost.agree("gives")
        _ = try lost.vault.vault.removeApp(try required(AppName("education")), uid: 0)
        try lost.export()
        for _ in 0..<3 { _ = try lost.vault.item("health", "health.followup", required(lost.grants["stays"]).pairwise, ["health.chronic"]) }
        try lost.lose()
        return lost
    }

    private func logIn(_ vault: Vault, _ lost: Lost, _ name: String, _ passphrase: String? = nil) throws -> ResidentCaller {
        let opened = try vault.logIn(
            try required(lost.people[name]).login, passphrase: Array((passphrase ?? "correct horse \(name)").utf8),
            uid: UInt32.random(in: 1000...60_000))
        return try vault.authenticate(resident: opened.session, uid: 1001)
    }

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
        let lost = try lived(custodians: custodians)
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
        #expect(report.origin == Vault.defaultName + "/2")

        // Nothing of the erased lies in any file.
        #expect(lost.erasedCells.count > 8)
        for file in try FileManager.default.subpathsOfDirectory(atPath: lost.new) {
            let bytes = try Data(contentsOf: URL(filePath: lost.new + "/" + file))
            for cell in lost.erasedCells { #expect(bytes.range(of: Data(cell)) == nil, "\(file)") }
        }
        let vault = try Vault(openingAt: lost.new, clocks: lost.vault.clock.clocks)
        defer { try? vault.close() }
        #expect(throws: (any Error).self) { _ = try logIn(vault, lost, "erased") }
        #expect(throws: (any Error).self) { _ = try logIn(vault, lost, "new") }
        // Apps go on reading what they may, with the tokens they have.
        #expect(try item(vault, lost, "stays")["fields"]?["health.chronic"] == ["高血压"])
        for name in ["erased", "revokes", "pauses", "resumes", "gives", "new"] {
            #expect(try item(vault, lost, name)["code"] == "no_grant", "\(name)")
        }
        #expect(try item(vault, lost, "field")["fields"]?["health.chronic"] == nil)
        #expect(throws: (any Error).self) { _ = try vault.authenticate(app: lost.vault.token("education"), uid: 1) }
        // Whoever did not change their way in has it.
        for name in ["stays", "field", "revokes", "pauses", "resumes", "gives"] { _ = try logIn(vault, lost, name) }
        #expect(throws: (any Error).self) { _ = try logIn(vault, lost, "changes", "another good phrase") }
        let letter = try required(lost.people["unopened"])
        if custodians {
            #expect(throws: (any Error).self) { _ = try logIn(vault, lost, "changes") }
            #expect(throws: (any Error).self) {
                _ = try vault.activate(code: letter.code, passphrase: Array("correct horse once more".utf8), uid: 7)
            }
        } else {
            _ = try logIn(vault, lost, "changes")
            _ = try vault.activate(code: letter.code, passphrase: Array("correct horse once more".utf8), uid: 7)
        }
        // What was paused waits for its resident.
        try vault.resume(try required(lost.grants["resumes"]).grant, caller: logIn(vault, lost, "resumes"))
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
        let lost = try lived(custodians: false)
        try lost.restore()
        // Life goes on in the second epoch, and ends.
        let second = try Vault(openingAt: lost.new, clocks: lost.vault.clock.clocks)
        try second.revoke(try required(lost.grants["stays"]).grant, caller: logIn(second, lost, "stays"))
        let entries = try second.store.reader().read { try $0.logEntries(from: 0, limit: 1_000_000) }
        let tiles = lost.root + "/tiles2"
        var builder = TileBuilder()
        func write(_ path: TilePath, _ bytes: [UInt8]) throws {
            let file = URL(filePath: tiles + "/" + path.text)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        for (_, entry) in entries { try builder.append(entry, leaf: MerkleHash.leaf(entry), full: write) }
        for (path, bytes) in builder.partial { try write(path, bytes) }
        let note = second.checkpoint()
        try Data(note).write(to: URL(filePath: tiles + "/checkpoint"))
        try second.close()
        let again = lost.root + "/again"
        let report = try required(try lost.restore(checkpoints: [lost.exported, note], tiles: tiles, to: again))
        #expect(report.origin == Vault.defaultName + "/3")
        let third = try Vault(openingAt: again, clocks: lost.vault.clock.clocks)
        #expect(try item(third, lost, "stays")["code"] == "no_grant")
        try third.close()
        #expect(try verify(again, kept: [lost.exported, note]) == [])
    }

    @Test func `a log that is older than a checkpoint, another's, or not whole is refused, and nothing is made`() throws {
        let lost = try lived(custodians: false)
        func refused(_ words: String, _ checkpoints: [[UInt8]] = [], tiles: String? = nil, service: String? = nil) {
            #expect { try lost.restore(checkpoints: checkpoints, tiles: tiles, service: service) } throws: { error in
                if "\(error)".contains(words) { return true }
                print("RESTORE SAID: \(error)")
                return false
            }
            #expect(!FileManager.default.fileExists(atPath: lost.new + "/vault.db"))
        }
        refused("older than the backup or than a checkpoint", [lost.beyond])
        let other = try lived(custodians: false)
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
        let lost = try lived(custodians: false)
        lost.vault.clock.leap(seconds: 35 * 86_400)
        #expect { try lost.restore() } throws: { "\($0)".contains("too old") }
    }

    @Test func `a directory in use is refused, and a restore that was cut off begins anew`() throws {
        let lost = try lived(custodians: false)
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
        let lost = try lived(custodians: false)
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
