import Testing
import VaultModel

@testable import VaultImport

/// Merging four platforms' files into people: each rule in the smallest files that show it.
struct ImporterTests {
    private let ann = Fixture.number(1)
    private let ben = Fixture.number(2)

    @Test func `four files become one record a person, each value with its source`() throws {
        let child = Fixture.number(3, born: "20160509")
        let result = try Fixture.run([
            Fixture.register([
                "薛　琪,女,'\(ann),1980年3月12日,+8612812345678,１１栋,3单元,2301,户主,苗族,租户,是,是,二级,H00278",
                Fixture.row("陈小满", child, born: "20160509"),
            ]),
            try Fixture.parking(["薛琪 ,128-1234-5678,湘g·1h83t,B1-810,面包车,燃油"]),
            Fixture.health(["\(ann.lowercased()),薛琪,高血压；慢阻肺,青霉素,AB型,阿司匹林 100mg 每晚,陈国,86-12900000000"]),
            Fixture.education(["陈小满\t \(child)\t崇文小学\t5年级\t薛琪\t\(ann)\t12812345678\t花生过敏"]),
        ])
        #expect(result.report == ImportReport(persons: 2, merged: 3, conflicts: [], unmatched: [], rejected: []))
        let person = try #require(result.persons.first)
        let expected: [String: (JSON, String)] = [
            "person.name": ("薛琪", "committee"), "person.sex": ("女", "committee"),
            "person.id_number": (.string(ann), "committee"),
            "person.birth_date": ("1980-03-12", "committee"), "person.ethnicity": ("苗族", "committee"),
            "contact.phone": ("12812345678", "committee"),
            "home.building": ("11栋", "committee"), "home.unit": ("3单元", "committee"),
            "home.room": ("2301", "committee"),
            "home.relation": ("户主", "committee"), "home.occupancy": ("租户", "committee"),
            "home.household": ("H00278", "committee"),
            "welfare.low_income": (true, "committee"), "welfare.living_alone": (true, "committee"),
            "welfare.disability": ("二级", "committee"),
            "vehicle.plates": (["湘G1H83T"], "parking"), "vehicle.spaces": (["B1-810"], "parking"),
            "vehicle.models": (["面包车"], "parking"),
            "vehicle.energies": (["燃油"], "parking"), "health.chronic": (["高血压", "慢阻肺"], "health"),
            "health.allergies": (["青霉素"], "health"),
            "health.blood_type": ("AB", "health"), "health.medication": ("阿司匹林 100mg 每晚", "health"),
            "contact.emergency_name": ("陈国", "health"), "contact.emergency_phone": ("12900000000", "health"),
        ]
        #expect(person.fields.count == expected.count)
        for (field, value) in expected {
            #expect(person[field] == value.0, "\(field)")
            #expect(person.source(field) == value.1, "\(field)")
        }
        #expect((person.file, person.line) == ("register.csv", 2))
        let pupil = result.persons[1]
        #expect(pupil["education.school"] == "崇文小学")
        #expect(pupil["education.guardian_phone"] == "12812345678")
        #expect(pupil["contact.phone"] == nil)
        #expect(pupil.source("health.note") == "education")
    }

    @Test func `empty cells and words that say nothing give no field`() throws {
        let result = try Fixture.run([Fixture.health(["\(ann),薛琪,,无,不详,,,"])])
        #expect(try #require(result.persons.first).fields.count == 2)
    }

    @Test func `an item that stands twice in a list is kept once, in one row and across rows`() throws {
        let rows = ["高血压；冠心病；高血压；", "冠心病;慢阻肺、高血压"].map { "\(ann),薛琪,\($0),,A,,," }
        let result = try Fixture.run([Fixture.health(rows)])
        #expect(result.persons.first?["health.chronic"] == ["高血压", "冠心病", "慢阻肺"])
        #expect(result.report.conflicts.isEmpty)
        let single = try Fixture.run([Fixture.health([rows[0]])])
        #expect(single.persons.first?["health.chronic"] == ["高血压", "冠心病"])
    }

