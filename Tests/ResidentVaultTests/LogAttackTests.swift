import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultPolicy
import VaultStore

@testable import ResidentVault

/// Someone who writes the database while the daemon runs, and moments at which it mattered. Each of these worked once.
@Suite struct LogAttackTests {
    private let words = Array("correct horse battery".utf8)

    private func live(_ vault: TemporaryVault, _ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        try queue.write(body)
        try queue.close()
    }

    private func rows(_ vault: TemporaryVault, _ sql: String) throws -> [Row] {
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        defer { try? queue.close() }
        return try queue.read { try Row.fetchAll($0, sql: sql) }
    }

    private func insert(_ db: Database, _ table: String, _ row: Row) throws {
        let marks = row.databaseValues.map { _ in "?" }.joined(separator: ", ")
        try db.execute(
            sql: "INSERT OR REPLACE INTO \"\(table)\" VALUES (\(marks))", arguments: StatementArguments(row.databaseValues))
    }

    private func activated(_ vault: TemporaryVault) throws -> () throws -> ResidentCaller {
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        return {
            try vault.vault.authenticate(
                resident: try vault.vault.logIn(letter.login, passphrase: words, uid: 1).session, uid: 1)
        }
    }

    private func findings(_ vault: TemporaryVault) throws -> [String] {
        try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
    }

    private let alteration = """
        UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), '"role":"operator"', '"role":"attacker"') AS BLOB)
        WHERE seq = 1
        """

