internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct MeHistoryCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Who looked at your record or changed it, newest first.",
        discussion: """
            Example: rvault me history
            Example: rvault me history --before 4711 --limit 100
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Option(help: ArgumentHelp("Only what came before this entry.", valueName: "number"))
    var before: String?

    @Option(help: ArgumentHelp("At most so many entries, 500 at most.", valueName: "n"))
    var limit = 30

    @Option(help: ArgumentHelp("Instead, write the proof that this entry of yours stands in the log.", valueName: "number"))
    var prove: String?

    @Option(help: ArgumentHelp("The proof's file (NUMBER.tlog-proof if absent).", valueName: "file"))
    var out: String?

    func perform(_ console: Console) async throws {
        guard (1...500).contains(limit) else { throw Failure(.usage, Sentence(Faults.badLimit), hint: Sentence(Hints.positiveLimit)) }
        let calls = try options.calls()
        if let prove {
            let number = try AuditIndex.read(prove)
            let path = out ?? "\(number).tlog-proof"
            try PrivateFile.create(path, try await calls.proof(number))
            if console.json { return console.answer(["proof": .string(path)]) }
            return console.say(AuditText.proofWritten, "\(number)", path)
        }
        let page = try await calls.history(before: try before.map { try AuditIndex.read($0) }, limit: limit)
        if console.json { return console.answer(page.json) }
        HistoryView(console: console).show(page)
        if let next = page.next { console.note(AuditText.historyMore, "\(next)") }
    }
}
