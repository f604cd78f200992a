import Testing
import VaultModel

@testable import VaultStore

@Suite struct RowEncodingTests {
    private struct ExampleRow: SealedRow {
        static let table = "example"
        var key: [ColumnValue] = []
        var columns: [ColumnValue]
    }

    private struct LongerTable: SealedRow {
        static let table = "examples"
        let key: [ColumnValue]
        let columns: [ColumnValue] = []
    }

    /// Another row's table, with its columns listed by a test and not by the row.
    private struct Listed<Row: SealedRow>: SealedRow {
        static var table: String { Row.table }
        let key: [ColumnValue]
        let columns: [ColumnValue]
    }

    /// `shared/vectors/formats.json`, `row_seal`: made by an independent model.
    @Test func `a row is encoded as the formats' known answer says`() throws {
        let resident = try #require(Hex.decode("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"))
        let row = ExampleRow(key: [.bytes(resident)], columns: [.bytes([1, 2, 3, 4, 5]), .integer(7), .text("文"), .absent])
        #expect(
            Hex.encode(row.sealInput)
                == "727661756c742e726f772e763100076578616d706c6500000010b0b1b2b3b4b5b6b7b8b9babbbcbdbebf00000005010203040500000008000000000000000700000003e69687ffffffff")
        #expect(row.sealInput == Array("rvault.row.v1".utf8) + RowEncoding.encode(row))
    }

    @Test func `columns cannot be shifted into one another`() {
        func encode(_ columns: [ColumnValue]) -> [UInt8] { ExampleRow(columns: columns).sealInput }
        #expect(encode([.text("ab"), .text("c")]) != encode([.text("a"), .text("bc")]))
        #expect(encode([.absent]) != encode([.text("")]))
        #expect(encode([.absent]) != encode([]))
        #expect(encode([.bytes([]), .absent]) != encode([.absent, .bytes([])]))
    }

    @Test func `a table's name cannot run into its first column`() {
        #expect(ExampleRow(key: [.text("sc")], columns: []).sealInput != LongerTable(key: [.text("c")]).sealInput)
    }

    @Test func `rows that write their columns themselves write them in the order of the schema`() throws {
        let resident = ResidentReference(number: 77, id: .random())
        for (sign, stale) in [(nil, []), ([9, 9] as [UInt8], ["b.c", "a.b"])] as [([UInt8]?, [String])] {
            let row = ResidentRow(
                reference: resident, login: .random(), box: [1], sign: sign, tagKey: [2], revision: 3, epoch: 4,
                stale: Set(try stale.map { try #require(FieldName($0)) }), restricted: sign != nil, enrolled: Instant(milliseconds: -5))
            let listed = Listed<ResidentRow>(
                key: [.bytes(resident.id.bytes)],
                columns: [
                    .integer(77), .text(row.login.text), .bytes([1]), sign.map { .bytes($0) } ?? .absent, .bytes([2]), .integer(3),
                    .integer(4), .text(stale.sorted().joined(separator: ",")), .integer(sign == nil ? 0 : 1),
                    .integer(UInt64(bitPattern: -5)),
                ])
            #expect(row.sealInput == listed.sealInput)
            #expect(row.key == listed.key && row.columns == listed.columns)
        }
        for ended in [nil, Instant(milliseconds: 7)] {
            let row = GrantRow(
                id: .random(), resident: resident, recipient: "parking", purpose: "parking.permit", state: .paused,
                until: Instant(milliseconds: 99), ended: ended, statement: [1, 2], signature: [3])
            let listed = Listed<GrantRow>(
                key: [.bytes(row.id.bytes)],
                columns: [
                    .bytes(resident.id.bytes), .text("parking"), .text("parking.permit"), .text("paused"), .integer(99),
                    ended == nil ? .absent : .integer(7), .bytes([1, 2]), .bytes([3]),
                ])
            #expect(row.sealInput == listed.sealInput)
            #expect(row.key == listed.key && row.columns == listed.columns)
        }
        let bundle = BundleRow(grant: .random(), form: .wrapped, serial: 5, box: [6, 7], blob: [8])
        #expect(
            bundle.sealInput
                == Listed<BundleRow>(
                    key: [.bytes(bundle.grant.bytes)], columns: [.integer(1), .integer(5), .bytes([6, 7]), .bytes([8])]).sealInput)
        let pairwise = PairwiseRow(resident: resident, recipient: "parking", id: .random())
        #expect(
            pairwise.sealInput
                == Listed<PairwiseRow>(
                    key: [.bytes(resident.id.bytes), .text("parking")], columns: [.bytes(pairwise.id.bytes)]).sealInput)
    }
}
