import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Many people at once: they are prepared on all cores and written in parts, with the state worked out from the rows in hand.
@Suite struct EnrolmentTests {
    private func request(_ person: SamplePerson, login: LoginName = .random()) throws -> EnrolmentRequest {
        let fields = try person.fields.reduce(into: [FieldName: JSON]()) { $0[try required(FieldName($1.key))] = $1.value }
        let source = try required(AppName("committee"))
        let code = try ActivationCode.random().text().withBytes { Array($0.prefix { $0 != 0 }) }
        return EnrolmentRequest(fields: fields, sources: fields.mapValues { _ in source }, login: login, code: code)
    }

    private func person(_ number: Int) -> SamplePerson {
        .make("人\(number)", phone: String(13_600_136_000 + number), born: "1980-01-01", sequence: number)
    }

    @Test func `after an import of several parts log and rows agree on everyone`() throws {
        let custodians = try ["committee", "owners", "property"].map { try TestCustodian($0) }
        let vault = try TemporaryVault(apps: [], custodianship: try Custodianship(custodians.map(\.record), threshold: 2))
        for app in ["committee", "property"] { try vault.register(app) { change in custodians.map { $0.approve(change) } } }
        let people = try (1...60).map { try request(person($0)) }
        let (outcomes, _) = try vault.vault.enrol(people, uid: 0)
        #expect(outcomes == people.map { .enrolled($0.login) })
        let rows = try vault.reader.store.read { try $0.residents(after: 0, limit: 100) }
        #expect(rows.map(\.login) == people.map(\.login))
        #expect(rows.map(\.reference.number) == Array(1...60))
        for row in rows {
            let (logged, stored, shares) = try vault.reader.store.read { snapshot in
                (
                    try snapshot.state(tag: try row.stateTag(revision: 1))?.state, try snapshot.stateBytes(of: row),
                    try snapshot.shares(of: row.reference)
                )
            }
            #expect(logged == Hash.blake2b256(stored))
            #expect(shares.count == 3)
        }
        try vault.vault.close()
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `the same person twice in one part is enrolled once, and the second time known`() throws {
        let vault = try TemporaryVault()
        let people = [try request(person(1)), try request(person(2)), try request(person(1))]
        let outcomes = try vault.vault.enrol(people, uid: 0).0
        #expect(
            outcomes == [.enrolled(people[0].login), .enrolled(people[1].login), .known(people[0].login, activated: false)])
        #expect(try vault.vault.enrol([try request(person(2))], uid: 0).0 == [.known(people[1].login, activated: false)])
        #expect(try vault.vault.status(reader: vault.reader).residents == 2)
    }

    @Test func `two items of a list that are looked up as one are one row, in the log too`() throws {
        let vault = try TemporaryVault()
        let loading = try vault.loading { draft in
            var plates = draft.fields["vehicle.plates"]?.object ?? [:]
            plates["lookup"] = .bool(true)
            draft.fields["vehicle.plates"] = .object(plates)
        }
        _ = try vault.vault.change(try vault.vault.propose(loading).bytes, uid: 0)
        var driver = person(1)
        driver.fields["vehicle.plates"] = .array([.string("粤B12345"), .string("粤B12345"), .string("粤B54321")])
        #expect(try vault.vault.enrol([try request(driver)], uid: 0).0.count == 1)
        let row = try #require(try vault.reader.store.read { try $0.residents(after: 0, limit: 1) }.first)
        let (logged, stored, places) = try vault.reader.store.read { snapshot in
            (
                try snapshot.state(tag: try row.stateTag(revision: 1))?.state, try snapshot.stateBytes(of: row),
                try snapshot.indexRows(of: row.reference).filter { $0.field.text == "vehicle.plates" }
            )
        }
        #expect(places.count == 2)
        #expect(logged == Hash.blake2b256(stored))
    }

    @Test func `one login name for two people of one part is the first one's`() throws {
        let vault = try TemporaryVault()
        let login = LoginName.random()
        let outcomes = try vault.vault.enrol(
            [try request(person(1), login: login), try request(person(2), login: login), try request(person(3))], uid: 0).0
        #expect(outcomes.prefix(2) == [.enrolled(login), .loginTaken])
        #expect(try vault.vault.status(reader: vault.reader).residents == 2)
    }

    @Test func `somebody who cannot be enrolled keeps nobody of their part back`() throws {
        let vault = try TemporaryVault()
        var nameless = person(2)
        nameless.fields["person.id_number"] = nil
        let people = [try request(person(1)), try request(nameless), try request(person(3))]
        let outcomes = try vault.vault.enrol(people, uid: 0).0
        #expect(outcomes == [.enrolled(people[0].login), .rejected("a new person needs person.id_number"), .enrolled(people[2].login)])
    }

    @Test func `a row put under the number of the next resident does not become theirs unseen`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        // A value of the first resident's, which only the state tells apart from one of the next one's.
        try vault.alter(
            "INSERT INTO cell SELECT 2, (SELECT id FROM name WHERE text = 'health.allergies'), epoch, revision, source, time, blob FROM cell WHERE resident = 1 LIMIT 1"
        )
        var healthy = person(1)
        healthy.fields["health.allergies"] = nil
        let login = try vault.enrol(healthy).login
        let row = try #require(try vault.reader.store.read { try $0.resident(login: login) })
        #expect(row.reference.number == 2)
        try vault.vault.close()
        #expect(try !VaultVerification.verify(directory: vault.path, data: true).findings.isEmpty)
    }
}

/// What is asked for at a glance costs no look at every row: a city's are counted and named by the way.
@Suite struct CityTests {
    @Test func `the count of residents follows enrolments and erasures, and verification counts them itself`() throws {
        let vault = try TemporaryVault()
        let login = try vault.enrol().login
        try vault.enrol(.child)
        #expect(try vault.vault.status(reader: vault.reader).residents == 2)
        _ = try vault.vault.erase(.everything, login: login, ground: .died, uid: 0, reader: vault.reader)
        #expect(try vault.vault.status(reader: vault.reader).residents == 1)
        try vault.vault.close()
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
        try vault.reopenAfterFailure {}
        try vault.alter("UPDATE tally SET count = 7")
        try vault.vault.close()
        let found = try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
        #expect(found.contains { $0.contains("it counts other residents than there are") })
        #expect(found.contains { $0.contains("1 rows of the table tally do not fit their seals") })
    }

    @Test func `the purposes with open grants are those, and each once`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        try vault.enrol(.child)
        let before = try vault.vault.grantedPurposes(reader: vault.reader).map(\.text)
        #expect(before == Array(Set(before)).sorted())
        #expect(before.contains("property.service"))
        #expect(!before.contains("health.followup"))
        let (grant, _) = try vault.agreed(resident, "health", "health.followup")
        #expect(try vault.vault.grantedPurposes(reader: vault.reader).map(\.text) == (before + ["health.followup"]).sorted())
        try vault.vault.revoke(grant, caller: resident)
        #expect(try vault.vault.grantedPurposes(reader: vault.reader).map(\.text) == before)
    }
}
