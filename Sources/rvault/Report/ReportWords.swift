internal import VaultAudit
internal import VaultModel

/// The report's words and numbers in one language.
struct ReportWords: Sendable {
    let language: Language

    func say(_ key: some CatalogueKey, _ arguments: String...) -> String {
        Sentence(phrase: key.phrase, arguments: arguments).text(in: language)
    }

    /// In groups of three.
    func number(_ value: Int) -> String {
        let digits = String(value)
        let groups = stride(from: digits.count, to: 0, by: -3).map { end in
            String(digits.dropFirst(max(0, end - 3)).prefix(min(3, end)))
        }
        return groups.reversed().joined(separator: ",")
    }

    /// For example `09:00`.
    func hour(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00" }

    /// A sum that stands alone.
    func labelled(_ key: ReportText, _ value: Int) -> String { say(ReportText.labelled, say(key), number(value)) }

    /// What comes from the config may hold anything but is one line here.
    func party(_ party: String?) -> String {
        Console.printable(party ?? "–").split(separator: "\n").joined(separator: " ")
    }

    /// A day's mean with one decimal.
    func mean(_ past: LogReport.Past) -> String {
        let tenths = (past.total * 10 + past.days / 2) / max(1, past.days)
        return "\(number(tenths / 10)).\(tenths % 10)"
    }

    /// A line for each thing that is unusual; uses of emergency purposes, which have a table, in one line for each app.
    func unusual(_ report: LogReport) -> [String] {
        let uses = Dictionary(grouping: report.breakGlass) { $0.app?.text ?? "–" }
        return report.anomalies.compactMap(line)
            + uses.sorted { $0.key < $1.key }.map { say(ReportText.emergencyUse, $0.key, number($0.value.count)) }
    }

    private func line(_ anomaly: LogReport.Anomaly) -> String? {
        switch anomaly {
        case .volume(let app, let day, let released, let past):
            say(
                ReportText.volume, app.text, number(released), day, mean(past), number(past.days), number(past.limit))
        case .night(let app, let released, let all):
            say(ReportText.night, app.text, number(released), number(all), percent(released, of: all))
        case .refusals(let app, let refused, let all):
            say(ReportText.refusals, app.text, number(refused), number(all), percent(refused, of: all))
        case .unknownCallers(let hour, let count):
            say(ReportText.unknownHour, hour.localMinute, number(count))
        case .breakGlass: nil
        case .restored(let time, let made):
            say(ReportText.restored, time.localMinute, made.backup.made.localMinute, number(Int(clamping: made.size)), made.origin)
        }
    }

    /// When something is unusual, with the numbers that are in force.
    var rules: [String] {
        typealias Rules = LogReport.Rules
        return [
            say(
                ReportText.ruleVolume, number(Rules.volumeFloor), number(Rules.pastDays),
                number(Int(Rules.volumeDeviations)), number(Rules.pastDaysNeeded)),
            say(
                ReportText.ruleNight, hour(Rules.nightBegins), hour(Rules.nightEnds), number(Rules.nightFloor),
                number(Rules.nightPercent)),
            say(ReportText.ruleRefusals, number(Rules.refusalFloor), number(Rules.refusalPercent)),
            say(ReportText.ruleUnknown, number(Rules.unknownCallerFloor)), say(ReportText.ruleEmergency),
            say(ReportText.ruleMeaning),
        ]
    }

    /// What stands under the title: the time, and how much of it the log has.
    func head(_ report: LogReport) -> [String] {
        let range = say(ReportText.range, report.from.localMinute, report.to.localMinute)
        guard let first = report.days.first, let last = report.days.last else {
            return [range, say(ReportText.nothingCovered)]
        }
        return [range, say(ReportText.covered, first, last, number(report.entries))]
    }

    private func percent(_ part: Int, of whole: Int) -> String { number(part * 100 / max(1, whole)) }
}
