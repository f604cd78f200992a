internal import ArgumentParser
internal import CLinux
internal import ResidentVault
internal import VaultModel

/// Turns the form in which the service key and the pepper lie. No daemon may run meanwhile.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Lock the service key and the pepper under a passphrase, or unlock them.",
        discussion: "Example: rvaultd keys lock --dir /var/lib/rvault",
        subcommands: [KeysLockCommand.self, KeysUnlockCommand.self])
}

struct KeysLockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Put both keys under a passphrase that each start then asks for.",
        discussion: "Example: rvaultd keys lock --dir /var/lib/rvault")

    @Option(help: "The vault's directory.")
    var dir: String

    @OptionGroup var keys: KeyOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        try KeysText.refuseDumps()
        let source = keys.source(dir, asking: true)
        try Vault.lockKeys(at: dir, source: source)
        KeysText.say(
            "passphrase", json: json,
            """
            the keys are locked in \(VaultDirectory(dir).lockedKeys); each start asks for the passphrase
            the two open files are overwritten and gone; copies of them elsewhere, and what a flash disk keeps, are not
            without the passphrase only k custodians' shares bring the keys back

            """)
    }
}

struct KeysUnlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Put both keys back into files that a start reads by itself.",
        discussion: "Example: rvaultd keys unlock --dir /var/lib/rvault")

    @Option(help: "The vault's directory.")
    var dir: String

    @OptionGroup var keys: KeyOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        try KeysText.refuseDumps()
        let source = keys.source(dir, asking: true)
        try Vault.unlockKeys(at: dir, source: source)
        KeysText.say("files", json: json, "the keys lie open in \(source.description(of: .files)); a start reads them by itself\n")
    }
}

private enum KeysText {
    /// Keys and a passphrase are in memory now.
    static func refuseDumps() throws {
        if rv_refuse_core_dumps() != 0 { throw VaultError(.setup, "core dumps cannot be switched off") }
    }

    static func say(_ form: String, json: Bool, _ text: String) {
        let answer: JSON = ["keys": .string(form)]
        StandardError.writeOut(json ? String(decoding: answer.encoded, as: UTF8.self) + "\n" : text)
    }
}
