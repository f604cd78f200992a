internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct AppListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the registered apps.",
        discussion: "Example: rvault app list --json")

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let apps = try await global.operatorClient.call(.apps, as: ItemList<AppView>.self)
        if console.json { return console.answer(apps.json) }
        let rows = apps.items.map { app in
            [
                app.name.text, app.party, console.text(app.live ? TermText.yes : .no),
                console.text(app.operatorHeld ? TermText.yes : .no), app.added.localMinute,
            ]
        }
        let titles = [OperatorText.columnApp, .columnParty, .columnLive, .columnOperatorHeld, .columnAdded]
        for line in Table.lines(titles.map { console.text($0) }, rows) { console.say(line) }
    }
}
