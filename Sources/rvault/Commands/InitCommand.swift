internal import ArgumentParser

struct InitCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new vault in an empty directory.",
        discussion: """
            Makes the service key, the database, the log with its first signed checkpoint, and takes the policies. Runs
            the rvaultd that lies beside this program; run it as the user that the daemon will run as.

            With custodians, no app comes in on the operator's word: some parties must sign. Together they can also let in
            a resident who forgot the passphrase, and put the vault's own keys together again.

            Example: rvault init --dir ./vault
            Example: rvault init --dir ./vault --custodian committee.custodian.pub --custodian owners.custodian.pub --threshold 2
            Example: rvault init --dir ./vault --name sunshine-garden.example/log
            Example: rvault init --dir ./vault --lock-keys
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Policies to take (default: ./Policies, else the installed ones).", valueName: "dir"))
    var policies: String?

    @Option(help: ArgumentHelp("The log's name: a URL of yours without its scheme.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("A custodian's public file; once for each, two at least.", valueName: "file"))
    var custodian: [String] = []

    @Option(help: ArgumentHelp("How many custodians must act together, two at least.", valueName: "k"))
    var threshold: Int?

    @OptionGroup var keys: KeyArguments

    @Flag(help: "Put the service key and the pepper under a passphrase at once.")
    var lockKeys = false

    func perform(_ console: Console) async throws {
        var arguments = ["init", "--dir", global.directory, "--policies", try PolicyPlace.find(policies)]
        if let name { arguments += ["--name", name] }
        for file in custodian { arguments += ["--custodian", file] }
        if let threshold { arguments += ["--threshold", "\(threshold)"] }
        arguments += keys.list
        if lockKeys { arguments.append("--lock-keys") }
        if console.json { arguments.append("--json") }
        try Companion.becomeDaemon(arguments)
    }
}
