internal import VaultModel

/// What a column holds, which decides how its cells are read.
enum CellKind: Sendable, Equatable {
    /// Free text.
    case text
    /// A short mark such as a room: full-width characters become plain ones, spaces go.
    case label
    case name
    case idNumber
    case phone
    case plate
    case date
    /// A date not in the future.
    case pastDate
    case yesNo
    /// One of a few words, each with the word that is kept for it.
    case choice([String: String])

    /// The words for kinds in a plan; `choice` stands in it as `values`.
    static let words: [String: CellKind] = [
        "text": .text, "label": .label, "name": .name, "id_number": .idNumber, "phone": .phone, "plate": .plate,
        "date": .date, "past_date": .pastDate, "yes_no": .yesNo,
    ]

    /// Reads one cleaned, non-empty value.
    func value(of clean: String, today: CivilDate) throws(CellFault) -> JSON {
        switch self {
        case .text: return .string(clean)
        case .label: return .string(try CellText.short(CellText.folded(clean).filter { $0 != " " }))
        case .name: return .string(try Normaliser.name(clean))
        case .idNumber: return .string(try Normaliser.idNumber(clean, today: today))
        case .phone: return .string(try Normaliser.phone(clean))
        case .plate: return .string(try Normaliser.plate(clean))
        case .date: return .string(try Normaliser.date(clean).text)
        case .pastDate:
            let date = try Normaliser.date(clean)
            guard date <= today else { throw .futureDate }
            return .string(date.text)
        case .yesNo:
            let word = CellText.compact(clean)
            if ["是", "有", "Y", "YES", "TRUE", "1", "√"].contains(word) { return .bool(true) }
            if ["否", "无", "N", "NO", "FALSE", "0", "×"].contains(word) { return .bool(false) }
            throw .yesNo
        case .choice(let words):
            guard let word = words[CellText.folded(clean)] else { throw .choice }
            return .string(word)
        }
    }
}

extension ImportPlan.Column {
    /// Reads a cell; nil when it holds nothing.
    func value(of raw: String, today: CivilDate) throws(CellFault) -> JSON? {
        let clean = try CellText.cleaned(raw)
        if separators.isEmpty {
            if clean.isEmpty || empty.contains(clean) {
                if isRequired { throw .missing }
                return nil
            }
            return try kind.value(of: clean, today: today)
        }
        var items: [JSON] = []
        for part in clean.split(whereSeparator: separators.contains) {
            let item = try CellText.short(CellText.cleaned(String(part)))
            if item.isEmpty || empty.contains(item) { continue }
            let value = try kind.value(of: item, today: today)
            if !items.contains(value) { items.append(value) }
        }
        if items.isEmpty && isRequired { throw .missing }
        return items.isEmpty ? nil : .array(items)
    }
}
