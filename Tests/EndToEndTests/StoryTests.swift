import Foundation
import Testing

extension EndToEnd {
    @Suite(.serialized, .community) struct `The whole story` {
        @Test func `an import reports every bad row with its file, line and reason`() throws {
            let report = try Community.current.report
            #expect(
                report.keys == [
                    "conflicts", "enrolled", "known", "letters", "merged", "no_grants", "persons", "rejected", "unmatched",
                ])
            #expect(report["persons"] == .number(Double(Exports.persons)))
            #expect(report["merged"] == .number(Double(Exports.merged)))
            print(report)
        }
    }
}
