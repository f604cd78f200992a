package import VaultModel

/// The vault's own terms, each with the code its faults have everywhere.
extension WireReader {
    package mutating func string(_ key: String) throws(WireError) -> String { try required(key) { $0.string } }

    package mutating func optionalString(_ key: String) throws(WireError) -> String? { try optional(key) { $0.string } }

    /// A string of 1…cap bytes of UTF-8.
    ///
    /// - Throws: `too_large` over the cap, `bad_value` for none.
    package mutating func string(_ key: String, cap: Int) throws(WireError) -> String {
        let text = try string(key)
        guard text.utf8.count <= cap else { throw WireError(.tooLarge, key: key) }
        guard !text.isEmpty else { throw WireError(.badValue, key: key) }
        return text
    }

    package mutating func bool(_ key: String) throws(WireError) -> Bool { try required(key) { $0.bool } }

    /// A whole number from zero.
    package mutating func count(_ key: String) throws(WireError) -> Int {
        try required(key) { $0.integer.flatMap { $0 >= 0 ? Int($0) : nil } }
    }

    /// RFC 3339 in UTC, or a date, which means the end of that day in the vault's zone.
    package mutating func instant(_ key: String) throws(WireError) -> Instant {
        try required(key) { $0.string.flatMap(Instant.init(text:)) }
    }

    package mutating func optionalInstant(_ key: String) throws(WireError) -> Instant? {
        try optional(key) { $0.string.flatMap(Instant.init(text:)) }
    }

    /// Bytes as unpadded base64url, of one length.
    package mutating func bytes(_ key: String, count: Int) throws(WireError) -> [UInt8] {
        try required(key) { $0.string.flatMap(Base64URL.decode).flatMap { $0.count == count ? $0 : nil } }
    }

    package mutating func id<Kind>(_ key: String, as type: Identifier<Kind>.Type) throws(WireError) -> Identifier<Kind>
    {
        try required(key) { $0.string.flatMap { Identifier<Kind>(base64: $0) } }
    }

    package mutating func optionalID<Kind>(
        _ key: String, as type: Identifier<Kind>.Type
    ) throws(WireError) -> Identifier<Kind>? {
        try optional(key) { $0.string.flatMap { Identifier<Kind>(base64: $0) } }
    }

    /// A pairwise id, which is base32 on the wire.
    package mutating func pairwise(_ key: String) throws(WireError) -> PairwiseID {
        try required(key) { $0.string.flatMap(PairwiseID.init(base32:)) }
    }

    package mutating func optionalPairwise(_ key: String) throws(WireError) -> PairwiseID? {
        try optional(key) { $0.string.flatMap(PairwiseID.init(base32:)) }
    }

    package mutating func app(_ key: String) throws(WireError) -> AppName {
        try required(key) { $0.string.flatMap(AppName.init) }
    }

    package mutating func field(_ key: String) throws(WireError) -> FieldName {
        try required(key, or: .unknownField) { $0.string.flatMap(FieldName.init) }
    }

    /// 1…64 different field names.
    package mutating func fields(_ key: String, allowsEmpty: Bool = false) throws(WireError) -> [FieldName] {
        try distinct(key, cap: WireLimits.fields, allowsEmpty: allowsEmpty, or: .unknownField) {
            $0.string.flatMap(FieldName.init)
        }
    }

    package mutating func optionalFields(_ key: String) throws(WireError) -> [FieldName]? {
        guard optionalValue(key) != nil else { return nil }
        return try fields(key)
    }

    package mutating func purpose(_ key: String) throws(WireError) -> PurposeName {
        try required(key, or: .unknownPurpose) { $0.string.flatMap(PurposeName.init) }
    }

    package mutating func form(_ key: String) throws(WireError) -> DisclosureForm {
        try required(key, or: .badForm) { $0.string.flatMap(DisclosureForm.init(rawValue:)) }
    }

    package mutating func optionalForm(_ key: String) throws(WireError) -> DisclosureForm? {
        try optional(key, or: .badForm) { $0.string.flatMap(DisclosureForm.init(rawValue:)) }
    }

    package mutating func basis(_ key: String) throws(WireError) -> LegalBasis {
        try required(key) { $0.string.flatMap(LegalBasis.init(rawValue:)) }
    }

    /// A text in both languages, `{"zh":…,"en":…}`.
    package mutating func localized(_ key: String) throws(WireError) -> LocalizedText {
        try required(key, Self.localizedText)
    }

    package mutating func optionalLocalized(_ key: String) throws(WireError) -> LocalizedText? {
        try optional(key, Self.localizedText)
    }

    static func localizedText(_ json: JSON) -> LocalizedText? {
        guard let object = json.object, object.count == 2, let chinese = object["zh"]?.string,
            let english = object["en"]?.string
        else { return nil }
        return LocalizedText(chinese: chinese, english: english)
    }

    /// Values by field name. What a value may be is the policy's to say, not this room's.
    package mutating func values(_ key: String, allowsEmpty: Bool = false) throws(WireError) -> [FieldName: JSON] {
        try keyed(key, allowsEmpty: allowsEmpty) { $0 }
    }

    /// Anything by field name.
    package mutating func keyed<Value>(
        _ key: String, allowsEmpty: Bool = false, _ convert: (JSON) -> Value?
    ) throws(WireError) -> [FieldName: Value] {
        guard let object = try value(key).object, allowsEmpty || !object.isEmpty else {
            throw WireError(.badValue, key: key)
        }
        guard object.count <= WireLimits.fields else { throw WireError(.tooLarge, key: key) }
        var values: [FieldName: Value] = [:]
        for name in object.keys.sorted() {
            guard let field = FieldName(name) else { throw WireError(.unknownField, key: "\(key).\(name)") }
            guard let value = object[name].flatMap(convert) else { throw WireError(.badValue, key: "\(key).\(name)") }
            values[field] = value
        }
        return values
    }

    mutating func login(_ key: String) throws(WireError) -> LoginName {
        try required(key) { $0.string.flatMap(LoginName.init) }
    }

    mutating func custodian(_ key: String) throws(WireError) -> CustodianName {
        try required(key) { $0.string.flatMap(CustodianName.init) }
    }
}

extension JSON {
    init(_ text: LocalizedText) { self = ["zh": .string(text.chinese), "en": .string(text.english)] }

    init(_ fields: [FieldName]) { self = .array(fields.map { .string($0.text) }) }

    init(_ values: [FieldName: JSON]) {
        self = .object(Dictionary(uniqueKeysWithValues: values.map { ($0.key.text, $0.value) }))
    }

    init(_ count: Int) { self = .integer(Int64(count)) }

    init(_ instant: Instant) { self = .string(instant.rfc3339) }
}
