import Testing

@testable import VaultImport

/// Encodings, and what one bad byte costs.
struct SourceTextTests {
    @Test(arguments: [
        ([0xef, 0xbb, 0xbf, 0x61] as [UInt8], SourceEncoding.utf8, 3), ([0xff, 0xfe, 0x61, 0], .utf16LittleEndian, 2),
        ([0xfe, 0xff, 0, 0x61], .utf16BigEndian, 2),
    ])
    func `a byte-order mark tells the encoding`(bytes: [UInt8], encoding: SourceEncoding, length: Int) {
        #expect(SourceEncoding.sniffed(bytes)?.encoding == encoding)
        #expect(SourceEncoding.sniffed(bytes)?.length == length)
    }

    @Test func `without a mark nothing is told`() { #expect(SourceEncoding.sniffed(Array("姓名".utf8)) == nil) }

    /// Facts of GB 18030: one, two and four bytes.
    @Test(arguments: [
        ([0x41] as [UInt8], "A"), ([0xc4, 0xe3], "你"), ([0xcf, 0xe6, 0x47], "湘G"),
        ([0x81, 0x30, 0x81, 0x30], "\u{80}"), ([0xa2, 0xe3], "€"),
        ([0x82, 0x30, 0xb7, 0x31], "㛃"), ([0x95, 0x34, 0xb2, 0x35], "𠮷"), ([0xfe, 0x9f], "䶮"),
    ])
    func `GB18030 is read`(bytes: [UInt8], expected: String) throws {
        let text = SourceText(bytes[...], encoding: .gb18030)
        #expect(try text.text(text.bytes[...]) == expected)
    }

    @Test(
        arguments: [
            [0x80], [0x80, 0x40], [0xff], [0xff, 0x40], [0xc4], [0xc4, 0x20], [0xc4, 0x7f], [0xc4, 0xff], [0x81, 0x30],
            [0x81, 0x30, 0x81],
            [0x81, 0x30, 0x20, 0x30],
        ] as [[UInt8]])
    func `bytes that GB18030 does not know are no text`(bytes: [UInt8]) {
        let text = SourceText(bytes[...], encoding: .gb18030)
        #expect(throws: CellFault.notText) { try text.text(text.bytes[...]) }
        #expect(text.readableText(([0x41] + bytes)[...]).hasPrefix("A\u{FFFD}"))
    }

    @Test(arguments: [[0xff], [0xc3], [0xe5, 0x90], [0xc0, 0x80], [0xed, 0xa0, 0x80]] as [[UInt8]])
    func `bytes that UTF-8 does not know are no text`(bytes: [UInt8]) {
        let text = SourceText(bytes[...], encoding: .utf8)
        #expect(throws: CellFault.notText) { try text.text(text.bytes[...]) }
    }

    @Test(arguments: ["", "a", "姓名\t学校\r\n", "陆𠮷宇\n"])
    func `UTF-16 of either order is read`(text: String) throws {
        let little = text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        #expect(SourceText(little[...], encoding: .utf16LittleEndian).bytes == Array(text.utf8))
        #expect(SourceText(big[...], encoding: .utf16BigEndian).bytes == Array(text.utf8))
    }

    @Test(arguments: [
        ([0x42, 0xd8, 0x61, 0x00] as [UInt8], [0xff, 0x61] as [UInt8]), ([0xb7, 0xdf, 0x61, 0x00], [0xff, 0x61]),
        ([0x61, 0x00, 0x62], [0x61, 0xff]),
    ])
    func `a broken UTF-16 unit spoils its own place only`(bytes: [UInt8], expected: [UInt8]) {
        #expect(SourceText(bytes[...], encoding: .utf16LittleEndian).bytes == expected)
    }

    /// The rule that lets records be cut before they are decoded: no code of several bytes, as we take them, holds a
    /// byte that ends a cell.
    @Test(arguments: Array("\n\r,;\t\"".utf8))
    func `no GB18030 code of several bytes holds a byte that ends a cell`(special: UInt8) {
        for lead in UInt8(0x81)...0xfe {
            for code in [[lead, special], [lead, 0x30, special, 0x30], [lead, 0x30, 0x81, special]] {
                let text = SourceText(code[...], encoding: .gb18030)
                #expect(throws: CellFault.notText) { try text.text(text.bytes[...]) }
            }
        }
    }
}
