internal import VaultModel

/// An entry's names as numbers and types, ready for the rules.
struct EntryMeaning {
    var action: Int
    var role: LogRole?
    var app: Int?
    var purpose: Int?
    var form: DisclosureForm?
    var actions: Set<GrantAction>?
    var fields: FieldSet?
    var released: FieldSet?
    /// By the subject's position; empty when nothing was withheld from any.
    var withheld: [FieldSet?]
}

/// The names that a log has used so far. What it accepts is what `LogEntry.init(decoding:)` accepts; it only asks once.
struct EntryVocabulary {
    private(set) var actions = SymbolTable<LogAction>()
    private var apps = SymbolTable<AppName>()
    private var purposes = SymbolTable<PurposeName>()
    private var roles = SymbolTable<LogRole>()
    private var bases = SymbolTable<LegalBasis>()
    private var forms = SymbolTable<DisclosureForm>()
    private var grantActions = SymbolTable<Set<GrantAction>>()
    private var fieldLists = SymbolTable<FieldSet>()
    private var fieldNames: [FieldName] = []
    private var fieldNumbers: [FieldName: Int] = [:]

    /// - Throws: `AuditError.malformedEntry` for a name that its type refuses, or subjects out of order.
    mutating func meaning(of scan: ScannedEntry, in text: EntryText) throws(AuditError) -> EntryMeaning {
        let action = try Self.number(scan[.action], "action", in: &actions, text, LogAction.init(rawValue:))
        guard scan.subjectsAreSorted || actions.meanings[action].keepsOrderAsked else {
            throw .malformedEntry("order of subjects")
        }
        if let uid = scan[number: .uid], uid > Int64(UInt32.max) { throw .malformedEntry("uid") }
        let role = try Self.optional(scan[.role], "role", in: &roles, text, LogRole.init(rawValue:))
        _ = try Self.optional(scan[.basis], "basis", in: &bases, text, LegalBasis.init(rawValue:))
        _ = try fieldSet(scan[.withheld], "withheld", in: text)
        return EntryMeaning(
            action: action, role: role.map { roles.meanings[$0] },
            app: try Self.optional(scan[.app], "app", in: &apps, text, AppName.init),
            purpose: try Self.optional(scan[.purpose], "purpose", in: &purposes, text, PurposeName.init),
            form: try Self.optional(scan[.form], "form", in: &forms, text, DisclosureForm.init(rawValue:))
                .map { forms.meanings[$0] },
            actions: try actionSet(scan[.actions], in: text),
            fields: try fieldSet(scan[.fields], "fields", in: text),
            released: try fieldSet(scan[.released], "released", in: text),
            withheld: try withheld(scan, in: text))
    }

    private mutating func withheld(_ scan: ScannedEntry, in text: EntryText) throws(AuditError) -> [FieldSet?] {
        guard scan.subjects.contains(where: \.withheld.isPresent) else { return [] }
        var sets: [FieldSet?] = []
        for subject in scan.subjects { sets.append(try fieldSet(subject.withheld, "withheld", in: text)) }
        return sets
    }

    /// The set that a list of fields names; nil for an absent list.
    private mutating func fieldSet(_ range: ByteRange, _ part: StaticString, in text: EntryText) throws(AuditError)
        -> FieldSet?
    {
        guard range.isPresent else { return nil }
        if let known = fieldLists.number(of: text.bytes[range]) { return fieldLists.meanings[known] }
        var set = FieldSet()
        for name in try text.list(range, part, FieldName.init) {
            if fieldNumbers[name] == nil {
                fieldNumbers[name] = fieldNames.count
                fieldNames.append(name)
            }
            fieldNumbers[name].map { set.insert($0) }
        }
        _ = fieldLists.add(text.bytes[range], set)
        return set
    }

    /// Whether a purpose is the one of grants to a person.
    func isDelegation(_ purpose: Int?) -> Bool { purpose.map { purposes.meanings[$0] == .delegation } ?? false }

    /// The names in a set, for messages.
    func names(in set: FieldSet) -> String {
        fieldNames.indices.filter(set.contains).map { fieldNames[$0].text }.joined(separator: " ")
    }

    private mutating func actionSet(_ range: ByteRange, in text: EntryText) throws(AuditError) -> Set<GrantAction>? {
        guard range.isPresent else { return nil }
        if let known = grantActions.number(of: text.bytes[range]) { return grantActions.meanings[known] }
        let set = Set(try text.list(range, "actions", GrantAction.init(rawValue:)))
        _ = grantActions.add(text.bytes[range], set)
        return set
    }

    private static func number<Name>(
        _ range: ByteRange, _ part: StaticString, in table: inout SymbolTable<Name>, _ text: EntryText,
        _ make: (String) -> Name?
    ) throws(AuditError) -> Int {
        if let known = table.number(of: text.bytes[range]) { return known }
        return table.add(text.bytes[range], try text.name(range, part, make))
    }

    private static func optional<Name>(
        _ range: ByteRange, _ part: StaticString, in table: inout SymbolTable<Name>, _ text: EntryText,
        _ make: (String) -> Name?
    ) throws(AuditError) -> Int? {
        range.isPresent ? try number(range, part, in: &table, text, make) : nil
    }
}
