package import VaultModel

/// One field of the residents' records, as a category file defines it.
package struct FieldDefinition: Sendable, Equatable {
    package let name: FieldName
    package let type: FieldType
    package let sensitivity: Sensitivity
    /// Whether residents can be found by its exact value; such a field has a blind index.
    package let lookup: Bool
    /// Whether an app may ask if a value of its own equals this one.
    package let verify: Bool
    /// The most revealing form any purpose may get.
    package let maximum: DisclosureForm
    /// How a `string` is masked; other types mask by their type.
    package let mask: StringMask?
    /// Days after which a value that nobody renewed is destroyed; nil for as long as the person is enrolled.
    package let retentionDays: Int?
    package let title: LocalizedText

    var json: JSON {
        var members: [String: JSON] = [
            "type": .string(type.word), "sensitivity": .string(sensitivity.rawValue), "title": title.json,
            "retention": retentionDays.map { .integer(Int64($0)) } ?? .string(Self.whileEnrolled),
        ]
        if let words = type.words { members["values"] = .array(words.map { .string($0) }) }
        if lookup { members["lookup"] = true }
        if verify { members["verify"] = true }
        if maximum != .raw { members["form"] = .string(maximum.rawValue) }
        if let mask { members["mask"] = .string(mask.rawValue) }
        return .object(members)
    }

    /// The word for a retention without a number of days.
    static let whileEnrolled = "enrolled"
}

/// How a one-line text is masked.
package enum StringMask: String, Sendable, CaseIterable {
    /// 张三明 becomes 张*明.
    case name
}
