import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// What somebody did to the rows behind the daemon's back, found by `verify --data` from public keys and ciphertext.
@Suite struct DataVerificationTests {
    /// A vault in which much has happened, closed so that its file can be altered.
    fileprivate struct Story {
        let vault: TemporaryVault
        let copies: [String: Row]
        let grant: GrantID

        init() throws {
            let vault = try TemporaryVault()
            self.vault = vault
            let resident = try vault.resident()
            try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
            let plates = try required(FieldName("vehicle.plates"))
            let permit = try vault.pairwise("parking", "parking.permit")
            let (given, pid) = try vault.agreed(resident, "health", "health.followup")
            grant = given
            _ = try vault.item("health", "health.followup", pid, ["health.chronic"])
            var held: [String: Row] = [:]
            try vault.reopen {
                let queue = try DatabaseQueue(path: vault.path + "/vault.db")
                try queue.read { db in
                    held["cell"] = try Row.fetchOne(
                        db, sql: "SELECT * FROM cell WHERE resident = 1 AND field = (SELECT id FROM name WHERE text = 'vehicle.plates')")
                    held["resident"] = try Row.fetchOne(db, sql: "SELECT * FROM resident WHERE number = 1")
                    held["grant"] = try Row.fetchOne(db, sql: "SELECT * FROM \"grant\" WHERE id = ?", arguments: [Data(given.bytes)])
                    held["bundle"] = try Row.fetchOne(db, sql: "SELECT * FROM bundle WHERE grant_id = ?", arguments: [Data(given.bytes)])
                    held["config"] = try Row.fetchOne(db, sql: "SELECT * FROM config")
                    held["write_key"] = try Row.fetchOne(db, sql: "SELECT * FROM write_key WHERE resident = 2")
                }
                try queue.close()
            }
            copies = held
            vault.clock.advance(seconds: 10)
            let again = try vault.vault.authenticate(
                resident: try vault.vault.logIn(
                    try vault.reader.store.read { try required(try $0.resident(number: 1)).login },
                    passphrase: Array("correct horse battery".utf8), uid: 1001
                ).session, uid: 1001)
            _ = try vault.vault.write(
                [plates: ["湘B22222"]], purpose: try required(PurposeName("parking.permit")), resident: permit,
                caller: try vault.caller("parking"))
            try vault.vault.revoke(given, caller: again)
            _ = try vault.vault.removeApp(try required(AppName("education")), uid: 0)
        }

        /// Alters the closed database, verifies, and gives what was found.
        func found(_ body: (Database) throws -> Void) throws -> [String] {
            try vault.vault.close()
            let queue = try DatabaseQueue(path: vault.path + "/vault.db")
            try queue.write(body)
            try queue.close()
            return try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
        }

        func put(_ table: String, into db: Database) throws {
            let row = try required(copies[table])
            let marks = row.databaseValues.map { _ in "?" }.joined(separator: ", ")
            try db.execute(
                sql: "INSERT OR REPLACE INTO \"\(table)\" VALUES (\(marks))", arguments: StatementArguments(row.databaseValues))
        }
    }

    @Test func `what nobody touched is as the log says`() throws {
        let story = try Story()
        #expect(try story.found { _ in } == [])
        let report = try VaultVerification.verify(directory: story.vault.path, data: true)
        #expect(report.sealsChecked == true)
    }

    @Test func `without the service key everything but the seals is checked, and the report says so`() throws {
        let story = try Story()
        try story.vault.vault.close()
        try FileManager.default.removeItem(atPath: story.vault.path + "/service.key")
        try FileManager.default.removeItem(atPath: story.vault.path + "/pepper")
        let report = try VaultVerification.verify(directory: story.vault.path, data: true)
        #expect(report.findings.isEmpty)
        #expect(report.sealsChecked == false)
        let queue = try DatabaseQueue(path: story.vault.path + "/vault.db")
        try queue.write { db in try db.execute(sql: "UPDATE cell SET time = time - 86400000 WHERE resident = 2") }
        try queue.close()
        #expect(try VaultVerification.verify(directory: story.vault.path, data: true).findings.isEmpty == false)
    }

    @Test func `a cell put back is named with the entry that wrote it last`() throws {
        let found = try Story().found2 { story, db in try story.put("cell", into: db) }
        #expect(found.contains { $0.contains("the cell vehicle.plates was rolled back: entry") && $0.contains("resident 1 ") })
    }

