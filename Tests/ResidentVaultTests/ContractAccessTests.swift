import Testing
import VaultModel

@testable import ResidentVault

@Suite struct ContractAccessTests {
    @Test func `the property company reads at once what its contract allows`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        let item = try vault.item("property", "property.service", pid, ["person.name", "home.room", "contact.phone"])
        #expect(item["fields"] == ["person.name": "赵娟志", "home.room": "2301", "contact.phone": "13800138000"])
        #expect(item["withheld"] == [])
    }

    @Test func `a form above the purpose's is lowered to it`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("parking", "parking.permit")
        let item = try vault.item("parking", "parking.permit", pid, ["person.name", "vehicle.plates"])
        #expect(item["fields"]?["vehicle.plates"] == ["湘G12345"])
        #expect(item["fields"]?["person.name"]?.string?.contains("娟") == false)
    }

    @Test(arguments: ["health.chronic", "person.id_number"])
    func `a field outside the purpose is refused whole`(field: String) throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        #expect { try vault.item("property", "property.service", pid, ["person.name", field]) } throws: {
            ($0 as? VaultError)?.code == .purposeNotAllowed
        }
        let last = try #require(try vault.entries().last)
        #expect(last["action"] == "refused")
        #expect(last["app"] == "property")
    }

    @Test func `another app's purpose, an unknown purpose and an unknown field are refused with their own codes`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        func code(_ purpose: String, _ field: String) -> VaultError.Code? {
            do {
                _ = try vault.item("property", purpose, pid, [field])
                return nil
            } catch { return (error as? VaultError)?.code }
        }
        #expect(code("parking.permit", "vehicle.plates") == .purposeNotAllowed)
        #expect(code("no.such", "person.name") == .unknownPurpose)
        #expect(code("property.service", "person.shoe_size") == .unknownField)
    }

    @Test func `another app's id for the same person, a made-up id and noise get the same answer`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let parkingID = try vault.pairwise("parking", "parking.permit")
        let propertyID = try vault.pairwise("property", "property.service")
        #expect(parkingID != propertyID)
        for id in [parkingID, PairwiseID.random().base32, "nonsense"] {
            let item = try vault.item("property", "property.service", id, ["person.name"])
            #expect(item == ["resident": .string(id), "code": "no_grant"])
        }
    }

    @Test func `one request answers many residents in the order asked, one item each`() throws {
        let vault = try TemporaryVault()
        for number in 1...5 {
            try vault.enrol(.make("住户\(number)", phone: "1380013800\(number)", born: "1990-05-0\(number)", sequence: number))
        }
        let ids = try (1...5).map { try vault.pairwise("property", "property.service", phone: "1380013800\($0)") }
        let asked = [ids[3], PairwiseID.random().base32, ids[0], ids[4]]
        let records = try #require(try vault.read("property", "property.service", asked, ["person.name"])["records"]?.array)
        #expect(records.map { $0["resident"]?.string } == asked)
        #expect(records.map { $0["fields"]?["person.name"]?.string } == ["住户4", nil, "住户1", "住户5"])
        let entry = try #require(try vault.entries().last)
        #expect(entry["subjects"]?.array?.map { $0["outcome"]?.string } == ["released", "no_grant", "released", "released"])
    }

    @Test func `a batch's entry names every field that anybody's answer had, and each one's own that were not given`() throws {
        let vault = try TemporaryVault()
        for number in 1...4 {
            var person = SamplePerson.make("住户\(number)", phone: "1380013800\(number)", born: "1990-05-0\(number)", sequence: number)
            if number != 2 { person.fields["home.unit"] = nil }
            if number == 4 { person.fields["home.room"] = nil }
            try vault.enrol(person)
        }
        let ids = try (1...4).map { try vault.pairwise("property", "property.service", phone: "1380013800\($0)") }
        let fields = ["home.room", "home.unit", "person.name"]
        for order in [[0, 1, 2, 3], [3, 0, 1, 2], [1, 0, 3, 2]] {
            let asked = order.map { ids[$0] }
            let records = try #require(try vault.read("property", "property.service", asked, fields)["records"]?.array)
            #expect(records.map { $0["fields"]?.object?.count } == order.map { [2, 3, 2, 1][$0] })
            let entry = try #require(try vault.entries().last)
            #expect(entry["released"] == .array(fields.map { .string($0) }))
            let missing: [[String]] = [["home.unit"], [], ["home.unit"], ["home.room", "home.unit"]]
            let named = entry["subjects"]?.array?.map { $0["withheld"]?.array?.compactMap(\.string) ?? [] }
            #expect(named == order.map { missing[$0] })
        }
    }

    @Test func `a field without a value is withheld as absent`() throws {
        let vault = try TemporaryVault()
        var person = SamplePerson.adult
        person.fields["home.unit"] = nil
        try vault.enrol(person)
        let pid = try vault.pairwise("property", "property.service")
        let item = try vault.item("property", "property.service", pid, ["home.unit", "home.room"])
        #expect(item["withheld"] == [["field": "home.unit", "code": "absent"]])
    }

    @Test func `reads beyond the daily limit are refused until the next day`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        for _ in 0..<50 { _ = try vault.item("property", "property.service", pid, ["home.room"]) }
        #expect(try vault.item("property", "property.service", pid, ["home.room"])["code"] == "limit")
        vault.clock.advance(seconds: 86_400)
        #expect(try vault.item("property", "property.service", pid, ["home.room"])["fields"] == ["home.room": "2301"])
    }

    @Test func `apps without a registration get no grants, and the import says so`() throws {
        let vault = try TemporaryVault(apps: ["parking"])
        let letter = try vault.enrol()
        try vault.register("property")
        #expect(throws: Unexpected.self) { try vault.pairwise("property", "property.service") }
        _ = letter
    }

    @Test func `a removed app is out at once and its grants end`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let token = try vault.token("property")
        let ended = try vault.vault.removeApp(try #require(AppName("property")), uid: 0).ended
        #expect(ended == 1)
        #expect(throws: VaultError.self) { try vault.vault.authenticate(app: token, uid: 1) }
        #expect { try vault.register("property") } throws: { ($0 as? VaultError)?.code == .conflict }
        #expect(try vault.entries().contains { $0["action"] == "terminated" })
    }
}
