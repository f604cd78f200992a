import Foundation
import GRDB
import Testing
import VaultAudit
import VaultModel
import VaultStore

@testable import ResidentVault

/// What a backup holds, what it does not, and what `verify` finds in one.
@Suite struct BackupTests {
    /// Makes a backup of a vault in a file of its own.
    private func backUp(_ vault: TemporaryVault, to path: String) throws -> BackupStream {
        let stream = try vault.vault.backUp(uid: 0)
        var bytes: [UInt8] = []
        while true {
            let piece = try stream.next()
            guard !piece.isEmpty else { break }
            bytes += piece
        }
        #expect(Int64(bytes.count) == stream.size)
        try Data(bytes).write(to: URL(filePath: path))
        return stream
    }

    private func verify(_ path: String, at vault: TemporaryVault, key: String? = nil, kept: [[UInt8]] = []) throws -> VerificationReport {
        try BackupVerification.verify(path, key: key, kept: kept, now: vault.clock.now()).report
    }

    private func change(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func busy() throws -> TemporaryVault {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (_, pairwise) = try vault.agreed(resident, "health", "health.followup", ["health.chronic"])
        _ = try vault.item("health", "health.followup", pairwise, ["health.chronic"])
        try vault.enrol(.child)
        return vault
    }

    @Test func `a backup verifies with public keys alone and says what is in it`() throws {
        let vault = try busy()
        let path = vault.path + "-backup"
        defer { unlink(path) }
        let stream = try backUp(vault, to: path)
        let (backup, report) = try BackupVerification.verify(path, now: vault.clock.now())
        #expect(report.findings.map(\.text) == [])
        #expect(backup.id == stream.id)
        #expect(backup.residents == 2)
        #expect(backup.vault == vault.vault.id)
        #expect(backup.bytes == stream.size)
        #expect(backup.end == backup.made.advanced(bySeconds: 35 * 86_400))
        // Its own entry is the last thing in it.
        let entries = try vault.entries()
        let own = try required(entries.first { $0["action"] == "backed_up" })
        #expect(own["change"] == ["backup": .string(stream.id.base64), "days": 35])
        #expect(backup.size == UInt64(entries.count))
        #expect(try vault.vault.checkpoint().elementsEqual(checkpoint(path)))
        let key = try String(contentsOfFile: vault.path + "/log.vkey", encoding: .utf8)
        #expect(try verify(path, at: vault, key: key, kept: [vault.vault.checkpoint()]).isSound)
    }

    private func checkpoint(_ path: String) throws -> [UInt8] {
        try BackupFile.open(path, sealer: NoSealer()).read { try required(try $0.backup()).checkpoint }
    }

    @Test func `a backup holds neither service key nor pepper nor a session`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1)
        let opened = try vault.vault.logIn(letter.login, passphrase: Array("correct horse battery".utf8), uid: 1)
        let path = vault.path + "-backup"
        defer { unlink(path) }
        _ = try backUp(vault, to: path)
        let bytes = try Data(contentsOf: URL(filePath: path))
        for name in ["service.key", "pepper"] {
            let secret = try Data(contentsOf: URL(filePath: vault.path + "/" + name))
            #expect(secret.count == 32)
            for start in stride(from: 0, through: 24, by: 8) { #expect(bytes.range(of: secret[start..<(start + 8)]) == nil) }
        }
        let session = Data(opened.session)
        #expect(bytes.range(of: session) == nil)
        let secret = try required(Base64URL.decode(String(decoding: opened.session.dropFirst(4).prefix(32), as: UTF8.self)))
        #expect(bytes.range(of: Data(secret)) == nil)
        for text in ["赵娟志", "13800138000", "湘G12345", "correct horse battery"] { #expect(bytes.range(of: Data(text.utf8)) == nil) }
        #expect(bytes.range(of: Data(letter.code)) == nil)
    }

    @Test func `what was deleted before is not in a backup, and the vault's directory keeps no copy`() throws {
        let vault = try busy()
        let cell = try vault.reader.store.read { try required(try $0.cells(of: required(try $0.resident(number: 2)).reference).first).blob }
        let path = vault.path + "-backup"
        defer { unlink(path) }
        try vault.alter("DELETE FROM cell WHERE resident = 2")
        _ = try backUp(vault, to: path)
        #expect(try Data(contentsOf: URL(filePath: path)).range(of: Data(cell)) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: vault.path).allSatisfy { !$0.contains("backup") })
        // What a backup that was cut off left goes at the next start.
        try vault.reopen { for name in ["backup.tmp", "backup.tmp-journal"] { try Data([1]).write(to: URL(filePath: vault.path + "/" + name)) } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: vault.path).allSatisfy { !$0.contains("backup") })
    }

