/// A moment in Unix milliseconds, the unit of every stored time.
public struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    /// This moment and a number of whole seconds.
    public func advanced(bySeconds seconds: Int64) -> Instant { Instant(milliseconds: milliseconds + seconds * 1000) }

    /// The vault's zone, Asia/Shanghai, as a fixed offset of eight hours: China has kept no summer time since 1991,
    /// so no zone table is needed and a broken one cannot shift an expiry.
    package static let zoneOffsetSeconds: Int64 = 8 * 3600

    /// RFC 3339 in UTC, to the second when the milliseconds are zero.
    public var rfc3339: String {
        let day = CivilDate(daysSinceEpoch: Self.floorDivide(milliseconds, 86_400_000))
        let rest = milliseconds - Self.floorDivide(milliseconds, 86_400_000) * 86_400_000
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { Self.padded($0, 2) }
        let fraction = rest % 1000 == 0 ? "" : "." + Self.padded(rest % 1000, 3)
        return "\(day.text)T\(time.joined(separator: ":"))\(fraction)Z"
    }

    /// The calendar day in the vault's zone, for example `2026-11-23`; the day that daily limits count by.
    public var localDay: String { CivilDate(daysSinceEpoch: localDayNumber).text }

    /// The same day as a number of days since 1970-01-01.
    package var localDayNumber: Int64 { Self.floorDivide(milliseconds + Self.zoneOffsetSeconds * 1000, 86_400_000) }

    /// Date and minute in the vault's zone, for people.
    public var localMinute: String {
        let shifted = Instant(milliseconds: milliseconds + Self.zoneOffsetSeconds * 1000).rfc3339
        return shifted.prefix(10) + " " + shifted.dropFirst(11).prefix(5)
    }

    /// Reads RFC 3339 in UTC (`2026-11-23T08:00:00Z`, a fraction of up to three digits allowed), or a bare date,
    /// which means the end of that day in the vault's zone. Nil for anything else, impossible dates included.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let date = CivilDate(text: String(decoding: bytes[..<10], as: UTF8.self)) else { return nil }
        if bytes.count == 10 {
            self.init(milliseconds: (date.daysSinceEpoch + 1) * 86_400_000 - Self.zoneOffsetSeconds * 1000 - 1)
            return
        }
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes.last == UInt8(ascii: "Z"),
            let hour = Self.number(bytes[11..<13]), let minute = Self.number(bytes[14..<16]),
            let second = Self.number(bytes[17..<19]), hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let digits = bytes[20..<(bytes.count - 1)]
            guard bytes[19] == UInt8(ascii: "."), (1...3).contains(digits.count), var value = Self.number(digits) else { return nil }
            for _ in digits.count..<3 { value *= 10 }
            fraction = value
        }
        let seconds = hour * 3600 + minute * 60 + second
        self.init(milliseconds: date.daysSinceEpoch * 86_400_000 + seconds * 1000 + fraction)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.allSatisfy(NameSyntax.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }
}

/// A day of the proleptic Gregorian calendar, without a zone.
public struct CivilDate: Hashable, Comparable, Sendable {
    public let year: Int
    public let month: Int
    public let day: Int

    /// Returns nil for a day that does not exist, or a year outside 1800…2999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1800...2999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `YYYY-MM-DD`, digits exactly.
    public init?(text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.allSatisfy(NameSyntax.isDigit) }),
            let year = Int(Substring(parts[0])), let month = Int(Substring(parts[1])), let day = Int(Substring(parts[2]))
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Days from 1970-01-01, by the algorithm of Howard Hinnant, "chrono-compatible low-level date algorithms".
    package init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = Instant.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthIndex + 2) / 5 + 1)
        month = Int(monthIndex < 10 ? monthIndex + 3 : monthIndex - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// The inverse of `init(daysSinceEpoch:)`.
    public var daysSinceEpoch: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = Instant.floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// `YYYY-MM-DD`.
    public var text: String {
        [Instant.padded(Int64(year), 4), Instant.padded(Int64(month), 2), Instant.padded(Int64(day), 2)].joined(separator: "-")
    }

    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// Whole years from this day to another, as ages are counted.
    public func years(to later: CivilDate) -> Int {
        later.year - year - ((later.month, later.day) < (month, day) ? 1 : 0)
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
