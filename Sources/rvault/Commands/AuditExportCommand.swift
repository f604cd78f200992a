internal import ArgumentParser
internal import VaultModel

struct AuditExportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Copy the log to a directory that anyone can verify without the vault.",
        discussion: """
            The directory holds `checkpoint`, `log.vkey` and `tile/…` in the layout of C2SP tlog-tiles. A second run adds
            what is new, and refuses a log that does not continue what was exported before.

            Example: rvault audit export --tiles ./log --token-fd 3 3<auditor.token
            """)

    @OptionGroup var audit: AuditOptions
    var global: GlobalOptions { audit.global }

    @Option(help: ArgumentHelp("The directory.", valueName: "dir"))
    var tiles: String

    @Option(help: ArgumentHelp("The log's key, kept elsewhere.", valueName: "file"))
    var vkey: String?

    @Flag(help: "End at the newest checkpoint that witnesses have cosigned.")
    var cosigned = false

    func perform(_ console: Console) async throws {
        let key = try vkey.map { try KeyFile.read($0) }?.first
        let progress = Progress(console)
        let export = TileExport(directory: TileDirectory(tiles), calls: try audit.calls(), key: key)
        let outcome = try await export.run(cosigned: cosigned) { done, total in
            progress.show(AuditText.exportProgress, Int(done), of: Int(total))
        }
        progress.clear()
        if console.json {
            return console.answer(["size": .integer(Int64(outcome.size)), "added": .integer(Int64(outcome.added))])
        }
        console.say(AuditText.exported, tiles, "\(outcome.size)", "\(outcome.added)")
    }
}
