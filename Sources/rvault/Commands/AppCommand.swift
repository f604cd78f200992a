internal import ArgumentParser
internal import VaultModel

struct AppCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app",
        abstract: "The apps that may ask for residents' data.",
        discussion: """
            An app makes its own key with `keygen` and hands in the public part; the operator registers it with `add`.

            Example: rvault app keygen parking --out /etc/parking
            Example: rvault app add parking --public parking.pub
            """,
        subcommands: [AppKeygenCommand.self, AppAddCommand.self, AppListCommand.self, AppRemoveCommand.self,
            AppRekeyCommand.self, AppMoveKeysCommand.self])
}

/// The app a command is about.
struct AppArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The app's name: lower-case letters, digits and hyphens.", valueName: "name"))
    var name: String

    func read() throws(Failure) -> AppName {
        guard let app = AppName(name) else {
            throw Failure(.usage, Sentence(Faults.malformedApp, name), hint: Sentence(Hints.appNames))
        }
        return app
    }
}
