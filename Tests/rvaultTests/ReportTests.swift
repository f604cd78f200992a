import Testing
import VaultModel

@testable import VaultAudit
@testable import rvault

/// A report as the builder would make it, with texts that try to leave their place.
private enum Sample {
    static let hostile = "<script>alert(1)</script>\"'&\u{202e}\n\u{1b}[2J"

    static func report(party: String = "wuye") throws -> LogReport {
        let app = try #require(AppName("parking"))
        let past = LogReport.Past(days: 28, total: 43, limit: 20)
        var report = LogReport(
            from: try #require(Instant(text: "2026-11-22T16:00:00Z")),
            to: try #require(Instant(text: "2026-11-24T16:00:00Z")))
        var row = LogReport.Row(party: party, app: app, purpose: PurposeName("parking.permit"), residents: 1234)
        row.counts.reads = 40
        row.counts.released = 31
        row.counts.refused = 12
        row.counts.withdrawn = 2
        row.counts.breakGlass = 1
        row.hours.granted[9] = 31
        row.hours.refused[23] = 12
        report.rows = [row]
        report.apps = [
            LogReport.AppTotal(
                party: party, app: app, counts: row.counts, residents: row.residents, hours: row.hours, night: 0,
                daily: [25, 6], past: past)
        ]
        report.hours = row.hours
        report.days = ["2026-11-23", "2026-11-24"]
        report.unknownCallers = 57
        report.auditorReadings = 3
        let use = LogReport.BreakGlass(
            time: report.from, party: party, app: app, purpose: row.purpose, action: .read, granted: 1, refused: 0)
        report.breakGlass = [use]
        report.actions = [LogReport.ActionCount(action: .read, entries: 40)]
        report.anomalies = [
            .volume(app: app, day: "2026-11-23", released: 25, past: past), .night(app: app, released: 6, of: 10),
            .refusals(app: app, refused: 20, of: 43), .unknownCallers(hour: report.from, count: 57), .breakGlass(use),
        ]
        return report
    }

    static func empty() throws -> LogReport { LogReport(from: try report().from, to: try report().to) }

    static func page(_ report: LogReport, vault: String = "demo", _ language: Language = .english) -> String {
        String(decoding: ReportPage.make(report, vault: vault, language: language), as: UTF8.self)
    }

    static func text(_ report: LogReport, _ language: Language = .english) -> String {
        ReportLines.make(report, language: language).joined(separator: "\n")
    }
}

@Suite struct ReportLinesTests {
    @Test func `the report says what is unusual, with its numbers`() throws {
        let text = Sample.text(try Sample.report())
        for line in [
            "! parking released 25 on 2026-11-23; in the 28 days before the report it had 1.5 a day, and up to 20 is usual",
            "! parking released 6 of 10 (60 %) at night", "! parking was refused 20 of the 43 it asked for (46 %)",
            "! In the hour from 2026-11-23 00:00, 57 calls came without a valid credential",
            "! Emergency purposes used by parking: 1; each use is listed below",
        ] {
            #expect(text.contains(line))
        }
    }

    @Test func `numbers stand at the right of their columns`() throws {
        let lines = ReportLines.make(try Sample.report(), language: .english)
        #expect(
            lines.contains(
                "wuye   parking     40        31       12         0        0         0      1,234          1  9, 23"))
        #expect(lines.contains("Hour   Let through  Refused"))
    }

    @Test func `a bar is as long as its share, and never nothing for something`() throws {
        var report = try Sample.report()
        report.hours.granted[9] = 400
        report.hours.refused[23] = 1
        let lines = ReportLines.make(report, language: .english)
        #expect(lines.contains("09:00          400        0  " + String(repeating: "=", count: 40)))
        #expect(lines.contains("23:00            0        1  x"))
    }

    @Test func `the range and what the log has of it stand at the top`() throws {
        let lines = ReportLines.make(try Sample.report(), language: .english)
        #expect(lines[1] == "From 2026-11-23 00:00 to before 2026-11-25 00:00, in the vault's zone (UTC+8)")
        #expect(lines[2] == "The log covers 2026-11-23 to 2026-11-24 of it, with 40 entries")
    }

    @Test func `a party's name is one line and moves nothing`() throws {
        let lines = ReportLines.make(try Sample.report(party: Sample.hostile), language: .english)
        #expect(lines.allSatisfy { !$0.contains("\n") && !$0.contains("\u{1b}") && !$0.contains("\u{202e}") })
    }