    @Test func `nothing is signed or proved on the word of altered rows`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let honest = vault.vault.checkpoint()
        try live(vault) { db in
            try db.execute(sql: alteration)
            #expect(db.changesCount == 1)
        }
        for ask in [
            { _ = try vault.vault.consistency(from: 1, to: 2, reader: vault.reader) },
            { _ = try vault.vault.consistency(from: 1, to: nil, reader: vault.reader) },
            { _ = try vault.vault.inclusionProof(1, reader: vault.reader) },
            { _ = try vault.vault.inclusionProof(0, reader: vault.reader) },
        ] as [() throws -> Void] {
            #expect { try ask() } throws: { ($0 as? VaultError)?.code == .integrity }
        }
        #expect(vault.vault.checkpoint() == honest)
        try live(vault) { db in
            try db.execute(sql: "INSERT INTO log SELECT seq + 100, entry FROM log WHERE seq < 2")
        }
        let size = try vault.vault.logSize()
        #expect(throws: VaultError.self) { try vault.vault.consistency(from: 1, to: size + 1, reader: vault.reader) }
    }

    @Test(arguments: [
        "UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), '\"time\":', '\"tyme\":') AS BLOB) WHERE seq = 3",
        "DELETE FROM log WHERE seq = 3", "DELETE FROM tile", "UPDATE tile SET hashes = zeroblob(8192)",
    ])
    func `an altered entry or tile stops neither reads nor revocations, over a tile's end and a restart`(sql: String) throws {
        let vault = try TemporaryVault(apps: ["property", "health"])
        let login = try activated(vault)
        let (grant, _) = try vault.agreed(try login(), "health", "health.followup")
        let pid = try vault.pairwise("property", "property.service")
        for _ in 0..<260 { _ = try vault.item("property", "property.service", pid, ["home.room"]) }
        try live(vault) { try $0.execute(sql: sql) }
        for _ in 0..<260 { _ = try vault.item("property", "property.service", pid, ["home.room"]) }
        vault.clock.advance(seconds: 86_400)
        #expect(try vault.item("property", "property.service", pid, ["home.room"])["fields"] != nil)
        try vault.reopen()
        for _ in 0..<260 { _ = try vault.item("property", "property.service", pid, ["home.room"]) }
        try vault.vault.revoke(grant, caller: try login())
        #expect(vault.vault.logIsSound)
        let found = try findings(vault)
        if sql == "DELETE FROM tile" {
            // Missing tiles are made again at the start.
            #expect(found == [])
        } else if sql.contains("tile") {
            #expect(found.contains { $0.hasPrefix("tile/0/000: the stored hashes are not what the entries make") })
            try vault.reopen(remakingTiles: true)
            #expect(try findings(vault) == [])
        } else {
            #expect(found.contains { $0.contains("entry 3") || $0.contains("entry 4") })
        }
    }

    @Test func `a start over an altered entry of the open tile serves residents, says so, and proves nothing`() throws {
        let vault = try TemporaryVault(apps: ["property", "health"])
        let login = try activated(vault)
        let (grant, _) = try vault.agreed(try login(), "health", "health.followup")
        try vault.reopen { try live(vault) { try $0.execute(sql: alteration) } }
        #expect(!vault.vault.logIsSound)
        try vault.vault.revoke(grant, caller: try login())
        let pid = try vault.pairwise("property", "property.service")
        for _ in 0..<300 { _ = try vault.item("property", "property.service", pid, ["home.room"]) }
        #expect(throws: VaultError.self) { try vault.vault.inclusionProof(1, reader: vault.reader) }
        #expect(try findings(vault).contains { $0.contains("entry 1:") || $0.contains("altered") })
    }

    @Test func `a value put back beside a log row that was fitted to it is not covered by the next change`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("parking", "parking.permit")
        let purpose = try required(PurposeName("parking.permit"))
        func write(_ name: String, _ value: JSON) throws {
            vault.clock.advance(seconds: 5)
            _ = try vault.vault.write(
                [try required(FieldName(name)): value], purpose: purpose, resident: pid, caller: try vault.caller("parking"))
        }
        try write("vehicle.plates", ["湘A11111"])
        let cell = "resident = 1 AND field = (SELECT id FROM name WHERE text = 'vehicle.plates')"
        let old = try required(try rows(vault, "SELECT * FROM cell WHERE \(cell)").first)
        try write("vehicle.plates", ["湘B22222"])
        try write("vehicle.spaces", ["B2-1"])
        let logged = try required(try rows(vault, "SELECT * FROM log ORDER BY seq DESC LIMIT 1").first)
        let good = try required(try LogEntry(decoding: [UInt8](logged["entry"] as Data)).subjects[0].state)
        try live(vault) { try insert($0, "cell", old) }
        let bad = try vault.reader.store.read {
            Hash.blake2b256(try $0.stateBytes(of: try required(try $0.resident(number: 1))))
        }
        try live(vault) { db in
            try db.execute(
                sql: "UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), ?, ?) AS BLOB) WHERE seq = ?",
                arguments: [Base64URL.encode(good), Base64URL.encode(bad), logged["seq"] as Int64])
            try db.execute(sql: "UPDATE state_tag SET state = ? WHERE seq = ?", arguments: [Data(bad), logged["seq"] as Int64])
        }
        #expect { try write("vehicle.spaces", ["B3-1"]) } throws: { ($0 as? VaultError)?.code == .integrity }
        #expect(try vault.entries().last?["app"] == "parking")
        #expect(try vault.entries().last?["reason"] == "state_differs")
    }

    @Test func `an older config beside a log row that was fitted to it does not start`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let old = try required(try rows(vault, "SELECT * FROM config").first)
        let before = vault.vault.config.digest
        _ = try vault.vault.removeApp(try required(AppName("property")), uid: 0)
        let after = vault.vault.config.digest
        #expect {
            try vault.reopen {
                try live(vault) { db in
                    try db.execute(sql: "DELETE FROM config")
                    try insert(db, "config", old)
                    try db.execute(
                        sql: """
                            UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), ?, ?) AS BLOB)
                            WHERE seq = (SELECT max(seq) FROM log)
                            """, arguments: [Base64URL.encode(after), Base64URL.encode(before)])
                }
            }
        } throws: { ($0 as? VaultError)?.code == .integrity }
    }

    @Test func `a clock that leaps between the start and the first entry destroys and moves nothing`() throws {
        let vault = try TemporaryVault()
        let login = try activated(vault)
        _ = try login()
        try vault.reopen()
        let bundles = try rows(vault, "SELECT 1 FROM bundle").count
        vault.clock.leap(seconds: 60 * 365 * 86_400)
        #expect { try login() } throws: { ($0 as? VaultError)?.code == .clock }
        #expect(throws: VaultError.self) { try vault.vault.beat() }
        #expect(try vault.vault.archive(uid: 0).moved == 0)
        #expect(try rows(vault, "SELECT 1 FROM bundle").count == bundles)
    }

    @Test func `a damaged entry, and a resident's rows put back whole, keep nobody from logging in and revoking`() throws {
        let vault = try TemporaryVault()
        let login = try activated(vault)
        let caller = try login()
        let (grant, pid) = try vault.agreed(caller, "health", "health.followup")
        let tables = [
            "resident": "number = 1", "cell": "resident = 1", "write_key": "resident = 1", "grant": "resident = 1",
            "pairwise": "resident = 1", "blind_index": "resident = 1", "envelope": "resident = 1", "proposal": "resident = 1",
            "bundle": "1", "supplement": "1",
        ]
        var held: [String: [Row]] = [:]
        for (table, condition) in tables { held[table] = try rows(vault, "SELECT * FROM \"\(table)\" WHERE \(condition)") }
        try vault.vault.revoke(grant, caller: caller)
        try live(vault) { db in
            for (table, condition) in tables {
                try db.execute(sql: "DELETE FROM \"\(table)\" WHERE \(condition)")
                for row in held[table] ?? [] { try insert(db, table, row) }
            }
        }
        let again = try login()
        #expect(try vault.entries().last?["reason"] == "state_differs")
        try vault.vault.revoke(grant, caller: again)
        #expect(try vault.entries().last?["reason"] == "state_differs")
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        let seq: Int64 = try required(try rows(vault, "SELECT max(seq) s FROM state_tag").first)["s"]
        try live(vault) { db in
            try db.execute(sql: "UPDATE log SET entry = zeroblob(9) WHERE seq = ?", arguments: [seq])
        }
        _ = try login()
    }

    @Test(arguments: [false, true])
    func `a night without the machine, and a grant that ran out in it, are no finding`(isRenewed: Bool) throws {
        let vault = try TemporaryVault()
        let login = try activated(vault)
        _ = try vault.agreed(
            try login(), "health", "health.followup", until: vault.clock.now().advanced(bySeconds: 3 * 3600))
        try vault.reopen { vault.clock.advance(seconds: 10 * 3600) }
        let caller = try login()
        if isRenewed {
            _ = try vault.vault.changePassphrase(old: words, new: Array("quite another phrase".utf8), caller: caller)
        }
        #expect(try findings(vault) == [])
    }

    @Test func `requests, counts and the clock's row that were forged are found by their seals`() throws {
        let vault = try TemporaryVault()
        let login = try activated(vault)
        _ = try vault.agreed(try login(), "health", "health.followup")
        let pid = try vault.pairwise("property", "property.service")
        _ = try vault.item("property", "property.service", pid, ["home.room"])
        #expect(try findings(vault) == [])
        try vault.vault.close()
        try live(vault) { db in
            try db.execute(sql: "UPDATE access_request SET state = 'requested'")
            try db.execute(sql: "UPDATE daily_count SET counts = zeroblob(12)")
            try db.execute(sql: "UPDATE clock SET readings = zeroblob(17)")
        }
        let found = try findings(vault)
        for table in ["access_request", "daily_count", "clock"] {
            #expect(found.contains { $0.contains("rows of the table \(table) do not fit their seals") })
        }
    }

    @Test func `a resident sees the read that failed on their damaged row, and nothing of what a neighbour has`() throws {
        let vault = try TemporaryVault(apps: ["property", "parking"])
        let resident = try vault.resident()
        var other = SamplePerson.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7)
        other.fields["vehicle.plates"] = nil
        let letter = try vault.enrol(other)
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 2)
        let neighbour = try vault.vault.authenticate(
            resident: try vault.vault.logIn(letter.login, passphrase: words, uid: 2).session, uid: 2)
        let one = try vault.pairwise("parking", "parking.permit")
        let two = try vault.pairwise("parking", "parking.permit", phone: "13600136000")
        let fields = try required(
            vault.vault.config.config.policies.purposes[try required(PurposeName("parking.permit"))]
        ).fields.keys.map(\.text).sorted()
        _ = try vault.read("parking", "parking.permit", [one, two], fields)
        let page = try vault.vault.history(neighbour, before: nil, limit: 1, reader: vault.reader).entries
        #expect(page.first?.action == "read")
        #expect(page.first?.fields.contains { $0.field.text == "vehicle.plates" } == false)
        #expect(page.first?.form == nil)
        try live(vault) { try $0.execute(sql: "UPDATE \"grant\" SET ended = 5 WHERE resident = 1") }
        _ = try vault.read("parking", "parking.permit", [one], fields)
        let own = try vault.vault.history(resident, before: nil, limit: 1, reader: vault.reader).entries
        #expect(own.first?.outcome == "unavailable")
    }

    @Test func `a declined change names who proposed it`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let number = try required(SamplePerson.adult.fields["person.id_number"])
        _ = try vault.vault.update(
            [[try required(FieldName("person.id_number")): number, try required(FieldName("home.room")): "101"]],
            caller: try vault.caller("health"))
        try vault.vault.declineProposal(try required(FieldName("home.room")), caller: resident)
        let newest = try vault.vault.history(resident, before: nil, limit: 1, reader: vault.reader).entries.first
        #expect(newest?.action == "denied")
        #expect(newest?.app?.text == "health")
        #expect(newest?.reason == "proposal_declined")
        #expect(try findings(vault) == [])
    }

    @Test func `an auditor who is removed while asking gets nothing, and a new one of that name is logged anew`() throws {
        let vault = try TemporaryVault(apps: [])
        let name = try required(AuditorName("office"))
        func added() throws -> LogReader {
            let credential = try Credential.random(.auditor, name: "office")
            _ = try vault.vault.addAuditor(name, auth: try credential.secret.authDigest(), operatorHeld: false, uid: 0)
            return try vault.vault.authenticate(auditor: try credential.text().withBytes { Array($0) }, uid: 7)
        }
        let first = try added()
        try vault.vault.noteReading(by: first)
        try vault.vault.removeAuditor(name, uid: 0)
        #expect { try vault.vault.noteReading(by: first) } throws: { ($0 as? VaultError)?.code == .unauthorized }
        try vault.vault.noteReading(by: try added())
        #expect(try vault.entries().filter { $0["action"] == "audited" }.count == 2)
    }
}
