internal import VaultAudit
internal import VaultModel

/// A table of the report before it is a page or lines of a terminal.
struct ReportTable: Equatable, Sendable {
    struct Column: Equatable, Sendable {
        let title: String
        /// Numbers stand at the right.
        let isNumber: Bool
    }

    let columns: [Column]
    var rows: [[String]]
    /// The last row is the sum of the others.
    var hasSum = false
}

/// Makes the report's tables.
struct ReportTables {
    let report: LogReport
    let words: ReportWords
    /// As many apps as stand beside each other on a sheet of paper or in a terminal.
    static let appsAcross = 6

    init(_ report: LogReport, _ words: ReportWords) {
        self.report = report
        self.words = words
    }

    var apps: ReportTable {
        var rows = report.apps.map { total in
            [words.party(total.party), total.app.text] + uses(total.counts, residents: total.residents, total.hours)
        }
        if report.apps.count > 1 {
            rows.append([words.say(ReportText.together), ""] + uses(report.counts, residents: nil, report.hours))
        }
        return ReportTable(
            columns: texts(OperatorText.columnParty, .columnApp) + useColumns, rows: rows,
            hasSum: report.apps.count > 1)
    }

    var purposes: ReportTable {
        ReportTable(
            columns: texts(OperatorText.columnParty, .columnApp, .columnPurpose) + useColumns,
            rows: report.rows.filter { $0.counts.asks > 0 || $0.counts.reads > 0 }.map { row in
                names(row) + uses(row.counts, residents: row.residents, row.hours)
            })
    }

    /// Requests for consent and what became of permissions.
    var permissions: ReportTable {
        let paths: [KeyPath<LogReport.Counts, Int>] = [
            \.requested, \.given, \.denied, \.withdrawn, \.paused, \.resumed, \.ended,
        ]
        return ReportTable(
            columns: texts(OperatorText.columnParty, .columnApp, .columnPurpose)
                + numbers(
                    .columnAsked, .columnGiven, .columnDenied, .columnWithdrawn, .columnPaused, .columnResumed,
                    .columnEnded),
            rows: report.rows.filter { row in paths.contains { row.counts[keyPath: $0] > 0 } }.map { row in
                names(row) + paths.map { words.number(row.counts[keyPath: $0]) }
            })
    }

    /// The hours that had anything.
    var hours: ReportTable { hours(0..<24) }

    /// The same of a part of the day.
    func hours(_ part: Range<Int>) -> ReportTable {
        ReportTable(
            columns: texts(ReportText.columnHour) + numbers(.columnGranted, .columnRefused),
            rows: part.filter { report.hours.asks[$0] > 0 }.map { hour in
                [
                    words.hour(hour), words.number(report.hours.granted[hour]),
                    words.number(report.hours.refused[hour]),
                ]
            })
    }

    /// Releases by day, a few apps beside each other; days and apps without any are left out.
    var days: [ReportTable] {
        let active = report.apps.filter { $0.counts.released > 0 }
        return stride(from: 0, to: active.count, by: Self.appsAcross).map { start in
            let apps = active.dropFirst(start).prefix(Self.appsAcross)
            let days = report.days.indices.filter { day in apps.contains { $0.daily[day] > 0 } }
            return ReportTable(
                columns: texts(ReportText.columnDay)
                    + apps.map { ReportTable.Column(title: $0.app.text, isNumber: true) },
                rows: days.map { day in [report.days[day]] + apps.map { words.number($0.daily[day]) } }
                    + [[words.say(ReportText.columnUsual)] + apps.map { usual($0.past) }],
                hasSum: true)
        }
    }

    var emergency: ReportTable {
        ReportTable(
            columns: texts(
                OperatorText.columnTime, .columnParty, .columnApp, .columnPurpose, .columnAction)
                + numbers(.columnGranted, .columnRefused),
            rows: report.breakGlass.map { use in
                [
                    use.time.localMinute, words.party(use.party), use.app?.text ?? "–", use.purpose?.text ?? "–",
                    use.action.rawValue, words.number(use.granted), words.number(use.refused),
                ]
            })
    }

    /// All entries of the range by action, in the words that `rvault audit log --action` takes.
    var entries: ReportTable {
        ReportTable(
            columns: texts(OperatorText.columnAction) + numbers(.columnEntries),
            rows: report.actions.map { [$0.action.rawValue, words.number($0.entries)] }
                + (report.actions.isEmpty ? [] : [[words.say(ReportText.together), words.number(report.entries)]]),
            hasSum: true)
    }

    private var useColumns: [ReportTable.Column] {
        numbers(
            .columnRequests, .columnReleased, .columnRefused, .columnLookUps, .columnWritten, .columnProposed)
            + [ReportTable.Column(title: words.say(OperatorText.columnResidents), isNumber: true)]
            + numbers(.columnEmergency) + texts(ReportText.columnBusiest)
    }

    private func uses(_ counts: LogReport.Counts, residents: Int?, _ hours: LogReport.Hours) -> [String] {
        let before = [
            counts.reads, counts.released, counts.refused, counts.lookUps, counts.written, counts.proposed,
        ]
        return before.map(words.number)
            + [
                residents.map(words.number) ?? "", words.number(counts.breakGlass),
                hours.busiest.map { "\($0)" }.joined(separator: ", "),
            ]
    }

    private func names(_ row: LogReport.Row) -> [String] {
        [words.party(row.party), row.app?.text ?? "–", row.purpose?.text ?? "–"]
    }

    private func usual(_ past: LogReport.Past?) -> String {
        guard let past else { return words.say(ReportText.noPast) }
        return words.say(ReportText.usualUpTo, words.mean(past), words.number(past.limit))
    }

    private func texts<Key: CatalogueKey>(_ keys: Key...) -> [ReportTable.Column] {
        keys.map { ReportTable.Column(title: words.say($0), isNumber: false) }
    }

    private func numbers(_ keys: ReportText...) -> [ReportTable.Column] {
        keys.map { ReportTable.Column(title: words.say($0), isNumber: true) }
    }
}
