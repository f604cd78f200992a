import VaultModel

/// The `fields` of a purpose.
extension PolicyReader {
    mutating func rules(_ node: SourceNode?, actions: [GrantAction]?, basis: LegalBasis?) -> [FieldName: FieldRule]? {
        guard let node else { return nil }
        let members = members(node)
        // A bundle counts its fields in 16 bits and an entry has 65,535 bytes; no purpose of people needs as many.
        guard (1...64).contains(members.count) else {
            note("a purpose has 1 to 64 fields", at: node.place)
            return nil
        }
        var rules: [FieldName: FieldRule] = [:]
        for member in members {
            guard let name = FieldName(member.key), let definition = fields[name] else {
                let isKnown = FieldName(member.key).map(isBroken) ?? false
                if !isKnown { note("unknown field '\(member.key)'", at: member.place) }
                continue
            }
            rules[name] = rule(for: definition, member, actions: actions ?? [], basis: basis)
        }
        if let actions, actions.contains(.write), rules.count == members.count, !rules.values.contains(where: \.write) {
            note("the action 'write' is named, but no field is marked 'write: true'", at: node.place)
        }
        return rules.count == members.count ? rules : nil
    }

    private mutating func rule(
        for field: FieldDefinition, _ member: SourceNode.Member, actions: [GrantAction], basis: LegalBasis?
    ) -> FieldRule? {
        guard var object = object(member.value, what: "a field's rule") else { return nil }
        let formNode = required("form", of: &object)
        let form = word(formNode, of: DisclosureForm.allCases, what: "form")
        let writeNode = object.take("write")
        let write = flag(writeNode)
        let bandsNode = object.take("bands")
        let bands = bands(bandsNode)
        let answerNode = object.take("answer")
        let answer = answer(answerNode)
        finish(object)
        guard let form, let formNode, bandsNode == nil || bands != nil, answerNode == nil || answer != nil else {
            return nil
        }
        let rule = FieldRule(form: form, write: write, bands: bands, answer: answer)

        checkForm(rule, of: field, at: formNode.place)
        if bands != nil, let bandsNode, !field.type.canBeBanded {
            note("a '\(field.type.word)' has no ranges; they are for int, date, year and list", at: bandsNode.place)
        }
        if let answer, let answerNode, !answer.suits(field.type) {
            note(
                "the question does not suit a '\(field.type.word)', or its constant is not of that type",
                at: answerNode.place)
        }
        if write, let writeNode, !actions.isEmpty, !actions.contains(.write) {
            note("the field is marked 'write', but the purpose has no action 'write'", at: writeNode.place)
        }
        if actions == [.write], form != .raw {
            note("a purpose that only writes handles whole values: its form is 'raw'", at: formNode.place)
        }
        if actions.contains(.read), let basis { checkBasis(basis, for: field, at: member.place) }
        return rule
    }

    private mutating func checkForm(_ rule: FieldRule, of field: FieldDefinition, at place: SourcePlace) {
        if rule.form > field.maximum {
            let most = field.maximum.rawValue
            note(
                "the form '\(rule.form.rawValue)' is above '\(most)', the most the field '\(field.name)' allows",
                at: place)
        }
        if !rule.has(rule.form, for: field) {
            let reason =
                switch rule.form {
                case .answer: "the form 'answer' needs its question under 'answer'"
                case .band: "the form 'band' needs its ranges under 'bands'"
                case .masked, .raw: "a '\(field.type.word)' without a mask cannot be shown masked"
                }
            note(reason, at: place)
        }
        if rule.bands != nil, rule.form < .band {
            note("the ranges under 'bands' are never used: the form is below 'band'", at: place)
        }
    }

    /// Sensitive data needs separate consent unless a law or an emergency asks for it (PIPL art. 29). Whether a contract
    /// can stand in for that consent is contested, so the vault asks (reference, section 7). Writing what the app holds
    /// already discloses nothing.
    private mutating func checkBasis(_ basis: LegalBasis, for field: FieldDefinition, at place: SourcePlace) {
        guard field.sensitivity == .sensitive else { return }
        switch basis {
        case .consent, .contract, .publicData:
            note(
                "the field '\(field.name)' is sensitive; the basis '\(basis.rawValue)' is not enough to read it",
                at: place)
        case .consentSeparate, .consentWritten, .consentGuardian, .statutory, .emergency, .law: break
        }
    }

    private mutating func bands(_ node: SourceNode?) -> [Int64]? {
        guard let node, let items = items(node) else { return nil }
        let starts = items.compactMap { item -> Int64? in
            if case .scalar(.integer(let number)) = item.content { number } else { nil }
        }
        let isAscending = zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
        guard starts.count == items.count, (1...20).contains(starts.count),
            starts.allSatisfy({ $0 > 0 && $0 < 1_000_000_000 }),
            isAscending
        else {
            note("expected 1 to 20 ascending whole numbers above 0, where the ranges begin", at: node.place)
            return nil
        }
        return starts
    }

    private mutating func answer(_ node: SourceNode?) -> AnswerPredicate? {
        guard let node else { return nil }
        if case .scalar(.string("present")) = node.content { return .present }
        guard case .object(let members) = node.content, members.count == 1, let member = members.first else {
            note(
                "expected 'present' or one of contains, at_least_years, at_least, equals, one_of with its constant",
                at: node.place)
            return nil
        }
        let constant = member.value
        switch member.key {
        case "contains": return string(constant).map(AnswerPredicate.contains)
        case "at_least_years": return integer(constant, in: 1...150).map { .atLeastYears(Int64($0)) }
        case "at_least": return integer(constant, in: -1_000_000_000...1_000_000_000).map { .atLeast(Int64($0)) }
        case "one_of": return strings(constant).map(AnswerPredicate.oneOf)
        case "equals":
            guard case .scalar(let value) = constant.content, value != .null else {
                note("expected a text, a whole number, true or false", at: constant.place)
                return nil
            }
            if case .string = value { return string(constant).map { .equals(.string($0)) } }
            return .equals(value)
        default:
            note("unknown question '\(member.key)'", at: member.place)
            return nil
        }
    }
}
