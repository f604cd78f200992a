package import VaultModel

/// What a stretch of the log comes to: by party, app and purpose, by hour and by day, and what is unusual in it.
///
/// The unit is one resident in one request: a read of 500 residents is one request and up to 500 releases. Nobody is
/// named in it, and no text of an entry is taken over but those of parties: no initiator, no case.
package struct LogReport: Equatable, Sendable {
    /// One app's handling for one purpose.
    package struct Row: Equatable, Sendable {
        /// As the app's newest entry names it.
        package var party: String?
        /// None for permissions between people.
        package var app: AppName?
        /// None where a request did not come as far as a purpose that the policies know.
        package var purpose: PurposeName?
        package var counts = Counts()
        /// How many residents something was released of or changed for. An app knows one resident by one tag, and two
        /// apps know them by different ones: the numbers of two apps cannot be added up to people.
        package var residents = 0
        package var hours = Hours()
    }

    /// An app over all its purposes.
    package struct AppTotal: Equatable, Sendable {
        package var party: String?
        package var app: AppName
        package var counts = Counts()
        /// As in `Row`; a resident touched for two purposes counts once.
        package var residents = 0
        package var hours = Hours()
        /// Releases between 23:00 and 06:00.
        package var night = 0
        /// Releases on each of the report's `days`.
        package var daily: [Int] = []
        /// None while the log knows too little of the app's past.
        package var past: Past?
    }

    /// What was usual for an app in the days before the report.
    package struct Past: Equatable, Sendable {
        /// How many whole days are known, days without a release among them.
        package var days: Int
        /// The releases on these days.
        package var total: Int
        /// A day with more releases than this is unusual.
        package var limit: Int
    }

    /// One use of an emergency purpose, whether it was let through or not.
    package struct BreakGlass: Equatable, Sendable {
        package var time: Instant
        package var party: String?
        package var app: AppName?
        package var purpose: PurposeName?
        package var action: LogAction
        /// Residents for whom it was let through.
        package var granted: Int
        package var refused: Int
    }

    /// How many entries the range has of one action.
    package struct ActionCount: Equatable, Sendable {
        package var action: LogAction
        package var entries: Int
    }

    /// The range, half open.
    package var from: Instant
    package var to: Instant
    /// By party, app and purpose, those without one last.
    package var rows: [Row] = []
    /// By party and app.
    package var apps: [AppTotal] = []
    /// All apps together.
    package var hours = Hours()
    /// The days of the range that the log covers, as `YYYY-MM-DD` in the vault's zone.
    package var days: [String] = []
    /// Tries without a valid credential, by anyone.
    package var unknownCallers = 0
    /// Readings of the log itself, by auditors and the operator: one for a reader and an hour.
    package var auditorReadings = 0
    /// In the order of the log.
    package var breakGlass: [BreakGlass] = []
    /// By the action's name; together all entries of the range.
    package var actions: [ActionCount] = []
    package var anomalies: [Anomaly] = []

    package init(from: Instant, to: Instant) {
        self.from = from
        self.to = to
    }

    /// All apps and all else together.
    package var counts: Counts { rows.reduce(into: Counts()) { $0.add($1.counts) } }

    /// All entries of the range.
    package var entries: Int { actions.reduce(0) { $0.adding($1.entries) } }
}
