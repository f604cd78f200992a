import Testing
import VaultModel
@testable import VaultPolicy

/// Which values a field takes, and which strings of them are indexed.
struct FieldValueTests {
    @Test(
        arguments: [
            (FieldType.string, "张三", true), (.string, "", false), (.string, "  ", false), (.string, 5, false),
            (.string, .null, false),
            (.string, "a\nb", false), (.string, "a\u{1b}[2J", false), (.string, "a\u{202e}b", false),
            (.string, "a\u{7f}", false),
            (.text, "a\nb\tc", true), (.text, "a\u{0}b", false), (.text, "a\u{2066}b", false),
            (.date, "2020-02-29", true), (.date, "2021-02-29", false), (.date, "2020/02/29", false),
            (.date, "20200229", false),
            (.year, 1960, true), (.year, 60, false), (.year, "1960", false), (.year, 3000, false),
            (.bool, true, true), (.bool, "是", false), (.bool, 1, false),
            (.int, -7, true), (.int, "7", false), (.int, .integer(1 << 53), false), (.int, .integer(1 << 53 - 1), true),
            (.enumeration(["男", "女"]), "男", true), (.enumeration(["男", "女"]), "他", false),
            (.enumeration(["Å"]), "A\u{30a}", false),
            (.phone, "13800138000", true), (.phone, "0744-8233445", true), (.phone, "+85212345678", true),
            (.phone, "110", false),
            (.phone, "1380013800x", false), (.phone, "13800 138000", false), (.phone, "1+3800138000", false),
            (.phone, "-13800138000", false),
            (.phone, "１３８００１３８０００", false), (.phone, "123456789012345678901", false), (.phone, "++13800138000", false),
            (.idNumber, "99990120200116206X", true), (.idNumber, "999902197201241961", true),
            (.idNumber, "999902197201241962", false),
            (.idNumber, "99990120200116206x", false), (.idNumber, "99990120201316206X", false),
            (.idNumber, "999901202001162", false),
            (.plate, "湘G1H83T", true), (.plate, "湘GD36724", true), (.plate, "湘G1234学", true), (.plate, "粤Z1234港", true),
            (.plate, "KA12345", true),
            (.plate, "湘G·1H83T", false), (.plate, "湘G 1H83T", false), (.plate, "湘g1h83t", false),
            (.plate, "湘湘湘12345", false), (.plate, "湘G1", false),
            (.list(of: .string), ["a", "b"], true), (.list(of: .string), ["a", ""], true),
            (.list(of: .string), [], true),
            (.list(of: .string), ["a", 1], false), (.list(of: .string), "a", false), (.list(of: .phone), [""], false),
            (.list(of: .plate), ["湘G1H83T", "x"], false),
        ] as [(FieldType, JSON, Bool)])
    func `a type takes its values and no others`(type: FieldType, value: JSON, isAccepted: Bool) {
        #expect(type.accepts(value) == isAccepted)
    }

    @Test func `sizes are bounded to the byte`() {
        #expect(FieldType.string.accepts(.string(String(repeating: "文", count: 200))))
        #expect(!FieldType.string.accepts(.string(String(repeating: "文", count: 200) + "x")))
        #expect(FieldType.text.accepts(.string(String(repeating: "x", count: 8000))))
        #expect(!FieldType.text.accepts(.string(String(repeating: "x", count: 8001))))
        #expect(FieldType.list(of: .int).accepts(.array(Array(repeating: 1, count: 50))))
        #expect(!FieldType.list(of: .int).accepts(.array(Array(repeating: 1, count: 51))))
    }

    @Test func `every check character of an ID number but one is refused`() {
        for (digits, right) in [("99990120200116206", "X"), ("99990219720124196", "1"), ("11010519491231002", "X")] {
            let accepted = "0123456789X".filter { FieldType.idNumber.accepts(.string(digits + String($0))) }
            #expect(accepted == right)
        }
    }

    @Test func `only a field marked for it is indexed, each item of a list by itself`() throws {
        let fields = try DefaultPackTests.load().fields
        let phone = try #require(fields[.of("contact.phone")])
        #expect(phone.lookupValues(of: "13800138000") == ["13800138000"])
        #expect(phone.lookupValues(of: "x") == [])
        #expect(phone.lookupValues(of: ["13800138000"]) == [])
        let name = try #require(fields[.of("person.name")])
        #expect(name.lookupValues(of: "张三") == [])
        let plates = FieldDefinition(
            name: .of("vehicle.plates"), type: .list(of: .plate), sensitivity: .general, lookup: true, verify: false,
            maximum: .raw,
            mask: nil, retentionDays: nil, title: LocalizedText(chinese: "车牌", english: "Plates"))
        #expect(plates.lookupValues(of: ["湘G1H83T", "湘GD36724"]) == ["湘G1H83T", "湘GD36724"])
    }

    @Test func `a type's word reads back, and other words do not`() {
        let types: [FieldType] = [
            .string, .text, .date, .year, .bool, .int, .enumeration(["a", "b"]), .phone, .idNumber, .plate,
            .list(of: .string),
            .list(of: .enumeration(["a", "b"])), .list(of: .plate),
        ]
        for type in types { #expect(FieldType(word: type.word, words: type.words) == type) }
        for word in ["list", "list<>", "list<text>", "list<list<int>>", "String", "", "enum"] {
            #expect(FieldType(word: word, words: nil) == nil)
        }
    }
}