    @Test(arguments: Language.allCases)
    func `a report on nothing says so in each part`(language: Language) throws {
        let text = Sample.text(try Sample.empty(), language)
        for key in [
            ReportText.nothingCovered, .nothingUnusual, .noRequests, .noPermissions, .noReleases, .noEmergency,
        ] {
            #expect(text.contains(Sentence(key).text(in: language)), "\(key)")
        }
    }

    @Test func `in Chinese there is no English but names and codes`() throws {
        let text = Sample.text(try Sample.report(), .chinese)
        #expect(text.hasPrefix("日志报告\n从 2026-11-23 00:00 到 2026-11-25 00:00 之前"))
        // Single letters are the bars.
        let words = Set(text.split { !$0.isASCII || !$0.isLetter }.filter { Set($0).count > 1 }.map(String.init))
        #expect(words == ["wuye", "parking", "permit", "read"])
    }

    @Test func `a new app's usual is not known yet, and it has no limit`() throws {
        var report = try Sample.report()
        report.apps[0].past = nil
        #expect(Sample.text(report).contains("no past yet"))
        #expect(!Sample.page(report).contains("class=\"limit\" x1=\"56\""))
    }

    @Test func `more apps than fit stand in more tables`() throws {
        var report = try Sample.report()
        report.apps = (1...7).compactMap { AppName("app-\($0)") }.map {
            LogReport.AppTotal(party: "p", app: $0, counts: report.apps[0].counts, daily: [1, 2])
        }
        let tables = ReportTables(report, ReportWords(language: .english))
        #expect(tables.days.map(\.columns.count) == [7, 2])
        #expect(tables.apps.rows.count == 8 && tables.apps.hasSum)
    }
}

@Suite struct ReportPageTests {
    @Test(arguments: Language.allCases)
    func `the page fetches nothing and runs nothing`(language: Language) throws {
        for report in [try Sample.report(), try Sample.empty()] {
            let page = Sample.page(report, language)
            for word in [
                "http", "<script", "javascript", "<link", "<img", "<iframe", "@import", "src=", "href=", " on",
            ] {
                // A word of the page's own sentences is no attribute.
                #expect(word == " on" ? !page.contains(/<[^>]* on\w+=/) : !page.contains(word), "\(word)")
            }
            #expect(!page.contains(/url\((?!#)/))
        }
    }

