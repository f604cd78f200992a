package import VaultModel

/// Turns a value into the form a decision allows (promise 7: the least that answers).
package enum Disclosure {
    /// The value as the app is to see it; nil when it cannot be shown in that form, so that it is withheld. A value
    /// that its type does not accept is shown only raw: cutting into something unknown could show too much.
    ///
    /// - Parameters:
    ///   - field: the field's definition, for its type and mask.
    ///   - rule: the purpose's rule for the field, for its ranges and question; its maximum is not looked at here.
    ///   - today: the day in the vault's zone, for ages.
    package static func disclose(
        _ value: JSON, field: FieldDefinition, rule: FieldRule, form: DisclosureForm, today: CivilDate
    ) -> JSON? {
        if form == .raw { return value }
        guard field.accepts(value) else { return nil }
        switch form {
        case .raw: return value
        case .masked: return Mask.masked(value, type: field.type, string: field.mask)
        case .band:
            guard let starts = rule.bands, let number = measure(value, type: field.type, today: today) else {
                return nil
            }
            return .string(band(of: number, starts: starts))
        case .answer: return rule.answer?.answer(for: value, type: field.type, today: today).map { .bool($0) }
        }
    }

    /// What ranges are made of: a number itself, the whole years since a date or year, the items of a list.
    private static func measure(_ value: JSON, type: FieldType, today: CivilDate) -> Int64? {
        switch type {
        case .int: value.integer
        case .date, .year: FieldType.years(since: value, type: type, today: today)
        case .list: value.array.map { Int64($0.count) }
        default: nil
        }
    }

    /// `<18`, `18-59` or `>=60`, for ranges that begin at 18 and 60.
    private static func band(of number: Int64, starts: [Int64]) -> String {
        guard let first = starts.first, number >= first else { return "<\(starts.first ?? 0)" }
        let next = starts.first { $0 > number }
        let start = starts.last { $0 <= number } ?? first
        return next.map { $0 - 1 == start ? "\(start)" : "\(start)-\($0 - 1)" } ?? ">=\(start)"
    }
}

extension FieldType {
    /// Whether ranges can be made of it.
    var canBeBanded: Bool {
        switch self {
        case .int, .date, .year, .list: true
        default: false
        }
    }
}
