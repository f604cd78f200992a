import Foundation
import Testing
import VaultModel
@testable import VaultPolicy

/// `Policies/` as it is shipped.
struct DefaultPackTests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Policies").path

    static func load() throws -> PolicySet { try PolicyDocument.load(directory: directory) }

    @Test func `every case of every purpose is decided as written`() throws {
        let policies = try Self.load()
        let cases = try PolicyDocument.loadCases(directory: Self.directory, policies: policies)
        let evaluator = PolicyEvaluator(policies: policies)
        for policyCase in cases {
            let finding = policyCase.check(with: evaluator)
            #expect(finding == nil, "\(finding?.description ?? "")")
        }
        #expect(cases.count >= 80)
    }
}
