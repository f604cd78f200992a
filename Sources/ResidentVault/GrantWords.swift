internal import VaultModel

/// What a grant lets its recipient do, and on what legal basis.
struct GrantRights: Equatable, Sendable {
    let actions: [GrantAction]
    let actionSet: Set<GrantAction>
    let basis: LegalBasis
}

/// The fields of a grant. One object stands for all grants with the same words.
package final class GrantedFields: Equatable, Sendable {
    /// Each field with the most revealing form that was granted.
    let forms: [FieldName: DisclosureForm]
    /// The fields' names in byte order, as a bundle lists them.
    let names: [String]

    init(forms: [FieldName: DisclosureForm], names: [String]) {
        self.forms = forms
        self.names = names
    }

    convenience init(forms: [FieldName: DisclosureForm]) { self.init(forms: forms, names: forms.keys.sorted().map(\.text)) }

    package static func == (left: GrantedFields, right: GrantedFields) -> Bool { left.forms == right.forms }
}

/// What a grant is for.
struct GrantAim: Equatable, Sendable {
    let hasParty: Bool
    let purpose: PurposeName
}

/// The parts of statements that were read before. Most grants for one purpose say the same about fields, rights and aim: they
/// differ in ids, digests and dates. Nothing in these parts is a resident's, and a part follows from its bytes alone, so it
/// may be kept from one request to the next.
struct GrantWords: Sendable {
    var rights = PartsReadBefore<GrantRights>()
    var fields = PartsReadBefore<GrantedFields>()
    var aims = PartsReadBefore<GrantAim>()
}

/// Parts of one kind by their bytes, the newest few.
struct PartsReadBefore<Part: Sendable>: Sendable {
    /// A purpose has one, and one more for each choice of fields that residents make; looking through more would cost what
    /// reading does.
    private static var most: Int { 8 }

    private var parts: [(bytes: [UInt8], part: Part)] = []

    /// Takes the part that comes next from those read before, or reads it.
    mutating func take(
        from reader: inout CanonicalReader, _ read: (inout CanonicalReader) throws(JSONError) -> Part
    ) throws(JSONError) -> Part {
        for known in parts where reader.pass(known.bytes) { return known.part }
        let start = reader.offset
        let part = try read(&reader)
        if parts.count == Self.most { parts.removeFirst() }
        parts.append((reader.bytes(since: start), part))
        return part
    }
}
