/// An entry taken apart without copying: for each member where it stands, and the numbers and keys already read.
///
/// Reused from entry to entry, so that a million of them cost no allocation.
struct ScannedEntry {
    struct Subject {
        var tag = Key16(high: 0, low: 0)
        var grant: Key16?
        var stateTag: Key16?
        var until: Int64?
        var outcome = ByteRange.absent
        var state = ByteRange.absent
        var statement = ByteRange.absent
        var withheld = ByteRange.absent
        var box = ByteRange.absent
        var sign = ByteRange.absent
    }

    private var ranges = [ByteRange](repeating: .absent, count: EntryMember.allCases.count)
    private var numbers = [Int64](repeating: 0, count: EntryMember.allCases.count)
    fileprivate(set) var vault = Key16(high: 0, low: 0)
    fileprivate(set) var random = Key16(high: 0, low: 0)
    fileprivate(set) var request: Key16?
    fileprivate(set) var subjects: [Subject] = []
    /// Whether each tag is not below the one before.
    fileprivate(set) var subjectsAreSorted = true

    /// Where a member stands.
    subscript(member: EntryMember) -> ByteRange {
        get { ranges[member.rawValue] }
        set { ranges[member.rawValue] = newValue }
    }

    /// A number member's value.
    subscript(number member: EntryMember) -> Int64? {
        get { self[member].isPresent ? numbers[member.rawValue] : nil }
        set {
            numbers[member.rawValue] = newValue ?? 0
            self[member] = newValue == nil ? .absent : ByteRange(start: 0, end: 0)
        }
    }

    fileprivate mutating func reset() {
        for index in ranges.indices { ranges[index] = .absent }
        request = nil
        subjects.removeAll(keepingCapacity: true)
        subjectsAreSorted = true
    }
}

/// Reads the shape of `LogEntry` from bytes: the one grammar under `LogEntry.init(decoding:)` and `LogVerifier`.
///
/// It checks everything that does not need a name's meaning. What the names mean (action, app, fields …) its two users
/// look up in the types of `VaultModel`, one of them once per distinct text.
struct EntryScanner {
    private let keys = EntryMember.allCases.map(\.key)
    private let members = EntryMember.allCases
    private let subjectKeys = SubjectMember.allCases.map(\.key)
    private let subjectMembers = SubjectMember.allCases
    private let pairKeys: [StaticString] = ["box", "sign"]

    /// - Throws: `AuditError.entryTooLarge`, `.tooManySubjects`, or `.malformedEntry` naming the part.
    func scan(_ bytes: UnsafeBufferPointer<UInt8>, into entry: inout ScannedEntry) throws(AuditError) {
        guard bytes.count <= LogEntry.byteLimit else { throw .entryTooLarge }
        entry.reset()
        var cursor = CanonicalCursor(bytes)
        try cursor.expect(UInt8(ascii: "{"), "entry")
        var last = -1
        repeat {
            last = try cursor.key(after: last, of: keys, "entry")
            try scan(members[last], keys[last], with: &cursor, bytes, into: &entry)
        } while cursor.take(UInt8(ascii: ","))
        try cursor.expect(UInt8(ascii: "}"), "entry")
        guard cursor.isAtEnd else { throw .malformedEntry("bytes after the entry") }
        for member in [EntryMember.action, .config, .random, .time, .type, .vault] where !entry[member].isPresent {
            throw .malformedEntry("no \(member.key)")
        }
    }

