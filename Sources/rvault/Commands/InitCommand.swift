internal import ArgumentParser

struct InitCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new vault in an empty directory.",
        discussion: """
            Makes the service key, the database, the log with its first signed checkpoint, and takes the policies. Runs
            the rvaultd that lies beside this program; run it as the user that the daemon will run as.

            Example: rvault init --dir ./vault
            Example: rvault init --dir ./vault --name sunshine-garden.example/log
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Policies to take (default: ./Policies, else the installed ones).", valueName: "dir"))
    var policies: String?

    @Option(help: ArgumentHelp("The log's name: a URL of yours without its scheme.", valueName: "name"))
    var name: String?

    func perform(_ console: Console) async throws {
        var arguments = ["init", "--dir", global.directory, "--policies", try PolicyPlace.find(policies)]
        if let name { arguments += ["--name", name] }
        if console.json { arguments.append("--json") }
        try Companion.becomeDaemon(arguments)
    }
}
