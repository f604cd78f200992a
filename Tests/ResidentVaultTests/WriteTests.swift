import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

@Suite struct WriteTests {
    private func field(_ text: String) throws -> FieldName { try #require(FieldName(text)) }

    private func write(_ vault: TemporaryVault, _ app: String, _ purpose: String, _ pid: String, _ values: [String: JSON]) throws
        -> (written: [FieldName], proposed: [FieldName])
    {
        let values = try values.reduce(into: [FieldName: JSON]()) { $0[try field($1.key)] = $1.value }
        return try vault.vault.write(
            values, purpose: try #require(PurposeName(purpose)), resident: pid, caller: try vault.caller(app))
    }

    @Test func `an app that may read and write uses the key it holds`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let pid = try vault.pairwise("parking", "parking.permit")
        let before = try vault.reader.store.read { try $0.resident(number: resident.resident.number)?.epoch }
        let outcome = try write(vault, "parking", "parking.permit", pid, ["vehicle.plates": ["湘G54321"]])
        #expect(outcome.written.map(\.text) == ["vehicle.plates"])
        #expect(try vault.reader.store.read { try $0.resident(number: resident.resident.number)?.epoch } == before)
        #expect(try vault.item("parking", "parking.permit", pid, ["vehicle.plates"])["fields"] == ["vehicle.plates": ["湘G54321"]])
        #expect(try own(vault, resident, "vehicle.plates") == ["湘G54321"])
    }

    @Test func `a platform that may not read writes forward and cannot read back`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, pid) = try vault.agreed(resident, "health", "health.followup", ["health.chronic"])
        let before = try #require(try vault.reader.store.read { try $0.resident(number: resident.resident.number)?.epoch })
        let id = SamplePerson.adult.fields["person.id_number"] ?? .null
        let answers = try vault.vault.update(
            [[try field("person.id_number"): id, try field("health.chronic"): ["糖尿病"]]], caller: try vault.caller("health"))
        #expect(answers == [nil])
        #expect(try vault.reader.store.read { try $0.resident(number: resident.resident.number)?.epoch } == before + 1)
        // The resident and the live grant read the new value, through a supplement that is merged at the next use.
        #expect(try own(vault, resident, "health.chronic") == ["糖尿病"])
        #expect(try vault.reader.store.read { try $0.supplements(grant: grant).count } == 1)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"] == ["health.chronic": ["糖尿病"]])
        #expect(try vault.reader.store.read { try $0.supplements(grant: grant).count } == 0)
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant)?.form } == .wrapped)
        // Without the resident's grant the platform's own keys open nothing of what it wrote.
        try vault.vault.revoke(grant, caller: resident)
        #expect(try keysHeld(vault, "health", resident).isEmpty)
    }

    @Test func `writing for people who never agreed to a reading works and opens nothing`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let id = SamplePerson.adult.fields["person.id_number"] ?? .null
        _ = try vault.vault.update(
            [[try field("person.id_number"): id, try field("health.allergies"): ["头孢"]]], caller: try vault.caller("health"))
        #expect(try own(vault, resident, "health.allergies") == ["头孢"])
        #expect(try keysHeld(vault, "health", resident).isEmpty)
    }

    @Test func `values that a platform has no right to write wait for the resident`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let id = SamplePerson.adult.fields["person.id_number"] ?? .null
        _ = try vault.vault.update(
            [[try field("person.id_number"): id, try field("home.room"): "101"]], caller: try vault.caller("health"))
        let (fields, proposals) = try vault.vault.ownFields(resident, uid: 1)
        #expect(fields.first { $0.field.text == "home.room" }?.value == "2301")
        #expect(proposals.map(\.value) == ["101"])
    }

    @Test func `a proposal becomes the value when the resident takes it, and nothing when they drop it`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let property = try vault.pairwise("property", "property.service")
        let id = SamplePerson.adult.fields["person.id_number"] ?? .null
        _ = try vault.vault.update(
            [[try field("person.id_number"): id, try field("home.room"): "101", try field("home.unit"): "9单元"]],
            caller: try vault.caller("health"))
        let shown = try #require(try vault.vault.ownFields(resident, uid: 1).1.first { $0.field.text == "home.room" })
        let other = shown.time.advanced(bySeconds: -1)
        #expect { try vault.vault.acceptProposal(try field("home.room"), seen: other, caller: resident) } throws: {
            ($0 as? VaultError)?.code == .conflict
        }
        try vault.vault.acceptProposal(try field("home.room"), seen: shown.time, caller: resident)
        try vault.vault.declineProposal(try field("home.unit"), caller: resident)
        let (_, proposals) = try vault.vault.ownFields(resident, uid: 1)
        #expect(proposals.isEmpty)
        #expect(
            try vault.item("property", "property.service", property, ["home.room", "home.unit"])["fields"]
                == ["home.room": "101", "home.unit": "3单元"])
        #expect { try vault.vault.acceptProposal(try field("home.room"), seen: shown.time, caller: resident) } throws: {
            ($0 as? VaultError)?.code == .notFound
        }
    }

    @Test func `one app cannot push another's proposal aside`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let id = SamplePerson.adult.fields["person.id_number"] ?? .null
        for (app, room) in [("health", "101"), ("education", "999")] {
            _ = try vault.vault.update(
                [[try field("person.id_number"): id, try field("home.room"): .string(room)]], caller: try vault.caller(app))
            vault.clock.advance(seconds: 1)
        }
        let proposals = try vault.vault.ownFields(resident, uid: 1).1
        #expect(Set(proposals.map(\.value)) == ["101", "999"])
        let shown = try #require(proposals.first { $0.app == "education" })
        try vault.vault.acceptProposal(try field("home.room"), seen: shown.time, caller: resident)
        let (fields, rest) = try vault.vault.ownFields(resident, uid: 1)
        #expect(fields.first { $0.field.text == "home.room" }?.value == "999")
        #expect(rest.isEmpty)
    }

    @Test func `proposals survive a change of passphrase`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let id = SamplePerson.adult.fields["person.id_number"] ?? .null
        _ = try vault.vault.update(
            [[try field("person.id_number"): id, try field("home.room"): "101"]], caller: try vault.caller("health"))
        let opened = try vault.vault.changePassphrase(
            old: Array("correct horse battery".utf8), new: Array("four new words here".utf8), caller: resident)
        let now = try vault.vault.authenticate(resident: opened.session, uid: 1)
        #expect(try vault.vault.ownFields(now, uid: 1).1.map(\.value) == ["101"])
    }

    @Test func `a platform is not told whom the vault knows`() throws {
        let vault = try TemporaryVault()
        _ = try vault.resident()
        let known = SamplePerson.adult.fields["person.id_number"] ?? .null
        let unknown = JSON.string(SamplePerson.idNumber(born: "1950-02-03", sequence: 9))
        let answers = try vault.vault.update(
            try [known, unknown].map { [try field("person.id_number"): $0, try field("health.chronic"): ["痛风"]] },
            caller: try vault.caller("health"))
        #expect(answers == [nil, nil])
    }

    @Test func `a phone and a name find a person only where the name can be compared`() throws {
        let vault = try TemporaryVault()
        let one = try vault.resident()
        let two = try vault.resident(.make("钱家人", phone: "13800138000", born: "1970-07-07", sequence: 5))
        _ = try vault.vault.update(
            [[
                try field("contact.phone"): "13800138000", try field("person.name"): "钱家人",
                try field("vehicle.plates"): ["湘G99999"],
            ]], caller: try vault.caller("parking"))
        #expect(try own(vault, two, "vehicle.plates") == ["湘G99999"])
        #expect(try own(vault, one, "vehicle.plates") == ["湘G12345"])
    }

    @Test func `writing outside the purpose, without a grant or of the wrong type is refused and logged`() throws {
        let vault = try TemporaryVault()
        _ = try vault.resident()
        let pid = try vault.pairwise("parking", "parking.permit")
        #expect { try write(vault, "parking", "parking.permit", pid, ["person.name": "他"]) } throws: {
            ($0 as? VaultError)?.code == .purposeNotAllowed
        }
        #expect { try write(vault, "parking", "parking.permit", PairwiseID.random().base32, ["vehicle.plates": ["湘G00001"]]) } throws: {
            ($0 as? VaultError)?.code == .notFound
        }
        #expect { try write(vault, "parking", "parking.permit", pid, ["vehicle.plates": "湘G00001"]) } throws: {
            ($0 as? VaultError)?.code == .badValue
        }
        #expect(try vault.entries().suffix(3).allSatisfy { $0["action"] == "refused" })
    }

    @Test func `a changed phone is found under its new number only`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        try vault.vault.writer.perform { transaction in
            var resident = try #require(try transaction.snapshot.residents(after: 0, limit: 1).first)
            let phone = try #require(FieldName("contact.phone"))
            try transaction.startEpoch(&resident, [NewValue(field: phone, value: Array("\"13500135000\"".utf8))], source: "committee")
            var entry = transaction.entry(.written, request: nil)
            entry.app = AppName("committee")
            entry.subjects = [try transaction.seal(&resident, app: "committee", grant: nil, outcome: "written")]
            try transaction.append(entry)
        }
        #expect(throws: Unexpected.self) { try vault.pairwise("property", "property.service") }
        #expect(try !vault.pairwise("property", "property.service", phone: "13500135000").isEmpty)
    }

    private func own(_ vault: TemporaryVault, _ resident: ResidentCaller, _ name: String) throws -> JSON? {
        try vault.vault.ownFields(resident, uid: 1).0.first { $0.field.text == name }?.value
    }

    /// Every field key that an app's token opens of a resident, in all its live bundles.
    private func keysHeld(_ vault: TemporaryVault, _ app: String, _ resident: ResidentCaller) throws -> [String] {
        let caller = try vault.caller(app)
        return try vault.reader.store.read { snapshot in
            try snapshot.grants(of: resident.resident).filter { $0.recipient == app }.flatMap { grant -> [String] in
                let opened = try OpenedBundle.open(
                    grant: grant, granted: try GrantTerms(decoding: grant.statement).granted, secret: caller.secret,
                    recipient: try BoxPublicKey(caller.record.box), vault: vault.vault.id, in: snapshot)
                return opened?.keys.entries.map(\.field) ?? []
            }
        }
    }
}
