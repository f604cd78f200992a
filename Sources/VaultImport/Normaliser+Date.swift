package import VaultModel

extension Normaliser {
    /// A day written as 2020-01-16, 2020/1/16, 2020.1.16, 20200116 or 2020年1月16日; a midnight after it is allowed, as
    /// databases print it. The year comes first and in full: anything else would be a guess.
    ///
    /// - Throws: `CellFault.date`, or a fault of the text.
    package static func date(_ typed: String) throws(CellFault) -> CivilDate {
        let text = CellText.folded(try CellText.cleaned(typed)).unicodeScalars.filter { $0 != "'" }
        var words = text.split(separator: " ")
        if words.count == 2, words[1].contains(":"), words[1].allSatisfy({ $0 == "0" || $0 == ":" }) {
            words.removeLast()
        }
        let day = Array(words.joined())
        let plain = day.map { $0.isASCII ? UInt8(truncatingIfNeeded: $0.value) : 0 }
        guard let date = compactDate(plain[...]) ?? separatedDate(day) else { throw .date }
        return date
    }

    /// Eight ASCII digits.
    static func compactDate(_ digits: ArraySlice<UInt8>) -> CivilDate? {
        guard digits.count == 8, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        return CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    /// Four digits, one or two, one or two, with the same separator twice, or with 年, 月 and 日.
    private static func separatedDate(_ day: [Unicode.Scalar]) -> CivilDate? {
        let separators = day.filter { !isDigit($0) }
        let forms: [[Unicode.Scalar]] = [["-", "-"], ["/", "/"], [".", "."], ["年", "月", "日"], ["年", "月"]]
        guard forms.contains(separators) else { return nil }
        let parts = day.split(omittingEmptySubsequences: false) { !isDigit($0) }
        // A closing 日 leaves an empty part behind it.
        let numbers = parts.prefix(3).map { $0.reduce(0) { $0 * 10 + Int($1.value) - 48 } }
        guard parts[0].count == 4, (1...2).contains(parts[1].count), (1...2).contains(parts[2].count),
            parts.dropFirst(3).allSatisfy(\.isEmpty)
        else { return nil }
        return CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
    }
}
