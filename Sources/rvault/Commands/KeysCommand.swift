internal import ArgumentParser

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "How the vault's own keys lie on its machine: open, or under a passphrase.",
        discussion: """
            Example: rvault keys lock --dir ./vault
            Example: rvault keys unlock --dir ./vault
            """,
        subcommands: [KeysLockCommand.self, KeysUnlockCommand.self])
}

/// What both commands hand to the daemon's program, which alone can read the vault's directory.
struct KeyArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The service key's file, if it lies elsewhere; with --pepper.", valueName: "file"))
    var serviceKey: String?

    @Option(help: ArgumentHelp("The pepper's file, if it lies elsewhere; with --service-key.", valueName: "file"))
    var pepper: String?

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    /// As `rvaultd` takes them.
    var list: [String] {
        var list: [String] = []
        if let serviceKey { list += ["--service-key", serviceKey] }
        if let pepper { list += ["--pepper", pepper] }
        if let passphraseFd { list += ["--passphrase-fd", "\(passphraseFd)"] }
        return list
    }
}

struct KeysLockCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Put the service key and the pepper under a passphrase that each start asks for.",
        discussion: """
            Stop the daemon first. Whoever takes the disk then needs the passphrase too. Forgotten, only k custodians'
            shares bring the keys back. Cut off, run it again.

            Example: rvault keys lock --dir ./vault
            Example: rvault keys lock --dir ./vault --passphrase-fd 3 3<words
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var keys: KeyArguments

    func perform(_ console: Console) async throws {
        try Companion.becomeDaemon(
            ["keys", "lock", "--dir", global.directory] + keys.list + (console.json ? ["--json"] : []))
    }
}

struct KeysUnlockCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Put both keys back into files that a start reads by itself.",
        discussion: """
            Stop the daemon first. Cut off, run it again.

            Example: rvault keys unlock --dir ./vault
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var keys: KeyArguments

    func perform(_ console: Console) async throws {
        try Companion.becomeDaemon(
            ["keys", "unlock", "--dir", global.directory] + keys.list + (console.json ? ["--json"] : []))
    }
}
