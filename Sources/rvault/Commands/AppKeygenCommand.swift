internal import ArgumentParser
internal import VaultCrypto
internal import VaultModel

struct AppKeygenCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make an app's key. Run it as the app's own user; no daemon is needed.",
        discussion: """
            Writes NAME.token (0600), which only the app may hold, and NAME.pub, which goes to the operator.

            Example: rvault app keygen parking --out /etc/parking
            """)

    @OptionGroup var app: AppArgument

    @Option(help: ArgumentHelp("The directory to write to.", valueName: "dir"))
    var out = "."

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let name = try app.read()
        let (tokenPath, publicPath) = ("\(out)/\(name).token", "\(out)/\(name).pub")
        let credential = try Credential.random(.app, name: name.text)
        let file = AppKeyFile(app: name, keys: try AppKeys(credential.secret))
        try PrivateFile.create(tokenPath, try credential.text())
        try PrivateFile.createPublic(publicPath, file.encoded, beside: tokenPath)
        if console.json { return console.answer(["token": .string(tokenPath), "public": .string(publicPath)]) }
        console.say(OperatorText.keyMade, tokenPath, publicPath)
        console.note(OperatorText.keyNext, name.text, publicPath)
    }
}
