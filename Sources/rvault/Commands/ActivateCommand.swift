internal import ArgumentParser
internal import VaultCrypto
internal import VaultModel

struct ActivateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Use the code of your letter and choose a passphrase.",
        discussion: """
            Asks for both at the terminal. The code works once; afterwards only your passphrase opens your record, and
            nobody can tell it to you if you forget it.

            Example: rvault activate
            Example: rvault activate --code-fd 3 --passphrase-fd 4 3<code 4<passphrase
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Read the code from this descriptor.", valueName: "n"))
    var codeFd: Int32?

    @Option(help: ArgumentHelp("Read the new passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    func perform(_ console: Console) async throws {
        let code = try code(console)
        // Told before a passphrase is thought up.
        _ = try ActivationCode(typed: code)
        let passphrase = try PassphrasePrompt.new(console, descriptor: passphraseFd)
        let login = try await Doorway.activate(global.publicClient, code: code, passphrase: passphrase)
        if console.json { return console.answer(["login": .string(login.text)]) }
        console.say(SessionText.activated, LoginText.grouped(login))
        console.note(SessionText.nowLogin)
    }

    private func code(_ console: Console) throws(Failure) -> SecretBytes {
        if let codeFd { return try SecretInput.line(from: codeFd, option: "--code-fd") }
        let terminal = try Terminal(console, without: Sentence(Hints.useCodeDescriptor))
        return try terminal.askSecret(Sentence(SessionText.askCode))
    }
}
