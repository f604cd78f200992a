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

    @Test func `members that were read once are passed where they come again, and only there`() throws {
        func read(_ text: String, passing known: [UInt8]?) throws(JSONError) -> (Bool, Int64, [UInt8]) {
            try CanonicalReader.read(Array(text.utf8)) { reader throws(JSONError) in
                try reader.object { reader throws(JSONError) in
                    try reader.goTo("a")
                    try reader.skipObjectOfStrings()
                    let start = reader.offset
                    let passed = known.map { reader.pass($0) } ?? false
                    if !passed {
                        try reader.goTo("b")
                        _ = try reader.strings()
                    }
                    let members = reader.bytes(since: start)
                    try reader.goTo("c")
                    return (passed, try reader.integer(), members)
                }
            }
        }
        let members = try read(#"{"a":{"x":"\"}","y":""},"b":["p","q"],"c":1}"#, passing: nil).2
        #expect(members == Array(#","b":["p","q"]"#.utf8))
        let again = try read(#"{"a":{},"b":["p","q"],"c":2}"#, passing: members)
        #expect(again.0 && again.1 == 2)
        let other = try read(#"{"a":{},"b":["p","r"],"c":3}"#, passing: members)
        #expect(!other.0 && other.1 == 3)
        let empty = try read(#"{"a":{},"b":["p","q"],"c":4}"#, passing: [])
        #expect(!empty.0 && empty.1 == 4)
        for text in [#"{"a":{"x":1},"b":[],"c":1}"#, #"{"a":{"x"},"b":[],"c":1}"#, #"{"a":{"x":"y","b":[],"c":1}"#, #"{"a":{"x":"y",},"b":[],"c":1}"#] {
            #expect(throws: JSONError.self, "\(text)") { _ = try read(text, passing: nil) }
        }
    }

    @Test func `a list names nothing twice, short or long`() {
        for count in [0, 1, 2, 8, 9, 40] {
            let names = (0..<count).map { "name \($0)" }
            #expect(names.areDistinct)
            for position in names.indices.dropFirst() { #expect(!Array(names[..<position] + names[(position - 1)...]).areDistinct) }
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
