internal import ArgumentParser

struct RestoreCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put the vault back from a backup and the newest copy of its log.",
        discussion: """
            What was erased, revoked or changed in the rules after the backup is done again from the log, so take the newest
            copy of the log there is (`rvault audit export`), and show every newer checkpoint you can find: from the notice
            board, receipts, witnesses. A backup past its life is refused. Cut off, run it again. Runs the rvaultd that lies
            beside this program; run it as the user that the daemon will run as.

            Example: rvault restore vault-2026-11-23.backup --dir ./new --log ./log --service-key service.key --pepper pepper
            Example: rvault restore last.backup --dir ./new --log ./log --service-key s.key --pepper p --checkpoint notice.txt
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var file: String

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("A directory with the newest exported log.", valueName: "dir"))
    var log: String

    @Option(help: ArgumentHelp("The service key, kept apart from the backup.", valueName: "file"))
    var serviceKey: String

    @Option(help: ArgumentHelp("The service key of the backup's day, if it was rotated since.", valueName: "file"))
    var serviceKeyOld: String?

    @Option(help: ArgumentHelp("The pepper, kept beside the service key.", valueName: "file"))
    var pepper: String

    @Option(help: ArgumentHelp("The pepper before it, where one was kept beside it (`pepper.old`).", valueName: "file"))
    var pepperOld: String?

    @Option(help: ArgumentHelp("A checkpoint kept elsewhere, which the log must continue.", valueName: "file"))
    var checkpoint: [String] = []

    func perform(_ console: Console) async throws {
        var arguments = [
            "restore", file, "--dir", global.directory, "--log", log, "--service-key", serviceKey, "--pepper", pepper,
        ]
        if let serviceKeyOld { arguments += ["--service-key-old", serviceKeyOld] }
        if let pepperOld { arguments += ["--pepper-old", pepperOld] }
        for note in checkpoint { arguments += ["--checkpoint", note] }
        if console.json { arguments.append("--json") }
        try Companion.becomeDaemon(arguments)
    }
}
