package import VaultModel

/// Which values a type accepts. Values come from imports, apps and residents alike; what is refused here never becomes
/// a cell.
extension FieldType {
    /// The longest one-line text, in bytes of UTF-8: about two hundred Chinese characters.
    package static let stringLimit = 600
    /// The longest text of several lines, in bytes of UTF-8: more than an import takes from one cell.
    package static let textLimit = 8000
    /// The most items of a list.
    package static let listLimit = 50

    /// Whether a written value is of this type and within its size. A list of strings may have empty ones: lists that
    /// go together item by item (a car's space beside its plate) have gaps.
    package func accepts(_ value: JSON) -> Bool {
        switch (self, value) {
        case (.string, .string(let text)): Self.isText(text, limit: Self.stringLimit, lines: false)
        case (.text, .string(let text)): Self.isText(text, limit: Self.textLimit, lines: true)
        case (.date, .string(let text)): CivilDate(text: text) != nil
        case (.year, .integer(let year)): (1800...2999).contains(year)
        case (.bool, .bool): true
        case (.int, .integer(let number)): abs(number) <= JSON.integerLimit
        case (.enumeration(let words), .string(let text)): words.contains { $0.utf8.elementsEqual(text.utf8) }
        case (.phone, .string(let text)): Self.isPhone(text)
        case (.idNumber, .string(let text)): Self.isIDNumber(text)
        case (.plate, .string(let text)): Self.isPlate(text)
        case (.list(let item), .array(let items)):
            items.count <= Self.listLimit && items.allSatisfy { item.accepts($0) || item == .string && $0 == "" }
        default: false
        }
    }

    /// Something other than spaces, and nothing that moves a terminal's cursor or turns its writing direction.
    static func isText(_ text: String, limit: Int, lines: Bool) -> Bool {
        guard text.utf8.count <= limit, text.contains(where: { !$0.isWhitespace }) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x0a, 0x0d, 0x09: lines
            case 0..<0x20, 0x7f..<0xa0: false
            // Line and paragraph separators, embeddings, overrides and isolates of the bidirectional algorithm.
            case 0x2028...0x202e, 0x2066...0x2069: false
            default: true
            }
        }
    }

    /// Digits, with a country's plus before and hyphens between; five digits at least (short service numbers).
    private static func isPhone(_ text: String) -> Bool {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }
        let plus = text.utf8.filter { $0 == UInt8(ascii: "+") }.count
        return (5...20).contains(digits.count) && text.utf8.count <= 24 && digits.allSatisfy(isDigit)
            && (plus == 0 || (plus == 1 && text.utf8.first == UInt8(ascii: "+")))
            && text.utf8.first != UInt8(ascii: "-") && text.utf8.last != UInt8(ascii: "-")
    }

    /// GB 11643: 17 digits with a real date in 7…14, and an ISO 7064 MOD 11-2 check character. The area code is not
    /// looked at: areas come and go, and people keep their number.
    private static func isIDNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 18, bytes[..<17].allSatisfy(isDigit) else { return false }
        let number = { (range: Range<Int>) in bytes[range].reduce(0) { $0 * 10 + Int($1 - 48) } }
        guard CivilDate(year: number(6..<10), month: number(10..<12), day: number(12..<14)) != nil else { return false }
        let remainder = bytes[..<17].reduce(0) { ($0 + Int($1 - 48)) * 2 % 11 }
        let check = (12 - remainder) % 11
        return bytes[17] == (check == 10 ? UInt8(ascii: "X") : UInt8(48 + check))
    }

    /// A Chinese character first (or the letters of an old service plate), then letters, digits and at most one more
    /// Chinese character; upper case, without dots and spaces, as imports write them.
    private static func isPlate(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard (6...10).contains(scalars.count) else { return false }
        let isHan = { (scalar: Unicode.Scalar) in (0x4e00...0x9fff).contains(scalar.value) }
        let isPlain = { (scalar: Unicode.Scalar) in
            (48...57).contains(scalar.value) || (65...90).contains(scalar.value)
        }
        return scalars.allSatisfy { isHan($0) || isPlain($0) } && scalars.filter(isHan).count <= 2
            && scalars.filter(isPlain).count >= 5
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Whole years from a date or year to today; nil for other types and for a date in the future.
    static func years(since value: JSON, type: FieldType, today: CivilDate) -> Int64? {
        switch (type, value) {
        case (.date, .string(let text)):
            guard let date = CivilDate(text: text), date <= today else { return nil }
            return Int64(date.years(to: today))
        case (.year, .integer(let year)): return year <= Int64(today.year) ? Int64(today.year) - year : nil
        default: return nil
        }
    }
}

extension FieldDefinition {
    /// Whether a written value is of the field's type and size.
    package func accepts(_ value: JSON) -> Bool { type.accepts(value) }

    /// The strings to index for a value: itself, or each item of a list; none for a field without `lookup` or a value
    /// that the type does not accept. The blind index folds case, spaces and `+86` itself.
    package func lookupValues(of value: JSON) -> [String] {
        guard lookup, accepts(value) else { return [] }
        if let items = value.strings { return items }
        return value.string.map { [$0] } ?? []
    }
}
