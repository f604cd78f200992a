/// The keys of an entry in byte order, which is the order of canonical JSON.
///
/// A reader that only ever moves forward through this list finds unknown, repeated and misplaced keys by that alone.
enum EntryMember: Int, CaseIterable {
    case action, actions, app, basis, caseReference, change, config, count, decision, fields, form, initiator, party
    case purpose, random, reason, released, request, residents, role, rule, subjects, time, type, uid, until, vault
    case version, withheld

    var key: StaticString {
        switch self {
        case .action: "action"
        case .actions: "actions"
        case .app: "app"
        case .basis: "basis"
        case .caseReference: "case"
        case .change: "change"
        case .config: "config"
        case .count: "count"
        case .decision: "decision"
        case .fields: "fields"
        case .form: "form"
        case .initiator: "initiator"
        case .party: "party"
        case .purpose: "purpose"
        case .random: "random"
        case .reason: "reason"
        case .released: "released"
        case .request: "request"
        case .residents: "residents"
        case .role: "role"
        case .rule: "rule"
        case .subjects: "subjects"
        case .time: "time"
        case .type: "type"
        case .uid: "uid"
        case .until: "until"
        case .vault: "vault"
        case .version: "version"
        case .withheld: "withheld"
        }
    }
}

/// The keys of a subject, likewise.
enum SubjectMember: Int, CaseIterable {
    case grant, keys, outcome, state, stateTag, statement, tag, until, withheld

    var key: StaticString {
        switch self {
        case .grant: "grant"
        case .keys: "keys"
        case .outcome: "outcome"
        case .state: "state"
        case .stateTag: "state_tag"
        case .statement: "statement"
        case .tag: "tag"
        case .until: "until"
        case .withheld: "withheld"
        }
    }
}
