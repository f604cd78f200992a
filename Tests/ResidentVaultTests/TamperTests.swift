import Foundation
import GRDB
import Testing
import VaultModel
import VaultStore

@testable import ResidentVault

/// Someone with write access to the database file and without the service key: whatever row they alter is refused at its
/// next use, and nothing is served from it.
@Suite struct TamperTests {
    /// Runs SQL on the closed database.
    private func alter(_ vault: TemporaryVault, _ sql: String) throws {
        try vault.reopen {
            let queue = try DatabaseQueue(path: vault.path + "/vault.db")
            try queue.write { db in
                let before = db.totalChangesCount
                try db.execute(sql: sql)
                // An alteration that alters nothing would prove nothing.
                #expect(db.totalChangesCount > before)
            }
            try queue.close()
        }
    }

    /// Each statement alters one column of one sealed table that a read of the property company passes through.
    @Test(arguments: [
        "UPDATE resident SET revision = revision + 1",
        "UPDATE resident SET tag_key = zeroblob(32)",
        "UPDATE resident SET box = zeroblob(32)",
        "UPDATE resident SET stale = 'home.room'",
        "UPDATE resident SET restricted = 1",
        "UPDATE resident SET epoch = epoch + 1",
        "UPDATE resident SET seal = zeroblob(16)",
        "UPDATE pairwise SET seal = zeroblob(16)",
        "UPDATE \"grant\" SET state = 'renewed'",
        "UPDATE \"grant\" SET until = until + 1000",
        "UPDATE \"grant\" SET statement = CAST(replace(CAST(statement AS TEXT), '\"reads_per_day\":50', '\"reads_per_day\":90') AS BLOB)",
        "UPDATE \"grant\" SET signature = zeroblob(64)",
        "UPDATE \"grant\" SET ended = 1",
        "UPDATE bundle SET serial = serial + 1",
        "UPDATE bundle SET blob = zeroblob(length(blob))",
        "UPDATE bundle SET form = 1 - form",
    ])
    func `an altered sealed row refuses the read`(sql: String) throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        let fields = ["person.name", "home.room"]
        #expect(try vault.item("property", "property.service", pid, fields)["fields"] != nil)
        let before = try vault.entries().filter { $0["action"] == "read" }.count
        try alter(vault, sql)
        let item = try vault.item("property", "property.service", pid, fields)
        #expect(item["fields"] == nil)
        #expect(item["code"] == "unavailable")
        let entries = try vault.entries()
        #expect(entries.filter { $0["action"] == "read" }.count == before + 1)
        #expect(entries.last?["decision"] == "refused")
        #expect(entries.last?["reason"] == "integrity")
    }

    @Test(arguments: [
        """
        UPDATE cell SET blob = other.blob FROM (
            SELECT field, lead(blob, 1, (SELECT blob FROM cell ORDER BY field LIMIT 1)) OVER (ORDER BY field) AS blob
            FROM cell) other WHERE other.field = cell.field
        """,
        "UPDATE cell SET time = time + 1",
        "UPDATE cell SET revision = revision + 1",
        "UPDATE cell SET source = (SELECT max(id) FROM name)",
        "UPDATE cell SET blob = zeroblob(72)",
        "UPDATE name SET text = text || 'x'",
    ])
    func `a cell that was moved, dated otherwise or forged does not open`(sql: String) throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        try alter(vault, sql)
        let outcome = Result { try vault.item("property", "property.service", pid, ["home.room"]) }
        switch outcome {
        case .failure: break
        case .success(let item): #expect(item["fields"]?["home.room"] == nil)
        }
    }

    @Test func `a cell of an older epoch is withheld as unavailable`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        try alter(vault, "UPDATE cell SET epoch = epoch + 1")
        let item = try vault.item("property", "property.service", pid, ["home.room"])
        #expect(item["withheld"] == [["field": "home.room", "code": "unavailable"]])
    }

    @Test(arguments: [
        "UPDATE config SET number = number + 1", "UPDATE config SET seal = zeroblob(16)",
        "UPDATE vault SET name = 'evil.example/log'", "DELETE FROM config", "DELETE FROM log_head",
        "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)",
    ])
    func `a vault with an altered config, name or log head does not open`(sql: String) throws {
        let vault = try TemporaryVault(apps: ["property"])
        #expect(throws: (any Error).self) { try alter(vault, sql) }
    }

    @Test(arguments: [
        "UPDATE envelope SET until = until + 1000", "UPDATE envelope SET auth = zeroblob(32)",
        "UPDATE envelope SET blob = zeroblob(length(blob))", "UPDATE write_key SET blob = zeroblob(length(blob))",
    ])
    func `an altered envelope or write key stops the activation`(sql: String) throws {
        let vault = try TemporaryVault(apps: ["property"])
        let letter = try vault.enrol()
        try alter(vault, sql)
        #expect(throws: (any Error).self) {
            try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1)
        }
    }

    @Test func `an index row planted for someone else finds nobody`() throws {
        let vault = try TemporaryVault(apps: ["property", "health"])
        try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        try alter(vault, "UPDATE blind_index SET resident = 3 - resident WHERE field = 'contact.phone'")
        #expect(throws: (any Error).self) { try vault.pairwise("property", "property.service") }
    }

    @Test func `entries that someone else appended are not signed`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        #expect {
            try alter(vault, "INSERT INTO log SELECT max(seq) + 1, (SELECT entry FROM log WHERE seq = 2) FROM log")
        } throws: { ($0 as? VaultError)?.code == .integrity }
        let other = try TemporaryVault(apps: ["property"])
        #expect(throws: (any Error).self) { try alter(other, "UPDATE log_head SET frontier = zeroblob(8)") }
    }

    @Test(arguments: ["UPDATE write_key SET blob = zeroblob(length(blob))", "UPDATE cell SET blob = zeroblob(72)"])
    func `damaged rows do not keep a grant alive: a login and a revocation still work`(sql: String) throws {
        let vault = try TemporaryVault(apps: ["health"])
        let letter = try vault.enrol()
        let words = Array("correct horse battery".utf8)
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        let first = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
        let (grant, pid) = try vault.agreed(
            try vault.vault.authenticate(resident: first.session, uid: 1), "health", "health.followup")
        try alter(vault, sql)
        let opened = try vault.vault.logIn(letter.login, passphrase: words, uid: 1)
        try vault.vault.revoke(grant, caller: try vault.vault.authenticate(resident: opened.session, uid: 1))
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } == nil)
        #expect(try vault.entries().contains { $0["action"] == "withdrawn" && $0["reason"] == "state_differs" })
    }

    @Test func `a database older than the kept checkpoint does not open`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        try vault.reopen { try FileManager.default.copyItem(atPath: vault.path + "/vault.db", toPath: vault.path + "/old.db") }
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        #expect {
            try vault.reopen {
                for file in ["vault.db", "vault.db-wal", "vault.db-shm"] {
                    try? FileManager.default.removeItem(atPath: vault.path + "/" + file)
                }
                try FileManager.default.moveItem(atPath: vault.path + "/old.db", toPath: vault.path + "/vault.db")
            }
        } throws: { ($0 as? VaultError)?.code == .integrity }
        let report = try VaultVerification.verify(directory: vault.path, kept: [], key: nil)
        #expect(report.findings.contains { $0.kind == "truncated" })
    }

    @Test func `a missing checkpoint beside a log refuses`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        #expect {
            try vault.reopen { try FileManager.default.removeItem(atPath: vault.path + "/checkpoint") }
        } throws: { ($0 as? VaultError)?.code == .integrity }
    }
}
