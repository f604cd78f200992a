package import VaultModel

/// The one strict reader of objects: every key a message takes is asked for once, and what was not asked for is
/// refused, so that a misspelt `until` never becomes a grant without an end.
package struct WireReader {
    private let members: [String: JSON]
    /// A message has few keys; a list of them is sooner searched than hashed.
    private var taken: [String] = []

    /// Reads an object with a closure and then refuses the keys that the closure did not ask for.
    ///
    /// - Throws: `WireError`; `bad_value` without a key if the value is no object.
    package static func read<Message>(
        _ json: JSON, _ body: (inout WireReader) throws(WireError) -> Message
    ) throws(WireError) -> Message {
        guard let members = json.object else { throw WireError(.badValue) }
        var reader = WireReader(members: members)
        let outcome = Result { () throws(WireError) in try body(&reader) }
        // After a fault the closure has not asked for everything, so only a whole message can say what is unknown.
        let message = try outcome.get()
        if let key = members.keys.filter({ !reader.taken.contains($0) }).min() {
            throw WireError(.unknownKey, key: key)
        }
        return message
    }

    private init(members: [String: JSON]) { self.members = members }

    /// The raw value; null counts as a value, so it is refused wherever a type is expected.
    package mutating func value(_ key: String) throws(WireError) -> JSON {
        guard let value = optionalValue(key) else { throw WireError(.missingKey, key: key) }
        return value
    }

    package mutating func optionalValue(_ key: String) -> JSON? {
        taken.append(key)
        return members[key]
    }

    /// Converts a required value; nil from `convert` is the given code.
    package mutating func required<Value>(
        _ key: String, or code: ProblemCode = .badValue, _ convert: (JSON) -> Value?
    ) throws(WireError) -> Value {
        guard let value = convert(try value(key)) else { throw WireError(code, key: key) }
        return value
    }

    /// The same for a key that may be absent.
    package mutating func optional<Value>(
        _ key: String, or code: ProblemCode = .badValue, _ convert: (JSON) -> Value?
    ) throws(WireError) -> Value? {
        guard let raw = optionalValue(key) else { return nil }
        guard let value = convert(raw) else { throw WireError(code, key: key) }
        return value
    }

    /// A list of 1…cap (or 0…cap) items.
    ///
    /// - Throws: `too_large` over the cap, `code` for an item that does not convert, `bad_value` for no list and for
    ///   an empty one unless `allowsEmpty`.
    package mutating func list<Item>(
        _ key: String, cap: Int, allowsEmpty: Bool = false, or code: ProblemCode = .badValue,
        _ convert: (JSON) throws(WireError) -> Item?
    ) throws(WireError) -> [Item] {
        guard let list = try value(key).array, allowsEmpty || !list.isEmpty else {
            throw WireError(.badValue, key: key)
        }
        guard list.count <= cap else { throw WireError(.tooLarge, key: key) }
        var items: [Item] = []
        items.reserveCapacity(list.count)
        for raw in list {
            let item: Item?
            do throws(WireError) { item = try convert(raw) } catch { throw error.within(key) }
            guard let item else { throw WireError(code, key: key) }
            items.append(item)
        }
        return items
    }

    /// A list without repetitions: the second of two equal items would be logged and answered twice.
    package mutating func distinct<Item: Hashable>(
        _ key: String, cap: Int, allowsEmpty: Bool = false, or code: ProblemCode = .badValue, _ convert: (JSON) -> Item?
    ) throws(WireError) -> [Item] {
        let items = try list(key, cap: cap, allowsEmpty: allowsEmpty, or: code, convert)
        guard items.areDistinct else { throw WireError(.badValue, key: key) }
        return items
    }

    /// A message within this one.
    package mutating func message<Message: WireMessage>(
        _ key: String, as type: Message.Type = Message.self
    ) throws(WireError) -> Message {
        let raw = try value(key)
        do throws(WireError) { return try Message(json: raw) } catch { throw error.within(key) }
    }

    /// The same for a key that may be absent.
    package mutating func optionalMessage<Message: WireMessage>(
        _ key: String, as type: Message.Type = Message.self
    ) throws(WireError) -> Message? {
        guard let raw = optionalValue(key) else { return nil }
        do throws(WireError) { return try Message(json: raw) } catch { throw error.within(key) }
    }

    /// A list of messages. Long lists of answers are bounded by the response's size, so the cap may be left out.
    package mutating func messages<Message: WireMessage>(
        _ key: String, cap: Int = .max, as type: Message.Type = Message.self
    ) throws(WireError) -> [Message] {
        try list(key, cap: cap, allowsEmpty: true) { raw throws(WireError) in try Message(json: raw) }
    }
}
