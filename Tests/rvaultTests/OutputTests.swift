import Testing

@testable import rvault

@Suite struct OutputTests {
    @Test(
        arguments: zip(
            ["", "abc", "姓名", "Ａ１", "e\u{301}", "𠮷", "湘G·12345", "…–", "\u{200b}", "한글"],
            [0, 3, 4, 4, 1, 2, 9, 2, 0, 4]))
    func `a text takes as many columns as a terminal gives it`(_ text: String, _ columns: Int) {
        #expect(Width.of(text) == columns)
    }

    @Test func `columns of a table line up in Chinese too`() {
        let lines = Table.lines(["项目", "Value", ""], [["姓名", "林若溪", "x"], ["phone", "1", ""]])
        #expect(lines == ["项目   Value", "-----  ------  -", "姓名   林若溪  x", "phone  1"])
    }

    @Test func `a cell cannot make another row`() {
        #expect(Table.lines(["a"], [["x\ny"]]).count == 3)
    }

    @Test func `what could command the terminal is left out`() {
        #expect(Console.printable("a\u{1b}[2Jb\u{7}\r\u{9b}c\u{202e}d\u{2066}e\n林") == "a[2Jbcde\n林")
    }
}
