import Testing
import VaultModel

struct `Calendar days` {
    /// Twelve centuries day by day, counted by hand from a known day, against the closed formulas.
    @Test func `the day count agrees with a calendar counted day by day`() throws {
        var expected = try #require(CivilDate(year: 1800, month: 1, day: 1)).daysSinceEpoch
        #expect(expected == -62_091)
        var seen = 0
        for year in 1800...2999 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    let date = CivilDate(year: year, month: month + 1, day: day)
                    guard date?.daysSinceEpoch == expected else {
                        Issue.record("\(year)-\(month + 1)-\(day) is not day \(expected)")
                        return
                    }
                    // The way back, from the count to the day, is seen through a moment's text.
                    if day == 1 || day == length {
                        #expect(Instant(milliseconds: expected * 86_400_000).rfc3339.hasPrefix(date?.text ?? "none"))
                    }
                    expected += 1
                    seen += 1
                }
                #expect(CivilDate(year: year, month: month + 1, day: length + 1) == nil)
            }
        }
        #expect(seen == 438_291)
    }

    @Test(arguments: [
        (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (2026, 11, 23, 20_780),
    ] as [(Int, Int, Int, Int64)])
    func `known days`(year: Int, month: Int, day: Int, count: Int64) throws {
        #expect(try #require(CivilDate(year: year, month: month, day: day)).daysSinceEpoch == count)
    }

    @Test(arguments: ["1800-01-01", "2024-02-29", "2000-02-29", "2026-11-23", "2999-12-31"])
    func `a day reads and prints`(_ text: String) { #expect(CivilDate(text: text)?.text == text) }

    @Test(arguments: [
        "", "2023-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-00-01", "2026-13-01", "2026-01-00",
        "2026-01-32",
        "1799-12-31", "3000-01-01", "0000-01-01", "2026-1-01", "2026-01-1", "02026-01-01", "2026-01-01-", "-2026-01-01",
        "2026--01-01", "2026-+1-01", "2026-01- 1", "2026.01.01", "２０２６-01-01", "2026-0１-01", "2026-01-01Z",
    ])
    func `other texts are no days`(_ text: String) { #expect(CivilDate(text: text) == nil) }

    @Test(arguments: [
        ("2012-11-23", "2026-11-22", 13), ("2012-11-23", "2026-11-23", 14), ("2012-11-23", "2026-11-24", 14),
        ("2012-02-29", "2026-02-28", 13), ("2012-02-29", "2026-03-01", 14), ("2012-12-31", "2026-01-01", 13),
        ("2026-11-23", "2026-11-23", 0), ("2026-11-23", "2026-11-22", -1),
    ])
    func `ages are counted in whole years`(born: String, on: String, years: Int) throws {
        #expect(try #require(CivilDate(text: born)).years(to: try #require(CivilDate(text: on))) == years)
    }

    @Test func `days are ordered by year, month and day`() {
        let days = ["2027-01-01", "2026-12-01", "2026-11-30", "2026-11-02"].compactMap(CivilDate.init(text:))
        #expect(days.sorted().map(\.text) == ["2026-11-02", "2026-11-30", "2026-12-01", "2027-01-01"])
    }
}
