internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The log of every release, refusal and change, and the check that nobody altered it.",
        discussion: """
            Example: rvault audit log --app parking
            Example: rvault audit verify --dir ./vault
            """,
        subcommands: [AuditLogCommand.self, AuditVerifyCommand.self, AuditCheckpointCommand.self])
}

struct AuditVerifyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute the whole log from its stored rows and compare it with the signed checkpoint.",
        discussion: """
            Needs no daemon; reads the directory itself, through the rvaultd beside this program. Exit status 1 if
            anything was changed, dropped, reordered or rolled back.

            Example: rvault audit verify --dir ./vault --checkpoint checkpoint-of-last-month
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("A checkpoint kept elsewhere, to compare with.", valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("The log's public key kept elsewhere, to check the signature by.", valueName: "file"))
    var vkey: String?

    func perform(_ console: Console) async throws {
        var arguments = ["verify", "--dir", global.directory]
        if let checkpoint { arguments += ["--checkpoint", checkpoint] }
        if let vkey { arguments += ["--vkey", vkey] }
        if console.json { arguments.append("--json") }
        try Companion.becomeDaemon(arguments)
    }
}

struct AuditCheckpointCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the log's newest signed checkpoint: keep it, hang it out, compare it later.",
        discussion: "Example: rvault audit checkpoint > checkpoint-2026-11-23")

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let note = try await global.publicClient.call(VaultClient.request(.checkpoint)).body
        if console.json { return console.answer(["checkpoint": .string(String(decoding: note, as: UTF8.self))]) }
        note.withUnsafeBytes { _ = Descriptor.write($0, to: 1) }
    }
}
