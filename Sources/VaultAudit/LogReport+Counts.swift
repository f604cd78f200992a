internal import VaultModel

extension LogReport {
    /// What happened how often, counted in residents, but for `reads`, `lookUps` and `breakGlass`, which are requests.
    package struct Counts: Equatable, Sendable {
        package var reads = 0
        /// Residents of whom a read released something.
        package var released = 0
        /// Residents of whom a read released nothing, look-ups that found nobody, rows of an import that fit nobody, and
        /// requests that were refused before they concerned anyone, those over the app's rate by their count.
        package var refused = 0
        package var lookUps = 0
        package var found = 0
        package var written = 0
        package var proposed = 0
        /// Requests for a resident's consent.
        package var requested = 0
        package var denied = 0
        package var given = 0
        package var withdrawn = 0
        package var paused = 0
        package var resumed = 0
        /// Permissions that ended by date, from the other side or as void.
        package var ended = 0
        /// Requests on the legal basis `emergency`.
        package var breakGlass = 0

        package init() {}

        /// What was let through.
        package var granted: Int { released.adding(found).adding(written).adding(proposed) }
        /// What an app asked for: let through or not.
        package var asks: Int { granted.adding(refused) }

        package mutating func add(_ other: Counts) {
            // Written out: a list of key paths is several times slower, and a log has millions of entries.
            reads = reads.adding(other.reads)
            released = released.adding(other.released)
            refused = refused.adding(other.refused)
            lookUps = lookUps.adding(other.lookUps)
            found = found.adding(other.found)
            written = written.adding(other.written)
            proposed = proposed.adding(other.proposed)
            requested = requested.adding(other.requested)
            denied = denied.adding(other.denied)
            given = given.adding(other.given)
            withdrawn = withdrawn.adding(other.withdrawn)
            paused = paused.adding(other.paused)
            resumed = resumed.adding(other.resumed)
            ended = ended.adding(other.ended)
            breakGlass = breakGlass.adding(other.breakGlass)
        }

        /// Every counter with its name in JSON.
        static var members: [(name: String, path: WritableKeyPath<Counts, Int>)] {
            [
                ("reads", \.reads), ("released", \.released), ("refused", \.refused), ("look_ups", \.lookUps),
                ("found", \.found), ("written", \.written), ("proposed", \.proposed), ("requested", \.requested),
                ("denied", \.denied), ("given", \.given), ("withdrawn", \.withdrawn), ("paused", \.paused),
                ("resumed", \.resumed), ("ended", \.ended), ("break_glass", \.breakGlass),
            ]
        }
    }

    /// What an app asked for by the hour of the day in the vault's zone.
    package struct Hours: Equatable, Sendable {
        /// 24 numbers each, midnight first.
        package var granted = [Int](repeating: 0, count: 24)
        package var refused = [Int](repeating: 0, count: 24)

        package init() {}

        package var asks: [Int] { zip(granted, refused).map { $0.adding($1) } }

        /// Up to three hours with the most asks, the busiest first, of equals the earlier.
        package var busiest: [Int] {
            let asks = asks
            return Array(
                asks.indices.filter { asks[$0] > 0 }.sorted { (asks[$1], $0) < (asks[$0], $1) }.prefix(3))
        }

        mutating func add(_ counts: Counts, at hour: Int) {
            granted[hour] = granted[hour].adding(counts.granted)
            refused[hour] = refused[hour].adding(counts.refused)
        }

        mutating func add(_ other: Hours) {
            granted = zip(granted, other.granted).map { $0.adding($1) }
            refused = zip(refused, other.refused).map { $0.adding($1) }
        }
    }
}

extension LogReport.Counts {
    /// What one entry comes to; all zero for what no app, purpose or permission is part of.
    init(_ entry: LogEntry) {
        let people = entry.subjects.count
        switch entry.action {
        case .read:
            reads = 1
            released = entry.subjects.count { $0.outcome == "released" }
            refused = people - released
        case .lookedUp:
            lookUps = 1
            found = entry.subjects.count { $0.outcome == "released" }
            refused = people - found
        case .written: written = people
        case .proposed: proposed = people
        // The operator's own imports are no app's doing.
        case .imported where entry.app != nil:
            if entry.decision == "refused" { refused = max(1, people) } else { written = people }
        case .refused: refused = 0.adding(entry.count ?? max(1, people))
        case .requested: requested = people
        case .denied: denied = people
        case .given: given = people
        case .withdrawn: withdrawn = people
        case .paused: paused = people
        case .resumed: resumed = people
        case .expired, .terminated, .invalidated: ended = people
        default: break
        }
        if entry.basis == .emergency, asks > 0 || reads > 0 { breakGlass = 1 }
    }
}

extension Int {
    /// The sum, but no more than JSON can hold: counts come from entries, and no entry may stop a report. Numbers below
    /// zero count for nothing.
    func adding(_ other: Int) -> Int {
        let limit = Int(JSON.integerLimit)
        return Swift.min(limit, Swift.min(limit, self) + Swift.min(limit, Swift.max(0, other)))
    }
}
