internal import VaultAudit
internal import VaultModel

/// The report as one page of HTML that holds all it needs: it opens from a stick, in a mail and without a network, runs
/// no script and fetches nothing.
struct ReportPage {
    private let report: LogReport
    private let words: ReportWords
    private let tables: ReportTables
    private let plots: ReportPlots

    /// The page's bytes. Each text of the report and the vault's name is escaped.
    static func make(_ report: LogReport, vault: String, language: Language) -> [UInt8] {
        let words = ReportWords(language: language)
        let page = ReportPage(
            report: report, words: words, tables: ReportTables(report, words),
            plots: ReportPlots(report: report, words: words))
        return Array(("<!DOCTYPE html>\n" + page.document(vault: vault).html + "\n").utf8)
    }

    private func document(vault: String) -> Markup {
        let title = words.say(ReportText.title)
        let head = [
            Markup.element("meta", ["charset": "utf-8"]),
            .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .element("title", [:], title + " · " + report.from.localDay), .style(ReportStyle.css),
        ]
        let top = Markup.element(
            "header", [:],
            [.element("h1", [:], title), paragraph(words.say(ReportText.vault, vault))]
                + words.head(report).map { paragraph($0) } + [paragraph(words.say(ReportText.nobodyNamed))])
        let main = Markup.element(
            "main", [:],
            [
                top, tiles, unusual, uses, permissions, hours, days, emergency, entries,
                section(.sectionRules, [list(words.rules, "rules")]),
            ])
        return .element(
            "html", ["lang": words.language.rawValue], [.element("head", [:], head), .element("body", [:], [main])])
    }

    /// The numbers to know if one reads no further.
    private var tiles: Markup {
        let counts = report.counts
        let numbers: [(ReportText, Int, isRaised: Bool)] = [
            (.columnReleased, counts.released, false), (.columnRefused, counts.refused, false),
            (.columnAsked, counts.requested, false), (.unknownCallers, report.unknownCallers, false),
            (.columnEmergency, counts.breakGlass, counts.breakGlass > 0),
            (.unusualCount, words.unusual(report).count, !report.anomalies.isEmpty),
        ]
        return .element(
            "dl", ["class": "tiles"],
            numbers.map { key, number, isRaised in
                .element(
                    "div", ["class": isRaised ? "raised" : "plain"],
                    [.element("dt", [:], words.say(key)), .element("dd", [:], words.number(number))])
            })
    }

    private var unusual: Markup {
        section(
            .sectionUnusual,
            [
                report.anomalies.isEmpty
                    ? paragraph(words.say(ReportText.nothingUnusual)) : list(words.unusual(report), "unusual")
            ])
    }

    private var uses: Markup {
        .element(
            "div", [:],
            [
                section(
                    .sectionApps,
                    [
                        table(tables.apps, none: .noRequests), note(words.say(ReportText.unit)),
                        note(words.say(ReportText.tagsDiffer)),
                    ]),
                section(.sectionPurposes, [table(tables.purposes, none: .noRequests)]),
            ])
    }

    private var permissions: Markup {
        section(.sectionPermissions, [table(tables.permissions, none: .noPermissions)])
    }

    private var hours: Markup {
        guard report.hours.asks.contains(where: { $0 > 0 }) else {
            return section(.sectionHours, [paragraph(words.say(ReportText.noRequests))])
        }
        let legend = legend([
            ("granted", words.say(ReportText.columnGranted)), ("refused", words.say(ReportText.columnRefused)),
        ])
        // Side by side where the sheet is wide enough.
        let halves = [0..<12, 12..<24].map(tables.hours).filter { !$0.rows.isEmpty }
            .map { table($0, none: .noRequests, kind: "narrow dense") }
        return section(.sectionHours, [figure(plots.hours), legend, .element("div", ["class": "pair"], halves)])
    }

    private var days: Markup {
        let active = report.apps.filter { $0.counts.released > 0 }
        guard !active.isEmpty else { return section(.sectionDays, [paragraph(words.say(ReportText.noReleases))]) }
        var content = [
            legend([
                ("over", "▲ " + words.say(ReportText.aboveUsual)), ("limit", words.say(ReportText.limitLine)),
            ])
        ]
        if plots.daysInBar > 1 { content.append(note(words.say(ReportText.barsOfDays, words.number(plots.daysInBar)))) }
        for app in active {
            let usual =
                app.past.map { words.say(ReportText.usualLine, words.number($0.limit)) } ?? words.say(ReportText.noPast)
            let heading = [app.app.text, words.party(app.party), usual].joined(separator: " · ")
            content.append(.element("figure", [:], [.element("h3", [:], heading), scroll(plots.days(of: app))]))
        }
        content += tables.days.map { table($0, none: .noReleases, kind: "wide dense") }
        return section(.sectionDays, content + [note(words.say(ReportText.daysLeftOut))])
    }

    private var emergency: Markup { section(.sectionEmergency, [table(tables.emergency, none: .noEmergency)]) }

    private var entries: Markup {
        section(
            .sectionEntries,
            [
                table(tables.entries, none: .nothingCovered, kind: "narrow"),
                note(words.labelled(.auditorReadings, report.auditorReadings)),
            ])
    }
}

extension ReportPage {
    private func section(_ title: ReportText, _ content: [Markup]) -> Markup {
        .element("section", [:], [.element("h2", [:], words.say(title))] + content)
    }

    private func paragraph(_ text: String) -> Markup { .element("p", [:], text) }

    private func note(_ text: String) -> Markup { .element("p", ["class": "note"], text) }

    private func list(_ items: [String], _ kind: String) -> Markup {
        .element("ul", ["class": kind], items.map { .element("li", [:], $0) })
    }

    private func scroll(_ content: Markup) -> Markup { .element("div", ["class": "scroll"], [content]) }

    private func figure(_ plot: Markup) -> Markup { .element("figure", [:], [scroll(plot)]) }

    private func legend(_ keys: [(kind: String, text: String)]) -> Markup {
        .element(
            "p", ["class": "legend"], keys.map { .element("span", [:], [ReportPlots.key($0.kind), .text($0.text)]) })
    }

    private func table(_ table: ReportTable, none: ReportText, kind: String = "wide") -> Markup {
        guard !table.rows.isEmpty else { return paragraph(words.say(none)) }
        let head = table.columns.map { column in
            Markup.element("th", ["scope": "col", "class": column.isNumber ? "number" : "text"], column.title)
        }
        let body = table.rows.indices.map { position in
            let cells = zip(table.columns, table.rows[position]).map { column, cell in
                Markup.element(
                    "td", ["class": column.isNumber ? (cell == "0" ? "number zero" : "number") : "text"], cell)
            }
            let isSum = table.hasSum && position == table.rows.count - 1
            return Markup.element("tr", ["class": isSum ? "sum" : "row"], cells)
        }
        return scroll(
            .element(
                "table", ["class": kind],
                [.element("thead", [:], [.element("tr", [:], head)]), .element("tbody", [:], body)]))
    }
}
