internal import ArgumentParser
internal import VaultModel

struct LogoutCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "End the session on this terminal.",
        discussion: "Example: rvault logout")

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let file = try options.sessionFile()
        do {
            let calls = ResidentCalls(global.publicClient, session: try file.read())
            try await calls.logout()
        } catch let failure as Failure where failure.code == "unauthorized" {
            // It had run out by itself, which is what was wanted.
        }
        file.remove()
        if console.json { return console.answer([:]) }
        console.say(SessionText.loggedOut)
    }
}
