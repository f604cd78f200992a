package import VaultModel

extension LogEntry {
    /// The entry as a JSON value, as the API hands it out. `encoded()` is this in canonical form.
    package var json: JSON {
        var members: [EntryMember: JSON] = [
            .type: "entry", .vault: .string(vault.base64), .time: .integer(time.milliseconds),
            .action: .string(action.rawValue), .config: .bytes(config), .random: .bytes(random),
        ]
        members[.request] = request.map { .string($0.base64) }
        members[.app] = app.map { .string($0.text) }
        members[.role] = role.map { .string($0.rawValue) }
        members[.uid] = uid.map { .integer(Int64($0)) }
        members[.party] = party.map(JSON.string)
        members[.initiator] = initiator.map(JSON.string)
        members[.caseReference] = caseReference.map(JSON.string)
        members[.purpose] = purpose.map { .string($0.text) }
        members[.version] = version.map { .integer(Int64($0)) }
        members[.basis] = basis.map { .string($0.rawValue) }
        members[.form] = form.map { .string($0.rawValue) }
        members[.actions] = .list(actions.map(\.rawValue))
        members[.fields] = .list(fields.map(\.text))
        members[.released] = .list(released.map(\.text))
        members[.withheld] = .list(withheld.map(\.text))
        members[.decision] = decision.map(JSON.string)
        members[.reason] = reason.map(JSON.string)
        members[.rule] = rule.map(JSON.string)
        members[.until] = until.map { .integer($0.milliseconds) }
        members[.count] = count.map { .integer(Int64($0)) }
        members[.change] = change
        members[.residents] = residents.map { .integer(Int64($0)) }
        if !subjects.isEmpty { members[.subjects] = .array(subjects.map(\.json)) }
        return .object(Dictionary(uniqueKeysWithValues: members.map { ("\($0.key.key)", $0.value) }))
    }
}

extension LogEntry.Subject {
    fileprivate var json: JSON {
        var members: [SubjectMember: JSON] = [.tag: .bytes(tag), .outcome: .string(outcome)]
        members[.grant] = grant.map { .string($0.base64) }
        members[.withheld] = .list(withheld.map(\.text))
        members[.statement] = statement.map(JSON.bytes)
        members[.until] = until.map { .integer($0.milliseconds) }
        members[.state] = state.map(JSON.bytes)
        members[.stateTag] = stateTag.map(JSON.bytes)
        if let keys {
            var pair: [String: JSON] = ["box": .bytes(keys.box)]
            pair["sign"] = keys.sign.map(JSON.bytes)
            members[.keys] = .object(pair)
        }
        return .object(Dictionary(uniqueKeysWithValues: members.map { ("\($0.key.key)", $0.value) }))
    }
}

extension JSON {
    /// Bytes in the form of every binary member.
    fileprivate static func bytes(_ bytes: [UInt8]) -> JSON { .string(Base64URL.encode(bytes)) }

    /// A list of names, absent when empty.
    fileprivate static func list(_ names: [String]) -> JSON? {
        names.isEmpty ? nil : .array(names.map(JSON.string))
    }
}
