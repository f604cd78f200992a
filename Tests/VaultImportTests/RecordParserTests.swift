import Testing

@testable import VaultImport

/// RFC 4180 on bytes, and what becomes of texts that break it.
struct RecordParserTests {
    private func records(_ text: String, columns: Int? = nil, delimiter: Character = ",") -> [Record] {
        var parser = RecordParser(Array(text.utf8), delimiter: delimiter.asciiValue ?? 0)
        var records: [Record] = []
        while let record = parser.next(columns: columns) { records.append(record) }
        return records
    }

    private func cells(_ text: String, columns: Int? = nil, delimiter: Character = ",") -> [[String]] {
        records(text, columns: columns, delimiter: delimiter).map { record in
            record.hasStrayQuote ? ["stray"] : record.cells.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test(
        arguments: [
            ("", []), ("a", [["a"]]), ("a,b", [["a", "b"]]), ("a,b\n", [["a", "b"]]), ("a,b\r\n", [["a", "b"]]),
            ("a,b\rc,d", [["a", "b"], ["c", "d"]]),
            ("a\n\nb", [["a"], [""], ["b"]]), ("a,\n,b", [["a", ""], ["", "b"]]), (",", [["", ""]]),
            ("a,", [["a", ""]]),
            ("\"a\",b", [["a", "b"]]), ("\"a,b\",c", [["a,b", "c"]]), ("\"a\"\"b\",c", [["a\"b", "c"]]),
            ("\"\",\"\"\"\"", [["", "\""]]),
            ("\"a\r\nb\",c\r\nd,e", [["a\r\nb", "c"], ["d", "e"]]), ("\"a\nb\",c", [["a\nb", "c"]]),
            ("é,姓\n", [["é", "姓"]]),
        ] as [(String, [[String]])])
    func `well-formed text is cut as the RFC says`(text: String, expected: [[String]]) {
        #expect(cells(text) == expected)
    }

    @Test(
        arguments: [
            ("a\"b,c\nd,e", [["stray"], ["d", "e"]]), ("\"a\"b,c\nd,e", [["stray"], ["d", "e"]]),
            ("\"a,b\nd,e", [["stray"], ["d", "e"]]),
            ("a,\"b\nd,e\nf,g\n", [["stray"], ["d", "e"], ["f", "g"]]), ("a,b\n\"", [["a", "b"], ["stray"]]),
            // The second stray quotation mark closes what the first opened; the columns tell that it should not have.
            ("\"a,b\nc,d\ne,f\"\ng,h", [["stray"], ["c", "d"], ["stray"], ["g", "h"]]),
            ("a,\"b\nc,d\n\"e\",f\ng,h", [["stray"], ["c", "d"], ["e", "f"], ["g", "h"]]),
            ("\"a\nb\",c,d\ne,f", [["stray"], ["stray"], ["e", "f"]]), ("a,b,c\nd\n", [["a", "b", "c"], ["d"]]),
        ] as [(String, [[String]])])
    func `a stray quotation mark costs its own line`(text: String, expected: [[String]]) {
        #expect(cells(text, columns: 2) == expected)
    }

    @Test func `records know their first lines, whatever ends a line`() {
        #expect(records("a\r\nb\nc\rd").map(\.line) == [1, 2, 3, 4])
        #expect(records("\"a\r\n\r\nb\"\r\nc").map(\.line) == [1, 4])
        #expect(records("\"x\ny\",1\na\"b,2\nc,3", columns: 2).map(\.line) == [1, 3, 4])
    }

    @Test func `a record's range is its line without the end`() {
        #expect(records("ab,c\r\n\"d\ne\",f\n").map(\.range) == [0..<4, 6..<13])
        #expect(records("a\"b\r\nc").map(\.range) == [0..<3, 5..<6])
    }

    @Test func `tabs and semicolons delimit as well`() {
        #expect(cells("a\tb,c", delimiter: "\t") == [["a", "b,c"]])
        #expect(cells("a;\"b;c\"", delimiter: ";") == [["a", "b;c"]])
    }

    /// Written with every cell quoted, any text comes back as it was.
    @Test func `any cells survive quoting`() {
        var random = SeededRandom(seed: 4180)
        for _ in 0..<200 {
            let rows = (0..<(1 + random.below(6))).map { _ in
                (0..<3).map { _ in String((0..<random.below(8)).map { _ in Array("ab,\"\r\n姓\t")[random.below(7)] }) }
            }
            let text = rows.map {
                $0.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\r\n"
            }.joined()
            #expect(cells(text, columns: 3) == rows)
        }
    }

    /// Only stray quotation marks can make a line be read twice; this many lines would show a square.
    @Test func `a hundred thousand unclosed quotation marks are cut in one pass`() {
        let text = String(repeating: "a,\"b\"\"\nc,d\n", count: 50_000)
        let records = records(text, columns: 2)
        #expect(records.count == 100_000)
        #expect(records.filter(\.hasStrayQuote).count == 50_000)
    }
}
