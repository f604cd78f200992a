internal import ArgumentParser
internal import VaultClient

/// What the commands of residents take besides.
struct ResidentOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Where the session is kept (default: by terminal).", valueName: "file"))
    var session: String?

    func sessionFile() throws(Failure) -> SessionFile {
        SessionFile(place: try SessionPlace(file: session, socket: global.publicSocket))
    }

    /// The calls of whoever logged in here.
    func calls() throws(Failure) -> ResidentCalls {
        ResidentCalls(global.publicClient, session: try sessionFile().read())
    }
}
