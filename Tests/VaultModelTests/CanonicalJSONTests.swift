import Foundation
import Testing
import VaultModel
import VaultTestSupport

struct `Canonical JSON` {
    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `what is encoded decodes to the same value and the same bytes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let value = random.json()
            let bytes = try CanonicalJSON.encode(value)
            let read = try CanonicalJSON.decode(bytes)
            #expect(read == value)
            #expect(try CanonicalJSON.encode(read) == bytes)
            // A reader that is not ours takes the same text.
            _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        }
    }

    /// Random faults in canonical texts: whatever is still read must be canonical, and nothing is read that a general
    /// JSON reader refuses.
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `an altered text is refused or is canonical itself`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var bytes = try CanonicalJSON.encode(["k": random.json(depth: 2), "n": 10, "s": "aé"])
            for _ in 0...Int(random.next() % 3) {
                let position = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[position] = random.pick(Array(#"{}[]",:0123456789-+.eE\ ntfu"#.utf8))
                case 1: bytes.remove(at: position)
                default: bytes.insert(random.pick(Array(#"{}[]",: 019\"#.utf8)), at: position)
                }
            }
            if let value = try? CanonicalJSON.decode(bytes) { #expect(try CanonicalJSON.encode(value) == bytes) }
            if (try? JSONParser.parse(bytes)) != nil {
                #expect(throws: Never.self) {
                    try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
                }
            }
        }
    }

    @Test(arguments: [
        " {}", "{} ", "[1, 2]", "{\n}", #"{"b":1,"a":2}"#, #"{"a":1,"B":2}"#, #"{"aa":1,"a":2}"#, #""\/""#,
        #""\u0061""#, #""\u000a""#, #""\u001F""#,
        #""\u007f""#, #""\u00e9""#, #""\ud83c\udd7f""#,
    ])
    func `another text of the same value is refused`(_ text: String) throws {
        _ = try JSONParser.parse(Array(text.utf8))
        #expect(throws: JSONError.notCanonical) { try CanonicalJSON.decode(Array(text.utf8)) }
    }

    /// Strings that are not in form C: decomposed, singletons, composition exclusions, unordered marks, Hangul jamo.
    @Test(arguments: [
        "e\u{301}", "\u{212b}", "\u{2126}", "\u{958}", "a\u{307}\u{323}", "\u{1100}\u{1161}", "\u{f900}", "x\u{344}",
    ])
    func `strings outside normal form C are refused`(_ text: String) {
        #expect(throws: JSONError.notCanonical) { try CanonicalJSON.encode(.string(text)) }
        #expect(throws: JSONError.notCanonical) { try CanonicalJSON.encode([["k": .string(text)]]) }
        let bytes = JSON.string(text).encoded
        #expect(throws: JSONError.notCanonical) { try CanonicalJSON.decode(bytes) }
    }

    @Test(arguments: [
        "\u{e9}", "\u{c5}", "\u{3a9}", "\u{915}\u{93c}", "\u{1ea1}\u{307}", "\u{ac00}", "\u{8c48}", "q\u{308}\u{301}",
        "\u{fb01}", "\u{ff21}", "①", "\u{301}", "🅿️",
    ])
    func `strings in normal form C stay as they are, compatibility characters included`(_ text: String) throws {
        let bytes = try CanonicalJSON.encode(.string(text))
        #expect(bytes == Array("\"\(text)\"".utf8))
        #expect(try CanonicalJSON.encode(try CanonicalJSON.decode(bytes)) == bytes)
    }

    @Test(arguments: ["é", "键", "a\u{80}"])
    func `keys outside ASCII are refused`(_ key: String) {
        #expect(throws: JSONError.notCanonical) { try CanonicalJSON.encode(.object([key: 1])) }
        let bytes = JSON.object([key: 1]).encoded
        #expect(throws: JSONError.notCanonical) { try CanonicalJSON.decode(bytes) }
    }

    @Test(arguments: [1 << 53, -(1 << 53), Int64.max, Int64.min])
    func `numbers of 2^53 and more are refused`(_ number: Int64) {
        #expect(throws: JSONError.unsupportedNumber(offset: 0)) { try CanonicalJSON.encode(.integer(number)) }
        #expect(throws: JSONError.unsupportedNumber(offset: 0)) { try CanonicalJSON.encode(["a": [.integer(number)]]) }
    }

    @Test func `what could not be read back is not encoded`() throws {
        let deepest = (0..<16).reduce(JSON.integer(1)) { inner, _ in .array([inner]) }
        #expect(try CanonicalJSON.decode(try CanonicalJSON.encode(deepest)) == deepest)
        #expect(throws: JSONError.tooDeep) { try CanonicalJSON.encode([deepest]) }
        #expect(throws: JSONError.tooDeep) { try CanonicalJSON.encode(["a": deepest]) }
    }
}