    @Test(arguments: Language.allCases)
    func `every element is closed where it should be`(language: Language) throws {
        for report in [try Sample.report(party: Sample.hostile), try Sample.empty()] {
            let page = Sample.page(report, vault: Sample.hostile, language)
            #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"\(language.rawValue)\">"))
            var open: [Substring] = []
            for tag in page.dropFirst("<!DOCTYPE html>".count).matches(
                of: /<(\/?)([a-z0-9]+)((?: [A-Za-z0-9-]+="[^"<>]*")*)( ?\/)?>/)
            {
                if !tag.output.1.isEmpty {
                    #expect(open.popLast() == tag.output.2)
                } else if tag.output.4 == nil {
                    open.append(tag.output.2)
                }
            }
            #expect(open.isEmpty)
            // Nothing looks like an element but the elements.
            let rest = page.dropFirst("<!DOCTYPE html>".count).replacing(
                /<\/?[a-z0-9]+(?: [A-Za-z0-9-]+="[^"<>]*")*(?: ?\/)?>/, with: "")
            #expect(!rest.contains("<") && !rest.contains(">"))
        }
    }

    @Test func `hostile texts are shown as they are, but for what moves text`() throws {
        let page = Sample.page(try Sample.report(party: Sample.hostile), vault: Sample.hostile)
        #expect(page.contains("Vault &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\n[2J"))
        #expect(page.contains("<td class=\"text\">&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp; [2J</td>"))
        #expect(!page.contains("<script") && !page.contains("\u{202e}") && !page.contains("\u{1b}"))
    }

    @Test(arguments: Language.allCases)
    func `each part has its heading and each plot its title`(language: Language) throws {
        let page = Sample.page(try Sample.report(), language)
        for key in ReportText.allCases where "\(key)".hasPrefix("section") {
            #expect(page.contains("<h2>\(Sentence(key).text(in: language))</h2>"), "\(key)")
        }
        let plots = page.matches(of: /<svg class="plot"[^>]*role="img" aria-labelledby="([^"]+)"><title id="([^"]+)">/)
        #expect(plots.map(\.output.1) == ["plot-hours", "plot-days-parking"])
        #expect(plots.allSatisfy { $0.output.1 == $0.output.2 })
    }

    @Test func `a day above the usual is marked and its number written`() throws {
        let page = Sample.page(try Sample.report())
        #expect(page.contains("<rect class=\"over\""))
        #expect(page.contains(">▲ 25</text>"))
        #expect(page.contains("<title>2026-11-23: 25 released</title>"))
        #expect(page.contains("<line class=\"limit\" x1=\"56\""))
    }

    @Test func `the numbers of the plots stand in tables too`() throws {
        let page = Sample.page(try Sample.report())
        #expect(
            page.contains("<td class=\"text\">09:00</td><td class=\"number\">31</td><td class=\"number zero\">0</td>"))
        #expect(page.contains("<td class=\"text\">2026-11-23</td><td class=\"number\">25</td>"))
    }

    @Test func `a long range shares bars between days`() throws {
        var report = try Sample.report()
        report.days = (0..<400).map { Instant(milliseconds: 1_700_000_000_000 + $0 * 86_400_000).localDay }
        report.apps[0].daily = Array(repeating: 2, count: 400)
        let page = Sample.page(report)
        #expect(page.contains("Each bar is 7 days."))
        #expect(page.contains(": 14 released</title>"))
        #expect(page.contains(">2023-11-15</text>"))
    }

    @Test func `the page is for paper and for dark screens`() throws {
        let page = Sample.page(try Sample.empty())
        #expect(page.contains("@media print") && page.contains("prefers-color-scheme: dark"))
    }
}

@Suite struct ReportPlotTests {
    @Test(arguments: zip([0, 1, 4, 7, 39, 40, 41, 122, 1_000_000], [1, 1, 4, 8, 40, 40, 60, 150, 1_000_000]))
    func `the scale ends at a round number that holds the highest bar`(most: Int, scale: Int) {
        let frame = ReportPlots.Frame(top: 10, height: 100, most: most)
        #expect(frame.scale == scale)
        #expect(frame.ticks.first == 0 && frame.ticks.last == scale && frame.ticks.count <= 6)
    }

    @Test func `the highest bar reaches the top, the least is a line and nothing is nothing`() {
        let frame = ReportPlots.Frame(top: 10, height: 100, most: 1_000_000)
        #expect(frame.y(1_000_000) == 10)
        #expect(frame.y(1) == frame.bottom - 1)
        #expect(frame.y(0) == frame.bottom)
    }

    @Test func `the largest counts that a log can hold are drawn`() throws {
        var report = try Sample.report()
        report.hours.granted[9] = Int(JSON.integerLimit)
        report.hours.refused[9] = Int(JSON.integerLimit)
        report.apps[0].daily = [Int(JSON.integerLimit), Int(JSON.integerLimit)]
        #expect(Sample.page(report).contains("9,007,199,254,740,991"))
        #expect(!Sample.text(report).isEmpty)
    }
}

@Suite struct ReportWordsTests {
    @Test(arguments: zip([0, 12, 999, 1000, 12_345, 1_234_567], ["0", "12", "999", "1,000", "12,345", "1,234,567"]))
    func `numbers are grouped in threes`(number: Int, text: String) {
        #expect(ReportWords(language: .english).number(number) == text)
    }

    @Test func `the rules name the numbers in force`() {
        let rules = ReportWords(language: .english).rules
        #expect(rules[0].contains("more than 20") && rules[0].contains("4 standard deviations"))
        #expect(rules[1] == "Night: more than 5 releases between 23:00 and 06:00, and more than 20 % of the app's.")
        #expect(rules[2].contains("20 or more, and more than 30 %"))
    }

    @Test(arguments: ReportText.allCases)
    func `both languages say something and take the same arguments`(key: ReportText) {
        func places(_ text: String) -> Set<String> { Set(text.matches(of: /\{(\d)\}/).map { String($0.output.1) }) }
        let phrase = key.phrase
        #expect(!phrase.zh.isEmpty && !phrase.en.isEmpty && phrase.zh != phrase.en)
        #expect(places(phrase.zh) == places(phrase.en))
    }
}
