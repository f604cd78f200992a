import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// The service key changes while the vault serves.
@Suite struct ServiceKeyRotationTests {
    private let words = Array("correct horse battery".utf8)

    private func person(_ index: Int) -> SamplePerson {
        .make("住户\(index)", phone: "1380013\(8000 + index)", born: "1980-01-01", sequence: 20 + index)
    }

    private func expectSound(_ vault: TemporaryVault, line: Int = #line) throws {
        let found = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(found.findings.map(\.text) == [], "line \(line)")
        #expect(found.sealsChecked == true)
    }

    /// Puts a new key in force; the rows have not moved yet.
    private func begin(_ vault: TemporaryVault) throws {
        let change = try vault.vault.proposeServiceKey()
        try vault.vault.change(change.bytes, uid: 0)
    }

    private func rotate(_ vault: TemporaryVault) throws {
        try begin(vault)
        try vault.vault.workOffRotations()
    }

    private func underWay(_ vault: TemporaryVault) throws -> Bool {
        try vault.vault.rotationOverview(reader: vault.reader).rotations.contains { $0.finished == nil }
    }

    private func key(_ path: String) throws -> ServiceKeys {
        try ServiceKeys(try SecretFile(path).readKey(as: KeyRole.Service.self))
    }

    /// How many sealed rows of a table fit a key.
    private func fitting(_ vault: TemporaryVault, _ keys: ServiceKeys) throws -> (rows: Int, fit: Int) {
        let reader = try VaultDatabase.openForReading(
            path: VaultDirectory(vault.path).database, sealer: KeySet(service: keys))
        return try reader.read { snapshot in
            var (rows, fit) = (0, 0)
            for number in try snapshot.residentNumbers(after: 0, limit: 1000) {
                rows += 1
                if let resident = try? snapshot.resident(number: number), try snapshot.damagedTables(of: resident.reference).isEmpty {
                    fit += 1
                }
            }
            rows += 1
            if try snapshot.damagedLooseRows().isEmpty { fit += 1 }
            return (rows, fit)
        }
    }