    @Test func `a date of birth in the future rejects its row`() throws {
        let rows = ["2026-11-23", "2026-11-24"].map { Fixture.row("薛琪", "", phone: "12812345678", born: $0) }
        let result = try Fixture.run([Fixture.register([Fixture.row("薛琪", ann, phone: "12812345678")] + rows)])
        #expect(result.report.merged == 1)
        #expect(result.report.rejected.map(\.reason) == ["出生日期: a day in the future"])
    }

    @Test func `a cell longer than its field takes rejects its row`() throws {
        let long = String(repeating: "长", count: 151)
        let rows = [",,A,\(long)", "\(long),,A,", ",,A,\(String(repeating: long, count: 14))"].map {
            "\(ann),薛琪,\($0),,"
        }
        let result = try Fixture.run([Fixture.health(rows), Fixture.register([Fixture.row("薛琪", ann, room: long)])])
        #expect(
            result.report.rejected.map(\.reason) == [
                "慢性病: longer than 150 characters", "用药: longer than 2000 characters", "房号: longer than 150 characters",
            ])
        #expect(result.persons.first?["health.medication"] == .string(long))
    }

    @Test func `two cars stand at equal places of equal lists`() throws {
        let result = try Fixture.run([
            Fixture.register([Fixture.row("薛琪", ann, phone: "12812345678")]),
            try Fixture.parking([
                "薛琪,12812345678,湘G11111,,SUV,燃油", "薛琪,12812345678,湘GD22222,B2-2,SUV,新能源",
                "薛琪,12812345678,湘g·11111,B1-1,SUV,燃油",
                "薛琪,12812345678,湘GD22222,B2-9,SUV,新能源",
            ]),
        ])
        let person = try #require(result.persons.first)
        #expect(person["vehicle.plates"] == ["湘G11111", "湘GD22222"])
        #expect(person["vehicle.spaces"] == ["B1-1", "B2-2"])
        #expect(person["vehicle.models"] == ["SUV", "SUV"])
        #expect(result.report.conflicts.places == ["parking.csv:5"])
        #expect(result.report.merged == 4)
    }

    @Test func `equal rows of one number are merged without a word`() throws {
        let result = try Fixture.run([
            Fixture.register([Fixture.row("薛琪", ann), Fixture.row("薛　琪", " '\(ann)", phone: "12812345678")])
        ])
        #expect(result.report == ImportReport(persons: 1, merged: 1, conflicts: [], unmatched: [], rejected: []))
        #expect(result.persons.first?["contact.phone"] == "12812345678")
    }

    @Test func `another value of a single field is a conflict and the first stays`() throws {
        let result = try Fixture.run([
            Fixture.register([Fixture.row("薛琪", ann, room: "101"), Fixture.row("薛琪", ann, room: "202")])
        ])
        #expect(result.report.conflicts.map(\.reason) == ["房号: another value stands already and stays"])
        #expect(result.report.merged == 1)
        #expect(result.persons.first?["home.room"] == "101")
        #expect(result.rejects.isEmpty)
    }

    @Test func `a number with another name is a conflict, and nothing of that row is taken`() throws {
        let result = try Fixture.run([
            Fixture.register([Fixture.row("薛琪", ann)]), Fixture.health(["\(ann),陈国,高血压,,A,,,"]),
        ])
        #expect(result.report.conflicts.places == ["health.csv:2"])
        #expect(result.report.merged == 0)
        #expect(result.persons.first?["health.chronic"] == nil)
        #expect(result.rejects.map(\.text) == ["\(ann),陈国,高血压,,A,,,"])
    }

    @Test func `a date of birth that the number contradicts is left out`() throws {
        let result = try Fixture.run([Fixture.register([Fixture.row("薛琪", ann, born: "1980-03-13")])])
        #expect(result.report.conflicts.map(\.reason) == ["出生日期: not the day in the ID number, so it was left out"])
        #expect(result.persons.first?["person.birth_date"] == nil)
    }

    @Test func `a row without a number finds its person by phone and name, wherever that person stands`() throws {
        let rows = [
            Fixture.row("薛琪", "", phone: "12812345678", room: "101"),
            Fixture.row("薛琪", ann, phone: "12812345678", room: "101"),
        ]
        let result = try Fixture.run([
            try Fixture.parking(["薛琪,12812345678,湘G11111,B1,SUV,燃油"]), Fixture.register(rows),
        ])
        #expect(result.report == ImportReport(persons: 1, merged: 2, conflicts: [], unmatched: [], rejected: []))
        #expect(result.persons.first?.line == 3)
        #expect(result.persons.first?["vehicle.plates"] == ["湘G11111"])
    }

    @Test(arguments: [
        ("薛琪", "", "12812345670"), ("薛琴", "", "12812345678"), ("薛琪", "", ""), ("同名", "", "12899999999"),
    ])
    func `a row without a number that fits nobody, or several, is unmatched`(
        name: String, number: String, phone: String
    ) throws {
        let result = try Fixture.run([
            Fixture.register([
                Fixture.row("薛琪", ann, phone: "12812345678"), Fixture.row("同名", ben, phone: "12899999999"),
                Fixture.row("同名", Fixture.number(3), phone: "12899999999"), Fixture.row(name, number, phone: phone),
            ])
        ])
        #expect(result.report.persons == 3)
        #expect(result.report.unmatched.places == ["register.csv:5"])
        #expect(result.rejects.map(\.line) == [5])
    }

    @Test func `a number that is wrong rejects its row, even when phone and name would fit`() throws {
        let wrong = ann.dropLast() + (ann.hasSuffix("1") ? "2" : "1")
        let result = try Fixture.run([
            Fixture.register([
                Fixture.row("薛琪", ann, phone: "12812345678"), Fixture.row("薛琪", String(wrong), phone: "12812345678"),
            ])
        ])
        #expect(result.report.rejected.map(\.reason) == ["身份证号: wrong check digit"])
        #expect(result.report.merged == 0)
    }

    @Test func `all that is wrong with a row is said at once`() throws {
        let row = ",不男不女,123,1950-13-45,1380013800,1栋,2单元,101,户主,汉族,业主,也许,,,H1"
        let result = try Fixture.run([Fixture.register([row])])
        #expect(
            result.report.rejected.map(\.reason) == [
                "姓名: missing; 性别: not one of the words that the plan knows; 身份证号: not 17 digits and a digit or X; "
                    + "出生日期: not a day of the calendar; 手机号: not 11 digits beginning with 1; 低保: neither yes nor no"
            ])
    }

    @Test func `somebody only a platform knows becomes a person by a valid number`() throws {
        let result = try Fixture.run([Fixture.health(["\(ann),薛琪,高血压,,A,,,"])])
        #expect(result.persons.first?["person.name"] == "薛琪")
        #expect(result.persons.first?.source("person.id_number") == "health")
    }

    @Test func `the earlier source's value stays, whatever the order of the files`() throws {
        let files = [
            Fixture.register([Fixture.row("薛琪", ann, phone: "12812345678")]),
            Fixture.education(["陈小满\t\(Fixture.number(3, born: "20160509"))\t崇文小学\t5年级\t薛琪\t\(ann)\t12900000000\t"]),
        ]
        for inputs in [files, files.reversed()] {
            let result = try Fixture.run(inputs)
            #expect(result.persons.first?["contact.phone"] == "12812345678")
            #expect(result.report.conflicts.places == ["education.txt:2"])
        }
    }

    @Test func `a guardian's missing phone is filled, and nothing else of the guardian's`() throws {
        let pupil = "陈小满\t\(Fixture.number(3, born: "20160509"))\t崇文小学\t5年级\t薛琪\t\(ann)\t12812345678\t哮喘"
        let result = try Fixture.run([Fixture.register([Fixture.row("薛琪", ann)]), Fixture.education([pupil])])
        let guardian = try #require(result.persons.first)
        #expect(guardian["contact.phone"] == "12812345678")
        #expect(guardian.source("contact.phone") == "education")
        #expect(guardian["education.school"] == nil)
        #expect(guardian["health.note"] == nil)
        // Nobody is made of a guardian whom no row describes.
        let alone = try Fixture.run([Fixture.education([pupil])])
        #expect(alone.persons.map { $0["person.name"] } == ["陈小满"])
        #expect(alone.report.conflicts.isEmpty)
    }
}
