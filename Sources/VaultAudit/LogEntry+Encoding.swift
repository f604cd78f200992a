internal import VaultModel

extension LogEntry {
    /// The canonical bytes that are stored and hashed.
    ///
    /// They are written in key order without a tree in between, because every read makes one.
    ///
    /// - Throws: `AuditError.tooManySubjects`, `.entryTooLarge`, or `.malformedEntry` naming the part: a digest or tag
    ///   of a wrong length, a number out of range, a text that is not in form C, a list that names something twice,
    ///   or subjects out of order.
    package func encoded() throws(AuditError) -> [UInt8] {
        guard subjects.count <= Self.subjectLimit else { throw .tooManySubjects }
        var writer = EntryWriter()
        writer.open("{")
        for member in EntryMember.allCases { try write(member, to: &writer) }
        writer.close("}")
        guard writer.bytes.count <= Self.byteLimit else { throw .entryTooLarge }
        return writer.bytes
    }

    private func write(_ member: EntryMember, to writer: inout EntryWriter) throws(AuditError) {
        let key = member.key
        switch member {
        case .action: try writer.member(key, text: action.rawValue)
        case .actions: try writer.member(key, list: actions, \.rawValue)
        case .app: try writer.member(key, text: app?.text)
        case .basis: try writer.member(key, text: basis?.rawValue)
        case .caseReference: try writer.member(key, text: caseReference)
        case .change:
            guard let change else { return }
            guard change.object != nil else { throw .malformedEntry("change") }
            writer.key(key)
            try writer.value(change, part: key)
        case .config: try writer.member(key, base64: config, count: 32)
        case .count: try writer.member(key, number: count.map(Int64.init))
        case .decision: try writer.member(key, text: decision)
        case .fields: try writer.member(key, list: fields, \.text)
        case .form: try writer.member(key, text: form?.rawValue)
        case .initiator: try writer.member(key, text: initiator)
        case .party: try writer.member(key, text: party)
        case .purpose: try writer.member(key, text: purpose?.text)
        case .random: try writer.member(key, base64: random, count: 16)
        case .reason: try writer.member(key, text: reason)
        case .released: try writer.member(key, list: released, \.text)
        case .request: try writer.member(key, base64: request?.bytes, count: 16)
        case .residents: try writer.member(key, number: residents.map(Int64.init))
        case .role: try writer.member(key, text: role?.rawValue)
        case .rule: try writer.member(key, text: rule)
        case .subjects: try writeSubjects(to: &writer)
        case .time: try writer.member(key, number: time.milliseconds)
        case .type: try writer.member(key, text: "entry")
        case .uid: try writer.member(key, number: uid.map(Int64.init))
        case .until: try writer.member(key, number: until?.milliseconds)
        case .vault: try writer.member(key, base64: vault.bytes, count: 16)
        case .version: try writer.member(key, number: version.map(Int64.init))
        case .withheld: try writer.member(key, list: withheld, \.text)
        }
    }

    private func writeSubjects(to writer: inout EntryWriter) throws(AuditError) {
        guard !subjects.isEmpty else { return }
        writer.key(EntryMember.subjects.key)
        writer.open("[")
        var previous: [UInt8] = []
        for subject in subjects {
            guard action.keepsOrderAsked || !subject.tag.lexicographicallyPrecedes(previous) else {
                throw .malformedEntry("order of subjects")
            }
            previous = subject.tag
            writer.separate()
            try subject.write(to: &writer)
        }
        writer.close("]")
    }
}

extension LogEntry.Subject {
    fileprivate func write(to writer: inout EntryWriter) throws(AuditError) {
        guard (state == nil) || (stateTag != nil) else { throw .malformedEntry("state without state_tag") }
        writer.open("{")
        for member in SubjectMember.allCases {
            let key = member.key
            switch member {
            case .grant: try writer.member(key, base64: grant?.bytes, count: 16)
            case .keys:
                guard let keys else { continue }
                writer.key(key)
                writer.open("{")
                try writer.member("box", base64: keys.box, count: 32)
                try writer.member("sign", base64: keys.sign, count: 32)
                writer.close("}")
            case .outcome: try writer.member(key, text: outcome)
            case .state: try writer.member(key, base64: state, count: 32)
            case .stateTag: try writer.member(key, base64: stateTag, count: 16)
            case .statement: try writer.member(key, base64: statement, count: 32)
            case .tag: try writer.member(key, base64: tag, count: 16)
            case .until: try writer.member(key, number: until?.milliseconds)
            case .withheld: try writer.member(key, list: withheld, \.text)
            }
        }
        writer.close("}")
    }
}

/// Members that may be absent: nothing is written for nil or for an empty list.
extension EntryWriter {
    fileprivate mutating func member(_ name: StaticString, text value: String?) throws(AuditError) {
        guard let value else { return }
        key(name)
        try text(value, part: name)
    }

    fileprivate mutating func member(_ name: StaticString, number value: Int64?) throws(AuditError) {
        guard let value else { return }
        key(name)
        try number(value, part: name)
    }

    fileprivate mutating func member(_ name: StaticString, base64 value: [UInt8]?, count: Int) throws(AuditError) {
        guard let value else { return }
        key(name)
        try base64(value, count: count, part: name)
    }

    /// A list that names each thing once.
    fileprivate mutating func member<Name: Hashable>(
        _ name: StaticString, list: [Name], _ itemText: (Name) -> String
    ) throws(AuditError) {
        guard !list.isEmpty else { return }
        guard list.areDistinct else { throw .malformedEntry("\(name)") }
        key(name)
        open("[")
        for item in list {
            separate()
            try text(itemText(item), part: name)
        }
        close("]")
    }
}
