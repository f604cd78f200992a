import Testing
import VaultModel

struct `JSON values` {
    @Test func `each accessor answers for its own kind only`() {
        let values: [JSON] = [nil, true, 1, "a", [1], ["k": 1]]
        #expect(values.map { $0.bool } == [nil, true, nil, nil, nil, nil])
        #expect(values.map { $0.integer } == [nil, nil, 1, nil, nil, nil])
        #expect(values.map { $0.string } == [nil, nil, nil, "a", nil, nil])
        #expect(values.map { $0.array } == [nil, nil, nil, nil, [1], nil])
        #expect(values.map { $0.object } == [nil, nil, nil, nil, nil, ["k": 1]])
        #expect(values.map { $0["k"] } == [nil, nil, nil, nil, nil, .integer(1)])
    }

    @Test(arguments: [
        ([], []), (["a", "b"], ["a", "b"]), (["a", 1], nil), (["a", nil], nil), ("a", nil),
    ] as [(JSON, [String]?)])
    func `a list of strings holds nothing else`(value: JSON, strings: [String]?) { #expect(value.strings == strings) }

    @Test func `a missing key and a null are told apart`() {
        let value: JSON = ["a": nil]
        #expect(value["a"] == .null)
        #expect(value["b"] == .none)
    }

    @Test(arguments: [
        (nil, "null"), (false, "false"), (-7, "-7"), ([], "[]"), ([:], "{}"), ([1, [2], "3"], #"[1,[2],"3"]"#),
        (["b": 1, "a": 2, "B": 3, "": 4, "ab": 5], #"{"":4,"B":3,"a":2,"ab":5,"b":1}"#),
        ("\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}", #""\"\\/\b\f\n\r\t\u0000\u001f"# + "\u{7f}\""),
        ("é🅿同\u{2028}", "\"é🅿同\u{2028}\""),
        (["a\"\n": 1], #"{"a\"\n":1}"#),
    ] as [(JSON, String)])
    func `values are written compactly with RFC 8785's escapes`(value: JSON, text: String) {
        #expect(value.encoded == Array(text.utf8))
    }
}