    @Test func `one backup is made at a time, and the next one may begin when the last byte is sent`() throws {
        let vault = try TemporaryVault(apps: [])
        do {
            let stream = try vault.vault.backUp(uid: 0)
            #expect(throws: VaultError(.conflict, "another backup is being made", hint: "wait until it is done")) {
                _ = try vault.vault.backUp(uid: 0)
            }
            _ = try stream.next()
        }
        _ = try vault.vault.backUp(uid: 0)
    }

    @Test func `a reader who is too slow is cut off, and the copy goes with them`() throws {
        let vault = try busy()
        do {
            let stream = try vault.vault.backUp(uid: 0)
            vault.clock.advance(seconds: 599)
            #expect(try !stream.next().isEmpty)
            vault.clock.advance(seconds: 1 + stream.size >> 18)
            #expect { _ = try stream.next() } throws: { ($0 as? VaultError)?.code == .busy }
        }
        try vault.vault.beat()
        _ = try vault.vault.backUp(uid: 0)
    }

    @Test func `a backup past its life is named`() throws {
        let vault = try busy()
        let path = vault.path + "-backup"
        defer { unlink(path) }
        _ = try backUp(vault, to: path)
        vault.clock.leap(seconds: 35 * 86_400 - 60)
        #expect(try verify(path, at: vault).isSound)
        vault.clock.leap(seconds: 120)
        let findings = try verify(path, at: vault).findings.map(\.text)
        #expect(findings.count == 1)
        #expect(findings.first?.contains("its life ended on") == true)
    }

    @Test(
        arguments: [
            ("UPDATE backup SET made = made + 86400000", "its date or its life was changed"),
            ("UPDATE backup SET days = 366", "its date or its life was changed"),
            ("UPDATE backup SET residents = 3", "another number of residents"),
            ("UPDATE backup SET name = 'other.example/log'", "another vault's than its rows"),
            ("UPDATE backup SET size = size - 1", "another length"),
            ("UPDATE cell SET time = time + 1 WHERE resident = 1", "was replaced"),
            ("DELETE FROM resident WHERE number = 2", "the database holds 1 residents"),
            ("UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), '\"days\":35', '\"days\":36') AS BLOB) WHERE seq = (SELECT max(seq) FROM log)", "root"),
            ("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)", "rolled back"),
            ("UPDATE \"grant\" SET state = 'given', until = until + 1", "resident 1"),
        ])
    func `a change in a backup is found`(_ sql: String, _ expected: String) throws {
        let vault = try busy()
        let path = vault.path + "-backup"
        defer { unlink(path) }
        _ = try backUp(vault, to: path)
        try change(path, sql)
        let findings = try verify(path, at: vault).findings.map(\.text)
        #expect(findings.contains { $0.contains(expected) }, "\(findings)")
    }

    @Test(arguments: [
        "CREATE TRIGGER t AFTER INSERT ON cell BEGIN DELETE FROM cell; END", "CREATE VIEW v AS SELECT 1",
        "DROP INDEX grant_recipient", "ALTER TABLE backup ADD COLUMN more TEXT", "PRAGMA user_version = 3",
    ])
    func `a file whose tables are not a backup's is not opened`(_ sql: String) throws {
        let vault = try TemporaryVault(apps: [])
        let path = vault.path + "-backup"
        defer { unlink(path) }
        _ = try backUp(vault, to: path)
        try change(path, sql)
        #expect { _ = try verify(path, at: vault) } throws: { ($0 as? VaultError)?.code == .setup }
    }

    @Test func `a backup that was cut off or damaged is refused`() throws {
        let vault = try busy()
        let path = vault.path + "-backup"
        defer { unlink(path) }
        _ = try backUp(vault, to: path)
        let whole = try Data(contentsOf: URL(filePath: path))
        for part in [0, 50, 5000, whole.count / 2, whole.count - 4096] {
            try whole.prefix(part).write(to: URL(filePath: path))
            #expect(throws: (any Error).self, "\(part)") {
                let report = try verify(path, at: vault)
                if !report.isSound { throw Unexpected("found") }
            }
        }
        #expect { _ = try verify(vault.path + "/vault.db", at: vault) } throws: { ($0 as? VaultError)?.code == .setup }
        #expect { _ = try verify(vault.path, at: vault) } throws: { ($0 as? VaultError)?.code == .setup }
    }

    @Test func `a backup in the database's place is not served`() throws {
        let vault = try busy()
        let path = vault.path + "-backup"
        defer { unlink(path) }
        _ = try backUp(vault, to: path)
        #expect {
            try vault.reopen {
                for suffix in ["", "-wal", "-shm"] { unlink(vault.path + "/vault.db" + suffix) }
                try FileManager.default.copyItem(atPath: path, toPath: vault.path + "/vault.db")
            }
        } throws: { "\($0)".contains("is a backup and not a vault") }
        // It was not even touched.
        #expect(try Data(contentsOf: URL(filePath: vault.path + "/vault.db")) == Data(contentsOf: URL(filePath: path)))
        #expect(!FileManager.default.fileExists(atPath: vault.path + "/vault.db-wal"))
    }

    @Test func `backups made while others write are of one moment each`() async throws {
        let vault = try TemporaryVault(apps: ["property", "committee"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 0..<60 { try vault.enrol(SamplePerson.make("住户", phone: "138001\(38000 + index)", born: "1980-01-16", sequence: index)) }
            }
            for round in 0..<4 {
                group.addTask {
                    let path = vault.path + "-backup\(round)"
                    defer { unlink(path) }
                    // One at a time is made; who is refused comes again.
                    while true {
                        do {
                            _ = try backUp(vault, to: path)
                            break
                        } catch let error as VaultError where error.code == .conflict { try await Task.sleep(for: .milliseconds(10)) }
                    }
                    #expect(try verify(path, at: vault).findings.map(\.text) == [])
                }
            }
            try await group.waitForAll()
        }
    }
}
