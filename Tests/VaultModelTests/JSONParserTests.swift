import Testing
import VaultModel

struct `The JSON parser` {
    static func nested(_ levels: Int, _ inside: String = "") -> String {
        String(repeating: "[", count: levels) + inside + String(repeating: "]", count: levels)
    }

    @Test(arguments: [
        ("null", .null), ("true", true), ("false", false), ("0", 0), ("7", 7), ("-1", -1), ("10", 10),
        ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
        (#""""#, ""), (#""a""#, "a"), (#""同意""#, "同意"), ("\"\u{7f}\"", "\u{7f}"), ("[]", []), ("{}", [:]),
        (" \t\r\n[ 1 , 2 ] \n", [1, 2]), (#" { "a" : 1 , "b" : [ ] } "#, ["a": 1, "b": []]),
        (#"{"":0}"#, ["": 0]), (#"[[],{},"",null]"#, [[], [:], "", nil]),
        (#"{"a":{"a":{"a":1}}}"#, ["a": ["a": ["a": 1]]]),
        (nested(17), (0..<16).reduce(JSON.array([])) { inner, _ in .array([inner]) }),
        (nested(16, "1"), (0..<16).reduce(JSON.integer(1)) { inner, _ in .array([inner]) }),
    ] as [(String, JSON)])
    func `good texts`(text: String, value: JSON) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u00E9\u540c""#, "Aéé同"),
        (#""\u0000""#, "\u{0}"),
        (#""a\u0062c""#, "abc"), (#""\ud83c\udd7F""#, "🅿"), (#""\uD800\uDC00""#, "\u{10000}"),
        (#""\uDBFF\uDFFF""#, "\u{10ffff}"),
        (#""\ufffd""#, "\u{fffd}"), (#""\ue000""#, "\u{e000}"), (#""\ud7ff""#, "\u{d7ff}"), (#""é\n同""#, "é\n同"),
        (#""\\u0041""#, "\\u0041"),
    ])
    func `escapes`(text: String, value: String) throws {
        let read = try JSONParser.parse(Array(text.utf8)).string
        // Of scalars, because Swift compares strings by canonical equivalence.
        #expect(read.map { Array($0.unicodeScalars) } == Array(value.unicodeScalars))
    }

    @Test(arguments: [
        ("", 0), (" ", 1), ("nul", 3), ("nulL", 3), ("True", 0), ("truefalse", 4), ("1 2", 2), ("[1]]", 3), ("{}{}", 2),
        ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[", 1), ("[1", 2), ("{", 1), (#"{"a""#, 4), (#"{"a":"#, 5),
        (#"{"a":1"#, 6),
        (#"{"a":1,}"#, 7), (#"{a:1}"#, 1), (#"{'a':1}"#, 1), (#"{"a" 1}"#, 5), (#"{1:1}"#, 1), (#"{"a":}"#, 5),
        (#"{,}"#, 1),
        ("+1", 0), ("-", 0), ("--1", 0), ("01", 0), ("-01", 0), ("-0", 0), ("00", 0), (".5", 0), ("0x1", 1),
        ("1_000", 1),
        ("NaN", 0), ("Infinity", 0), ("[1]//", 3), ("/**/1", 0), ("'a'", 0), ("１", 0), ("undefined", 0),
        ("\u{feff}1", 0), ("\u{a0}1", 0), ("1\u{0}", 1),
        (#"""#, 1), (#""a"#, 2), (#""a\"#, 3), (#""\""#, 3), (#""\x41""#, 2), (#""\U0041""#, 2), (#""\'""#, 2),
        ("\"\n\"", 1), ("\"\t\"", 1),
        ("\"a\u{0}b\"", 2), ("\"\u{1f}\"", 1), (#""\n"# + "\u{1}\"", 3), (#""\u""#, 3), (#""\u004""#, 6),
        (#""\u00g1""#, 5), (#""\u-041""#, 3),
        (#""\ud800""#, 7), (#""\ud800x""#, 7), (#""\ud800\n""#, 8), (#""\ud800\ud800""#, 13),
        (#""\ud800\u0041""#, 13), (#""\ud800\ue000""#, 13), (#""\udc00""#, 7),
        (#""\udfff\ud800""#, 7),
    ])
    func `malformed texts are refused where they go wrong`(text: String, offset: Int) {
        #expect(throws: JSONError.malformed(offset: offset)) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test(arguments: [
        ("1.0", 0), ("1.", 0), ("0.5", 0), ("1e0", 0), ("1E5", 0), ("-1.5", 0), ("0e1", 0), ("9007199254740992", 0),
        ("-9007199254740992", 0), ("9223372036854775808", 0), ("123456789012345678901234567890", 0), ("[1, 2.5]", 4),
        (#"{"a":-1e2}"#, 5),
    ])
    func `numbers that are not whole or not exact everywhere are refused`(text: String, offset: Int) {
        #expect(throws: JSONError.unsupportedNumber(offset: offset)) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#, #"[{"x":{"a":1,"a":2}}]"#, #"{"":1,"":2}"#,
        // Swift calls these two keys equal; that they are two texts must not hide one of them.
        #"{"\u00e9":1,"e\u0301":2}"#,
    ])
    func `a key that stands twice is refused`(_ text: String) {
        #expect(throws: JSONError.duplicateKey) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test(arguments: [nested(18), nested(17, "1"), nested(100_000), String(repeating: #"{"a":"#, count: 100_000)])
    func `deep nesting is refused before it costs anything`(_ text: String) {
        #expect(throws: JSONError.tooDeep) { try JSONParser.parse(Array(text.utf8)) }
    }

    /// Bytes that are not UTF-8 (The Unicode Standard, table 3-7), in a plain string, after an escape, and in a key.
    @Test(arguments: [
        [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xc3, 0x28], [0xe0, 0x80, 0x80], [0xe2, 0x82],
        [0xed, 0xa0, 0x80],
        [0xed, 0xbf, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x9f, 0x85], [0xf4, 0x90, 0x80, 0x80],
        [0xf5, 0x80, 0x80, 0x80], [0xff],
    ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(_ bytes: [UInt8]) {
        for (before, after) in [(#"""#, #"""#), (#""\n"#, #"""#), (#"{""#, #"":1}"#)] {
            #expect(throws: JSONError.self) { try JSONParser.parse(Array(before.utf8) + bytes + Array(after.utf8)) }
        }
    }

    @Test func `a text may come in pieces or as part of a larger one`() throws {
        let text = Array(#"xx{"a":[1,"é"]}yy"#.utf8)
        let value: JSON = ["a": [1, "é"]]
        #expect(try JSONParser.parse(text[2..<(text.count - 2)]) == value)
        #expect(try Array(text[2..<(text.count - 2)]).withUnsafeBufferPointer { try JSONParser.parse($0) } == value)
        #expect(throws: JSONError.malformed(offset: 0)) { try JSONParser.parse([UInt8]()) }
    }
}
