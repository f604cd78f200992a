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
    /// Each field with the most revealing form that was granted.
    let fields: [FieldName: DisclosureForm]
    let actions: [GrantAction]
    let basis: LegalBasis
    let from: Instant
    /// The first moment at which it no longer counts.
    let until: Instant
    let readsPerDay: Int
    let rowsPerRequest: Int

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
    /// - Throws: `VaultError` with code `integrity` for anything this version did not write.
    init(decoding bytes: [UInt8]) throws(VaultError) {
        self = try Self.read(bytes) { reader, member throws(JSONError) in
            if member == .giver { try reader.members { reader, _ throws(JSONError) in try reader.skipString() } } else {
                try reader.skipString()
            }
        }
    }

    /// The same, where the record is read too.
    static func read(
        _ bytes: [UInt8], record: (inout CanonicalReader, RecordMember) throws(JSONError) -> Void
    ) throws(VaultError) -> GrantTerms {
        do throws(JSONError) {
            return try CanonicalReader.read(bytes) { reader throws(JSONError) in
                try reader.object { reader throws(JSONError) in try GrantTerms(members: &reader, record: record) }
            }
        } catch { throw VaultError(.integrity, "a stored grant statement is not in its form") }
    }

    /// The members stand in the order of their keys.
    private init(
        members reader: inout CanonicalReader, record: (inout CanonicalReader, RecordMember) throws(JSONError) -> Void
    ) throws(JSONError) {
        func required<Value>(_ value: Value?) throws(JSONError) -> Value {
            guard let value else { throw JSONError.notCanonical }
            return value
        }
        try reader.goTo("actions")
        var actions: [GrantAction] = []
        for text in try reader.strings() { actions.append(try required(GrantAction(rawValue: text))) }
        self.actions = actions
        try reader.goTo("basis")
        basis = try required(LegalBasis(rawValue: try reader.string()))
        try reader.goTo("by")
        try record(&reader, .giver)
        try reader.goTo("config")
        try record(&reader, .config)
        try reader.goTo("fields")
        let count = try reader.skipStrings()
        try reader.goTo("form")
        try reader.skipString()
        try reader.goTo("forms")
        var fields = [FieldName: DisclosureForm](minimumCapacity: min(count, 64))
        try reader.members { reader, name throws(JSONError) in
            fields[try required(FieldName(name))] = try required(DisclosureForm(rawValue: try reader.string()))
        }
        guard count == fields.count else { throw JSONError.notCanonical }
        self.fields = fields
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
        let hasParty = try reader.goTo(ifPresent: "party")
        if hasParty { try record(&reader, .party) }
        try reader.goTo("purpose")
        purpose = try required(PurposeName(try reader.string()))
        try reader.goTo("random")
        try record(&reader, .random)
        try reader.goTo("recipient")
        recipient = try required(GrantRecipient(try reader.string()))
        guard (recipient.app != nil) == hasParty else { throw JSONError.notCanonical }
        try reader.goTo("resident")
        resident = try required(PairwiseID(base32: try reader.string()))
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
            state: state, recipient: recipient, purpose: purpose, version: version, forms: fields,
            actions: Set(actions), basis: basis, from: from, until: until, readsPerDay: readsPerDay,
            rowsPerRequest: rowsPerRequest)
    }
}
