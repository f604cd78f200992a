internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct MeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "me",
        abstract: "Your own record.",
        discussion: "Example: rvault me show",
        subcommands: [MeShowCommand.self, MeHistoryCommand.self, MeAcceptCommand.self, MeDeclineCommand.self, MePassphraseCommand.self, MeEraseCommand.self, MeRotateCommand.self],
        defaultSubcommand: MeShowCommand.self)
}

struct MeShowCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what the vault holds of you, and where each value came from.",
        discussion: "Example: rvault me show")

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let calls = try options.calls()
        let me = try await calls.me()
        let fields = try await calls.fields()
        if console.json { return console.answer(["me": me.json, "fields": fields.json]) }
        RecordView(console: console).show(me, fields)
    }
}

struct MePassphraseCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase",
        abstract: "Choose another passphrase.",
        discussion: """
            Everything is locked anew under it; other sessions of yours end.

            Example: rvault me passphrase
            Example: rvault me passphrase --old-fd 3 --passphrase-fd 4 3<old 4<new
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Option(help: ArgumentHelp("Read the present passphrase from this descriptor.", valueName: "n"))
    var oldFd: Int32?

    @Option(help: ArgumentHelp("Read the new passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    func perform(_ console: Console) async throws {
        let file = try options.sessionFile()
        let calls = ResidentCalls(global.publicClient, session: try file.read())
        let old = try PassphrasePrompt.existing(
            console, descriptor: oldFd, option: "--old-fd", question: .askOldPassphrase)
        let new = try PassphrasePrompt.new(console, descriptor: passphraseFd)
        let session = try await calls.changePassphrase(old: old, new: new)
        let expires = session.expires
        try file.keep(session.intoCredential())
        if console.json { return console.answer(["expires": .string(expires.rfc3339)]) }
        console.say(SessionText.passphraseChanged)
    }
}
