internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct AuditArchiveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Move entries that are older than the policies keep them out of the database.",
        discussion: """
            They go to DIR/archive as whole tiles, which may be a link to another disk, and everything still verifies. The
            period is `log_retention_days` in the policies: three years at least.

            Example: rvault audit archive
            """)

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let result = try await global.operatorClient.call(.archive, as: ArchiveResult.self)
        if console.json { return console.answer(result.json) }
        if result.moved == 0 { return console.say(AuditText.nothingToArchive) }
        console.say(AuditText.archived, "\(result.moved)", "\(result.first)")
    }
}
