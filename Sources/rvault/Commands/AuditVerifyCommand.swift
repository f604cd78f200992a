internal import ArgumentParser
internal import VaultAPI
internal import VaultAudit
internal import VaultModel

struct AuditVerifyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute the whole log and compare it with the signed checkpoint.",
        discussion: """
            With --tiles it reads an exported directory and needs neither vault nor daemon. With --token-fd it reads the
            log over the socket, as an auditor. Else it reads the vault's directory itself, through the rvaultd beside this
            program, with or without a daemon; --data then also holds every resident's rows against the log. Exit status 1
            if anything was changed, dropped, reordered or rolled back.

            Example: rvault audit verify --dir ./vault --data
            Example: rvault audit verify --tiles ./log --vkey log.vkey --old checkpoint-of-last-month
            """)

    @OptionGroup var audit: AuditOptions
    var global: GlobalOptions { audit.global }

    @Option(help: ArgumentHelp("An exported directory.", valueName: "dir"))
    var tiles: String?

    @Option(help: ArgumentHelp("The log's public key kept elsewhere, to check the signature by.", valueName: "file"))
    var vkey: String?

    @Option(
        name: [.customLong("old"), .customLong("checkpoint")],
        help: ArgumentHelp("A checkpoint kept elsewhere, which the log must continue.", valueName: "file"))
    var old: [String] = []

    @Option(help: ArgumentHelp("Witnesses' keys, one a line; each must have cosigned the checkpoint.", valueName: "file"))
    var witness: String?

    @OptionGroup var keys: KeyArguments

    @Flag(help: "Hold the vault's data against the log too.")
    var data = false

    func validate() throws {
        if tiles != nil || audit.tokenFd != nil, !keys.list.isEmpty { throw ValidationError("the keys go with the vault's own directory") }
        if tiles != nil || audit.tokenFd != nil, data { throw ValidationError("--data reads the vault's own directory") }
        if tiles == nil, audit.tokenFd == nil, witness != nil { throw ValidationError("--witness goes with --tiles or --token-fd") }
    }

    func perform(_ console: Console) async throws {
        guard tiles != nil || audit.tokenFd != nil else { try verifyDirectory(console) }
        guard let vkey else {
            throw Failure(.usage, Sentence(AuditFaults.keyNeeded), hint: Sentence(AuditHints.whereKey))
        }
        guard let key = try KeyFile.read(vkey).first else { return }
        let witnesses = try witness.map { try KeyFile.read($0, role: .witness) } ?? []
        let task = TileVerification(
            key: key, witnesses: witnesses, kept: try old.map { try SourceFile.read($0, limit: SignedNote.byteLimit) })
        let verification: LogVerification
        if let tiles {
            verification = try task.verify(TileDirectory(tiles))
        } else {
            let progress = Progress(console)
            verification = try await task.verify(try audit.calls()) { done, total in
                progress.show(AuditText.verifyProgress, Int(done), of: Int(total))
            }
            progress.clear()
        }
        VerificationText(console: console).show(
            verification,
            kept: task.kept.compactMap {
                (try? verification.keys.open($0, trusting: key, within: verification.checkpoint?.size ?? 0))?.size
            }, witnesses: witnesses)
        if !verification.isSound { throw ExitCode(1) }
    }

    /// The vault's own rows: only the daemon's program can read them.
    private func verifyDirectory(_ console: Console) throws(Failure) -> Never {
        var arguments = ["verify", "--dir", global.directory]
        for note in old { arguments += ["--checkpoint", note] }
        if let vkey { arguments += ["--vkey", vkey] }
        if data { arguments.append("--data") }
        arguments += keys.list
        if console.json { arguments.append("--json") }
        try Companion.becomeDaemon(arguments)
    }
}