    private func scan(
        _ member: EntryMember, _ key: StaticString, with cursor: inout CanonicalCursor,
        _ bytes: UnsafeBufferPointer<UInt8>, into entry: inout ScannedEntry
    ) throws(AuditError) {
        switch member {
        case .action, .app, .basis, .caseReference, .decision, .form, .initiator, .party, .purpose, .reason, .role,
            .rule:
            entry[member] = try cursor.string(key)
        case .actions, .fields, .released, .withheld:
            entry[member] = try cursor.list(key)
        case .count, .residents, .time, .uid, .until, .version:
            entry[number: member] = try cursor.number(key)
        case .change:
            entry[member] = try cursor.object(key)
        case .config:
            entry[member] = try cursor.digest(key)
        case .random:
            entry.random = try cursor.key16(key)
            entry[member] = ByteRange(start: 0, end: 0)
        case .request:
            entry.request = try cursor.key16(key)
        case .vault:
            entry.vault = try cursor.key16(key)
            entry[member] = ByteRange(start: 0, end: 0)
        case .type:
            entry[member] = try cursor.string(key)
            guard bytes[entry[member]].equals("entry") else { throw .malformedEntry("type") }
        case .subjects:
            try scanSubjects(with: &cursor, into: &entry)
        }
    }

    private func scanSubjects(with cursor: inout CanonicalCursor, into entry: inout ScannedEntry) throws(AuditError) {
        try cursor.expect(UInt8(ascii: "["), "subjects")
        repeat {
            guard entry.subjects.count < LogEntry.subjectLimit else { throw .tooManySubjects }
            let subject = try scanSubject(with: &cursor)
            if let previous = entry.subjects.last, subject.tag < previous.tag { entry.subjectsAreSorted = false }
            entry.subjects.append(subject)
        } while cursor.take(UInt8(ascii: ","))
        try cursor.expect(UInt8(ascii: "]"), "subjects")
    }

    private func scanSubject(with cursor: inout CanonicalCursor) throws(AuditError) -> ScannedEntry.Subject {
        var subject = ScannedEntry.Subject()
        var hasTag = false
        try cursor.expect(UInt8(ascii: "{"), "subjects")
        var last = -1
        repeat {
            last = try cursor.key(after: last, of: subjectKeys, "subjects")
            let member = subjectMembers[last]
            switch member {
            case .grant: subject.grant = try cursor.key16(member.key)
            case .keys: try scanKeys(with: &cursor, into: &subject)
            case .outcome: subject.outcome = try cursor.string(member.key)
            case .state: subject.state = try cursor.digest(member.key)
            case .stateTag: subject.stateTag = try cursor.key16(member.key)
            case .statement: subject.statement = try cursor.digest(member.key)
            case .tag:
                subject.tag = try cursor.key16(member.key)
                hasTag = true
            case .until: subject.until = try cursor.number(member.key)
            case .withheld: subject.withheld = try cursor.list(member.key)
            }
        } while cursor.take(UInt8(ascii: ","))
        try cursor.expect(UInt8(ascii: "}"), "subjects")
        guard hasTag, subject.outcome.isPresent else { throw .malformedEntry("subject without tag or outcome") }
        guard !subject.state.isPresent || subject.stateTag != nil else {
            throw .malformedEntry("state without state_tag")
        }
        return subject
    }

    private func scanKeys(
        with cursor: inout CanonicalCursor, into subject: inout ScannedEntry.Subject
    ) throws(AuditError) {
        try cursor.expect(UInt8(ascii: "{"), "keys")
        guard try cursor.key(after: -1, of: pairKeys, "keys") == 0 else { throw .malformedEntry("keys") }
        subject.box = try cursor.digest("box")
        if cursor.take(UInt8(ascii: ",")) {
            _ = try cursor.key(after: 0, of: pairKeys, "keys")
            subject.sign = try cursor.digest("sign")
        }
        try cursor.expect(UInt8(ascii: "}"), "keys")
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The bytes of a range that a scan of this buffer gave.
    subscript(range: ByteRange) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self[range.start..<range.end])
    }

    func equals(_ text: StaticString) -> Bool {
        equals(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
        var offset = 0
        while offset + 8 <= count {
            let (a, b) = (
                left.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            )
            guard a == b else { return false }
            offset += 8
        }
        while offset < count {
            guard self[offset] == other[offset] else { return false }
            offset += 1
        }
        return true
    }
}
