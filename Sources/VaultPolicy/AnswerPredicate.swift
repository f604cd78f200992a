package import VaultModel

/// A yes-or-no question about a field. Its constants stand in the policy, never in a request, so that an app cannot
/// find a value by asking often with other constants.
package enum AnswerPredicate: Sendable, Equatable {
    /// Something is there: for a list, an item that is not empty; for text, more than spaces.
    case present
    /// A list has this item.
    case contains(String)
    /// A date lies at least so many whole years back; a year likewise, by the calendar.
    case atLeastYears(Int64)
    case atLeast(Int64)
    case equals(JSON)
    case oneOf([String])

    var json: JSON {
        switch self {
        case .present: "present"
        case .contains(let item): ["contains": .string(item)]
        case .atLeastYears(let years): ["at_least_years": .integer(years)]
        case .atLeast(let number): ["at_least": .integer(number)]
        case .equals(let constant): ["equals": constant]
        case .oneOf(let words): ["one_of": .array(words.map { .string($0) })]
        }
    }

    /// Whether the question can be asked of a field of this type, its constants included.
    func suits(_ type: FieldType) -> Bool {
        switch (self, type) {
        case (.present, _): true
        case (.contains(let item), .list(let of)): of.accepts(.string(item))
        case (.atLeastYears, .date), (.atLeastYears, .year): true
        case (.atLeast, .int): true
        case (.equals(let constant), .string), (.equals(let constant), .bool), (.equals(let constant), .int),
            (.equals(let constant), .year), (.equals(let constant), .enumeration):
            type.accepts(constant)
        case (.oneOf(let words), .string), (.oneOf(let words), .enumeration):
            !words.isEmpty && words.allSatisfy { type.accepts(.string($0)) }
        default: false
        }
    }

    /// The answer for a value that its type accepts; nil when the question does not suit the type.
    func answer(for value: JSON, type: FieldType, today: CivilDate) -> Bool? {
        guard suits(type) else { return nil }
        switch self {
        case .present:
            if let items = value.array { return items.contains { $0 != "" } }
            return value.string.map { $0.contains { !$0.isWhitespace } } ?? (value != .null)
        case .contains(let item): return value.array?.contains(.string(item))
        case .atLeastYears(let years):
            return FieldType.years(since: value, type: type, today: today).map { $0 >= years }
        case .atLeast(let number): return value.integer.map { $0 >= number }
        case .equals(let constant): return value == constant
        case .oneOf(let words): return value.string.map(words.contains)
        }
    }
}
