internal import ArgumentParser
internal import VaultCrypto
internal import VaultModel

struct LoginCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Open a session on this terminal.",
        discussion: """
            The login name is the nine digits of your letter. The session ends after 10 idle minutes, after an hour, or
            with `rvault logout`.

            Example: rvault login 123456789
            Example: rvault login 123456789 --passphrase-fd 3 3<passphrase
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Argument(help: "Nine digits; asked for if left out.")
    var login: String?

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    func perform(_ console: Console) async throws {
        let login = try login.map(LoginText.read) ?? LoginText.ask(console)
        let file = try options.sessionFile()
        let passphrase = try PassphrasePrompt.existing(console, descriptor: passphraseFd)
        let session = try await Doorway.login(global.publicClient, login, passphrase)
        let expires = session.expires
        try file.keep(session.intoCredential())
        if console.json { return console.answer(["login": .string(login.text), "expires": .string(expires.rfc3339)]) }
        console.say(SessionText.loggedIn, expires.localMinute)
    }
}

/// Login names as people write them.
enum LoginText {
    /// - Throws: `Failure(.usage)` for a wrong count of digits or check digit.
    static func read(_ typed: String) throws(Failure) -> LoginName {
        guard let login = LoginName(typed.filter { !$0.isWhitespace }) else {
            throw Failure(.usage, Sentence(Faults.malformedLogin), hint: Sentence(Hints.readLogin))
        }
        return login
    }

    static func ask(_ console: Console) throws(Failure) -> LoginName {
        let terminal = try Terminal(console, without: Sentence(Hints.giveLogin))
        return try read(try terminal.ask(Sentence(SessionText.askLogin)))
    }

    /// In groups of three, as on the letter.
    static func grouped(_ login: LoginName) -> String {
        stride(from: 0, to: 9, by: 3).map { String(login.text.dropFirst($0).prefix(3)) }.joined(separator: " ")
    }
}
