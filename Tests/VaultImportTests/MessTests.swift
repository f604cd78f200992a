import Foundation
import Testing
import VaultModel

@testable import VaultImport

/// Files as people really hand them in.
struct MessTests {
    private let rows = (1...6).map { Fixture.row("住户\($0)", Fixture.number($0), phone: "1280000000\($0)") }

    @Test func `rows of the wrong length, stray quotation marks and empty lines keep their line numbers`() throws {
        let result = try Fixture.run([
            Fixture.register([
                rows[0], "", "短,女,\(Fixture.number(9))", rows[1] + ",多", "引\"号" + rows[2], "\"" + rows[3],
                ",,,,,,,,,,,,,,", rows[4],
            ])
        ])
        #expect(result.report.persons == 2)
        #expect(result.report.rejected.places == [4, 5, 6, 7].map { "register.csv:\($0)" })
        #expect(
            result.report.rejected.map(\.reason) == [
                "too few columns", "too many columns", "a quotation mark out of place", "a quotation mark out of place",
            ])
        #expect(
            result.rejects.map(\.text) == [
                "短,女,\(Fixture.number(9))", rows[1] + ",多", "引\"号" + rows[2], "\"" + rows[3],
            ])
    }

    @Test func `quoted cells with commas, quotation marks and line breaks are whole rows`() throws {
        let result = try Fixture.run([
            Fixture.health([
                "\(Fixture.number(1)),\"住户1\",\"高血压；\r\n冠心病\",,A,\"阿司匹林, \"\"每晚\"\"\",,",
                "\(Fixture.number(2)),住户2,坏\u{1},,A,,,",
            ])
        ])
        #expect(result.persons.first?["health.chronic"] == ["高血压", "冠心病"])
        #expect(result.persons.first?["health.medication"] == "阿司匹林, \"每晚\"")
        #expect(result.report.rejected.map(\.line) == [4])
    }

    @Test func `files joined end to end bring headers and byte-order marks along`() throws {
        let first = Fixture.register([rows[0], rows[1]])
        let joined = ImportInput(name: "all.csv", bytes: first.bytes + Fixture.register([rows[2], rows[0]]).bytes)
        let result = try Fixture.run([joined])
        #expect(result.report == ImportReport(persons: 3, merged: 1, conflicts: [], unmatched: [], rejected: []))
        #expect(result.persons.map(\.line) == [2, 3, 5])
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `any line end will do, and a last line without one`(end: String) throws {
        let text = ([Fixture.registerHeader] + rows).joined(separator: end)
        #expect(try Fixture.run([Fixture.file("r", Array(text.utf8))]).report.persons == 6)
    }

    @Test func `columns may stand in any order, with spaces and quotation marks in the header`() throws {
        let text = "\"姓名\", 证件号码 ,血型,慢性病,过敏史,用药,紧急联系电话,紧急\u{3000}联系人\n住户1,\(Fixture.number(1)),O型,,,,,\n"
        let result = try Fixture.run([Fixture.file("x", Array(text.utf8))])
        #expect(result.persons.first?["health.blood_type"] == "O")
    }

    @Test func `a file saved anew in another encoding is recognised by its header`() throws {
        let register = Fixture.text(Fixture.registerHeader, [rows[0]])
        let parking = Fixture.text(Fixture.parkingHeader, ["住户1,12800000001,湘G11111,B1,SUV,燃油"])
        let gb18030 = try #require(register.data(using: .init(rawValue: 0x8000_0632)))
        let bigEndian =
            [0xfe, 0xff] + parking.utf16.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(unit & 0xff)] }
        #expect(try Fixture.run([Fixture.file("a", Array(gb18030)), Fixture.file("b", bigEndian)]).report.merged == 1)
        #expect(
            try Fixture.run([Fixture.file("a", Array(gb18030)), Fixture.file("b", Array(parking.utf8))]).report.merged
                == 1)
    }

    @Test(arguments: [
        "", "\r\n\r\n", "姓名,性别\r\n", "薛琪,女,999901198003120013\r\n", Fixture.healthHeader + ",备注\n",
        Fixture.healthHeader.replacing("血型", with: "姓名") + "\n",
    ])
    func `a file that no source has the columns of stops the import, unnamed what it holds`(text: String) throws {
        let error = #expect(throws: ImportError.self) { try Fixture.run([Fixture.file("x.csv", Array(text.utf8))]) }
        let description = try #require(error).description
        #expect(description.hasPrefix("x.csv: "))
        #expect(!description.contains("薛琪"))
        #expect(!description.contains("备注"))
    }

    @Test func `a header alone is a file without people`() throws {
        #expect(
            try Fixture.run([Fixture.register([])]).report
                == ImportReport(persons: 0, merged: 0, conflicts: [], unmatched: [], rejected: []))
        #expect(try Fixture.run([]).persons.isEmpty)
    }

    /// A byte changed anywhere below the header costs the row it is in, or two where it joined them.
    @Test(arguments: [0xff, 0x22, 0x00, 0x2c, 0x80] as [UInt8])
    func `one bad byte costs one row in every encoding`(bad: UInt8) throws {
        let inputs = [
            Fixture.register(Array(rows.prefix(3))),
            Fixture.health((1...3).map { "\(Fixture.number($0)),住户\($0),高血压,,A,,," }),
            Fixture.education((1...3).map { "住户\($0)\t\(Fixture.number($0))\t学校\t1年级\t\t\t\t" }),
        ]
        let plan = try Fixture.plan()
        let today = try Fixture.today
        for input in inputs {
            let width = input.name == "education.txt" ? 2 : 1
            let headerEnd = try #require(input.bytes.firstIndex(of: 0x0a)) + width
            for position in headerEnd..<input.bytes.count {
                var bytes = input.bytes
                let isLineEnd = [0x0a, 0x0d].contains(bytes[position - position % width])
                bytes[position] = bad
                let result = try Importer.run(
                    plan: plan, inputs: [ImportInput(name: input.name, bytes: bytes)], today: today)
                let lost = 3 - result.report.persons
                #expect(lost <= (isLineEnd ? 2 : 1), "byte \(position) of \(input.name)")
                #expect(
                    lost == 0 || !result.report.rejected.isEmpty || !result.report.unmatched.isEmpty,
                    "byte \(position) of \(input.name)")
            }
        }
    }

    @Test func `random bytes never stop or crash an import, and every finding has a line of the file`() throws {
        let plan = try Fixture.plan()
        let today = try Fixture.today
        var random = SeededRandom(seed: 2026)
        let seeds = [
            Fixture.register(rows), try Fixture.parking(["住户1,12800000001,湘G11111,B1,SUV,燃油"]), Fixture.health([]),
            Fixture.education([]),
        ]
        for round in 0..<400 {
            let seed = seeds[round % seeds.count]
            var bytes = seed.bytes + random.bytes(random.below(400))
            if round % 3 == 0 { for _ in 0..<20 { bytes.append(Array(",\t\"\r\n".utf8)[random.below(5)]) } }
            let result = try Importer.run(plan: plan, inputs: [ImportInput(name: "f", bytes: bytes)], today: today)
            let lines = bytes.count { $0 == 0x0a || $0 == 0x0d } + 1
            let findings = result.report.conflicts + result.report.unmatched + result.report.rejected
            #expect(findings.allSatisfy { (2...lines).contains($0.line) })
            #expect(result.report.persons == (round % seeds.count == 0 ? 6 : 0))
        }
        for _ in 0..<200 {
            let noise = ImportInput(name: "noise", bytes: random.bytes(random.below(300)))
            #expect(throws: ImportError.self) { try Importer.run(plan: plan, inputs: [noise], today: today) }
        }
    }
}
