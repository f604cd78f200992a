import Testing
import VaultModel

struct `Names` {
    static let long63 = "a." + String(repeating: "b", count: 61)

    @Test(arguments: ["contact.phone", "a.b", "person.id_number", "a1.b2", "a_.b_", "a__b.c", long63 + "b"])
    func `field names`(_ text: String) throws {
        let name = try #require(FieldName(text))
        #expect(name.text == text && name.description == text)
        #expect(name.category == text.split(separator: ".")[0])
    }

    @Test(arguments: [
        "", ".", "a", "a.", ".a", "a..b", "a.b.c", "A.b", "a.B", "1a.b", "a.1b", "_a.b", "a._b", "a-b.c", "a.b ",
        " a.b",
        "a .b", "a.b\n", "a.b\u{0}", "é.b", "a.é", "ａ.b", "a。b", "a/b", long63 + "bb",
    ])
    func `other texts are no field names`(_ text: String) { #expect(FieldName(text) == nil) }

    @Test(arguments: ["p", "parking", "p-1", "p--", "property2", String(repeating: "a", count: 32)])
    func `app names`(_ text: String) throws {
        let name = try #require(AppName(text))
        #expect(name.text == text && name.description == text)
    }

    @Test(arguments: [
        "", "-p", "1p", "P", "pArking", "p_1", "p.1", "p 1", " p", "p\n", "p\u{0}", "~", "~p", "é", "ｐ", "停车",
        String(repeating: "a", count: 33),
    ])
    func `other texts are no app names`(_ text: String) { #expect(AppName(text) == nil) }

    @Test(arguments: ["parking.permit", "a.b.c.d", "education.contact", long63 + "b"])
    func `purpose names`(_ text: String) throws {
        let name = try #require(PurposeName(text))
        #expect(name.text == text && name.description == text)
    }

    @Test(arguments: [
        "", "parking", ".", "a.", ".a", "a..b", "A.b", "a.1", "a.b-c", "a.b\r", "a.b.", "é.a", long63 + "bb",
    ])
    func `other texts are no purpose names`(_ text: String) { #expect(PurposeName(text) == nil) }

    @Test func `names sort by bytes`() {
        let fields = ["b.a", "a.b_c", "a.bc", "a1.b", "a_.b", "a.b", "aa.b"].compactMap(FieldName.init)
        #expect(fields.sorted().map(\.text) == ["a.b", "a.b_c", "a.bc", "a1.b", "a_.b", "aa.b", "b.a"])
        let apps = ["b", "a-b", "a1", "aa", "a"].compactMap(AppName.init)
        #expect(apps.sorted().map(\.text) == ["a", "a-b", "a1", "aa", "b"])
        let purposes = ["b.a", "a.b.c", "a.b"].compactMap(PurposeName.init)
        #expect(purposes.sorted().map(\.text) == ["a.b", "a.b.c", "b.a"])
    }
}
