internal import VaultClient
internal import VaultCrypto

/// What `rvault` alone shows: a numbered menu in plain words. The session lives in this process's memory only.
struct ResidentMenu {
    private(set) var console: Console
    let client: VaultClient

    init(console: Console, client: VaultClient) {
        self.console = console
        self.client = client
    }

    /// The door: log in, activate, switch the language or leave.
    mutating func run() async throws {
        while true {
            let dialog = try Dialog(console)
            dialog.show(MenuText.welcome)
            guard let choice = try dialog.choice(.doorChoices, 0...3) else { continue }
            do {
                switch choice {
                case 1: try await enter(dialog)
                case 2: try await activate(dialog)
                case 3: console = Console(language: console.language == .chinese ? .english : .chinese, json: false)
                default: return dialog.show(MenuText.goodbye)
                }
            } catch {
                // A menu explains and goes on; only a terminal that is gone ends it.
                let failure = Failure(error)
                guard failure.status != .usage || failure.message != Sentence(Faults.noTerminal) else { throw failure }
                if failure.message == Sentence(Faults.cancelled) { return dialog.show(MenuText.goodbye) }
                dialog.explain(failure)
            }
        }
    }

    private func enter(_ dialog: borrowing Dialog) async throws {
        let login = try LoginText.ask(console)
        let passphrase = try PassphrasePrompt.existing(console, descriptor: nil)
        let session = try await Doorway.login(client, login, passphrase)
        let menu = SessionMenu(console: console, calls: ResidentCalls(client, session: session.intoCredential()))
        try await menu.run(dialog)
    }

    private func activate(_ dialog: borrowing Dialog) async throws {
        let terminal = try Terminal(console, without: Sentence(Faults.noTerminal))
        let code = try terminal.askSecret(Sentence(SessionText.askCode))
        _ = try ActivationCode(typed: code)
        let passphrase = try PassphrasePrompt.new(console, descriptor: nil)
        let login = try await Doorway.activate(client, code: code, passphrase: passphrase)
        dialog.show(SessionText.activated, LoginText.grouped(login))
        let session = try await Doorway.login(client, login, passphrase)
        let menu = SessionMenu(console: console, calls: ResidentCalls(client, session: session.intoCredential()))
        try await menu.run(dialog)
    }
}