    @Test func `a cell replaced by other bytes is found`() throws {
        let found = try Story().found2 { _, db in
            try db.execute(sql: "UPDATE cell SET blob = zeroblob(length(blob)) WHERE resident = 1 AND field = (SELECT id FROM name WHERE text = 'home.room')")
        }
        #expect(found.contains { $0.contains("resident 1 ") && $0.contains("a row is not as entry") })
    }

    @Test func `a cell that was written anew without an entry is named`() throws {
        let found = try Story().found2 { _, db in
            try db.execute(sql: "UPDATE cell SET time = time + 500000 WHERE resident = 2 AND field = (SELECT id FROM name WHERE text = 'home.room')")
        }
        #expect(found.contains { $0.contains("resident 2 ") && $0.contains("the cell home.room was replaced") })
    }

    @Test func `a deleted cell, write key and resident are found`() throws {
        let cell = try Story().found2 { _, db in
            try db.execute(sql: "DELETE FROM cell WHERE resident = 1 AND field = (SELECT id FROM name WHERE text = 'vehicle.plates')")
        }
        #expect(cell.contains { $0.contains("the cell vehicle.plates is missing") })
        let key = try Story().found2 { _, db in try db.execute(sql: "DELETE FROM write_key WHERE resident = 2") }
        #expect(key.contains { $0.contains("resident 2 ") && $0.contains("the write key of epoch 1 is missing") })
        let person = try Story().found2 { _, db in try db.execute(sql: "DELETE FROM resident WHERE number = 2") }
        #expect(person.contains { $0.contains("the database holds 1 residents, the log says 2") })
        #expect(person.contains { $0.contains("the table cell holds") })
    }

    @Test func `a resident's row rolled back is found by the tag of the next revision`() throws {
        let found = try Story().found2 { story, db in try story.put("resident", into: db) }
        #expect(found.contains { $0.contains("the row was rolled back; entry") })
    }

    @Test func `a withdrawn grant and its bundle put back are named, each`() throws {
        let found = try Story().found2 { story, db in
            try story.put("grant", into: db)
            try story.put("bundle", into: db)
        }
        #expect(found.contains { $0.contains("is given here and withdrawn since entry") })
        let bundle = try Story().found2 { story, db in try story.put("bundle", into: db) }
        #expect(bundle.contains { $0.contains("has ended and still has keys") })
    }

    @Test func `a grant that nobody gave, one that is gone and a statement exchanged are named`() throws {
        let inserted = try Story().found2 { _, db in
            try db.execute(
                sql: """
                    INSERT INTO "grant" SELECT NULL, randomblob(16), resident, recipient, purpose, state, until, ended, statement,
                    signature, seal FROM "grant" WHERE resident = 2 LIMIT 1
                    """)
        }
        #expect(inserted.contains { $0.contains("was inserted: no entry gave it") })
        let gone = try Story().found2 { _, db in
            try db.execute(sql: "DELETE FROM bundle WHERE grant_id IN (SELECT id FROM \"grant\" WHERE resident = 2)")
            try db.execute(sql: "DELETE FROM \"grant\" WHERE resident = 2")
        }
        #expect(gone.contains { $0.hasPrefix("data: the grant ") && $0.contains("is not in the database") })
        let exchanged = try Story().found2 { _, db in
            try db.execute(
                sql: """
                    UPDATE "grant" SET statement = CAST(replace(CAST(statement AS TEXT), '"reads_per_day":', '"reads_per_day":9') AS BLOB)
                    WHERE resident = 2
                    """)
        }
        #expect(exchanged.contains { $0.contains("its statement is not the one that entry") })
        #expect(exchanged.contains { $0.contains("its signature does not verify") })
    }

    @Test func `a live grant without its bundle, and one whose supplement is gone, are named`() throws {
        let bundle = try Story().found2 { _, db in
            try db.execute(sql: "DELETE FROM bundle WHERE grant_id IN (SELECT id FROM \"grant\" WHERE resident = 2 AND state = 'given')")
        }
        #expect(bundle.contains { $0.contains("its bundle is missing") })
        let vault = try TemporaryVault()
        try vault.enrol()
        let writer = try vault.pairwise("property", "property.service")
        _ = writer
        _ = try vault.vault.update(
            [[try required(FieldName("person.id_number")): try required(SamplePerson.adult.fields["person.id_number"]),
              try required(FieldName("health.allergies")): ["x"]]], caller: try vault.caller("health"))
        try vault.vault.close()
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        let supplements = try queue.write { db -> Int in
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM supplement") ?? 0
            try db.execute(sql: "DELETE FROM supplement")
            return count
        }
        try queue.close()
        let found = try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
        #expect(found.contains { $0.contains("no key reaches") } == (supplements > 0))
    }

