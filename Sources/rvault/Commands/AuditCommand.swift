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
        subcommands: [
            AuditLogCommand.self, AuditReportCommand.self, AuditVerifyCommand.self, AuditCheckpointCommand.self,
            AuditExportCommand.self, AuditProveCommand.self, AuditConsistencyCommand.self, AuditCheckProofCommand.self, AuditCheckCertificateCommand.self,
            AuditPublishCommand.self, AuditWitnessCommand.self, AuditArchiveCommand.self,
        ])
}

struct AuditCheckpointCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the log's newest signed checkpoint: keep it, hang it out, compare it later.",
        discussion: "Example: rvault audit checkpoint > checkpoint-2026-11-23")

    @OptionGroup var global: GlobalOptions

    @Flag(help: "The newest one that witnesses have cosigned.")
    var cosigned = false

    func perform(_ console: Console) async throws {
        let note = try await AuditCalls(global.publicClient).bytes(cosigned ? .cosigned : .checkpoint)
        if console.json { return console.answer(["checkpoint": .string(String(decoding: note, as: UTF8.self))]) }
        note.withUnsafeBytes { _ = Descriptor.write($0, to: 1) }
    }
}
