import Testing
import VaultModel

@testable import VaultAudit

/// Entries for reports: noon of 23 November 2026 in the vault's zone, unless said otherwise.
enum ReportSample {
    static let day: Int64 = CivilDate(year: 2026, month: 11, day: 23)?.daysSinceEpoch ?? 0
    static let parking = AppName("parking")
    static let permit = PurposeName("parking.permit")

    static func time(_ dayOffset: Int64 = 0, hour: Int64 = 12, minute: Int64 = 0) -> Instant {
        Instant(localDayNumber: day + dayOffset).advanced(bySeconds: hour * 3600 + minute * 60)
    }

    static func entry(_ action: LogAction, at time: Instant = time(), _ change: (inout LogEntry) -> Void = { _ in })
        -> LogEntry
    {
        var entry = LogEntry(
            vault: Sample.vault, time: time, action: action, config: Sample.bytes(2, 32), request: nil,
            random: Sample.bytes(4, 16))
        entry.app = parking
        entry.party = "wuye"
        entry.purpose = permit
        change(&entry)
        return entry
    }

    static func subjects(_ outcomes: [String], from first: Int = 0) -> [LogEntry.Subject] {
        outcomes.enumerated().map {
            LogEntry.Subject(tag: Sample.bytes(UInt64(first + $0.offset), 16), outcome: $0.element)
        }
    }

    /// A read of so many residents of whom something was released, then so many of whom nothing was.
    static func read(_ released: Int, refused: Int = 0, at time: Instant = time(), app: String = "parking") -> LogEntry
    {
        entry(.read, at: time) { entry in
            entry.app = AppName(app)
            entry.subjects = subjects(
                Array(repeating: "released", count: released) + Array(repeating: "no_grant", count: refused))
        }
    }

    static func report(_ entries: [LogEntry], days: Int64 = 7) -> LogReport {
        var builder = LogReportBuilder(from: time(0, hour: 0), to: time(days, hour: 0))
        for entry in entries { builder.take(entry) }
        return builder.finish()
    }
}

struct `What a report counts` {
    private typealias Made = ReportSample

    @Test func `a read counts once as a request and by resident as released or refused`() throws {
        let report = Made.report([Made.read(3, refused: 2)])
        let row = try #require(report.rows.first)
        #expect((row.counts.reads, row.counts.released, row.counts.refused) == (1, 3, 2))
        #expect((row.party, row.app, row.purpose) == ("wuye", Made.parking, Made.permit))
        #expect((row.counts.granted, row.counts.asks, report.entries) == (3, 5, 1))
    }

    @Test func `a resident touched twice is one resident, also for two purposes of an app`() throws {
        let other = Made.entry(.written) { entry in
            entry.purpose = PurposeName("parking.contact")
            entry.subjects = Made.subjects(["written"])
        }
        let report = Made.report([Made.read(2), Made.read(3), other])
        #expect(report.rows.map(\.residents) == [1, 3])
        #expect(report.apps.map(\.residents) == [3])
        #expect(report.apps[0].counts.released == 5)
    }

    @Test func `a tag beside a refusal is nobody, for it may be a decoy`() {
        let lookUp = Made.entry(.lookedUp) { $0.subjects = Made.subjects(["no_grant"], from: 50) }
        let refusal = Made.entry(.refused) { $0.subjects = Made.subjects(["no_grant"], from: 60) }
        let request = Made.entry(.requested) { $0.subjects = Made.subjects(["requested"], from: 70) }
        let report = Made.report([Made.read(1, refused: 1), lookUp, refusal, request])
        #expect(report.rows.map(\.residents) == [1])
        #expect(report.rows[0].counts.refused == 3)
    }

    @Test func `a look-up counts as found or as refused`() {
        let outcomes = ["released", "no_grant", "no_grant"]
        let report = Made.report(
            outcomes.map { outcome in Made.entry(.lookedUp) { $0.subjects = Made.subjects([outcome]) } })
        let counts = report.counts
        #expect((counts.lookUps, counts.found, counts.refused) == (3, 1, 2))
    }

    @Test func `a refusal without a count is one, and one with a count is as many`() throws {
        let counted = Made.entry(.refused) { ($0.count, $0.party, $0.purpose) = (40, nil, nil) }
        let report = Made.report([Made.entry(.refused), counted])
        #expect(report.rows.map(\.counts.refused) == [1, 40])
        #expect(report.rows.map(\.party) == ["wuye", "wuye"])
        #expect(report.rows.map(\.purpose) == [Made.permit, nil])
    }

