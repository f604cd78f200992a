import VaultModel

/// `categories/*.yaml`.
extension PolicyReader {
    /// One category file: its own name, then its fields under the second part of their names.
    mutating func addCategory(_ root: SourceNode, fileName: String) {
        guard var object = object(root, what: "a category") else { return }
        if let node = required("category", of: &object), let category = string(node), category != fileName {
            note("the category '\(category)' stands in a file named '\(fileName)'", at: node.place)
        }
        let fields = members(required("fields", of: &object))
        if fields.isEmpty { note("a category has at least one field", at: object.place) }
        for member in fields {
            addField(named: "\(fileName).\(member.key)", at: member.place, member.value)
        }
        finish(object)
    }

    mutating func addField(named text: String, at place: SourcePlace, _ node: SourceNode) {
        guard let name = FieldName(text) else {
            return note(
                "'\(text)' is no field's name: lower-case letters, digits and underscores, a letter first", at: place)
        }
        add(field(name, at: place, node), named: name, at: place)
    }

    private mutating func field(_ name: FieldName, at place: SourcePlace, _ node: SourceNode) -> FieldDefinition? {
        guard var object = object(node, what: "a field") else { return nil }
        let type = type(of: &object)
        let sensitivity = word(
            required("sensitivity", of: &object), of: [Sensitivity.general, .sensitive], what: "sensitivity")
        let lookupNode = object.take("lookup")
        let lookup = flag(lookupNode)
        let verifyNode = object.take("verify")
        let verify = flag(verifyNode)
        let formNode = object.take("form")
        let form = formNode == nil ? .raw : word(formNode, of: DisclosureForm.allCases, what: "form")
        let maskNode = object.take("mask")
        let mask = word(maskNode, of: StringMask.allCases, what: "mask")
        let retention = retention(of: &object)
        let title = localized(required("title", of: &object), what: "the title")
        finish(object)
        guard let type, let sensitivity, let form, let retention, let title, maskNode == nil || mask != nil else {
            return nil
        }

        if lookup, let lookupNode { checkLookup(type, at: lookupNode.place) }
        if verify, let verifyNode, !type.isGuessResistant {
            note(
                "a '\(type.word)' cannot be verified: so few values are possible that asking gives it away",
                at: verifyNode.place)
        }
        if mask != nil, let maskNode, !type.takesStringMask {
            note("a '\(type.word)' is masked by its type; 'mask' is for a string", at: maskNode.place)
        }
        return FieldDefinition(
            name: name, type: type, sensitivity: sensitivity, lookup: lookup, verify: verify, maximum: form, mask: mask,
            retentionDays: retention.days, title: title)
    }

    private mutating func type(of object: inout ObjectReader) -> FieldType? {
        let node = required("type", of: &object)
        let word = string(node)
        let valuesNode = object.take("values")
        let words = strings(valuesNode)
        guard let node, let word else { return nil }
        let wantsWords = word == "enum" || word == "list<enum>"
        if wantsWords, valuesNode == nil { note("missing key 'values': the words of the enum", at: node.place) }
        if wantsWords, let words, !(2...50).contains(words.count) { note("an enum has 2 to 50 words", at: node.place) }
        if !wantsWords, let valuesNode { note("'values' is for an enum", at: valuesNode.place) }
        guard let type = FieldType(word: word, words: wantsWords ? words ?? [] : nil) else {
            note(
                "unknown type '\(word)'; it is one of \(FieldType.itemWords), list<…>",
                at: node.place)
            return nil
        }
        return type
    }

    private mutating func retention(of object: inout ObjectReader) -> Retention? {
        guard let node = required("retention", of: &object) else { return nil }
        if case .scalar(.string(FieldDefinition.whileEnrolled)) = node.content { return .whileEnrolled }
        guard case .scalar(.integer(let days)) = node.content, (1...36_500).contains(days) else {
            note("expected '\(FieldDefinition.whileEnrolled)' or a number of days from 1 to 36500", at: node.place)
            return nil
        }
        return .days(Int(days))
    }

    private mutating func checkLookup(_ type: FieldType, at place: SourcePlace) {
        guard !type.isGuessResistant else { return }
        note("a '\(type.word)' cannot be indexed: so few values are possible that the index gives them away", at: place)
    }
}

private enum Retention {
    case whileEnrolled
    case days(Int)

    var days: Int? { if case .days(let days) = self { days } else { nil } }
}

extension FieldType {
    /// Whether a string's mask applies to it.
    var takesStringMask: Bool { self == .string || self == .list(of: .string) }
}
