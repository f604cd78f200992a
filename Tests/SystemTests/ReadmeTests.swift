import Foundation
import Testing

@Suite struct ReadmeTests {
    private static func readme() throws -> String {
        try String(contentsOf: Scenario.repository.appending(path: "README.md"), encoding: .utf8)
    }

    @Test func `the tour of the README runs as it stands`() throws {
        let text = try Self.readme()
        let block = try #require(text.components(separatedBy: "```sh tour\n").dropFirst().first?.components(separatedBy: "\n```").first)
        let commands = block.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.isEmpty }
        #expect((5...10).contains(commands.count))
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        let out = try scenario.succeed("PHONE=\(SmallCommunity.star.phone)\n" + block)
        #expect(out.contains(SmallCommunity.star.name))
        #expect(out.contains("403"))
    }

    @Test func `the README shows the two commands`() throws {
        let text = try Self.readme()
        #expect(text.contains("make demo") && text.contains("make test"))
    }
}