    @Test func `an older config put back names the app that it changes`() throws {
        let found = try Story().found2 { story, db in
            try db.execute(sql: "DELETE FROM config")
            try story.put("config", into: db)
        }
        #expect(found.contains { $0.contains("the app education is not as the log's changes leave it") })
    }

    @Test func `a policy and an app planted in the config are named`() throws {
        let found = try Story().found2 { _, db in
            try db.execute(
                sql: """
                    UPDATE config SET body = CAST(replace(replace(CAST(body AS TEXT), '"reads_per_day":', '"reads_per_day":9'),
                    '"apps":{', '"apps":{"aaa":{},') AS BLOB)
                    """)
        }
        #expect(found.contains { $0.contains("the app aaa was inserted") })
        #expect(found.contains { $0.contains("the policies' purposes, parking.permit: not as in the log") })
        #expect(found.contains { $0.contains("the config's row does not fit its seal") })
    }

    @Test func `a row that is not in its form is named, and the others are still looked at`() throws {
        let found = try Story().found2 { _, db in
            try db.execute(sql: "UPDATE resident SET login = 'x' WHERE number = 1")
            try db.execute(sql: "DELETE FROM write_key WHERE resident = 2")
        }
        #expect(found.contains { $0.contains("resident 1: ") })
        #expect(found.contains { $0.contains("resident 2 ") && $0.contains("the write key of epoch 1 is missing") })
    }

    @Test func `an exchanged place in the index of tags is found`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        for _ in 0..<300 { _ = try vault.item("property", "property.service", pid, ["home.room"]) }
        try vault.vault.close()
        let queue = try DatabaseQueue(path: vault.path + "/vault.db")
        try queue.write { db in
            try db.execute(sql: "UPDATE subject_tag SET places = zeroblob(length(places))")
            #expect(db.changesCount == 1)
        }
        try queue.close()
        let found = try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
        #expect(found == ["data: the table subject_tag is not what the entries make"])
    }

    @Test func `a planted auditor is named`() throws {
        let found = try Story().found2 { _, db in
            try db.execute(
                sql: """
                    UPDATE config SET body = CAST(replace(CAST(body AS TEXT), '"auditors":{}',
                    '"auditors":{"spy":{"added":1,"auth":"AAAA","operator_held":false}}') AS BLOB)
                    """)
        }
        #expect(found.contains { $0.contains("the auditor spy was inserted") })
    }

    @Test func `rows of nobody, and helping tables that were altered, are found`() throws {
        let found = try Story().found2 { _, db in
            try db.execute(sql: "INSERT INTO write_key VALUES (99, 1, zeroblob(10), zeroblob(16))")
            try db.execute(sql: "DELETE FROM state_tag WHERE seq = (SELECT max(seq) FROM state_tag)")
            try db.execute(sql: "INSERT INTO subject_tag VALUES (1, 1, zeroblob(12))")
            try db.execute(sql: "INSERT INTO tile VALUES (0, 7, zeroblob(32))")
        }
        #expect(found.contains { $0.contains("the table write_key holds 1 rows of nobody") })
        #expect(found.contains { $0.contains("the table state_tag is not what the entries make") })
        #expect(found.contains { $0.contains("the table subject_tag is not what the entries make") })
        #expect(found.contains { $0.contains("the table tile holds other tiles") })
    }

    @Test func `a row sealed by nobody is named by its table`() throws {
        for (sql, table) in [
            ("UPDATE blind_index SET seal = zeroblob(16) WHERE resident = 2", "blind_index"),
            ("UPDATE envelope SET seal = zeroblob(16) WHERE resident = 2", "envelope"),
            ("UPDATE pairwise SET seal = zeroblob(16) WHERE resident = 2", "pairwise"),
            ("UPDATE bundle SET seal = zeroblob(16)", "bundle"),
            ("UPDATE resident SET seal = zeroblob(16) WHERE number = 2", "resident"),
        ] {
            let found = try Story().found2 { _, db in try db.execute(sql: sql) }
            #expect(found.contains { $0.contains("a row of the table \(table) does not fit its seal") }, "\(table): \(found)")
        }
    }
}

extension DataVerificationTests.Story {
    fileprivate func found2(_ body: (Self, Database) throws -> Void) throws -> [String] { try found { try body(self, $0) } }
}
