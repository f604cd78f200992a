internal import VaultModel

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
