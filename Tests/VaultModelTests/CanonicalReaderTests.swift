import Testing
import VaultModel

@Suite struct CanonicalReaderTests {
    private struct Card: Equatable {
        var by: String
        var forms: [String: String]
        var list: [String]
        var note: String?
        var number: Int64
        var secret: [UInt8]
    }

    private let card = Card(
        by: "线\"a", forms: ["b": "x", "a": "y"], list: ["one", "two"], note: nil, number: -17, secret: [0, 255, 7])

    private func json(_ card: Card) -> JSON {
        var members: [String: JSON] = [
            "by": ["name": .string(card.by)], "forms": .object(card.forms.mapValues { .string($0) }),
            "list": .array(card.list.map { .string($0) }), "number": .integer(card.number),
            "secret": .string(Base64URL.encode(card.secret)),
        ]
        if let note = card.note { members["note"] = .string(note) }
        return .object(members)
    }

    private func read(_ bytes: [UInt8]) throws(JSONError) -> Card {
        try CanonicalReader.read(bytes) { reader throws(JSONError) in
            try reader.object { reader throws(JSONError) in
                try reader.goTo("by")
                let by = try reader.object { reader throws(JSONError) in
                    try reader.goTo("name")
                    return try reader.string()
                }
                try reader.goTo("forms")
                var forms: [String: String] = [:]
                try reader.members { reader, key throws(JSONError) in forms[key] = try reader.string() }
                try reader.goTo("list")
                let list = try reader.strings()
                let note = try reader.goTo(ifPresent: "note") ? try reader.string() : nil
                try reader.goTo("number")
                let number = try reader.integer()
                try reader.goTo("secret")
                return Card(by: by, forms: forms, list: list, note: note, number: number, secret: try reader.base64())
            }
        }
    }

    @Test func `what canonical JSON writes is read, with and without what may be absent`() throws {
        for note in [nil, "", "a\\b\n"] {
            for list in [[], ["one"], ["one", "two"]] {
                for forms in [[:], ["a": "y"], ["a": "y", "b": "x"]] {
                    let card = Card(by: card.by, forms: forms, list: list, note: note, number: card.number, secret: card.secret)
                    #expect(try read(try CanonicalJSON.encode(json(card))) == card)
                }
            }
        }
    }

    @Test func `every cut, every byte more and every other order is refused`() throws {
        let bytes = try CanonicalJSON.encode(json(card))
        for count in 0..<bytes.count { #expect(throws: JSONError.self) { try read(Array(bytes[..<count])) } }
        #expect(throws: JSONError.self) { try read(bytes + [0x20]) }
        for text in [
            #"{"forms":{},"by":{"name":"a"},"list":[],"number":1,"secret":""}"#,
            #"{ "by":{"name":"a"},"forms":{},"list":[],"number":1,"secret":""}"#,
            #"{"by":{"name":"a"},"forms":{},"list":[],"number":1,"secret":"","unknown":1}"#,
            #"{"by":{"name":"a"},"by":{"name":"a"},"forms":{},"list":[],"number":1,"secret":""}"#,
            #"{,"by":{"name":"a"},"forms":{},"list":[],"number":1,"secret":""}"#,
            #"{"by":{"name":"a"},"forms":{},"list":[],"number":01,"secret":""}"#,
            #"{"by":{"name":"a"},"forms":{},"list":[],"number":1,"secret":"="}"#,
        ] { #expect(throws: JSONError.self, "\(text)") { try read(Array(text.utf8)) } }
    }

    @Test func `an altered byte is refused or read as another value, and nothing else happens`() throws {
        let bytes = try CanonicalJSON.encode(json(card))
        for position in bytes.indices {
            for byte in [0x00, 0x22, 0x2c, 0x5c, 0x7d, 0xff] as [UInt8] where byte != bytes[position] {
                var altered = bytes
                altered[position] = byte
                if let found = try? read(altered) { #expect(found != card) }
            }
        }
    }
}
