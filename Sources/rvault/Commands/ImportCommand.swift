internal import ArgumentParser
internal import Foundation
internal import VaultAPI
internal import VaultClient
internal import VaultImport
internal import VaultModel

struct ImportCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make residents' records out of the platforms' exports, and letters to activate them.",
        discussion: """
            Rows about one person are merged first, by ID number, else by phone and name. Bad rows never stop the rest:
            they are reported with file, line and reason, never a value. People who are enrolled already stay as they
            are, so a run that was cut off is completed by the same command.

            The letters' codes open residents' records until they are used: hand them out soon, then destroy the file.
            With --as a platform renews its own fields of residents enrolled before; it cannot read them back.

            Example: rvault import --plan Policies/imports/community.yaml register.csv parking.csv --dry-run
            Example: rvault import --plan Policies/imports/community.yaml register.csv --letters letters.txt
            Example: rvault import --plan community.yaml parking.csv --as parking --token-file parking.token
            """)

    @Option(help: ArgumentHelp("How the files' columns become fields.", valueName: "file"))
    var plan: String

    @Argument(help: ArgumentHelp("The exports, as they are.", valueName: "file"))
    var files: [String]

    @Flag(help: "Report only: write nothing, need no daemon.")
    var dryRun = false

    @Option(help: ArgumentHelp("Write the rows that were not taken to this file (0600).", valueName: "file"))
    var rejects: String?

    @Option(
        help: ArgumentHelp(
            "Write the activation letters to this file (0600; default: ./letters-DATE.txt).", valueName: "file"))
    var letters: String?

    @Option(name: .customLong("as"), help: ArgumentHelp("Import as this app, with its token.", valueName: "app"))
    var app: String?

    @Option(help: ArgumentHelp("Read the app's token from this descriptor.", valueName: "n"))
    var tokenFd: Int32?

    @Option(help: ArgumentHelp("Read the app's token from this file.", valueName: "file"))
    var tokenFile: String?

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let plan = try ImportPlan(yaml: try SourceFile.read(plan, limit: 1 << 20), file: plan)
        if let rejects { try RejectFile.check(rejects) }
        if let app { return try await ForwardImport(command: self, console: console).run(plan, app) }
        guard tokenFd == nil, tokenFile == nil else {
            throw Failure(.usage, Sentence(Faults.tokenWithoutApp), hint: Sentence(Hints.nameApp))
        }
        let result = try read(plan, mode: .community, console)
        if let rejects { try RejectFile.write(result.rejects, refused: [], to: rejects) }
        var summary = ImportSummary(report: result.report)
        if !dryRun { try await enrol(result, &summary, console) }
        summary.show(console)
        if let rejects { console.note(ImportText.rejectsWritten, rejects) }
    }

    /// Reads and merges all files.
    func read(_ plan: ImportPlan, mode: ImportMode, _ console: Console) throws -> VaultImport.ImportResult {
        var inputs: [ImportInput] = []
        for file in files { inputs.append(ImportInput(name: file, bytes: try SourceFile.read(file))) }
        let progress = Progress(console)
        defer { progress.clear() }
        return try Importer.run(plan: plan, inputs: inputs, today: Self.today, mode: mode) { rows in
            progress.show(ImportText.progressRows, rows)
        }
    }

    /// The day in the vault's zone.
    static var today: CivilDate {
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        guard let day = CivilDate(text: now.localDay) else { preconditionFailure("a local day is a date") }
        return day
    }

    private func enrol(_ result: VaultImport.ImportResult, _ summary: inout ImportSummary, _ console: Console)
        async throws
    {
        let client = global.operatorClient
        // A daemon that is not there, or not for us, is told before a file is made.
        _ = try await client.call(.status, as: StatusView.self)
        let path = letters ?? LetterFile.standard(today: Self.today)
        let drafts = try LetterDrafts(letters: path)
        let progress = Progress(console)
        defer { progress.clear() }
        let enrolment = Enrolment(
            today: Self.today, send: { try await ImportTransport.enrol($0, client) },
            progress: { progress.show(ImportText.progressPeople, $0, of: result.persons.count) })
        let outcome: Enrolment.Outcome
        do {
            outcome = try await enrolment.run(result.persons, drafts)
        } catch {
            // Nobody is lost: the drafts stay, and the same command goes on from them.
            throw Failure(error).hinting(Sentence(Hints.importAgain, path))
        }
        let count = try LetterFile.add(outcome.letters, try drafts.codes(), to: path, letter: Letter(today: Self.today))
        drafts.remove()
        summary.outcome = outcome
        summary.refused = outcome.rejected
        if count > 0 { summary.letters = (path, count) }
        if let rejects { try RejectFile.write(result.rejects, refused: outcome.rejected, to: rejects) }
    }
}
