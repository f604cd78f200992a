import Testing
import VaultModel

@testable import VaultAudit

struct `What a report finds unusual` {
    private typealias Made = ReportSample

    /// So many releases on each day that ends with the day before the report.
    private func past(_ daily: [Int]) -> [LogEntry] {
        daily.enumerated().map { Made.read($0.element, at: Made.time(Int64($0.offset - daily.count))) }
    }

    private func volumes(_ report: LogReport) -> [LogReport.Anomaly] {
        report.anomalies.filter { if case .volume = $0 { true } else { false } }
    }

    @Test func `a quiet app's day is unusual above twenty releases and not at twenty`() throws {
        let usual = past(Array(repeating: 1, count: 7))
        #expect(Made.report(usual + [Made.read(20)]).anomalies.isEmpty)
        let report = Made.report(usual + [Made.read(20), Made.read(1, at: Made.time(hour: 13))])
        let known = LogReport.Past(daily: Array(repeating: 1, count: 7))
        #expect(
            report.anomalies
                == [
                    .volume(app: try #require(Made.parking), day: "2026-11-23", released: 21, past: try #require(known))
                ])
    }

    @Test func `a busy app's day is unusual above the mean and four standard deviations`() {
        // Mean 100, standard deviation 10: each half of the days lies 10 off.
        let usual = past([90, 110, 90, 110, 90, 110, 90, 110])
        #expect(Made.report(usual + [Made.read(140)]).anomalies.isEmpty)
        #expect(
            Made.report(usual + [Made.read(141)]).apps[0].past
                == LogReport.Past(daily: [90, 110, 90, 110, 90, 110, 90, 110]))
        #expect(Made.report(usual + [Made.read(141)]).apps[0].past?.limit == 140)
        #expect(volumes(Made.report(usual + [Made.read(141)])).count == 1)
    }

    @Test func `a limit between two whole numbers is the lower, for releases are whole`() throws {
        let past = try #require(LogReport.Past(daily: [30, 30, 30, 30, 30, 30, 31]))
        // Mean 30.14, standard deviation 0.35, so 31.54.
        #expect(past.limit == 31)
    }

    @Test func `a day far below the usual is not unusual`() {
        #expect(Made.report(past(Array(repeating: 200, count: 10)) + [Made.read(1)]).anomalies.isEmpty)
    }

    @Test func `less than a week of past says nothing`() {
        let six = Made.report(past(Array(repeating: 1, count: 6)) + [Made.read(500)])
        #expect(six.anomalies.isEmpty && six.apps[0].past == nil)
        #expect(Made.report([Made.read(500)]).anomalies.isEmpty)
        #expect(volumes(Made.report(past(Array(repeating: 1, count: 7)) + [Made.read(500)])).count == 1)
    }

    @Test func `days without a release count from the app's first day on`() {
        let given = Made.entry(.given, at: Made.time(-10)) { $0.subjects = Made.subjects(["given"]) }
        let report = Made.report([given, Made.read(20, at: Made.time(-1)), Made.read(1)])
        #expect(report.apps[0].past?.days == 10)
        #expect(report.apps[0].past?.total == 20)
    }

    @Test func `no more than four weeks are the past`() {
        let report = Made.report([
            Made.read(300, at: Made.time(-29)), Made.read(3, at: Made.time(-28, hour: 0)), Made.read(1),
        ])
        #expect(report.apps[0].past?.days == 28)
        #expect(report.apps[0].past?.total == 3)
    }

    @Test func `the part of the first day before the range is neither past nor report`() {
        var builder = LogReportBuilder(from: Made.time(hour: 12), to: Made.time(1))
        for entry in past(Array(repeating: 1, count: 7)) + [Made.read(50, at: Made.time(hour: 11)), Made.read(2)] {
            builder.take(entry)
        }
        let report = builder.finish()
        #expect(report.apps[0].past?.total == 7)
        #expect(report.apps[0].daily == [2])
        #expect(report.anomalies.isEmpty)
    }

    @Test func `another app's past is no measure`() {
        let other = (-7..<0).map { Made.read(200, at: Made.time($0), app: "health") }
        let report = Made.report(other + past(Array(repeating: 1, count: 7)) + [Made.read(100)])
        #expect(volumes(report).count == 1)
    }

    @Test func `refused residents do not make a day's volume`() {
        #expect(volumes(Made.report(past(Array(repeating: 1, count: 7)) + [Made.read(1, refused: 400)])).isEmpty)
    }

    @Test(arguments: zip(["23:00", "05:59", "22:59", "06:00"], [true, true, false, false]))
    func `night is from eleven to six`(time: String, night: Bool) throws {
        let parts = time.split(separator: ":").compactMap { Int64($0) }
        let report = Made.report([Made.read(6, at: Made.time(hour: parts[0], minute: parts[1]))])
        let app = try #require(Made.parking)
        #expect(report.anomalies == (night ? [.night(app: app, released: 6, of: 6)] : []))
    }

    @Test func `reads at night are unusual above five and above a fifth`() {
        let night = Made.time(hour: 2)
        #expect(Made.report([Made.read(5, at: night)]).anomalies.isEmpty)
        #expect(Made.report([Made.read(6, at: night)]).anomalies.count == 1)
        #expect(Made.report([Made.read(6, at: night), Made.read(24)]).anomalies.isEmpty)
        #expect(Made.report([Made.read(6, at: night), Made.read(23)]).anomalies.count == 1)
    }

    @Test func `nothing released at night is not unusual`() {
        #expect(Made.report([Made.read(0, refused: 10, at: Made.time(hour: 2))]).anomalies.isEmpty)
    }

    @Test func `refusals are unusual from twenty and above three tenths`() throws {
        let app = try #require(Made.parking)
        #expect(Made.report([Made.read(0, refused: 19)]).anomalies.isEmpty)
        #expect(Made.report([Made.read(0, refused: 20)]).anomalies == [.refusals(app: app, refused: 20, of: 20)])
        #expect(Made.report([Made.read(70, refused: 30)]).anomalies.isEmpty)
        #expect(Made.report([Made.read(69, refused: 30)]).anomalies == [.refusals(app: app, refused: 30, of: 99)])
    }

    @Test func `counted refusals weigh as many`() {
        #expect(Made.report([Made.entry(.refused) { $0.count = 20 }]).anomalies.count == 1)
    }

    @Test func `unknown callers are unusual from twenty an hour of the clock`() {
        func tries(_ count: Int?, _ hour: Int64, _ minute: Int64) -> LogEntry {
            Made.entry(.unknownCallers, at: Made.time(hour: hour, minute: minute)) {
                ($0.app, $0.party, $0.purpose, $0.count) = (nil, nil, nil, count)
            }
        }
        let apart = Made.report([tries(18, 9, 0), tries(nil, 9, 59), tries(19, 10, 0)])
        #expect(apart.anomalies.isEmpty && apart.unknownCallers == 38 && apart.rows.isEmpty)
        let together = Made.report([tries(18, 9, 0), tries(2, 9, 59)])
        #expect(together.anomalies == [.unknownCallers(hour: Made.time(hour: 9), count: 20)])
    }

    @Test func `every use of an emergency purpose is listed, the refused ones too`() {
        let uses = [(3, 0), (0, 2)].enumerated().map { position, outcome in
            var entry = Made.read(outcome.0, refused: outcome.1, at: Made.time(Int64(position)))
            entry.basis = .emergency
            return entry
        }
        let given = Made.entry(.given) { ($0.basis, $0.subjects) = (.emergency, Made.subjects(["given"])) }
        let report = Made.report([given] + uses)
        #expect(report.breakGlass.map(\.granted) == [3, 0])
        #expect(report.breakGlass.map(\.refused) == [0, 2])
        #expect(report.anomalies == report.breakGlass.map(LogReport.Anomaly.breakGlass))
        #expect(report.counts.breakGlass == 2)
    }

    @Test func `what happened before the range is no finding of it`() {
        var emergency = Made.read(1, at: Made.time(-1))
        emergency.basis = .emergency
        let report = Made.report([
            emergency, Made.read(90, refused: 90, at: Made.time(-2, hour: 3)),
            Made.entry(.unknownCallers, at: Made.time(-1)) { $0.count = 90 }, Made.read(1),
        ])
        #expect(report.anomalies.isEmpty && report.breakGlass.isEmpty && report.unknownCallers == 0)
    }
}