    @Test func `an import that fits nobody is a refusal, and the operator's own import is no app's doing`() {
        let unmatched = Made.entry(.imported) { $0.decision = "refused" }
        let matched = Made.entry(.imported) { $0.subjects = Made.subjects(["imported", "imported"]) }
        let operators = Made.entry(.imported) { ($0.app, $0.subjects) = (nil, Made.subjects(["imported"])) }
        let report = Made.report([unmatched, matched, operators])
        #expect((report.counts.refused, report.counts.written, report.entries) == (1, 2, 3))
        #expect(report.rows.map(\.residents) == [2])
    }

    @Test(
        arguments: zip(
            [
                LogAction.written, .proposed, .requested, .denied, .given, .withdrawn, .paused, .resumed, .expired,
                .terminated, .invalidated,
            ],
            [
                "written", "proposed", "requested", "denied", "given", "withdrawn", "paused", "resumed", "ended",
                "ended", "ended",
            ]))
    func `each of these has its counter and no other`(action: LogAction, counter: String) {
        let counts = Made.report([Made.entry(action) { $0.subjects = Made.subjects(["x", "y"]) }]).counts
        let raised = LogReport.Counts.members.filter { counts[keyPath: $0.path] != 0 }
        #expect(raised.map(\.name) == [counter])
        #expect(raised.map { counts[keyPath: $0.path] } == [2])
    }

    @Test(arguments: [LogAction.heartbeat, .login, .viewed, .config, .enrolled, .rekeyed, .erased])
    func `what is no app's asking and no permission makes no row, but is among the entries`(action: LogAction) {
        let report = Made.report([Made.entry(action) { $0.subjects = Made.subjects(["x"]) }])
        #expect(report.rows.isEmpty && report.apps.isEmpty)
        #expect(report.actions == [LogReport.ActionCount(action: action, entries: 1)])
    }

    @Test func `a permission between people has a row without an app`() {
        let report = Made.report([
            Made.entry(.given) { ($0.app, $0.party, $0.subjects) = (nil, nil, Made.subjects(["given"])) }, Made.read(1),
        ])
        #expect(report.rows.map(\.app) == [Made.parking, nil])
        #expect(report.apps.map(\.app) == [Made.parking])
    }

    @Test func `the log's end of a range does not belong to it`() {
        let report = Made.report(
            [
                Made.read(1, at: Instant(milliseconds: Made.time(0, hour: 0).milliseconds - 1)),
                Made.read(2, at: Made.time(0, hour: 0)),
                Made.read(4, at: Instant(milliseconds: Made.time(2, hour: 0).milliseconds - 1)),
                Made.read(8, at: Made.time(2, hour: 0)),
            ], days: 2)
        #expect(report.counts.released == 6)
        #expect(report.days == ["2026-11-23", "2026-11-24"])
        #expect(report.apps.map(\.daily) == [[2, 4]])
    }

    @Test func `whole days go from midnight to midnight in the vault's zone`() throws {
        let first = try #require(CivilDate(text: "2026-11-23"))
        let report = LogReportBuilder(from: first, through: first).finish()
        #expect(report.from.rfc3339 == "2026-11-22T16:00:00Z")
        #expect(report.to.rfc3339 == "2026-11-23T16:00:00Z")
    }

    @Test func `a read at night is counted at its local hour`() {
        let report = Made.report([
            Made.read(2, refused: 1, at: Made.time(hour: 23, minute: 59)), Made.read(1, at: Made.time(1, hour: 0)),
        ])
        #expect(report.hours.granted[23] == 2 && report.hours.refused[23] == 1 && report.hours.granted[0] == 1)
        #expect(report.hours.asks.reduce(0, +) == 4)
        #expect(report.rows[0].hours == report.hours && report.apps[0].hours == report.hours)
        #expect(report.apps[0].night == 3)
    }

    @Test func `the busiest hours come first, of equals the earlier, and quiet ones not at all`() {
        let report = Made.report([
            Made.read(2, at: Made.time(hour: 9)), Made.read(1, refused: 4, at: Made.time(hour: 14)),
            Made.read(2, at: Made.time(hour: 10)), Made.read(1, at: Made.time(hour: 16)),
        ])
        #expect(report.hours.busiest == [14, 9, 10])
        #expect(Made.report([Made.read(1)]).hours.busiest == [12])
        #expect(LogReport.Hours().busiest == [])
    }

