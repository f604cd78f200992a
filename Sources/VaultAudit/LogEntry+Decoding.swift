internal import VaultModel

extension LogEntry {
    /// Reads stored bytes.
    ///
    /// - Throws: `AuditError.entryTooLarge`, `.tooManySubjects`, or `.malformedEntry` naming the part: bytes that are
    ///   not canonical, an unknown key, action, role or name, an empty list, a list that names something twice.
    package init(decoding bytes: [UInt8]) throws(AuditError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(AuditError) in try LogEntry(EntryText(bytes: buffer)) }
        }
        self = try result.get()
    }

    private init(_ text: EntryText) throws(AuditError) {
        var scan = ScannedEntry()
        try EntryScanner().scan(text.bytes, into: &scan)
        self.init(
            vault: try text.identifier(scan.vault, "vault"),
            time: Instant(milliseconds: scan[number: .time] ?? 0),
            action: try text.name(scan[.action], "action", LogAction.init(rawValue:)),
            config: try text.digest(scan[.config], "config"),
            request: try scan.request.map { key throws(AuditError) in try text.identifier(key, "request") },
            random: scan.random.bytes)
        guard scan.subjectsAreSorted || action.keepsOrderAsked else { throw .malformedEntry("order of subjects") }
        app = try text.optional(scan[.app], "app", AppName.init)
        role = try text.optional(scan[.role], "role", LogRole.init(rawValue:))
        if let number = scan[number: .uid] {
            guard let small = UInt32(exactly: number) else { throw .malformedEntry("uid") }
            uid = small
        }
        party = try text.optional(scan[.party], "party") { $0 }
        initiator = try text.optional(scan[.initiator], "initiator") { $0 }
        caseReference = try text.optional(scan[.caseReference], "case") { $0 }
        purpose = try text.optional(scan[.purpose], "purpose", PurposeName.init)
        version = scan[number: .version].map(Int.init)
        basis = try text.optional(scan[.basis], "basis", LegalBasis.init(rawValue:))
        form = try text.optional(scan[.form], "form", DisclosureForm.init(rawValue:))
        actions = try text.list(scan[.actions], "actions", GrantAction.init(rawValue:))
        fields = try text.list(scan[.fields], "fields", FieldName.init)
        released = try text.list(scan[.released], "released", FieldName.init)
        withheld = try text.list(scan[.withheld], "withheld", FieldName.init)
        decision = try text.optional(scan[.decision], "decision") { $0 }
        reason = try text.optional(scan[.reason], "reason") { $0 }
        rule = try text.optional(scan[.rule], "rule") { $0 }
        until = scan[number: .until].map(Instant.init(milliseconds:))
        count = scan[number: .count].map(Int.init)
        if scan[.change].isPresent { change = try text.json(text.bytes[scan[.change]], "change") }
        residents = scan[number: .residents].map(Int.init)
        for subject in scan.subjects { subjects.append(try text.subject(subject)) }
    }
}

/// Turns the ranges of a scan into typed values.
struct EntryText {
    let bytes: UnsafeBufferPointer<UInt8>

    func json(_ slice: UnsafeBufferPointer<UInt8>, _ part: StaticString) throws(AuditError) -> JSON {
        do throws(JSONError) { return try JSONParser.parse(slice) } catch { throw .malformedEntry("\(part)") }
    }

    /// A string's contents; only one with escapes needs the parser.
    func string(_ range: ByteRange, _ part: StaticString) throws(AuditError) -> String {
        let slice = bytes[range]
        guard slice.contains(UInt8(ascii: "\\")) else { return String(decoding: slice, as: UTF8.self) }
        let quoted = UnsafeBufferPointer(rebasing: bytes[(range.start - 1)...range.end])
        guard let text = try json(quoted, part).string else { throw .malformedEntry("\(part)") }
        return text
    }

    func name<Name>(_ range: ByteRange, _ part: StaticString, _ make: (String) -> Name?) throws(AuditError) -> Name {
        guard let name = make(try string(range, part)) else { throw .malformedEntry("\(part)") }
        return name
    }

    func optional<Name>(
        _ range: ByteRange, _ part: StaticString, _ make: (String) -> Name?
    ) throws(AuditError) -> Name? {
        range.isPresent ? try name(range, part, make) : nil
    }

    /// The names of a list, each once.
    func list<Name: Hashable>(
        _ range: ByteRange, _ part: StaticString, _ make: (String) -> Name?
    ) throws(AuditError) -> [Name] {
        guard range.isPresent else { return [] }
        let texts = try json(bytes[range], part).strings ?? []
        let names = texts.compactMap(make)
        guard names.count == texts.count, Set(names).count == names.count else { throw .malformedEntry("\(part)") }
        return names
    }

    func digest(_ range: ByteRange, _ part: StaticString) throws(AuditError) -> [UInt8] {
        guard let digest = Base64URL.decode(String(decoding: bytes[range], as: UTF8.self)) else {
            throw .malformedEntry("\(part)")
        }
        return digest
    }

    func identifier<Named>(_ key: Key16, _ part: StaticString) throws(AuditError) -> Identifier<Named> {
        guard let identifier = Identifier<Named>(key.bytes) else { throw .malformedEntry("\(part)") }
        return identifier
    }

    func subject(_ scan: ScannedEntry.Subject) throws(AuditError) -> LogEntry.Subject {
        var subject = LogEntry.Subject(
            tag: scan.tag.bytes,
            grant: try scan.grant.map { key throws(AuditError) in try identifier(key, "grant") },
            outcome: try string(scan.outcome, "outcome"))
        subject.withheld = try list(scan.withheld, "withheld", FieldName.init)
        subject.until = scan.until.map(Instant.init(milliseconds:))
        subject.stateTag = scan.stateTag?.bytes
        if scan.statement.isPresent { subject.statement = try digest(scan.statement, "statement") }
        if scan.state.isPresent { subject.state = try digest(scan.state, "state") }
        if scan.box.isPresent {
            let sign: [UInt8]? = scan.sign.isPresent ? try digest(scan.sign, "sign") : nil
            subject.keys = LogEntry.Subject.Keys(box: try digest(scan.box, "box"), sign: sign)
        }
        return subject
    }
}
