internal import ArgumentParser
internal import Synchronization
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the vault to a file while it serves, and check such a file.",
        discussion: """
            A backup holds what the vault's disk holds, encrypted: it opens nothing, not even with the service key. Keep that
            key and the pepper elsewhere. A backup has a longest life (`backup_days` in the policies, 35 days): destroy it
            then, so that erased means erased.

            Example: rvault backup /mnt/stick/vault-2026-11-23.backup
            Example: rvault backup verify /mnt/stick/vault-2026-11-23.backup
            """,
        subcommands: [BackupMakeCommand.self, BackupVerifyCommand.self], defaultSubcommand: BackupMakeCommand.self)
}

struct BackupMakeCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Make a backup; the daemon goes on serving.",
        discussion: """
            The daemon logs it, copies, and sends the copy over the operator's socket: no right on its directory is needed.
            FILE gets mode 0600, and its name only when it is whole.

            Example: rvault backup make vault-2026-11-23.backup --dir ./vault
            """)

    @Argument(help: ArgumentHelp("The new file.", valueName: "file"))
    var file: String

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let target = try GrowingFile(file)
        let progress = Progress(console)
        let shown = Mutex<Int64>(0)
        // A large vault is copied for minutes before the first byte comes.
        let client = VaultClient(socketPath: global.operatorSocket, timeoutSeconds: 3600)
        do {
            let response = try await client.send(VaultClient.request(.backup), sink: { piece in
                let took = target.append(piece)
                let mebibytes = target.bytes >> 20
                if shown.withLock({ last in
                    defer { last = mebibytes }
                    return last != mebibytes
                }) { progress.show(BackupText.progress, Int(mebibytes)) }
                return took
            })
            progress.clear()
            _ = try VaultClient.checked(response)
        } catch {
            progress.clear()
            try target.check()
            guard case .interrupted = error else { throw error }
            throw Failure(.refused, Sentence(BackupFaults.cutOff, "\(target.bytes)"), hint: Sentence(BackupHints.again))
        }
        try target.complete()
        if console.json { return console.answer(["file": .string(file), "bytes": .integer(target.bytes)]) }
        console.say(BackupText.made, file, "\(target.bytes)")
        console.say(BackupText.next, file)
    }
}

struct BackupVerifyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a backup: the file, its log, every row, its age.",
        discussion: """
            Needs no daemon, no vault and no secret, so it can run wherever the backup is kept. Exit status 1 if anything is
            wrong, a life that is over included. Runs the rvaultd that lies beside this program.

            Example: rvault backup verify vault-2026-11-23.backup
            Example: rvault backup verify vault-2026-11-23.backup --vkey log.vkey --old checkpoint-of-that-day
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var file: String

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The log's public key kept elsewhere.", valueName: "file"))
    var vkey: String?

    @Option(
        name: [.customLong("old"), .customLong("checkpoint")],
        help: ArgumentHelp("A checkpoint kept elsewhere, which the log in the backup must continue.", valueName: "file"))
    var old: [String] = []

    func perform(_ console: Console) async throws {
        var arguments = ["backup-verify", file]
        for note in old { arguments += ["--checkpoint", note] }
        if let vkey { arguments += ["--vkey", vkey] }
        if console.json { arguments.append("--json") }
        try Companion.becomeDaemon(arguments)
    }
}
