import Foundation
import Testing
import VaultImport
import VaultModel

@testable import rvault

@Suite struct ImportSummaryTests {
    private func report() throws -> ImportReport { try SamplePeople.merged.get().report }

    @Test func `a dry run's JSON has the five keys of the contract and no others`() throws {
        let json = ImportSummary(report: try report()).json
        #expect(json.object.map { Set($0.keys) } == ["persons", "merged", "conflicts", "unmatched", "rejected"])
        for key in ["conflicts", "unmatched", "rejected"] {
            for item in json[key]?.array ?? [] {
                #expect(item.object.map { Set($0.keys) } == ["file", "line", "reason"])
            }
        }
        #expect(json["persons"]?.integer == Int64(SampleCommunity.expected.persons))
    }

    @Test func `an import's JSON has what became of it besides`() throws {
        var summary = ImportSummary(report: try report())
        let before = summary.json["rejected"]?.array?.count ?? 0
        var outcome = Enrolment.Outcome()
        outcome.enrolled = 199
        outcome.noGrants = [try #require(PurposeName("parking.permit"))]
        summary.outcome = outcome
        summary.refused = [("a.csv", 3, "not wanted")]
        summary.letters = ("letters.txt", 199)
        let json = summary.json
        #expect(json["enrolled"] == 199 && json["known"] == 0)
        #expect(json["letters"] == "letters.txt")
        #expect(json["no_grants"] == ["parking.permit"])
        #expect(json["rejected"]?.array?.count == before + 1)
        #expect(json["rejected"]?.array?.last == ["file": "a.csv", "line": 3, "reason": "not wanted"])
    }
}
