internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct AppRemoveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove an app and end every permission it has. Its name is never given again.",
        discussion: "Example: rvault app remove parking")

    @OptionGroup var app: AppArgument
    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let name = try app.read()
        let removed = try await global.operatorClient.call(.removeApp, id: name.text, as: AppRemoved.self)
        if console.json { return console.answer(removed.json) }
        console.say(OperatorText.appRemoved, name.text, "\(removed.grantsEnded)")
        if removed.grantsFailed > 0 { console.note(OperatorText.grantsFailed, "\(removed.grantsFailed)") }
    }
}
