import Testing
import VaultModel
@testable import VaultPolicy

/// What an app sees of a value in each form.
struct DisclosureTests {
    static let today = CivilDate(year: 2026, month: 3, day: 1)

    private static func field(_ type: FieldType, mask: StringMask? = nil) -> FieldDefinition {
        FieldDefinition(
            name: .of("person.thing"), type: type, sensitivity: .general, lookup: false, verify: false, maximum: .raw,
            mask: mask,
            retentionDays: nil, title: LocalizedText(chinese: "物", english: "Thing"))
    }

    private func disclose(
        _ value: JSON, _ type: FieldType, _ form: DisclosureForm, mask: StringMask? = nil, bands: [Int64]? = nil,
        answer: AnswerPredicate? = nil
    ) throws -> JSON? {
        Disclosure.disclose(
            value, field: Self.field(type, mask: mask), rule: FieldRule(form: .raw, bands: bands, answer: answer),
            form: form,
            today: try #require(Self.today))
    }

    @Test(
        arguments: [
            (FieldType.phone, "13800138000", "138****8000"), (.phone, "074412345678", "074*****5678"),
            (.phone, "8233445", "82***45"),
            (.phone, "10086", "10*86"), (.idNumber, "99990120200116206X", "999901********206X"),
            (.plate, "湘G1H83T", "湘G***3T"),
            (.plate, "湘GD36724", "湘G****24"), (.list(of: .string), ["高血压", "冠心病"], 2),
            (.list(of: .enumeration(["a"])), ["a"], 1),
            (.list(of: .phone), ["13800138000", "10086"], ["138****8000", "10*86"]),
            (.list(of: .plate), ["湘G1H83T"], ["湘G***3T"]),
            (.date, "1960-06-05", 1960), (.list(of: .date), ["1960-06-05"], [1960]),
        ] as [(FieldType, JSON, JSON)])
    func `a mask hides the middle by type`(type: FieldType, value: JSON, masked: JSON) throws {
        #expect(try disclose(value, type, .masked) == masked)
    }

    @Test(arguments: [
        ("张三明", "张*明"), ("武青", "武*"), ("欧阳德顺", "欧**顺"), ("阿依古丽·买买提", "阿******提"), ("龙", "*"),
        ("𠮷野家", "𠮷*家"), ("Anna Maria", "A********a"),
    ])
    func `a name keeps its ends`(name: String, masked: String) throws {
        #expect(try disclose(.string(name), .string, .masked, mask: .name) == .string(masked))
        #expect(try disclose([.string(name)], .list(of: .string), .masked, mask: .name) == [.string(masked)])
    }

    @Test(
        arguments: [
            (FieldType.string, "x"), (.text, "x"), (.bool, true), (.int, 3), (.year, 1960),
            (.enumeration(["a", "b"]), "a"),
        ] as [(FieldType, JSON)])
    func `a type without a mask cannot be shown masked`(type: FieldType, value: JSON) throws {
        #expect(try disclose(value, type, .masked) == nil)
        #expect(!Self.field(type).canBeMasked)
    }

    @Test(arguments: [
        ("2013-03-02", "<14"), ("2012-03-02", "<14"), ("2012-03-01", "14-17"), ("2008-03-02", "14-17"),
        ("2008-03-01", "18-59"),
        ("1966-03-02", "18-59"), ("1966-03-01", ">=60"), ("1900-01-01", ">=60"),
    ])
    func `a date of birth falls into a range of whole years`(date: String, band: String) throws {
        #expect(try disclose(.string(date), .date, .band, bands: [14, 18, 60]) == .string(band))
    }

    @Test(
        arguments: [
            (FieldType.int, 9, "<10"), (.int, 10, "10"), (.int, 11, "11-99"), (.int, 100, ">=100"), (.int, -5, "<10"),
            (.year, 2016, "10"), (.year, 1900, ">=100"), (.list(of: .string), ["a"], "<10"),
        ] as [(FieldType, JSON, String)])
    func `numbers, years and lists fall into ranges`(type: FieldType, value: JSON, band: String) throws {
        #expect(try disclose(value, type, .band, bands: [10, 11, 100]) == .string(band))
    }

    @Test func `a range or answer that the rule does not give is not made up`() throws {
        #expect(try disclose(5, .int, .band) == nil)
        #expect(try disclose(5, .int, .answer) == nil)
        #expect(try disclose("x", .string, .band, bands: [1]) == nil)
        #expect(try disclose("2999-01-01", .date, .band, bands: [1]) == nil, "not yet born")
        #expect(try disclose("2999-01-01", .date, .answer, answer: .atLeastYears(18)) == nil)
    }

    @Test(
        arguments: [
            (FieldType.list(of: .string), ["花生"], .contains("花生"), true),
            (.list(of: .string), ["花生油"], .contains("花生"), false),
            (.list(of: .string), ["x"], .present, true), (.list(of: .string), [], .present, false),
            (.list(of: .string), [""], .present, false),
            (.bool, false, .present, true), (.text, "a", .present, true),
            (.date, "1961-03-01", .atLeastYears(65), true), (.date, "1961-03-02", .atLeastYears(65), false),
            (.year, 1961, .atLeastYears(65), true), (.year, 1962, .atLeastYears(65), false),
            (.year, 2027, .atLeastYears(1), nil),
            (.int, 5, .atLeast(5), true), (.int, 4, .atLeast(5), false), (.bool, true, .equals(true), true),
            (.bool, false, .equals(true), false),
            (.enumeration(["金", "银"]), "金", .equals("金"), true), (.enumeration(["金", "银"]), "银", .oneOf(["金"]), false),
            (.string, "业主", .oneOf(["业主", "租户"]), true), (.string, "x", .contains("x"), nil),
            (.bool, true, .equals(1), nil),
            (.phone, "13800138000", .equals("13800138000"), nil), (.date, "1961-03-01", .equals("1961-03-01"), nil),
        ] as [(FieldType, JSON, AnswerPredicate, Bool?)])
    func `an answer is yes, no, or none where the question does not suit`(
        type: FieldType, value: JSON, predicate: AnswerPredicate, answer: Bool?
    ) throws {
        #expect(try disclose(value, type, .answer, answer: predicate) == answer.map { .bool($0) })
    }

    @Test(
        arguments: [
            (FieldType.phone, 13_800_138_000), (.idNumber, "1"), (.date, "yesterday"), (.plate, "x"),
            (.list(of: .phone), ["x"]),
            (.list(of: .string), "x"), (.int, "x"), (.string, ["x"]), (.bool, .null),
        ] as [(FieldType, JSON)])
    func `a value that is not of its type is shown only raw`(type: FieldType, value: JSON) throws {
        #expect(try disclose(value, type, .raw) == value)
        for form in [DisclosureForm.masked, .band, .answer] {
            #expect(
                try disclose(value, type, form, mask: type == .string ? .name : nil, bands: [1], answer: .present)
                    == nil)
        }
    }

    @Test func `a masked value never holds the whole, and never the hidden part`() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let digits = (0..<Int.random(in: 5...14, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }.joined()
            let masked = try #require(try disclose(.string(digits), .phone, .masked)?.string)
            #expect(masked != digits && masked.count == digits.count && masked.contains("*"))
            let characters = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                Character(["张", "明", "𠮷", "·", "é", "x"].randomElement(using: &random) ?? "x")
            }
            let name = String(characters)
            let hidden = try #require(try disclose(.string(name), .string, .masked, mask: .name)?.string)
            #expect(hidden != name && hidden.contains("*"))
        }
    }
}
