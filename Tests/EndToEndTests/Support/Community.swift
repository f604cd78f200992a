import Foundation
import Testing

/// A community that is set up and running: apps registered, everyone enrolled, two people activated. One is shared by
/// all tests of a suite that has the trait `.community`; each takes a purpose or a person that no other test changes.
struct Community: Sendable {
    let scenario: Scenario
    let daemon: Daemon
    let apps: [String: App]
    let letters: [Letters.Letter]
    let qin: Resident
    let lu: Resident
    /// What the import answered.
    let report: Value
    let files: [String]

    @TaskLocal static var shared: Community?

    static var current: Community {
        get throws {
            guard let shared else { throw Unexpected("the suite lacks the trait .community") }
            return shared
        }
    }

    func app(_ name: String) throws -> App {
        guard let app = apps[name] else { throw Unexpected("no app \(name)") }
        return app
    }

    static func setUp(_ scenario: Scenario, _ daemon: Daemon) throws -> Community {
        var apps: [String: App] = [:]
        for name in ["committee", "parking", "health", "education"] { apps[name] = try scenario.addApp(name, daemon) }
        // The property company's token is made here, so that it is marked.
        let made = try scenario.json("app", "add", "property")
        apps["property"] = App(name: "property", token: try #require(made["token"].text), door: daemon.everyone)
        let files = try Exports.write(to: scenario)
        let outcome = try scenario.rvault(
            ["import", "--plan", Programs.plan] + files
                + ["--letters", scenario.path("letters.txt"), "--rejects", scenario.path("rejects.csv"), "--json"])
        try #require(outcome.status == 0, "\(outcome.all)")
        let letters = try Letters(scenario.path("letters.txt"))
        return Community(
            scenario: scenario, daemon: daemon, apps: apps, letters: letters.all,
            qin: try Resident.activate(Neighbourhood.qin, letters, scenario),
            lu: try Resident.activate(Neighbourhood.lu, letters, scenario), report: try Value(parsing: outcome.output.utf8),
            files: files)
    }
}

/// Sets a community up around a suite, and takes it down after the last test.
struct CommunityTrait: SuiteTrait, TestScoping {
    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        let scenario = Scenario(directory: try TemporaryFolder.make())
        defer { TemporaryFolder.remove(scenario.directory) }
        try scenario.makeVault()
        let daemon = try Daemon.start(scenario)
        defer { daemon.kill() }
        let community = try Community.setUp(scenario, daemon)
        try await Community.$shared.withValue(community) { try await function() }
        let outcome = daemon.stop()
        #expect(outcome.status == 0, "the daemon ended with \(outcome.all)\(daemon.log)")
    }
}

extension Trait where Self == CommunityTrait {
    static var community: Self { Self() }
}
