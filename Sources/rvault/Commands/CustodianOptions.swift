internal import ArgumentParser
internal import VaultCrypto
internal import VaultModel

/// The custodian's own key, for commands of their tool.
struct CustodianKeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The custodian's key, from `rvault custodian keygen`.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    /// Opens the key. Costs one Argon2.
    func open(_ file: CustodianKeyFile, _ console: Console) throws -> OwnShares {
        let passphrase = try PassphrasePrompt.existing(console, descriptor: passphraseFd)
        return OwnShares(try file.keys(passphrase), of: file.name)
    }
}

/// The ceremony a command is about.
enum CeremonyArgument {
    static func read(_ text: String) throws(Failure) -> CeremonyID {
        guard let id = CeremonyID(base64: IDArgument.unmarked(text)) else {
            throw Failure(.usage, Sentence(CeremonyFaults.malformedID), hint: Sentence(CeremonyHints.listCeremonies))
        }
        return id
    }
}

/// Shows what is to be signed and asks. Nothing is signed that was not shown.
enum Agreement {
    static func ask(_ lines: [String], _ question: some CatalogueKey, _ console: Console, yes: Bool) throws(Failure) {
        if !console.json { lines.forEach { console.say($0) } }
        if yes { return }
        let terminal = try Terminal(console, without: Sentence(CustodyHints.sayYes))
        if console.json { lines.forEach { terminal.show(Sentence(verbatim: $0)) } }
        let said = try terminal.ask(Sentence(question)).lowercased()
        guard ["yes", "是", "同意"].contains(said) else { throw Failure(.refused, Sentence(Faults.cancelled)) }
    }
}
