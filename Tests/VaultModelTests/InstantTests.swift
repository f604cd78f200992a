import Testing
import VaultModel
import VaultTestSupport

struct `Instants` {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
        (1_764_000_000_000, "2025-11-24T16:00:00Z"), (1_764_000_001_234, "2025-11-24T16:00:01.234Z"),
        (1_764_000_009_009, "2025-11-24T16:00:09.009Z"), (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
        (-5_364_662_400_000, "1800-01-01T00:00:00Z"), (32_503_679_999_000, "2999-12-31T23:59:59Z"),
    ] as [(Int64, String)])
    func `known moments print and read`(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).rfc3339 == text)
        #expect(Instant(text: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("08:00:00.5Z", 500), ("08:00:00.50Z", 500), ("08:00:00.05Z", 50), ("08:00:00.005Z", 5), ("08:00:00.000Z", 0),
    ] as [(String, Int64)])
    func `a fraction has one to three digits`(time: String, milliseconds: Int64) throws {
        let whole = try #require(Instant(text: "2026-11-23T08:00:00Z"))
        #expect(Instant(text: "2026-11-23T" + time)?.milliseconds == whole.milliseconds + milliseconds)
    }

    @Test(arguments: [
        ("2026-11-23", "2026-11-23T15:59:59.999Z"), ("2024-02-29", "2024-02-29T15:59:59.999Z"),
        ("1970-01-01", "1970-01-01T15:59:59.999Z"), ("1969-12-31", "1969-12-31T15:59:59.999Z"),
        ("2999-12-31", "2999-12-31T15:59:59.999Z"),
    ])
    func `a bare date is the end of that day in Shanghai`(date: String, end: String) throws {
        let instant = try #require(Instant(text: date))
        #expect(instant.rfc3339 == end)
        #expect(instant.localDay == date)
        #expect(Instant(milliseconds: instant.milliseconds + 1).localDay > date)
    }

    @Test(arguments: [
        ("2026-11-22T15:59:59.999Z", "2026-11-22", "2026-11-22 23:59"),
        ("2026-11-22T16:00:00Z", "2026-11-23", "2026-11-23 00:00"),
        ("2026-12-31T16:00:00Z", "2027-01-01", "2027-01-01 00:00"),
        ("1969-12-31T16:00:00Z", "1970-01-01", "1970-01-01 00:00"),
        ("1969-12-31T15:59:59Z", "1969-12-31", "1969-12-31 23:59"),
        ("2026-06-30T23:01:02.003Z", "2026-07-01", "2026-07-01 07:01"),
    ])
    func `days and minutes are Shanghai's`(text: String, day: String, minute: String) throws {
        let instant = try #require(Instant(text: text))
        #expect(instant.localDay == day)
        #expect(instant.localMinute == minute)
    }

    @Test(arguments: [
        "", "2026", "2026-11", "2026-11-2", "2026-1-23", "26-11-23", "2026-11-23 ", " 2026-11-23", "2026/11/23",
        "20261123",
        "+026-11-23", "-026-11-23", "２０２６-11-23", "2026-11-2é", "2026-00-23", "2026-13-23", "2026-11-00", "2026-11-31",
        "2026-02-29", "1900-02-29", "2100-02-29", "1799-12-31", "3000-01-01", "2026-11-23T", "2026-11-23T08:00",
        "2026-11-23T08:00Z", "2026-11-23T08:00:00", "2026-11-23 08:00:00Z", "2026-11-23t08:00:00Z",
        "2026-11-23T08:00:00z",
        "2026-11-23T08:00:00+00:00", "2026-11-23T08:00:00+08:00", "2026-11-23T24:00:00Z", "2026-11-23T08:60:00Z",
        "2026-11-23T08:00:60Z", "2026-11-23T08:00:00.Z", "2026-11-23T08:00:00.1234Z", "2026-11-23T08:00:00,5Z",
        "2026-11-23T08:00:005Z", "2026-11-23T08:00:00.-1Z", "2026-11-23T-8:00:00Z", "2026-11-23T+8:00:00Z",
        "2026-11-23T0８:00:0Z", "2026-11-23T08-00:00Z", "2026-11-23T08:00-00Z", "2026-11-23T08:00:00ZZ",
        "2026-11-23T08:00:00Z ", "2026-02-30T08:00:00Z",
        "2026-W48-1T08:00:00Z", "now",
    ])
    func `other texts are no instants`(_ text: String) { #expect(Instant(text: text) == nil) }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `random moments of twelve centuries read back`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let instant = Instant(milliseconds: .random(in: -5_364_662_400_000...32_503_679_999_999, using: &random))
            #expect(Instant(text: instant.rfc3339) == instant)
        }
    }

    @Test func `instants are ordered and advance by seconds`() {
        let instant = Instant(milliseconds: 1500)
        #expect(instant.advanced(bySeconds: 2) == Instant(milliseconds: 3500))
        #expect(instant.advanced(bySeconds: -2) == Instant(milliseconds: -500))
        #expect(instant < instant.advanced(bySeconds: 1) && !(instant < instant))
    }
}
