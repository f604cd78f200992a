import Testing
import VaultImport
import VaultModel

/// `rvault import --as APP`: one platform's rows about residents who are enrolled already.
struct UpdateTests {
    private func update(_ name: String, _ inputs: [ImportInput]) throws -> ImportResult {
        try Fixture.run(inputs, mode: .update(#require(AppName(name))))
    }

    @Test func `rows known by phone and name keep both, and two cars of one person are one result`() throws {
        let result = try update(
            "parking",
            [
                try Fixture.parking([
                    "薛琪,12812345678,湘G11111,B1-1,SUV,燃油", "陈国,12900000000,湘G33333,B3-3,SUV,燃油",
                    "薛 琪,+8612812345678,湘GD22222,B2-2,SUV,新能源",
                ])
            ])
        #expect(result.report.persons == 2)
        #expect(result.report.merged == 1)
        #expect(result.report.unmatched.isEmpty)
        let person = try #require(result.persons.first)
        #expect(
            Set(person.fields.keys.map(\.text)) == [
                "person.name", "contact.phone", "vehicle.plates", "vehicle.spaces", "vehicle.models",
                "vehicle.energies",
            ])
        #expect(person["vehicle.plates"] == ["湘G11111", "湘GD22222"])
    }

    @Test func `rows known by number bring the number and the platform's own fields, no name`() throws {
        let number = Fixture.number(1)
        let result = try update("health", [Fixture.health(["\(number),薛琪,高血压,,A,,,", "\(number),陈国,冠心病,,A,,,"])])
        let person = try #require(result.persons.first)
        #expect(Set(person.fields.keys.map(\.text)) == ["person.id_number", "health.chronic", "health.blood_type"])
        #expect(Set(person.sources.keys) == Set(person.fields.keys))
        #expect(result.report.conflicts.places == ["health.csv:3"])
    }

    @Test func `the committee's own name and phone go along`() throws {
        let result = try update(
            "committee", [Fixture.register([Fixture.row("薛琪", Fixture.number(1), phone: "12812345678")])])
        #expect(result.persons.first?["person.name"] == "薛琪")
        #expect(result.persons.first?["contact.phone"] == "12812345678")
    }

    @Test func `what is said of a guardian stays with the pupil`() throws {
        let row = "陈小满\t\(Fixture.number(3, born: "20160509"))\t崇文小学\t5年级\t薛琪\t\(Fixture.number(1))\t12812345678\t"
        let result = try update("education", [Fixture.education([row])])
        #expect(result.persons.count == 1)
        #expect(result.persons.first?["contact.phone"] == nil)
        #expect(result.persons.first?["education.guardian_phone"] == "12812345678")
    }

    @Test func `another platform's file and an unknown platform are refused`() throws {
        #expect(throws: ImportError.otherSource(file: "health.csv", found: "health", expected: "parking")) {
            try update("parking", [Fixture.health([])])
        }
        #expect(throws: ImportError.unknownSource("library")) { try update("library", []) }
    }
}
