import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Erasing a resident, a field and a category (design, promise 8).
@Suite struct ErasureTests {
    static let neighbour = SamplePerson.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7)

    private func field(_ name: String) throws -> FieldName { try required(FieldName(name)) }

    private func code(_ body: () throws -> Void) -> VaultError.Code? {
        do { try body() } catch { return (error as? VaultError)?.code }
        return nil
    }

    @discardableResult
    private func erase(
        _ vault: TemporaryVault, _ login: LoginName, _ scope: ErasureScope = .everything, _ ground: ErasureGround = .movedOut
    ) throws -> ErasureOutcome {
        try vault.vault.erase(scope, login: login, ground: ground, uid: 0, reader: vault.reader)
    }

    private func findings(_ vault: TemporaryVault) throws -> [String] {
        try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
    }

    @Test func `whatever number was planted in the unsealed row that asks for scrubbing, an erasure is done and scrubbed`() throws {
        let vault = try TemporaryVault()
        let login = try vault.enrol().login
        try DatabaseQueue(path: VaultDirectory(vault.path).database).write {
            try $0.execute(sql: "INSERT OR REPLACE INTO scrub VALUES (0, ?, x'00')", arguments: [Int64.max])
        }
        #expect(try erase(vault, login).isScrubbed)
        #expect(try findings(vault) == [])
    }

    @Test func `an erased resident is gone for everyone, the log ends all they gave, and every check is clean`() throws {
        let vault = try TemporaryVault()
        let login = try vault.enrol().login
        try vault.enrol(Self.neighbour)
        let pid = try vault.pairwise("property", "property.service")
        let outcome = try erase(vault, login)
        #expect(outcome.fields == nil)
        #expect(outcome.isScrubbed)
        let after = try vault.item("property", "property.service", pid, ["home.room"])
        #expect(after["code"] == "no_grant")
        #expect(try vault.reader.store.read { try $0.residentCount() } == 1)
        let entries = try vault.entries().filter { $0["action"] == "erased" }
        let own = try required(entries.last)
        #expect(own["app"] == nil)
        #expect(own["rule"] == "moved_out")
        #expect(own["role"] == "operator")
        let subject = try required(own["subjects"]?.array?.first)
        #expect(subject["state"] == nil && subject["state_tag"] != nil && subject["grant"] == nil)
        // Every grant that was given to them has an end.
        let tags = Set(try vault.entries().filter { $0["action"] == "given" }.flatMap { $0["subjects"]?.array ?? [] }.compactMap { $0["grant"]?.string })
        let ended = Set(entries.flatMap { $0["subjects"]?.array ?? [] }.compactMap { $0["grant"]?.string })
        #expect(!ended.isEmpty && ended.isSubset(of: tags) && ended.count * 2 == tags.count)
        #expect(try findings(vault) == [])
        #expect(code { try erase(vault, login) } == .notFound)
        #expect(code { try erase(vault, LoginName.random()) } == .notFound)
        // A later resident does not get the number of the one who went.
        try vault.enrol(.make("新人", phone: "13700137000", born: "1990-02-02", sequence: 8))
        #expect(try vault.reader.store.read { try $0.resident(number: 1) } == nil)
        #expect(try findings(vault) == [])
    }

    @Test func `the resident's sessions end with them, and nothing they held still works`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1001)
        let session = try vault.vault.logIn(letter.login, passphrase: Array("correct horse battery".utf8), uid: 1001).session
        let caller = try vault.vault.authenticate(resident: session, uid: 1001)
        try erase(vault, letter.login, .everything, .died)
        #expect(code { _ = try vault.vault.authenticate(resident: session, uid: 1001) } == .unauthorized)
        #expect(code { _ = try vault.vault.ownFields(caller, uid: 1001) } == .notFound)
        #expect(code { _ = try vault.vault.logIn(letter.login, passphrase: Array("correct horse battery".utf8), uid: 1001) } == .unauthorized)
        #expect(code { _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1001) } == .unauthorized)
    }

    @Test func `a resident erases a field: it is gone, the keys of others stay, and whoever reads it gets nothing`() throws {
        let vault = try TemporaryVault(apps: ["parking", "committee"])
        let resident = try vault.resident()
        let (grant, pid) = try vault.agreed(resident, "committee", "committee.register")
        _ = try vault.item("committee", "committee.register", pid, ["home.unit"])
        let room = try field("home.room")
        vault.reader.endView()
        let outcome = try vault.vault.erase(.fields([room]), caller: resident, uid: 1001, reader: vault.reader)
        #expect(outcome.fields == [room])
        #expect(outcome.kept.isEmpty && outcome.isScrubbed)
        let (fields, _) = try vault.vault.ownFields(resident, uid: 1001)
        #expect(!fields.contains { $0.field == room })
        // The bundle was sealed anew, without the field's key.
        let bundle = try vault.reader.store.read { try $0.bundle(grant: grant) }
        #expect(bundle?.form == .sealed)
        let item = try vault.item("committee", "committee.register", pid, ["home.unit", "home.room"])
        #expect(item["fields"]?["home.unit"] != nil)
        #expect(item["withheld"]?.array?.first?["code"] == "absent")
        #expect(try findings(vault) == [])
        let again = code { _ = try vault.vault.erase(.fields([room]), caller: resident, uid: 1001, reader: vault.reader) }
        #expect(again == .notFound)
    }

    @Test func `what a contract or a law still needs is kept from the resident's word, and the operator's reason is logged`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let login = try vault.vault.loginName(resident, reader: vault.reader)
        func mine(_ scope: ErasureScope) throws -> ErasureOutcome {
            try vault.vault.erase(scope, caller: resident, uid: 1001, reader: vault.reader)
        }
        #expect(code { _ = try mine(.everything) } == .forbidden)
        #expect(code { _ = try mine(.fields([try field("home.room"), try field("person.birth_date")])) } == .forbidden)
        #expect(try vault.vault.ownFields(resident, uid: 1001).0.contains { $0.field.text == "person.birth_date" })
        do { _ = try mine(.fields([try field("home.room")])) } catch let error as VaultError {
            #expect(error.hint?.contains("property") == true)
        }
        // Of a category what can go goes, and what stays is named with who needs it.
        let person = try mine(.category("person"))
        #expect(person.fields?.map(\.text) == ["person.birth_date", "person.id_number"])
        #expect(person.kept.map(\.field.text) == ["person.name"])
        #expect(person.kept.first?.parties.contains("property") == true)
        let operators = try erase(vault, login, .fields([try field("home.room")]), .unlawful)
        #expect(operators.fields?.map(\.text) == ["home.room"])
        #expect(try vault.entries().last?["rule"] == "unlawful")
        #expect(try findings(vault) == [])
    }

    @Test func `rows taken out without an entry are found, also when one resident is put in another's place`() throws {
        let vault = try TemporaryVault()
        let login = try vault.enrol().login
        try vault.enrol(Self.neighbour)
        var copies: [(table: String, row: Row)] = []
        let tables = ["cell", "write_key", "pairwise", "blind_index", "envelope", "grant"]
        try vault.vault.close()
        let before = try DatabaseQueue(path: vault.path + "/vault.db")
        try before.read { db in
            for table in tables {
                for row in try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\" WHERE resident = 1") { copies.append((table, row)) }
            }
            for row in try Row.fetchAll(db, sql: "SELECT * FROM bundle WHERE grant_id IN (SELECT id FROM \"grant\" WHERE resident = 1)") { copies.append(("bundle", row)) }
            for row in try Row.fetchAll(db, sql: "SELECT * FROM resident WHERE number = 1") { copies.append(("resident", row)) }
        }
        try before.close()
        try vault.reopenAfterFailure {}
        try erase(vault, login)
        #expect(try findings(vault) == [])
        try vault.vault.close()
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        try queue.write { db in
            for (table, row) in copies {
                let marks = row.databaseValues.map { _ in "?" }.joined(separator: ", ")
                try db.execute(sql: "INSERT INTO \"\(table)\" VALUES (\(marks))", arguments: StatementArguments(row.databaseValues))
            }
        }
        let restored = try findings(vault)
        #expect(restored.contains { $0.contains("resident 1 ") && $0.contains("erased them, and their rows are here again") })
        #expect(restored.contains { $0.contains("the database holds 2 residents, the log says 1") })
        #expect(restored.contains { $0.contains("erased it, and it is here again") })
        // The neighbour is taken out, so that the number is right again.
        try queue.write { db in
            try db.execute(sql: "DELETE FROM bundle WHERE grant_id IN (SELECT id FROM \"grant\" WHERE resident = 2)")
            for table in tables { try db.execute(sql: "DELETE FROM \"\(table)\" WHERE resident = 2") }
            try db.execute(sql: "DELETE FROM resident WHERE number = 2")
        }
        try queue.close()
        let exchanged = try findings(vault)
        #expect(!exchanged.contains { $0.contains("the database holds") })
        #expect(exchanged.contains { $0.contains("is missing: no entry erased them") })
        #expect(exchanged.contains { $0.contains("is not in the database") })
    }

    @Test func `damaged rows do not keep a resident from being erased, and the entry says that they differed`() throws {
        for sql in [
            "UPDATE resident SET seal = zeroblob(16), epoch = 9 WHERE number = 1", "UPDATE \"grant\" SET seal = zeroblob(16), until = 7",
            "UPDATE \"grant\" SET statement = zeroblob(5)", "UPDATE cell SET blob = zeroblob(3)", "DELETE FROM write_key",
            "UPDATE pairwise SET id = randomblob(16)", "UPDATE envelope SET blob = zeroblob(1)",
        ] {
            let vault = try TemporaryVault()
            let login = try vault.enrol().login
            try vault.alter(sql)
            try erase(vault, login)
            #expect(try vault.entries().last?["reason"] == "state_differs", "\(sql)")
            #expect(try findings(vault).filter { !$0.contains("did not vouch for") } == [], "\(sql)")
        }
    }

    @Test func `who acted for others does so no more, and what was given under that ends too`() throws {
        let vault = try TemporaryVault()
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let grant = try vault.delegated(ward, to: helper.resident, ["contact.phone", "health.chronic"])
        try erase(vault, try vault.vault.loginName(helper, reader: vault.reader), .everything, .died)
        let row = try required(try vault.reader.store.read { try $0.grant(id: grant) })
        #expect(row.state == .terminated)
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } == nil)
        let entry = try required(try vault.entries().last { $0["action"] == "terminated" })
        #expect(entry["reason"] == "delegate_erased")
        #expect(entry["subjects"]?.array?.first?["state"] != nil)
        #expect(try findings(vault) == [])
        // The other's own fields moved on: the next login takes them to new keys.
        let login = try vault.vault.loginName(ward, reader: vault.reader)
        _ = try vault.vault.logIn(login, passphrase: Array("correct horse battery".utf8), uid: 1001)
        #expect(try findings(vault) == [])
    }

    @Test func `a delegation ends with the person it is about, and a field that goes leaves its bundle`() throws {
        let vault = try TemporaryVault(apps: ["parking"])
        let (ward, helper) = (try vault.resident(), try vault.resident(.helper))
        let grant = try vault.delegated(ward, to: helper.resident, ["contact.phone", "health.chronic"])
        let phone = try field("contact.phone")
        _ = try vault.vault.erase(.fields([phone]), caller: ward, uid: 1001, reader: vault.reader)
        #expect(try vault.opened(grant, by: helper) == ["health.chronic"])
        #expect(try findings(vault) == [])
        try erase(vault, try vault.vault.loginName(ward, reader: vault.reader))
        #expect(try vault.reader.store.read { try $0.grant(id: grant) } == nil)
        let ended = try vault.entries().filter { $0["action"] == "erased" }
        #expect(ended.contains { $0["app"] == nil && $0["subjects"]?.array?.first?["grant"]?.string == grant.base64 })
        #expect(try findings(vault) == [])
    }

    @Test func `custodians hold nothing of an erased resident, and the shares of others stay`() throws {
        let (vault, _) = try TemporaryVault.withCustodians()
        let login = try vault.enrol().login
        try vault.enrol(Self.neighbour)
        var search = FileSearch()
        let target = try required(try vault.reader.store.read { try $0.resident(login: login) })
        try vault.reader.store.read { try search.look(for: target, $0, values: []) }
        #expect(try vault.reader.store.read { try $0.shares(of: target.reference) }.count == 3)
        #expect(try erase(vault, login).isScrubbed)
        #expect(try search.hits(in: vault.path) == [])
        let other = try required(try vault.reader.store.read { try $0.resident(number: 2) })
        #expect(try vault.reader.store.read { try $0.shares(of: other.reference) }.count == 3)
        #expect(try findings(vault) == [])
    }

    @Test func `a login that meets the erasure leaves no session behind`() async throws {
        let vault = try TemporaryVault(apps: [])
        let letter = try vault.enrol()
        let words = Array("correct horse battery".utf8)
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1001)
        let sessions = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for _ in 0..<3 { group.addTask { try? vault.vault.logIn(letter.login, passphrase: words, uid: 1001).session } }
            group.addTask {
                _ = try vault.vault.erase(.everything, login: letter.login, ground: .asked, uid: 0, reader: try vault.vault.reader())
                return nil
            }
            return try await group.reduce(into: [[UInt8]]()) { if let session = $1 { $0.append(session) } }
        }
        for session in sessions {
            #expect(code { _ = try vault.vault.authenticate(resident: session, uid: 1001) } == .unauthorized)
        }
        #expect(try findings(vault) == [])
    }
}
