internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct AuditLogCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the newest entries of the log that match, oldest first.",
        discussion: """
            With --json the entries are whole. With --follow it goes on showing new ones until it is stopped.

            Example: rvault audit log --limit 20
            Example: rvault audit log --action refused --app parking --from 2026-11-01 --json
            Example: rvault audit log --follow --token-fd 3 3<auditor.token
            """)

    @OptionGroup var audit: AuditOptions
    var global: GlobalOptions { audit.global }

    @Option(help: ArgumentHelp("Only entries of this action, such as read, given, refused.", valueName: "action"))
    var action: String?

    @Option(help: ArgumentHelp("Only entries of this app.", valueName: "name"))
    var app: String?

    @Option(help: ArgumentHelp("Only entries of this party.", valueName: "name"))
    var party: String?

    @Option(help: ArgumentHelp("Only entries of this purpose.", valueName: "purpose"))
    var purpose: String?

    @Option(help: ArgumentHelp("Only entries decided so: released, refused or changed.", valueName: "word"))
    var decision: String?

    @Option(help: ArgumentHelp("Only entries in which this subject tag stands, as an entry shows it, or in hex.", valueName: "tag"))
    var tag: String?

    @Option(help: ArgumentHelp("Only entries from this day on, or this instant (RFC 3339).", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Only entries up to this day, or before this instant.", valueName: "time"))
    var to: String?

    @Option(help: ArgumentHelp("At most so many entries.", valueName: "n"))
    var limit = 50

    @Flag(help: "Go on showing new entries as they come.")
    var follow = false

    func perform(_ console: Console) async throws {
        guard limit > 0 else { throw Failure(.usage, Sentence(Faults.badLimit), hint: Sentence(Hints.positiveLimit)) }
        let filters = try filters()
        let calls = try audit.calls()
        // The end is taken first, and the first page ends there: what comes meanwhile is followed, and nothing is lost.
        var after = follow ? try await lastIndex(calls) : nil
        let entries = try await newest(calls, filters, upTo: after)
        if console.json, !follow { return console.answer(EntryPage(entries: entries).json) }
        show(entries, withTitles: true, console)
        guard follow else { return }
        while !Task.isCancelled {
            try await Task.sleep(for: .seconds(1))
            // Taken before the page: what the page has looked at reaches at least here.
            let end = try await lastIndex(calls)
            var query = filters + [(name: "limit", value: "\(WireLimits.page)")]
            if let after, after >= 0 { query.append((name: "after", value: "\(after)")) }
            let page = try await calls.call(.auditEntries, query: query, as: EntryPage.self)
            show(page.entries, withTitles: false, console)
            after = page.next ?? max(page.entries.last?.sequence ?? -1, end ?? -1, after ?? -1)
        }
    }

    private func filters() throws(Failure) -> [(name: String, value: String)] {
        var filters: [(name: String, value: String)] = []
        for (name, value) in [
            ("action", action), ("app", app), ("party", party), ("purpose", purpose), ("decision", decision),
            ("tag", tag.map { text in Base64URL.decode(text).map { $0.count == 16 ? Hex.encode($0) : text } ?? text }),
        ] {
            guard let value else { continue }
            // These go into a query as they are: names, words and hex digits need no escaping.
            guard value.utf8.allSatisfy({ byte in
                (97...122).contains(byte) || (48...57).contains(byte) || byte == 0x5f || byte == 0x2e || byte == 0x2d
            }) else { throw Failure(.usage, Sentence(AuditFaults.badFilter, value, "--\(name)")) }
            filters.append((name, value))
        }
        if let from { filters.append(("from", "\(try moment(from, isEnd: false, "--from"))")) }
        if let to { filters.append(("to", "\(try moment(to, isEnd: true, "--to"))")) }
        return filters
    }

    /// A day counts whole: it begins `--from` and is included in `--to`.
    private func moment(_ text: String, isEnd: Bool, _ option: String) throws(Failure) -> Int64 {
        guard let instant = Instant(text: text) else {
            throw Failure(.usage, Sentence(AuditFaults.badFilter, text, option), hint: Sentence(AuditHints.instants))
        }
        guard CivilDate(text: text) != nil else { return instant.milliseconds }
        // A bare date is the last millisecond of that day in the vault's zone.
        return instant.milliseconds + 1 - (isEnd ? 0 : 86_400_000)
    }

    /// The last entries that match, oldest first.
    private func newest(
        _ calls: AuditCalls, _ filters: [(name: String, value: String)], upTo last: Int?
    ) async throws -> [NumberedEntry] {
        var found: [NumberedEntry] = []
        var before = last.map { $0 + 1 }
        while found.count < limit {
            var query = filters + [(name: "limit", value: "\(min(limit - found.count, WireLimits.page))")]
            query.append(before.map { (name: "before", value: "\($0)") } ?? (name: "newest", value: "1"))
            let page = try await calls.call(.auditEntries, query: query, as: EntryPage.self)
            found += page.entries
            guard let next = page.next else { break }
            before = next
        }
        return found.reversed()
    }

    /// The number of the newest entry.
    private func lastIndex(_ calls: AuditCalls) async throws -> Int? {
        let query = [(name: "limit", value: "1"), (name: "newest", value: "1")]
        return try await calls.call(.auditEntries, query: query, as: EntryPage.self).entries.first?.sequence
    }

    private func show(_ entries: [NumberedEntry], withTitles: Bool, _ console: Console) {
        if console.json {
            for entry in entries { console.answer(entry.json) }
            return
        }
        let titles = [
            OperatorText.columnNumber, .columnTime, .columnAction, .columnWho, .columnPurpose, .columnOutcome,
            .columnResidents,
        ]
        if withTitles {
            for line in Table.lines(titles.map { console.text($0) }, entries.map(Self.row)) { console.say(line) }
        } else {
            for entry in entries { console.say(Self.row(entry).joined(separator: "  ")) }
        }
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
