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

    /// The tags of an entry's subjects, without reading the rest of it.
    ///
    /// - Throws: `AuditError.malformedEntry` naming the part.
    package static func tags(in bytes: [UInt8]) throws(AuditError) -> [[UInt8]] {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(AuditError) in
                var scan = ScannedEntry()
                try EntryScanner().scan(buffer, into: &scan)
                return scan.subjects.map(\.tag.bytes)
            }
        }
        return try result.get()
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
