import Foundation
import Testing
import VaultImport
import VaultModel

@testable import rvault

/// The sample community of `make demo`, imported with the default plan.
struct SampleCommunityTests {
    private func imported() throws -> ImportResult {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let yaml = try Data(contentsOf: root.appending(path: "Policies/imports/community.yaml"))
        let plan = try ImportPlan(yaml: Array(yaml), file: "community.yaml")
        let inputs = SampleCommunity.files().map { ImportInput(name: $0.name, bytes: $0.bytes) }
        return try Importer.run(plan: plan, inputs: inputs, today: #require(CivilDate(text: "2026-11-23")))
    }

    @Test func `the import finds what the sample says it holds`() throws {
        let report = try imported().report
        #expect(report.persons == SampleCommunity.expected.persons)
        #expect(report.merged == SampleCommunity.expected.merged)
        #expect(report.conflicts.count == SampleCommunity.expected.conflicts)
        #expect(report.unmatched.count == SampleCommunity.expected.unmatched)
        #expect(report.rejected.count == SampleCommunity.expected.rejected)
    }

    @Test func `every protagonist is there with what the story needs`() throws {
        let persons = try imported().persons
        func value(_ protagonist: SampleCommunity.Protagonist, _ field: String) throws -> JSON? {
            let number = try #require(FieldName("person.id_number"))
            let person = try #require(persons.first { $0.fields[number] == .string(protagonist.idNumber) })
            return person.fields[try #require(FieldName(field))]
        }
        for protagonist in SampleCommunity.protagonists {
            #expect(try value(protagonist, "person.name") == .string(protagonist.name))
            #expect(try value(protagonist, "contact.phone") == .string(protagonist.phone))
            #expect(try value(protagonist, "vehicle.plates") == protagonist.plate.map { [.string($0)] })
            #expect(try value(protagonist, "contact.emergency_name") != nil)
        }
        #expect(try value(SampleCommunity.lin, "education.school") == "社区学院")
        #expect(try value(SampleCommunity.zhou, "health.chronic") == ["高血压", "冠心病"])
        #expect(try value(SampleCommunity.zhou, "welfare.living_alone") == true)
    }

    @Test func `the files are the same each time, in four encodings`() {
        let files = SampleCommunity.files()
        #expect(files.map(\.name) == ["register.csv", "parking.csv", "health.csv", "education.txt"])
        #expect(files.map(\.bytes) == SampleCommunity.files().map(\.bytes))
        #expect(files[0].bytes.starts(with: [0xef, 0xbb, 0xbf]))
        #expect(String(validating: files[1].bytes, as: UTF8.self) == nil)
        #expect(files[3].bytes.starts(with: [0xff, 0xfe]))
    }
}
