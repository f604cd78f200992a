internal import VaultAudit

/// The report as lines of a terminal.
enum ReportLines {
    /// The longest bar, in columns.
    private static let barWidth = 40

    /// All lines, without line ends.
    static func make(_ report: LogReport, language: Language) -> [String] {
        let words = ReportWords(language: language)
        let tables = ReportTables(report, words)
        var lines = [words.say(ReportText.title)] + words.head(report) + [words.say(ReportText.nobodyNamed)]
        func section(_ title: ReportText, _ content: [String]) { lines += ["", "## " + words.say(title)] + content }

        section(
            .sectionUnusual,
            report.anomalies.isEmpty
                ? [words.say(ReportText.nothingUnusual)] : words.unusual(report).map { "! " + $0 })
        section(
            .sectionApps,
            table(tables.apps, none: .noRequests, words)
                + [
                    "", words.say(ReportText.unit), words.say(ReportText.tagsDiffer),
                    words.labelled(.unknownCallers, report.unknownCallers),
                    words.labelled(.auditorReadings, report.auditorReadings),
                ])
        section(.sectionPurposes, table(tables.purposes, none: .noRequests, words))
        section(.sectionPermissions, table(tables.permissions, none: .noPermissions, words))
        section(.sectionHours, hours(report, tables.hours, words))
        section(.sectionDays, days(tables.days, words))
        section(.sectionEmergency, table(tables.emergency, none: .noEmergency, words))
        section(.sectionEntries, table(tables.entries, none: .nothingCovered, words))
        section(.sectionRules, words.rules.map { "- " + $0 })
        return lines
    }

    /// The table with its numbers at the right, or the sentence for none.
    private static func table(_ table: ReportTable, none: ReportText, _ words: ReportWords) -> [String] {
        guard !table.rows.isEmpty else { return [words.say(none)] }
        let widths = table.columns.indices.map { column in
            ([table.columns[column].title] + table.rows.map { $0[column] }).map(Width.of).max() ?? 0
        }
        func aligned(_ cells: [String]) -> [String] {
            cells.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - Width.of(cells[column]))
                return table.columns[column].isNumber ? space + cells[column] : cells[column]
            }
        }
        return Table.lines(aligned(table.columns.map(\.title)), table.rows.map(aligned))
    }

    /// Each hour with a bar of what was let through (`=`) and what was refused (`x`).
    private static func hours(_ report: LogReport, _ hours: ReportTable, _ words: ReportWords) -> [String] {
        guard let most = report.hours.asks.max(), most > 0 else { return [words.say(ReportText.noRequests)] }
        let active = (0..<24).filter { report.hours.asks[$0] > 0 }
        let lines = table(hours, none: .noRequests, words)
        let width = lines.map(Width.of).max() ?? 0
        let bars = active.map { hour in
            [(report.hours.granted[hour], "="), (report.hours.refused[hour], "x")].map { count, mark in
                // What is there is seen, however little.
                String(repeating: mark, count: count == 0 ? 0 : max(1, count * barWidth / most))
            }
            .joined()
        }
        return lines.prefix(2)
            + zip(lines.dropFirst(2), bars).map { line, bar in Width.pad(line, to: width) + "  " + bar }
            + ["= " + words.say(ReportText.columnGranted) + "  x " + words.say(ReportText.columnRefused)]
    }

    private static func days(_ days: [ReportTable], _ words: ReportWords) -> [String] {
        guard !days.isEmpty else { return [words.say(ReportText.noReleases)] }
        return days.flatMap { table($0, none: .noReleases, words) + [""] } + [words.say(ReportText.daysLeftOut)]
    }
}
