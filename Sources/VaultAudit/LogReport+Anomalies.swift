package import VaultModel

extension LogReport {
    /// Something that an auditor should look at. It says what was counted, not what was wrong.
    package enum Anomaly: Equatable, Sendable {
        /// An app released far more on a day than in its own past.
        case volume(app: AppName, day: String, released: Int, past: Past)
        /// Much of what an app read it read at night.
        case night(app: AppName, released: Int, of: Int)
        /// Much of what an app asked for was refused.
        case refusals(app: AppName, refused: Int, of: Int)
        /// Many tries without a valid credential in the hour that begins then.
        case unknownCallers(hour: Instant, count: Int)
        /// An emergency purpose was used.
        case breakGlass(BreakGlass)
        /// The vault was restored from a backup, and what came after the copy of the log is lost.
        case restored(at: Instant, LogBreak)
    }

    /// When something is unusual. The numbers are for a community of some hundred to some thousand homes, where an app
    /// is one office. They are set so that an ordinary month lists nothing: a list that is always long is not read.
    package enum Rules {
        /// The past of an app: four whole weeks, so that each day of the week counts alike, and no more, so that an app
        /// that has grown is held against what it is now.
        package static let pastDays = 28
        /// Less than a week of it says nothing, for the days of a week differ.
        package static let pastDaysNeeded = 7
        /// One person at a counter handles so many residents a day; below it no day is unusual, or a quiet app would
        /// be listed for its second reader.
        package static let volumeFloor = 20
        /// Daily counts are uneven (fees fall due, a clinic has its day). Three standard deviations would list several
        /// of a year's ordinary days; beyond four hardly one is left.
        package static let volumeDeviations = 4.0
        /// The offices are closed then.
        package static let nightBegins = 23
        package static let nightEnds = 6
        /// A guard at the gate, or one late evening, makes so many.
        package static let nightFloor = 5
        /// In percent. An app that works evenly round the clock has 29 and is listed: the auditor knows it.
        package static let nightPercent = 20
        /// A new clerk who is still learning makes less; a program that tries out makes more.
        package static let refusalFloor = 20
        /// In percent. Permissions end and people move out, so that some refusals are in order.
        package static let refusalPercent = 30
        /// A token that was mistyped or left in a script is tried a few times; so many an hour is a program at work.
        package static let unknownCallerFloor = 20

        package static func isNight(hour: Int) -> Bool { hour >= nightBegins || hour < nightEnds }
    }
}

extension LogReport.Past {
    /// From the releases of each known day, oldest first; nil if these are too few.
    init?(daily: [Int]) {
        guard daily.count >= LogReport.Rules.pastDaysNeeded else { return nil }
        days = daily.count
        total = daily.reduce(0) { $0.adding($1) }
        let mean = Double(total) / Double(days)
        let variance = daily.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(days)
        // Releases are whole: what is above the fraction is above its floor.
        limit = max(
            LogReport.Rules.volumeFloor, Int(mean + LogReport.Rules.volumeDeviations * variance.squareRoot()))
    }
}

extension LogReport.AppTotal {
    /// What is unusual about this app.
    func anomalies(days: [String]) -> [LogReport.Anomaly] {
        typealias Rules = LogReport.Rules
        var found: [LogReport.Anomaly] = []
        if let past {
            for (day, released) in zip(days, daily) where released > past.limit {
                found.append(.volume(app: app, day: day, released: released, past: past))
            }
        }
        if night > Rules.nightFloor, night * 100 > counts.released * Rules.nightPercent {
            found.append(.night(app: app, released: night, of: counts.released))
        }
        if counts.refused >= Rules.refusalFloor, counts.refused * 100 > counts.asks * Rules.refusalPercent {
            found.append(.refusals(app: app, refused: counts.refused, of: counts.asks))
        }
        return found
    }
}
