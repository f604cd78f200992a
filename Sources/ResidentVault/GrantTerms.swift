internal import VaultModel
internal import VaultPolicy

/// What a request is held against: a grant's bounds, read from its statement without the record that stands beside them.
/// A read does this for each resident it names.
struct GrantTerms: Equatable, Sendable {
    /// The resident as the recipient knows them.
    let resident: PairwiseID
    let recipient: GrantRecipient
    let purpose: PurposeName
    let version: Int
    let granted: GrantedFields
    let rights: GrantRights
    let from: Instant
    /// The first moment at which it no longer counts.
    let until: Instant
    let readsPerDay: Int
    let rowsPerRequest: Int

    /// Each field with the most revealing form that was granted.
    var fields: [FieldName: DisclosureForm] { granted.forms }
    var actions: [GrantAction] { rights.actions }
    var basis: LegalBasis { rights.basis }

    /// The members of a statement that are no terms.
    enum RecordMember {
        case giver
        case config
        case grant
        case notice
        case party
        case random
        case vault
        case witness
    }

    /// Reads stored bytes, which the row's seal and the bundle have vouched for.
    ///
    /// - Parameter words: the parts that were read before, to which new ones are added.
    /// - Throws: `VaultError` with code `integrity` for anything this version did not write.
    init(decoding bytes: [UInt8], words: inout GrantWords) throws(VaultError) {
        self = try Self.read(bytes, words: &words) { reader, member throws(JSONError) in
            if member == .giver { try reader.skipObjectOfStrings() } else { try reader.skipString() }
        }
    }

    init(decoding bytes: [UInt8]) throws(VaultError) {
        var words = GrantWords()
        try self.init(decoding: bytes, words: &words)
    }

    /// The same, where the record is read too: every member of it, so no part is taken from elsewhere.
    static func read(
        _ bytes: [UInt8], record: (inout CanonicalReader, RecordMember) throws(JSONError) -> Void
    ) throws(VaultError) -> GrantTerms {
        var words = GrantWords()
        return try read(bytes, words: &words, record: record)
    }

    private static func read(
        _ bytes: [UInt8], words: inout GrantWords, record: (inout CanonicalReader, RecordMember) throws(JSONError) -> Void
    ) throws(VaultError) -> GrantTerms {
        do throws(JSONError) {
            return try CanonicalReader.read(bytes) { reader throws(JSONError) in
                try reader.object { reader throws(JSONError) in
                    try GrantTerms(members: &reader, words: &words, record: record)
                }
            }
        } catch { throw VaultError(.integrity, "a stored grant statement is not in its form") }
    }

    /// The members stand in the order of their keys.
    private init(
        members reader: inout CanonicalReader, words: inout GrantWords,
        record: (inout CanonicalReader, RecordMember) throws(JSONError) -> Void
    ) throws(JSONError) {
        rights = try words.rights.take(from: &reader) { reader throws(JSONError) in try GrantRights(members: &reader) }
        try reader.goTo("by")
        try record(&reader, .giver)
        try reader.goTo("config")
        try record(&reader, .config)
        granted = try words.fields.take(from: &reader) { reader throws(JSONError) in try GrantedFields(members: &reader) }
        try reader.goTo("from")
        from = Instant(milliseconds: try reader.integer())
        try reader.goTo("grant")
        try record(&reader, .grant)
        try reader.goTo("limits")
        (readsPerDay, rowsPerRequest) = try reader.object { reader throws(JSONError) in
            try reader.goTo("reads_per_day")
            let reads = Int(try reader.integer())
            try reader.goTo("rows_per_request")
            return (reads, Int(try reader.integer()))
        }
        try reader.goTo("notice")
        try record(&reader, .notice)
        let aim = try words.aims.take(from: &reader) { reader throws(JSONError) in
            let hasParty = try reader.goTo(ifPresent: "party")
            if hasParty { try record(&reader, .party) }
            try reader.goTo("purpose")
            return GrantAim(hasParty: hasParty, purpose: try required(PurposeName(try reader.string())))
        }
        purpose = aim.purpose
        try reader.goTo("random")
        try record(&reader, .random)
        try reader.goTo("recipient")
        recipient = try required(GrantRecipient(try reader.string()))
        guard (recipient.app != nil) == aim.hasParty else { throw JSONError.notCanonical }
        try reader.goTo("resident")
        resident = try reader.base32()
        try reader.goTo("type")
        guard try reader.string() == "grant" else { throw JSONError.notCanonical }
        try reader.goTo("until")
        until = Instant(milliseconds: try reader.integer())
        try reader.goTo("vault")
        try record(&reader, .vault)
        try reader.goTo("version")
        version = Int(try reader.integer())
        if try reader.goTo(ifPresent: "witness") { try record(&reader, .witness) }
    }

    /// What the policy evaluator asks about a grant; nil for a grant to a person, under which no app gets anything.
    func facts(state: GrantState) -> GrantFacts? {
        guard case .app(let recipient) = recipient else { return nil }
        return GrantFacts(
            state: state, recipient: recipient, purpose: purpose, version: version, forms: granted.forms,
            actions: rights.actionSet, basis: rights.basis, from: from, until: until, readsPerDay: readsPerDay,
            rowsPerRequest: rowsPerRequest)
    }
}

/// A value that a statement's form promises.
private func required<Value>(_ value: Value?) throws(JSONError) -> Value {
    guard let value else { throw JSONError.notCanonical }
    return value
}

extension GrantRights {
    fileprivate init(members reader: inout CanonicalReader) throws(JSONError) {
        try reader.goTo("actions")
        var actions: [GrantAction] = []
        for text in try reader.strings() { actions.append(try required(GrantAction(rawValue: text))) }
        try reader.goTo("basis")
        self.init(
            actions: actions, actionSet: Set(actions), basis: try required(LegalBasis(rawValue: try reader.string())))
    }
}

extension GrantedFields {
    fileprivate convenience init(members reader: inout CanonicalReader) throws(JSONError) {
        try reader.goTo("fields")
        let count = try reader.skipStrings()
        try reader.goTo("form")
        try reader.skipString()
        try reader.goTo("forms")
        var forms: [FieldName: DisclosureForm] = [:]
        var names: [String] = []
        try reader.members { reader, name throws(JSONError) in
            forms[try required(FieldName(name))] = try required(DisclosureForm(rawValue: try reader.string()))
            names.append(name)
        }
        guard count == forms.count else { throw JSONError.notCanonical }
        self.init(forms: forms, names: names)
    }
}
