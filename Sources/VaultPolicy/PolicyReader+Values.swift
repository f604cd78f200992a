import VaultModel

/// An object being read: each key is taken once, and what was not taken is unknown.
struct ObjectReader {
    let place: SourcePlace
    private let members: [SourceNode.Member]
    private(set) var taken: [String] = []

    init(members: [SourceNode.Member], place: SourcePlace) {
        self.members = members
        self.place = place
    }

    mutating func take(_ key: String) -> SourceNode? {
        taken.append(key)
        return members.first { $0.key == key }?.value
    }

    var leftOver: [SourceNode.Member] { members.filter { !taken.contains($0.key) } }
}

/// Readers of single values. Each gives nil and one finding when the value is missing or of another kind; given nil,
/// because the key was missing, they stay silent, for that is noted already.
extension PolicyReader {
    /// The longest text of a policy, in bytes: a notice must be readable at a terminal.
    static let textLimit = 1500

    mutating func object(_ node: SourceNode?, what: String) -> ObjectReader? {
        guard let node else { return nil }
        guard case .object(let members) = node.content else {
            note("expected keys and values for \(what)", at: node.place)
            return nil
        }
        return ObjectReader(members: members, place: node.place)
    }

    mutating func members(_ node: SourceNode?) -> [SourceNode.Member] {
        guard let node else { return [] }
        guard case .object(let members) = node.content else {
            note("expected keys and values", at: node.place)
            return []
        }
        return members
    }

    mutating func required(_ key: String, of object: inout ObjectReader) -> SourceNode? {
        let node = object.take(key)
        if node == nil { note("missing key '\(key)'", at: object.place) }
        return node
    }

    mutating func finish(_ object: ObjectReader) {
        for member in object.leftOver {
            let known = Set(object.taken).sorted().joined(separator: ", ")
            note("unknown key '\(member.key)'; known here: \(known)", at: member.place)
        }
    }

    mutating func string(_ node: SourceNode?) -> String? {
        guard let node else { return nil }
        guard case .scalar(.string(let text)) = node.content else {
            note("expected a text; a number, true, false or null needs quotes to be one", at: node.place)
            return nil
        }
        return checked(text, at: node.place)
    }

    mutating func integer(_ node: SourceNode?, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        guard case .scalar(.integer(let number)) = node.content, let value = Int(exactly: number), range.contains(value)
        else {
            note("expected a whole number from \(range.lowerBound) to \(range.upperBound)", at: node.place)
            return nil
        }
        return value
    }

    /// False when the key is missing.
    mutating func flag(_ node: SourceNode?) -> Bool {
        guard let node else { return false }
        guard case .scalar(.bool(let flag)) = node.content else {
            note("expected true or false", at: node.place)
            return false
        }
        return flag
    }

    mutating func items(_ node: SourceNode?) -> [SourceNode]? {
        guard let node else { return nil }
        guard case .list(let items) = node.content else {
            note("expected a list", at: node.place)
            return nil
        }
        return items
    }

    /// A list of different texts; nil when one is faulty.
    mutating func strings(_ node: SourceNode?) -> [String]? {
        guard let items = items(node) else { return nil }
        var texts: [String] = []
        for item in items {
            guard let text = string(item) else { continue }
            if texts.contains(text) { note("'\(text)' stands twice", at: item.place) } else { texts.append(text) }
        }
        return texts.count == items.count ? texts : nil
    }

    /// One of a closed list of words.
    mutating func word<Word: RawRepresentable<String>>(_ node: SourceNode?, of words: [Word], what: String) -> Word? {
        guard let node, let text = string(node) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let known = words.map(\.rawValue).joined(separator: ", ")
        note("unknown \(what) '\(text)'; it is one of \(known)", at: node.place)
        return nil
    }

    /// A text in both languages.
    mutating func localized(_ node: SourceNode?, what: String) -> LocalizedText? {
        guard var object = object(node, what: what) else { return nil }
        let chinese = language("zh", of: &object, what: what)
        let english = language("en", of: &object, what: what)
        finish(object)
        guard let chinese, let english else { return nil }
        return LocalizedText(chinese: chinese, english: english)
    }

    private mutating func language(_ key: String, of object: inout ObjectReader, what: String) -> String? {
        guard let node = object.take(key) else {
            note("\(what) is missing in the language '\(key)'", at: object.place)
            return nil
        }
        return string(node)
    }

    /// Refuses what a reader would not see as it is: no text at all, characters that move a terminal's cursor or turn
    /// its direction, and forms other than C, which would have no canonical JSON.
    private mutating func checked(_ text: String, at place: SourcePlace) -> String? {
        guard text.contains(where: { !$0.isWhitespace }) else {
            note("expected a text, found none", at: place)
            return nil
        }
        guard FieldType.isText(text, limit: Self.textLimit, lines: false) else {
            note("the text is longer than \(Self.textLimit) bytes, or has a line break or control character", at: place)
            return nil
        }
        guard (try? CanonicalJSON.encode(.string(text))) != nil else {
            note("the text is not in Unicode normal form C", at: place)
            return nil
        }
        return text
    }
}
