internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct ConsentListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the requests that wait for you and who may read what.",
        discussion: """
            Example: rvault consent list
            Example: rvault consent list --all --json
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Flag(help: "Show what has ended, too.")
    var all = false

    func perform(_ console: Console) async throws {
        let calls = try options.calls()
        let requests = try await calls.requests()
        let grants = try await calls.grants()
        let overview = ConsentOverview(requests: requests, grants: grants, withEnded: all)
        try overview.shown.keep(try options.sessionFile().place)
        if console.json {
            return console.answer([
                "requests": .array(overview.requests.map(\.json)), "grants": .array(overview.grants.map(\.json)),
            ])
        }
        ConsentView(console: console).show(overview)
    }
}