    @Test func `rows stand by party, app and purpose`() {
        func read(_ party: String?, _ app: String, _ purpose: String?) -> LogEntry {
            Made.entry(.read) {
                ($0.party, $0.app, $0.purpose) = (party, AppName(app), purpose.flatMap(PurposeName.init))
                $0.subjects = Made.subjects(["released"])
            }
        }
        let report = Made.report([
            read(nil, "a", "a.b"), read("b", "d", "d.z"), read("b", "d", nil), read("b", "d", "d.a"),
            read("a", "x", "x.y"),
            read("b", "c", "c.c"),
        ])
        #expect(report.rows.map { $0.purpose?.text } == ["x.y", "c.c", "d.a", "d.z", nil, "a.b"])
        #expect(report.apps.map(\.app.text) == ["x", "c", "d", "a"])
    }

    @Test func `auditors' readings are counted once that action exists`() {
        guard let audited = LogAction(rawValue: "audited") else { return }
        let report = Made.report([Made.entry(audited), Made.entry(audited) { $0.count = 4 }])
        #expect(report.auditorReadings == 5 && report.rows.isEmpty)
    }

    @Test func `absurd counts stop at what JSON can hold`() {
        let flood = Made.entry(.refused) { $0.count = .max }
        let below = Made.entry(.refused) { $0.count = -5 }
        let report = Made.report([flood, flood, below])
        #expect(report.counts.refused == Int(JSON.integerLimit))
        #expect(report.hours.refused[12] == Int(JSON.integerLimit))
    }

    @Test func `absurd times do no harm`() {
        var builder = LogReportBuilder(from: Instant(milliseconds: .min), to: Instant(milliseconds: .max))
        builder.take(Made.read(1, at: Instant(milliseconds: .min)))
        builder.take(Made.read(1))
        builder.take(Made.read(1, at: Instant(milliseconds: JSON.integerLimit - 1)))
        let report = builder.finish()
        #expect(report.counts.released == 3)
        #expect(report.days.count == Int(LogReportBuilder.dayLimit))
    }

    @Test func `a range that ends before it begins is empty`() {
        var builder = LogReportBuilder(from: Made.time(1), to: Made.time(0))
        builder.take(Made.read(1))
        builder.take(Made.read(1, at: Made.time(1)))
        #expect(builder.finish() == LogReport(from: Made.time(1), to: Made.time(1)))
    }

    @Test func `an empty log gives an empty report`() {
        let report = Made.report([])
        #expect(report == LogReport(from: Made.time(0, hour: 0), to: Made.time(7, hour: 0)))
        #expect(report.json["rows"] == [] && report.json["anomalies"] == [] && report.json["days"] == [])
    }

    @Test func `days are those of the range that the log covers`() {
        let early = Made.report([Made.read(1, at: Made.time(-3)), Made.entry(.heartbeat, at: Made.time(1))])
        #expect(early.days == ["2026-11-23", "2026-11-24"])
        let late = Made.report([Made.entry(.heartbeat, at: Made.time(5)), Made.entry(.heartbeat, at: Made.time(30))])
        #expect(late.days == ["2026-11-28", "2026-11-29"])
        #expect(Made.report([Made.read(1, at: Made.time(-3))]).days == [])
        #expect(Made.report([Made.read(1, at: Made.time(8))]).days == [])
    }

    @Test func `no initiator, case, tag, grant or random bytes reach the report`() throws {
        var entry = Sample.read()
        entry.basis = .emergency
        var builder = LogReportBuilder(from: entry.time, to: entry.time.advanced(bySeconds: 60))
        builder.take(entry)
        let text = String(decoding: builder.finish().json.encoded, as: UTF8.self)
        #expect(text.contains("wuye") && text.contains("parking.permit"))
        for secret in [entry.subjects[0].tag, entry.random, entry.config, try #require(entry.subjects[0].grant).bytes] {
            #expect(!text.contains(Base64URL.encode(secret)))
        }
        #expect(!text.contains("staff-7") && !text.contains("b64digest") && !text.contains("1001"))
    }

    @Test func `the JSON has every number`() {
        let report = Made.report(
            (-7..<0).map { Made.read(2, at: Made.time($0)) } + [Made.read(21, refused: 1)], days: 1)
        let json = report.json
        #expect(json["apps"]?.array?.first?["past"] == ["days": 7, "total": 14, "limit": 20])
        #expect(json["apps"]?.array?.first?["daily"] == [21])
        #expect(json["rows"]?.array?.first?["refused"] == 1)
        #expect(json["hours"]?["granted"]?.array?[12] == 21)
        #expect(json["entries"] == ["read": 1])
        #expect(json["days"] == ["2026-11-23"])
        #expect(json["anomalies"]?.array?.map { $0["kind"] } == ["volume"])
    }
}