    @Test func `everything moves to a new service key: seals, indexes, the log's and the issuing key`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        let resident = try vault.resident()
        for index in 1..<4 { try vault.enrol(person(index)) }
        let (_, pid) = try vault.agreed(resident, "health", "health.followup")
        let (grant, _) = try vault.agreed(resident, "parking", "parking.contact")
        let before = try vault.pairwise("property", "property.service")
        let old = try FileBytes.read(directory.serviceKey)
        let oldKeys = try key(directory.serviceKey)
        let oldNote = vault.vault.checkpoint()
        let oldKey = try VerifierKey(parsing: vault.vault.logKey)
        try begin(vault)
        #expect(try FileBytes.read(directory.serviceKey) != old)
        #expect(try FileBytes.read(directory.serviceKey + ".old") == old)
        #expect(try vault.vault.logKey != oldKey.text)
        #expect(String(decoding: try FileBytes.read(directory.logKey), as: UTF8.self) == (try vault.vault.logKey) + "\n")
        try expectSound(vault)
        // Look-ups, reads, logins and enrolments go on while no row has moved, and when some have.
        #expect(try vault.pairwise("property", "property.service") == before)
        try vault.enrol(person(7))
        _ = try vault.vault.moveRows(limit: 2)
        #expect(try vault.pairwise("property", "property.service") == before)
        #expect(try vault.pairwise("property", "property.service", phone: "13800138003").count == 26)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"]?["health.chronic"] == ["高血压"])
        try vault.vault.pause(grant, caller: resident)
        try expectSound(vault)
        try vault.reopen()
        try expectSound(vault)
        try vault.vault.workOffRotations()
        #expect(try !underWay(vault))
        #expect(!VaultDirectory.exists(directory.serviceKey + ".old"))
        #expect(!VaultDirectory.exists(directory.serviceKey + ".next"))
        try expectSound(vault)
        // Nothing fits the old key any more, and everything the new one.
        #expect(try fitting(vault, oldKeys).fit == 0)
        let new = try fitting(vault, try key(directory.serviceKey))
        #expect(new.fit == new.rows)
        #expect(try vault.pairwise("property", "property.service") == before)
        // Someone enrolled before is known still, and enrolled once.
        let again = try vault.vault.enrol(
            [
                EnrolmentRequest(
                    fields: try person(2).fields.reduce(into: [:]) { $0[try required(FieldName($1.key))] = $1.value },
                    sources: try person(2).fields.reduce(into: [:]) { sources, field in
                        sources[try required(FieldName(field.key))] = try required(AppName("committee"))
                    }, login: .random(), code: try ActivationCode.random().text().withBytes { Array($0.prefix { $0 != 0 }) })
            ], uid: 0)
        guard case .known = again.0[0] else { throw Unexpected("\(again.0)") }
        // Old checkpoints verify under either key, and the new one under the old key.
        for key in [oldKey.text, try vault.vault.logKey] {
            let report = try VaultVerification.verify(directory: vault.path, kept: [oldNote], key: key, data: true)
            #expect(report.findings.map(\.text) == [])
        }
        try vault.reopen()
        #expect(try vault.pairwise("property", "property.service") == before)
    }

    @Test func `whoever kept the old service key seals no row and signs no checkpoint that is taken afterwards`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        let oldBytes = try FileBytes.read(directory.serviceKey)
        let oldKeys = try key(directory.serviceKey)
        let oldKey = try VerifierKey(parsing: vault.vault.logKey)
        try rotate(vault)
        // A resident's row, changed and sealed with the old key.
        let forged = try vault.reader.store.read { snapshot -> (number: Int64, seal: [UInt8]) in
            var row = try required(try snapshot.resident(number: 1))
            row.restricted = true
            return (1, oldKeys.rowSeal(row))
        }
        let pid = try vault.pairwise("property", "property.service")
        try vault.reopen {
            let queue = try DatabaseQueue(path: directory.database)
            try queue.write { db in
                try db.execute(
                    sql: "UPDATE resident SET restricted = 1, seal = ? WHERE number = ?",
                    arguments: [Data(forged.seal), forged.number])
            }
            try queue.close()
        }
        let item = try vault.item("property", "property.service", pid, ["home.room"])
        #expect(item["fields"]?["home.room"] == nil)
        #expect(try !VaultVerification.verify(directory: vault.path, data: true).isSound)
        // A checkpoint of the whole log, signed with the old key, is no checkpoint of it any more.
        let size = try Checkpoint(parsing: try SignedNote(parsing: vault.vault.checkpoint()).text)
        let note = try size.signedNote(with: oldKeys.log)
        for key in [oldKey.text, try vault.vault.logKey] {
            let report = try VaultVerification.verify(directory: vault.path, kept: [note], key: key)
            #expect(report.findings.map(\.text).contains { $0.contains("replaced before") }, "\(report.findings.map(\.text))")
        }
        // And with the old file put back, nothing starts.
        let new = try FileBytes.read(directory.serviceKey)
        #expect { try vault.reopen { try put(oldBytes, directory.serviceKey) } } throws: {
            ($0 as? VaultError)?.code == .setup
        }
        try vault.reopenAfterFailure { try put(new, directory.serviceKey) }
    }

    private func put(_ bytes: [UInt8], _ path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        try bytes.withUnsafeBytes { try VaultDirectory.writeNew($0, to: path, mode: 0o600) }
    }

    /// With the database and the directory too, the old key must not be made to count again.
    @Test func `a planted rotation and the old key file do not bring the old key back`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        let (oldBytes, pepper) = (try FileBytes.read(directory.serviceKey), try FileBytes.read(directory.pepper))
        let oldKeys = try key(directory.serviceKey)
        try rotate(vault)
        let current = try FileBytes.read(directory.serviceKey)
        // The rotation that is done is said to be under way again, in the old key's own words.
        #expect {
            try vault.reopen {
                let store = try VaultDatabase(
                    path: directory.database, creating: false, sealer: KeySet(service: oldKeys))
                try store.commit { changes in
                    try changes.put(
                        RotationRow(
                            kind: .serviceKey, target: Base64URL.encode(oldKeys.log.publicKey.bytes), stage: "resident",
                            total: 1, rate: 0, started: vault.clock.now(), since: 1 << 40))
                }
                try store.close()
                try put(oldBytes, directory.serviceKey + ".old")
                try put(pepper, directory.pepper + ".old")
            }
        } throws: { ($0 as? VaultError)?.code == .integrity }
        #expect(try FileBytes.read(directory.serviceKey) == current)
        let planted = try VaultVerification.verify(directory: vault.path, data: true)
        #expect(planted.findings.contains { $0.text.contains("rotation") })
        try vault.reopenAfterFailure {
            let queue = try DatabaseQueue(path: directory.database)
            try queue.write { try $0.execute(sql: "DELETE FROM rotation") }
            try queue.close()
        }
        #expect(!VaultDirectory.exists(directory.serviceKey + ".old"))
        #expect(try FileBytes.read(directory.serviceKey) == current)
    }

    /// An index of an older generation cannot be tested without its root: the old root alone does not give the values that
    /// lie in a copy made afterwards.
    @Test func `the old root gives no index of a later copy`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        let old = try key(directory.serviceKey)
        let phone = try #require(FieldName("contact.phone"))
        let guess = BlindIndex.make(field: phone.text, value: "13800138000", root: old.index)
        func isStored() throws -> Bool {
            try vault.reader.store.read { snapshot in
                try snapshot.unchecked().indexRows(of: try required(try snapshot.resident(number: 1)).reference)
                    .contains { $0.value == guess }
            }
        }
        #expect(try isStored())
        for _ in 0..<3 {
            try rotate(vault)
            #expect(try !isStored())
            _ = try vault.pairwise("property", "property.service")
        }
        try vault.reopen()
        _ = try vault.pairwise("property", "property.service")
        try expectSound(vault)
    }

    /// Where the two keys can lie when the power goes.
    @Test(arguments: ["proposed", "in force", "old written", "moved", "done, not destroyed"])
    func `a change of the service key that was cut off is finished by the next start`(_ moment: String) throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        let old = try FileBytes.read(directory.serviceKey)
        let pepper = try FileBytes.read(directory.pepper)
        switch moment {
        case "proposed":
            let change = try vault.vault.proposeServiceKey()
            try vault.reopen()
            #expect(try FileBytes.read(directory.serviceKey) == old)
            #expect(try vault.vault.proposeServiceKey().bytes == change.bytes)
            _ = try vault.vault.change(change.bytes, uid: 0)
        case "done, not destroyed":
            try rotate(vault)
            try vault.reopen {
                try put(old, directory.serviceKey + ".old")
                try put(pepper, directory.pepper + ".old")
            }
            #expect(!VaultDirectory.exists(directory.serviceKey + ".old"))
        default:
            try begin(vault)
            let new = try FileBytes.read(directory.serviceKey)
            try vault.reopen {
                try put(new, directory.serviceKey + ".next")
                try put(pepper, directory.pepper + ".next")
                if moment != "moved" { try put(old, directory.serviceKey) }
                if moment == "in force" {
                    for path in [directory.pepper, directory.serviceKey] {
                        try FileManager.default.removeItem(atPath: path + ".old")
                    }
                }
            }
            #expect(try FileBytes.read(directory.serviceKey) == new)
            #expect(try FileBytes.read(directory.serviceKey + ".old") == old)
        }
        try vault.vault.workOffRotations()
        try vault.reopen()
        #expect(!VaultDirectory.exists(directory.serviceKey + ".old"))
        #expect(!VaultDirectory.exists(directory.serviceKey + ".next"))
        _ = try vault.pairwise("property", "property.service")
        try expectSound(vault)
    }

    @Test func `rows that were altered stay altered, and the others move`() throws {
        let vault = try TemporaryVault()
        for index in 0..<3 { try vault.enrol(person(index)) }
        try vault.alter("UPDATE resident SET epoch = 7 WHERE number = 2")
        try rotate(vault)
        #expect(try vault.vault.rotationOverview(reader: vault.reader).rotations.map(\.failed) == [1])
        _ = try vault.pairwise("property", "property.service", phone: "13800138002")
        #expect(try !VaultVerification.verify(directory: vault.path, data: true).isSound)
    }

    @Test func `rows move on where fields were rotated before, and fields are rotated after`() throws {
        let vault = try TemporaryVault()
        for index in 0..<3 { try vault.enrol(person(index)) }
        for _ in 0..<2 {
            _ = try vault.vault.rotateFields(.everyone, uid: 0)
            try vault.vault.workOffRotations()
            try rotate(vault)
            #expect(try !underWay(vault))
            let (rows, fit) = try fitting(vault, try key(vault.path + "/service.key"))
            #expect(rows == 4 && fit == rows)
        }
        try vault.reopen()
        try expectSound(vault)
    }

    @Test func `a second change waits for the end of the first`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        try begin(vault)
        #expect { try vault.vault.proposeServiceKey() } throws: { ($0 as? VaultError)?.code == .conflict }
        try vault.vault.workOffRotations()
        _ = try vault.vault.proposeServiceKey()
    }

    @Test func `in a vault with custodians a new service key needs k of them, and they get shares of it`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let directory = VaultDirectory(vault.path)
        let resident = try vault.resident()
        _ = resident
        let change = try vault.vault.proposeServiceKey()
        let old = try FileBytes.read(directory.serviceKey)
        for few in [[], [custodians[0].approve(change)], [custodians[0].approve(change), custodians[0].approve(change)]] {
            #expect { try vault.vault.change(change.bytes, approvals: few, uid: 0) } throws: {
                ($0 as? VaultError)?.code == .forbidden
            }
            #expect(try FileBytes.read(directory.serviceKey) == old)
            #expect(vault.vault.keys.now.alsoAccepted == nil)
        }
        try vault.vault.change(change.bytes, approvals: custodians.prefix(2).map { $0.approve(change) }, uid: 0)
        try vault.vault.workOffRotations()
        try expectSound(vault)
        // Nobody makes it twice.
        #expect(throws: VaultError.self) {
            try vault.vault.change(change.bytes, approvals: custodians.map { $0.approve(change) }, uid: 0)
        }
        let key = try FileBytes.read(directory.serviceKey)
        #expect(key != old)
        try vault.reopen()
        var set = try ShareSet(capacity: 2, length: 32)
        for custodian in custodians.suffix(2) {
            let file = try JSONParser.parse(FileBytes.read(directory.keyShares(of: custodian.name.text)).dropLast())
            let share = try required(file["shares"]?.array?.first { $0["name"] == "service.key" })
            let x = UInt8(try required(share["x"]?.integer))
            try set.add(
                x: x,
                y: try SealedShare.open(
                    try required(share["share"]?.string.flatMap(Base64URL.decode)), x: x, vault: vault.vault.id.bytes,
                    resident: vault.vault.id.bytes, set: try required(share["set"]?.string.flatMap(Base64URL.decode)),
                    with: custodian.keys.box))
        }
        #expect(try Shamir.combine(set, threshold: 2).withBytes { Array($0) } == key)
    }

    @Test func `a change whose key is not here, or whose word is another's, is refused and changes nothing`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        let old = try FileBytes.read(directory.serviceKey)
        let right = try vault.vault.proposeServiceKey()
        guard case .serviceKey(let keys) = right.operation else { throw Unexpected("\(right.operation)") }
        let stranger = try ServiceKeys(try ServiceKey.random())
        let log = stranger.log.publicKey.bytes
        let current = try VerifierKey(parsing: vault.vault.logKey).publicKey.bytes
        let theirs = stranger.log.sign(
            type: LogKeyChain.type, object: try LogKeyChain.object(vault: vault.vault.id, from: current, to: keys.log))
        for wrong in [
            ConfigOperation.ServiceKeyChange(log: log, issuing: stranger.issuing.publicKey.bytes, cross: keys.cross),
            ConfigOperation.ServiceKeyChange(log: keys.log, issuing: keys.issuing, cross: theirs),
            ConfigOperation.ServiceKeyChange(log: keys.log, issuing: stranger.issuing.publicKey.bytes, cross: keys.cross),
        ] {
            let change = try vault.vault.propose(.serviceKey(wrong))
            #expect(throws: VaultError.self) { try vault.vault.change(change.bytes, uid: 0) }
            #expect(vault.vault.keys.now.alsoAccepted == nil)
        }
        #expect(try FileBytes.read(directory.serviceKey) == old)
        try vault.enrol()
        try vault.reopen()
        try expectSound(vault)
    }

    @Test func `what stands for people the vault does not know stays the same, and so does the count of questions`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        func ask(_ phone: String) -> Bool { (try? vault.ask("health", "health.followup", phone: phone)) != nil }
        func tags() throws -> [String] {
            try vault.entries().filter { $0["action"] == "requested" }.compactMap { $0["subjects"]?.array?.first?["tag"]?.string }
        }
        for turn in 0..<4 {
            for phone in ["13800138000", "13700137099"] { #expect(ask(phone)) }
            #expect(throws: (any Error).self) { try vault.pairwise("property", "property.service", phone: "13700137088") }
            if turn < 3 { try rotate(vault) }
            if turn == 1 { try vault.reopen() }
        }
        // One tag for each of the two, known or not.
        #expect(try tags().count == 8)
        #expect(try Set(tags()).count == 2)
        let lookedUp = try vault.entries().filter { $0["action"] == "looked_up" }
            .compactMap { $0["subjects"]?.array?.first?["tag"]?.string }
        #expect(lookedUp.count == 4 && Set(lookedUp).count == 1)
        // Two questions since the start of the day's counts in this process: three more, through another rotation.
        for turn in 0..<3 {
            if turn == 1 { try rotate(vault) }
            #expect(ask("13700137099"))
        }
        #expect(!ask("13700137099"))
        try expectSound(vault)
    }

    @Test func `keys that are put in force while a batch is written stay in force`() throws {
        let vault = try TemporaryVault()
        let stranger = try ServiceKeys(try ServiceKey.random())
        let next = vault.vault.keys.now.accepting(stranger)
        // As another thread does it at this moment.
        try vault.vault.writer.perform { [keys = vault.vault.keys] _ in keys.install(next) }
        #expect(vault.vault.keys.now === next)
    }

    @Test func `every table with sealed rows moves`() throws {
        let vault = try TemporaryVault()
        let queue = try DatabaseQueue(path: VaultDirectory(vault.path).database)
        let sealed = try queue.read { db in
            try String.fetchAll(
                db, sql: "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'seal' ORDER BY 1")
        }
        try queue.close()
        // Whoever adds a table with seals lets its rows move too (`Changes+Resealing.swift`), and adds it here.
        #expect(
            sealed == [
                "access_request", "blind_index", "bundle", "clock", "config", "daily_count", "envelope", "former_custodian", "grant",
                "index_root", "key_share", "log_head", "moment", "next_key", "pairwise", "pepper", "proposal", "resident",
                "rotation", "scrub", "share", "state_tag", "supplement", "tally", "vault", "write_key",
            ])
    }
}

extension ServiceKeys {
    /// A seal as the daemon makes it.
    fileprivate func rowSeal(_ row: ResidentRow) -> [UInt8] {
        RowSeal.seal(row.sealInput, key: rows)
    }
}
