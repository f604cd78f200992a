package import VaultModel

/// Makes a `LogReport` from entries, one at a time and in the order of the log.
///
/// It keeps counts, and for each app and purpose the tags of the residents touched: sixteen bytes for each resident,
/// whatever the length of the log.
package struct LogReportBuilder: Sendable {
    /// As many days as a report has one by one: ten years. Of a longer range it has the last.
    package static let dayLimit: Int64 = 3660

    private struct Key: Hashable {
        var app: AppName?
        var purpose: PurposeName?
    }

    private struct Tally {
        var counts = LogReport.Counts()
        var hours = LogReport.Hours()
        var people: Set<Key16> = []

        mutating func take(_ entry: LogEntry, _ counts: LogReport.Counts, hour: Int) {
            self.counts.add(counts)
            hours.add(counts, at: hour)
            guard counts.granted > 0 else { return }
            // A tag beside a refusal may be a decoy: it stands for somebody only where something came of it.
            for subject in entry.subjects where touching.contains(subject.outcome) {
                people.insert(Key16(bytes: subject.tag))
            }
        }
    }

    private struct AppTally {
        var party: String?
        /// The day it first stands in the log.
        let firstDay: Int64
        var night = 0
        /// Releases by day, in the range and in the past that it is held against.
        var daily: [Int64: Int] = [:]
    }

    private let range: Range<Instant>
    /// The days before the report's first that are an app's past.
    private let pastDays: Range<Int64>
    private var report: LogReport
    private var tallies: [Key: Tally] = [:]
    private var apps: [AppName: AppTally] = [:]
    private var actions: [LogAction: Int] = [:]
    /// Restores in the range, in the order of the log.
    private var restores: [LogReport.Anomaly] = []
    private var unknownCallers: [Instant: Int] = [:]
    /// The first and the newest entry, in the range or not.
    private var seen: ClosedRange<Instant>?

    /// A report on the time from one moment to just before another; on nothing if that comes first.
    package init(from: Instant, to: Instant) {
        let (from, to) = (from.inLog, to.inLog)
        range = from..<max(from, to)
        pastDays = from.localDayNumber - Int64(LogReport.Rules.pastDays)..<from.localDayNumber
        report = LogReport(from: from, to: max(from, to))
    }

    /// A report on whole days in the vault's zone, both included.
    package init(from first: CivilDate, through last: CivilDate) {
        self.init(
            from: Instant(localDayNumber: first.daysSinceEpoch), to: Instant(localDayNumber: last.daysSinceEpoch + 1))
    }

    /// Takes the log's next entry, also those before the range: they tell what is usual.
    package mutating func take(_ entry: LogEntry) {
        let time = entry.time.inLog
        seen = min(seen?.lowerBound ?? time, time)...max(seen?.upperBound ?? time, time)
        guard time < range.upperBound else { return }
        let counts = LogReport.Counts(entry)
        if let app = entry.app { note(app, party: entry.party, counts, at: time) }
        guard range.contains(time) else { return }
        actions[entry.action, default: 0] += 1
        switch entry.action.rawValue {
        case LogAction.unknownCallers.rawValue:
            let hour = Instant(milliseconds: time.milliseconds / 3_600_000 * 3_600_000)
            unknownCallers[hour] = unknownCallers[hour, default: 0].adding(entry.count ?? 1)
        case LogAction.restored.rawValue:
            if let made = entry.change.flatMap(LogBreak.init) { restores.append(.restored(at: time, made)) }
        case "audited": report.auditorReadings = report.auditorReadings.adding(entry.count ?? 1)
        default: if counts != LogReport.Counts() { tally(entry, counts, at: time) }
        }
    }

    private mutating func note(_ app: AppName, party: String?, _ counts: LogReport.Counts, at time: Instant) {
        let day = time.localDayNumber
        var tally = apps[app] ?? AppTally(firstDay: day)
        if let party { tally.party = party }
        if counts.released > 0, range.contains(time) || pastDays.contains(day) {
            tally.daily[day] = tally.daily[day, default: 0].adding(counts.released)
            if range.contains(time), LogReport.Rules.isNight(hour: time.localHour) {
                tally.night = tally.night.adding(counts.released)
            }
        }
        apps[app] = tally
    }

    private mutating func tally(_ entry: LogEntry, _ counts: LogReport.Counts, at time: Instant) {
        let key = Key(app: entry.app, purpose: entry.purpose)
        tallies[key, default: Tally()].take(entry, counts, hour: time.localHour)
        if counts.breakGlass > 0 {
            report.breakGlass.append(
                LogReport.BreakGlass(
                    time: time, party: entry.party, app: entry.app, purpose: entry.purpose, action: entry.action,
                    granted: counts.granted, refused: counts.refused))
        }
    }

    /// The outcomes with which something of a resident was released or changed.
    private static let touching: Set = ["released", "written", "proposed", "imported"]

    /// The report on what was taken.
    package func finish() -> LogReport {
        var report = report
        let days = coveredDays
        report.days = days.map { Instant(localDayNumber: $0).localDay }
        report.rows = tallies.map { key, tally in
            LogReport.Row(
                party: key.app.flatMap { apps[$0]?.party }, app: key.app, purpose: key.purpose, counts: tally.counts,
                residents: tally.people.count, hours: tally.hours)
        }
        .sorted {
            Self.order($0.party, $0.app, $0.purpose).lexicographicallyPrecedes(Self.order($1.party, $1.app, $1.purpose))
        }
        report.apps = Set(tallies.keys.compactMap(\.app)).compactMap { total($0, days: days) }
            .sorted { Self.order($0.party, $0.app, nil).lexicographicallyPrecedes(Self.order($1.party, $1.app, nil)) }
        for row in report.rows { report.hours.add(row.hours) }
        report.unknownCallers = unknownCallers.values.reduce(0) { $0.adding($1) }
        report.actions = actions.map { LogReport.ActionCount(action: $0.key, entries: $0.value) }
            .sorted { $0.action.rawValue < $1.action.rawValue }
        report.anomalies = report.apps.flatMap { $0.anomalies(days: report.days) }
        for (hour, count) in unknownCallers.sorted(by: { $0.key < $1.key })
        where count >= LogReport.Rules.unknownCallerFloor {
            report.anomalies.append(.unknownCallers(hour: hour, count: count))
        }
        report.anomalies += report.breakGlass.map(LogReport.Anomaly.breakGlass)
        report.anomalies += restores
        return report
    }

    private func total(_ app: AppName, days: Range<Int64>) -> LogReport.AppTotal? {
        guard let known = apps[app] else { return nil }
        var total = LogReport.AppTotal(party: known.party, app: app)
        var people: Set<Key16> = []
        for (key, tally) in tallies where key.app == app {
            total.counts.add(tally.counts)
            total.hours.add(tally.hours)
            people.formUnion(tally.people)
        }
        total.residents = people.count
        total.night = known.night
        total.daily = days.map { known.daily[$0] ?? 0 }
        let past = max(known.firstDay, pastDays.lowerBound)..<max(known.firstDay, pastDays.upperBound)
        total.past = LogReport.Past(daily: past.map { known.daily[$0] ?? 0 })
        return total
    }

    /// The days of the range that lie within the log.
    private var coveredDays: Range<Int64> {
        guard let seen, !range.isEmpty, seen.upperBound >= range.lowerBound, seen.lowerBound < range.upperBound else {
            return 0..<0
        }
        let last = min(seen.upperBound, Instant(milliseconds: range.upperBound.milliseconds - 1)).localDayNumber
        let first = max(seen.lowerBound, range.lowerBound).localDayNumber
        return max(first, last - Self.dayLimit + 1)..<last + 1
    }

    /// By party, app and purpose; what has none comes last.
    private static func order(_ party: String?, _ app: AppName?, _ purpose: PurposeName?) -> [String] {
        [party, app?.text, purpose?.text].map { $0.map { "0" + $0 } ?? "1" }
    }
}
