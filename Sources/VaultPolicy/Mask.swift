import VaultModel

/// Hides the identifying middle of a value. What is left lets two people check that they speak of the same thing; it
/// is not anonymous.
enum Mask {
    /// Nil for types that have no mask, and for a value too short to hide anything of.
    static func masked(_ value: JSON, type: FieldType, string mask: StringMask?) -> JSON? {
        switch (type, value) {
        case (.phone, .string(let text)): .string(phone(text))
        case (.idNumber, .string(let text)): .string(hidden(text, first: 6, last: 4))
        case (.plate, .string(let text)): .string(hidden(text, first: 2, last: 2))
        case (.string, .string(let text)): mask.map { .string(self.text(text, $0)) }
        case (.date, .string(let text)): CivilDate(text: text).map { .integer(Int64($0.year)) }
        case (.list(let item), .array(let items)):
            // A list of what has no mask of its own shows how many there are.
            if item.hasMask(string: mask) {
                .array(items.compactMap { masked($0, type: item, string: mask) })
            } else {
                .integer(Int64(items.count))
            }
        default: nil
        }
    }

    /// 13800138000 becomes 138****8000; shorter numbers keep two digits at each end.
    private static func phone(_ text: String) -> String {
        text.count >= 11 ? hidden(text, first: 3, last: 4) : hidden(text, first: 2, last: 2)
    }

    private static func text(_ text: String, _ mask: StringMask) -> String {
        switch mask {
        // Two characters: only the family name stays. One: nothing.
        case .name: text.count > 2 ? hidden(text, first: 1, last: 1) : hidden(text, first: max(0, text.count - 1), last: 0)
        }
    }

    /// A star for each hidden character; all are hidden where the ends would leave nothing to hide.
    private static func hidden(_ text: String, first: Int, last: Int) -> String {
        let count = text.count
        guard count > first + last else { return String(repeating: "*", count: count) }
        return text.prefix(first) + String(repeating: "*", count: count - first - last) + text.suffix(last)
    }
}

extension FieldType {
    /// Whether a value by itself can be masked.
    func hasMask(string mask: StringMask?) -> Bool {
        switch self {
        case .phone, .idNumber, .plate, .date: true
        case .string: mask != nil
        case .text, .year, .bool, .int, .enumeration, .list: false
        }
    }
}

extension FieldDefinition {
    /// Whether the form `masked` exists for the field; a list of anything can at least be counted.
    var canBeMasked: Bool {
        if case .list = type { return true }
        return type.hasMask(string: mask)
    }
}
