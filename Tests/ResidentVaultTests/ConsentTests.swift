import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

@Suite struct ConsentTests {
    @Test func `before consent there is nothing to read and no id to read by`() throws {
        let vault = try TemporaryVault()
        _ = try vault.resident()
        let request = try vault.ask("health", "health.followup")
        let state = try vault.vault.requestState(request, caller: try vault.caller("health"), reader: vault.reader)
        #expect(state.state == "open")
        #expect(state.resident == nil)
    }

    @Test func `the app gets exactly the fields that the resident granted`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (_, pid) = try vault.agreed(resident, "health", "health.followup", ["health.chronic", "contact.phone"])
        let item = try vault.item(
            "health", "health.followup", pid, ["health.chronic", "health.allergies", "contact.phone"])
        #expect(item["fields"] == ["health.chronic": ["高血压"], "contact.phone": "13800138000"])
        #expect(item["withheld"] == [["field": "health.allergies", "code": "no_grant"]])
    }

    @Test func `after revocation the next read is refused and the log says so in order`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, pid) = try vault.agreed(resident, "health", "health.followup")
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"] == ["health.chronic": ["高血压"]])
        try vault.vault.revoke(grant, caller: resident)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        let actions = try vault.entries().compactMap { $0["action"]?.string }
        #expect(actions.suffix(3) == ["read", "withdrawn", "read"])
        #expect(try vault.entries().last?["subjects"]?.array?.first?["outcome"] == "withdrawn")
    }

    @Test func `an old bundle opens nothing that was written after its grant's end`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, _) = try vault.agreed(resident, "health", "health.followup", ["health.chronic"])
        // What a thief with a copy of the disk and the app's token keeps.
        let caller = try vault.caller("health")
        let kept = try vault.reader.store.read { snapshot in
            let row = try #require(try snapshot.grant(id: grant))
            let statement = try GrantStatement(decoding: row.statement)
            return try #require(
                try OpenedBundle.open(
                    grant: row, granted: statement.granted, secret: caller.secret, recipient: try BoxPublicKey(caller.record.box),
                    vault: vault.vault.id, in: snapshot))
        }
        let field = try #require(FieldName("health.chronic"))
        func openNow() throws -> [UInt8]? {
            try vault.reader.store.read { snapshot in
                let cell = try #require(try snapshot.cell(resident: resident.resident, field: field))
                return try FieldKeys.open(cell, vault: vault.vault.id, keys: kept.keys)
            }
        }
        #expect(try openNow() != nil)
        try vault.vault.revoke(grant, caller: resident)
        #expect(try openNow() == nil)
        // Not even when the epoch is ignored and the key tried as it is.
        try vault.reader.store.read { snapshot in
            let cell = try #require(try snapshot.cell(resident: resident.resident, field: field))
            guard let key = try kept.keys.key(for: field.text) else {
                Issue.record("the kept bundle held the field's key")
                return
            }
            #expect(throws: CryptoError.authenticationFailed) {
                try Cell.open(cell.blob, key: key, context: cell.context(vault: vault.vault.id))
            }
        }
    }

    @Test func `revoking one grant leaves the others reading`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (health, _) = try vault.agreed(resident, "health", "health.followup")
        let (_, parking) = try vault.agreed(resident, "parking", "parking.contact")
        let property = try vault.pairwise("property", "property.service")
        try vault.vault.revoke(health, caller: resident)
        #expect(try vault.item("parking", "parking.contact", parking, ["contact.phone"])["fields"] == ["contact.phone": "13800138000"])
        #expect(try vault.item("property", "property.service", property, ["contact.phone"])["fields"] == ["contact.phone": "13800138000"])
        #expect(try ownValue(vault, resident, "contact.phone") == "13800138000")
    }

    @Test func `a grant ends on its date, and what was stale moves at the next login`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1)
        let first = try login(vault, letter.login)
        let until = vault.clock.now().advanced(bySeconds: 3600)
        let (grant, pid) = try vault.agreed(first, "health", "health.followup", until: until)
        vault.clock.advance(seconds: 3599)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"] != nil)
        vault.clock.advance(seconds: 1)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        _ = try login(vault, letter.login)
        let actions = try vault.entries().compactMap { $0["action"]?.string }
        #expect(actions.suffix(3) == ["expired", "rekeyed", "login"])
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } == nil)
        #expect(try vault.reader.store.read { try $0.resident(number: first.resident.number)?.stale } == [])
    }

    @Test func `a pause takes the keys away and a resume brings new ones`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, pid) = try vault.agreed(resident, "health", "health.followup")
        try vault.vault.pause(grant, caller: resident)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } == nil)
        try vault.vault.resume(grant, caller: resident)
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["fields"] == ["health.chronic": ["高血压"]])
        #expect { try vault.vault.resume(grant, caller: resident) } throws: { ($0 as? VaultError)?.code == .conflict }
    }

    @Test func `a refusal looks like silence to the app, and starts a cool-down`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let request = try vault.ask("health", "health.followup")
        try vault.vault.deny(request, caller: resident)
        let caller = try vault.caller("health")
        #expect(try vault.vault.requestState(request, caller: caller, reader: vault.reader).state == "open")
        let again = try vault.ask("health", "health.followup")
        #expect(try vault.vault.ownRequests(resident, reader: vault.reader).filter { $0.state == .requested }.isEmpty)
        #expect(try vault.vault.requestState(again, caller: caller, reader: vault.reader).state == "open")
        vault.clock.advance(seconds: 31 * 86_400)
        #expect(try vault.vault.requestState(again, caller: caller, reader: vault.reader).state == "closed")
        try vault.ask("health", "health.followup")
        #expect(try vault.vault.ownRequests(resident, reader: vault.reader).filter { $0.state == .requested }.count == 1)
    }

    @Test func `asking about an unknown person looks the same, in the answer and in the log`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let known = try vault.ask("health", "health.followup")
        let unknown = try vault.ask("health", "health.followup", phone: "13700137000")
        let caller = try vault.caller("health")
        for request in [known, unknown] {
            #expect(try vault.vault.requestState(request, caller: caller, reader: vault.reader).state == "open")
        }
        let entries = try vault.entries().suffix(2).map { $0.object ?? [:] }
        #expect(Set(entries[0].keys) == Set(entries[1].keys))
        for key in entries[0].keys where !["random", "request", "subjects", "time"].contains(key) {
            #expect(entries[0][key] == entries[1][key])
        }
    }

    @Test func `a resident is asked once for a purpose, however often the app asks`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let first = try vault.ask("health", "health.followup")
        let second = try vault.ask("health", "health.followup", ["health.chronic"])
        let waiting = try vault.vault.ownRequests(resident, reader: vault.reader).filter { $0.state == .requested }
        #expect(waiting.map(\.id) == [second])
        let caller = try vault.caller("health")
        #expect(try vault.vault.requestState(first, caller: caller, reader: vault.reader).state == "open")
        #expect { try vault.vault.approve(first, fields: nil, until: nil, caller: resident) } throws: {
            ($0 as? VaultError)?.code == .notFound
        }
    }

    @Test func `an end in the past, a purpose without consent and a field without index are refused when asked`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let past = vault.clock.now().advanced(bySeconds: -1)
        func refused(_ ask: () throws -> Void) -> Bool {
            do {
                try ask()
                return false
            } catch { return (error as? VaultError)?.code == .badValue }
        }
        #expect(refused { try vault.ask("health", "health.followup", until: past) })
        #expect(refused { try vault.ask("property", "property.service") })
        #expect(refused {
            _ = try vault.vault.ask(
                ConsentAsk(
                    field: try #require(FieldName("home.room")), value: "2301",
                    purpose: try #require(PurposeName("health.followup")), fields: [], form: nil, until: nil),
                caller: try vault.caller("health"))
        })
    }

    @Test func `only fields and dates within the request can be granted`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let request = try vault.ask("health", "health.followup", ["health.chronic"])
        func approve(_ fields: [String]?, _ until: Instant? = nil) throws {
            _ = try vault.vault.approve(
                request, fields: try fields?.map { try #require(FieldName($0)) }, until: until, caller: resident)
        }
        let now = vault.clock.now()
        #expect { try approve(["health.allergies"]) } throws: { ($0 as? VaultError)?.code == .badValue }
        #expect { try approve([]) } throws: { ($0 as? VaultError)?.code == .badValue }
        #expect { try approve(nil, now) } throws: { ($0 as? VaultError)?.code == .badValue }
        #expect { try approve(nil, now.advanced(bySeconds: 400 * 86_400)) } throws: { ($0 as? VaultError)?.code == .badValue }
        try approve(nil)
        #expect { try approve(nil) } throws: { ($0 as? VaultError)?.code == .conflict }
    }

    @Test func `a child cannot agree alone`() throws {
        let vault = try TemporaryVault()
        let child = try vault.resident(.child)
        let request = try vault.ask("health", "health.followup", phone: "13900139000")
        #expect { try vault.vault.approve(request, fields: nil, until: nil, caller: child) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
    }

    @Test func `a child without a birth date in the record is known by the ID number`() throws {
        let vault = try TemporaryVault()
        var person = SamplePerson.child
        person.fields["person.birth_date"] = nil
        let child = try vault.resident(person)
        let request = try vault.ask("health", "health.followup", phone: "13900139000")
        #expect { try vault.vault.approve(request, fields: nil, until: nil, caller: child) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
    }

    @Test func `a read in a lesser form than asked leaves a log that verifies`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (_, pid) = try vault.agreed(resident, "health", "health.followup", ["person.birth_date"])
        let item = try vault.item("health", "health.followup", pid, ["person.birth_date"], form: .raw)
        #expect(item["fields"]?["person.birth_date"]?.string?.contains("-") == true)
        #expect(try vault.entries().last?["form"] == "band")
        #expect(try VaultVerification.verify(directory: vault.path, kept: [], key: nil).findings.map(\.text) == [])
    }

    @Test func `a clock that jumps ends reading at once and destroys nothing`() throws {
        let vault = try TemporaryVault()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1)
        let resident = try login(vault, letter.login)
        let (grant, pid) = try vault.agreed(resident, "health", "health.followup")
        try vault.reopen(acceptingClock: true) { vault.clock.leap(seconds: 400 * 86_400) }
        #expect(try vault.item("health", "health.followup", pid, ["health.chronic"])["code"] == "no_grant")
        _ = try login(vault, letter.login)
        #expect(try vault.reader.store.read { try $0.bundle(grant: grant) } != nil)
        #expect(try !vault.entries().contains { $0["action"] == "expired" })
    }

    @Test func `one resident cannot touch another's requests and grants`() throws {
        let vault = try TemporaryVault()
        let one = try vault.resident()
        let other = try vault.resident(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let (grant, _) = try vault.agreed(one, "health", "health.followup")
        let request = try vault.ask("parking", "parking.contact")
        #expect { try vault.vault.revoke(grant, caller: other) } throws: { ($0 as? VaultError)?.code == .notFound }
        #expect { try vault.vault.approve(request, fields: nil, until: nil, caller: other) } throws: {
            ($0 as? VaultError)?.code == .notFound
        }
    }

    @Test func `access by contract is not ended by a click`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let grant = try #require(
            try vault.vault.ownGrants(resident, reader: vault.reader).first { $0.statement.purpose.text == "property.service" })
        #expect { try vault.vault.revoke(grant.statement.grant, caller: resident) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
    }

    @Test func `the receipt's signature verifies with the key that the log announced`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, _) = try vault.agreed(resident, "health", "health.followup")
        let receipt = try #require(
            try vault.vault.ownGrants(resident, reader: vault.reader).first { $0.statement.grant == grant })
        try SigningPublicKey(receipt.statement.signer).verify(receipt.signature, type: "grant", object: receipt.statementBytes)
        let announced = try vault.entries().compactMap { $0["subjects"]?.array?.first?["keys"]?["sign"]?.string }
        #expect(announced.contains(Base64URL.encode(receipt.statement.signer)))
        let given = try #require(try vault.entries().last { $0["action"] == "given" })
        #expect(given["subjects"]?.array?.first?["statement"]?.string == Base64URL.encode(receipt.statementDigest))
    }

    private func login(_ vault: TemporaryVault, _ login: LoginName) throws -> ResidentCaller {
        let opened = try vault.vault.logIn(login, passphrase: Array("correct horse battery".utf8), uid: 1)
        return try vault.vault.authenticate(resident: opened.session, uid: 1)
    }

    private func ownValue(_ vault: TemporaryVault, _ resident: ResidentCaller, _ field: String) throws -> JSON? {
        try vault.vault.ownFields(resident, uid: 1).0.first { $0.field.text == field }?.value
    }
}
