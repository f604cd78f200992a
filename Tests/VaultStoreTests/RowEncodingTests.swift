import Testing
import VaultModel

@testable import VaultStore

@Suite struct RowEncodingTests {
    /// `shared/vectors/formats.json`, `row_seal`: made by an independent model.
    @Test func `a row is encoded as the formats' known answer says`() throws {
        let resident = try #require(Hex.decode("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"))
        let input = RowEncoding.sealInput(
            table: "example", key: [.bytes(resident)],
            columns: [.bytes([1, 2, 3, 4, 5]), .integer(7), .text("文"), .absent])
        #expect(
            Hex.encode(input)
                == "727661756c742e726f772e763100076578616d706c6500000010b0b1b2b3b4b5b6b7b8b9babbbcbdbebf00000005010203040500000008000000000000000700000003e69687ffffffff")
    }

    @Test func `columns cannot be shifted into one another`() {
        func encode(_ columns: [ColumnValue]) -> [UInt8] { RowEncoding.sealInput(table: "t", key: [], columns: columns) }
        #expect(encode([.text("ab"), .text("c")]) != encode([.text("a"), .text("bc")]))
        #expect(encode([.absent]) != encode([.text("")]))
        #expect(encode([.absent]) != encode([]))
        #expect(encode([.bytes([]), .absent]) != encode([.absent, .bytes([])]))
    }

    @Test func `a table's name cannot run into its first column`() {
        #expect(
            RowEncoding.sealInput(table: "ab", key: [.text("c")], columns: [])
                != RowEncoding.sealInput(table: "a", key: [.text("bc")], columns: []))
    }
}
