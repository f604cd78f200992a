package import VaultModel

/// One body of the socket API, in either direction.
///
/// Reading refuses unknown and missing keys; writing leaves absent members out and never writes null. A message may
/// hold a resident's values or a secret, so its description is its type's name alone.
package protocol WireMessage: Sendable, CustomStringConvertible {
    /// - Throws: `WireError` naming the first key at fault.
    init(json: JSON) throws(WireError)
    var json: JSON { get }
}

extension WireMessage {
    package var description: String { "\(Self.self)" }

    /// Compact JSON, keys in byte order.
    package var encoded: [UInt8] { json.encoded }
}

/// From bytes to messages: the one place where parser errors become stable codes.
package enum WireDecoding {
    /// Reads one message that fills the whole text.
    ///
    /// - Throws: `WireError`: `duplicate_key` for a key that stands twice, `bad_json` for any other fault of the text,
    ///   else what the message itself refuses.
    package static func decode<Message: WireMessage>(
        _ bytes: [UInt8], as type: Message.Type = Message.self
    ) throws(WireError) -> Message {
        try Message(json: parse(bytes))
    }

    /// The same for a line of a body.
    package static func decode<Message: WireMessage>(
        _ line: ArraySlice<UInt8>, as type: Message.Type = Message.self
    ) throws(WireError) -> Message {
        try decode(Array(line))
    }

    /// Reads JSON with the API's error codes.
    package static func parse(_ bytes: [UInt8]) throws(WireError) -> JSON {
        do throws(JSONError) {
            return try JSONParser.parse(bytes)
        } catch {
            throw WireError(error == .duplicateKey ? .duplicateKey : .badJSON)
        }
    }

    /// Cuts an NDJSON body at its line feeds. A last line without one counts, an empty last line does not.
    ///
    /// - Throws: `WireError(.tooLarge)` over `cap` lines.
    package static func lines(_ body: [UInt8], cap: Int) throws(WireError) -> [ArraySlice<UInt8>] {
        var lines = body.split(separator: UInt8(ascii: "\n"), maxSplits: cap + 1, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count <= cap else { throw WireError(.tooLarge) }
        return lines
    }

    /// Joins messages into an NDJSON body.
    package static func ndjson(_ messages: [some WireMessage]) -> [UInt8] {
        messages.reduce(into: []) { body, message in
            body += message.encoded
            body.append(UInt8(ascii: "\n"))
        }
    }
}

extension JSON {
    /// An object without the members that are nil.
    package static func members(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        var object: [String: JSON] = [:]
        for (key, value) in members { if let value { object[key] = value } }
        return .object(object)
    }
}

/// An answer or a body that says nothing more: `{}`.
package struct EmptyMessage: WireMessage, Equatable {
    package init() {}

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { _ throws(WireError) in EmptyMessage() }
    }

    package var json: JSON { .object([:]) }
}
