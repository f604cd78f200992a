internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct AuditLogCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the newest entries of the log, oldest first.",
        discussion: """
            With --json the entries are whole.

            Example: rvault audit log --limit 20
            Example: rvault audit log --action refused --app parking --json
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Only entries of this action, such as read, given, refused.", valueName: "action"))
    var action: String?

    @Option(help: ArgumentHelp("Only entries of this app.", valueName: "name"))
    var app: String?

    @Option(help: ArgumentHelp("Only entries of this purpose.", valueName: "purpose"))
    var purpose: String?

    @Option(help: ArgumentHelp("At most so many entries.", valueName: "n"))
    var limit = 50

    func perform(_ console: Console) async throws {
        guard limit > 0 else { throw Failure(.usage, Sentence(Faults.badLimit), hint: Sentence(Hints.positiveLimit)) }
        let entries = try await newest()
        if console.json { return console.answer(EntryPage(entries: entries).json) }
        let titles = [
            OperatorText.columnNumber, .columnTime, .columnAction, .columnWho, .columnPurpose, .columnOutcome,
            .columnResidents,
        ]
        for line in Table.lines(titles.map { console.text($0) }, entries.map(Self.row)) { console.say(line) }
    }

    /// The last entries that fit. Without a filter only the end of the log is fetched.
    private func newest() async throws -> [NumberedEntry] {
        let client = global.operatorClient
        var found: [NumberedEntry] = []
        var after: Int?
        if action == nil, app == nil, purpose == nil {
            let total = try await client.call(.status, as: StatusView.self).entries
            after = total > limit ? total - limit - 1 : nil
        }
        while true {
            var query = [(name: "limit", value: "\(WireLimits.page)")]
            if let after { query.append((name: "after", value: "\(after)")) }
            let page = try await client.call(.auditEntries, query: query, as: EntryPage.self)
            found += page.entries.filter { matches($0.entry) }
            // Only what may still be shown is kept.
            if found.count > limit { found.removeFirst(found.count - limit) }
            guard let next = page.next, next > after ?? -1 else { return found }
            after = next
        }
    }

    private func matches(_ entry: JSON) -> Bool {
        (action == nil || entry["action"]?.string == action) && (app == nil || entry["app"]?.string == app)
            && (purpose == nil || entry["purpose"]?.string == purpose)
    }

    /// Who is the app, else the role; the outcome is the decision and its reason.
    static func row(_ numbered: NumberedEntry) -> [String] {
        let entry = numbered.entry
        let time = entry["time"]?.integer.map { Instant(milliseconds: $0).localMinute }
        let outcome = [entry["decision"]?.string, entry["reason"]?.string].compactMap { $0 }.joined(separator: " ")
        let residents = entry["subjects"]?.array?.count ?? 0
        return [
            "\(numbered.sequence)", time ?? "", entry["action"]?.string ?? "",
            entry["app"]?.string ?? entry["role"]?.string ?? "", entry["purpose"]?.string ?? "", outcome,
            residents == 0 ? "" : "\(residents)",
        ]
    }
}
