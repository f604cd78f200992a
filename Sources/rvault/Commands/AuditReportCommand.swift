internal import ArgumentParser
internal import VaultAPI
internal import VaultAudit
internal import VaultModel

struct AuditReportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Who read how much, for what, and what was unusual, over some days.",
        discussion: """
            No name and no ID number stands in it. --html writes one self-contained page with plots.

            Example: rvault audit report --from 2026-11-01 --to 2026-11-30
            Example: rvault audit report --from 2026-11-01 --to 2026-11-30 --html november.html --token-fd 3 3<auditor.token
            """)

    @OptionGroup var audit: AuditOptions
    var global: GlobalOptions { audit.global }

    @Option(help: ArgumentHelp("The first day, in the vault's zone.", valueName: "day"))
    var from: String

    @Option(help: ArgumentHelp("The last day.", valueName: "day"))
    var to: String

    @Option(help: ArgumentHelp("Write the page to this file.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Read an exported directory instead of the socket; verify it first.", valueName: "dir"))
    var tiles: String?

    func perform(_ console: Console) async throws {
        let (first, last) = (try day(from), try day(to))
        guard first <= last else {
            throw Failure(.usage, Sentence(AuditFaults.badFilter, to, "--from \(from)"), hint: Sentence(AuditHints.instants))
        }
        var builder = LogReportBuilder(from: first, through: last)
        var name = ""
        if let tiles {
            name = try gather(TileDirectory(tiles), into: &builder)
        } else {
            let calls = try audit.calls()
            let checkpoint = try Checkpoint(parsing: SignedNote(parsing: try await calls.bytes(.checkpoint)).text)
            name = checkpoint.origin
            try await gather(calls, size: checkpoint.size, into: &builder, Progress(console))
        }
        let report = builder.finish()
        if let html {
            try PrivateFile.create(html, mode: 0o644, ReportPage.make(report, vault: name, language: console.language))
        }
        if console.json { return console.answer(report.json) }
        for line in ReportLines.make(report, language: console.language) { console.say(line) }
        if let html { console.note(AuditText.reportWritten, html) }
    }

    private func day(_ text: String) throws(Failure) -> CivilDate {
        guard let day = CivilDate(text: text) else {
            throw Failure(.usage, Sentence(Faults.malformedDate, text), hint: Sentence(AuditHints.instants))
        }
        return day
    }

    private func gather(
        _ calls: AuditCalls, size: UInt64, into builder: inout LogReportBuilder, _ progress: Progress
    ) async throws {
        var done: UInt64 = 0
        for path in TilePath.bundles(size: size) {
            let bundle = try await calls.bytes(.tile, id: String(path.text.dropFirst("tile/".count)))
            for entry in try EntryBundle.entries(bundle, width: path.width) {
                builder.take(try LogEntry(decoding: entry))
                done += 1
            }
            progress.show(AuditText.verifyProgress, Int(done), of: Int(size))
        }
        progress.clear()
    }

    /// - Returns: the log's name.
    private func gather(_ directory: TileDirectory, into builder: inout LogReportBuilder) throws -> String {
        guard let note = try directory.read(TileDirectory.checkpointName) else {
            throw Failure(.refused, Sentence(AuditFaults.noCheckpoint, directory.path), hint: Sentence(AuditHints.emptyDirectory))
        }
        let checkpoint = try Checkpoint(parsing: SignedNote(parsing: note).text)
        for path in TilePath.bundles(size: checkpoint.size) {
            guard let bundle = try directory.read(path.text) else {
                throw Failure(.refused, Sentence(AuditFaults.tileMissing, path.text), hint: Sentence(AuditHints.exportAnew))
            }
            for entry in try EntryBundle.entries(bundle, width: path.width) { builder.take(try LogEntry(decoding: entry)) }
        }
        return checkpoint.origin
    }
}
