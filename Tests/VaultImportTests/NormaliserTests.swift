import Testing
import VaultImport
import VaultModel

/// The forms that people type, table by table.
struct NormaliserTests {
    static let today = CivilDate(year: 2026, month: 11, day: 23)

    @Test(arguments: [
        ("13812345678", "13812345678"), (" 138 1234 5678 ", "13812345678"), ("138-1234-5678", "13812345678"),
        ("+8613812345678", "13812345678"), ("86-13812345678", "13812345678"), ("86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"), ("(+86)13812345678", "13812345678"), ("'13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"), ("＋８６１３８１２３４５６７８", "13812345678"),
        ("138\u{3000}1234\u{A0}5678", "13812345678"), ("\u{202D}13812345678\u{202C}", "13812345678"),
        ("138–1234—5678", "13812345678"), ("18600000000", "18600000000"),
    ])
    func `a phone number comes out as eleven digits`(typed: String, expected: String) throws {
        #expect(try Normaliser.phone(typed) == expected)
    }

    @Test(arguments: [
        "", "1380013800", "138123456789", "23812345678", "0744-8222222", "1381234567a", "13812345678/13912345678",
        "+8513812345678", "86", "+86+8613812345678", "1.38E+10", "一三八一二三四五六七八", "١٣٨١٢٣٤٥٦٧٨",
    ])
    func `what is no mobile number is refused`(typed: String) {
        #expect(throws: CellFault.phone) { try Normaliser.phone(typed) }
    }

    @Test(arguments: [
        ("湘G12345", "湘G12345"), ("湘G·1H83T", "湘G1H83T"), ("湘g1h83t", "湘G1H83T"), ("湘G 1H83T", "湘G1H83T"),
        ("湘G•1H83T", "湘G1H83T"), ("湘G．１Ｈ８３Ｔ", "湘G1H83T"), ("湘G-1H83T", "湘G1H83T"), ("湘GD36724", "湘GD36724"),
        (" 湘gf86121", "湘GF86121"), ("湘G1234学", "湘G1234学"), ("粤Z1234港", "粤Z1234港"), ("KA12345", "KA12345"),
        ("湘\u{3000}G\u{3000}12345", "湘G12345"),
    ])
    func `a plate comes out bare and in upper case`(typed: String, expected: String) throws {
        #expect(try Normaliser.plate(typed) == expected)
    }

    @Test(arguments: [
        "", "无牌", "湘G1234", "湘G1234567", "湘112345", "G123456", "人G12345", "湘GI2345", "湘GO2345", "湘G12学45", "KA1234学",
    ])
    func `what is no plate is refused`(typed: String) {
        #expect(throws: CellFault.plate) { try Normaliser.plate(typed) }
    }

    @Test(arguments: [
        "1971-03-02", "1971/3/2", "1971.3.2", "1971.03.2", "19710302", "1971年3月2日", "1971年03月02日", "1971年3月2",
        "１９７１－３－２", "１９７１年３月２日", " 1971-3-2 ", "1971年 3月 2日", "1971-03-02 00:00:00", "1971/3/2 0:00", "'1971-03-02",
    ])
    func `a day comes out of every way to write it`(typed: String) throws {
        #expect(try Normaliser.date(typed).text == "1971-03-02")
    }

    @Test(arguments: [
        "", "1950-13-45", "1971-02-29", "2023-02-30", "3/2/1971", "71-3-2", "1971-3", "1971-3-2-1", "1971/3.2", "19710",
        "197103021",
        "43831", "1971-03-02 08:30:00", "1971年3月2号", "1971--2", "-1971-3-2", "1971-003-02", "一九七一年三月二日", "1701-01-01",
    ])
    func `what is no day is refused`(typed: String) {
        #expect(throws: CellFault.date) { try Normaliser.date(typed) }
    }

    @Test(arguments: [
        ("薛琪", "薛琪"), ("薛　琪", "薛琪"), (" 薛琪 ", "薛琪"), ("薛 琪\u{A0}", "薛琪"), ("\u{FEFF}薛琪", "薛琪"),
        ("阿依古丽·买买提", "阿依古丽·买买提"), ("阿依古丽•买买提", "阿依古丽·买买提"), ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"), ("阿依古丽 · 买买提", "阿依古丽·买买提"), ("陆𠮷宇", "陆𠮷宇"), ("王䶮", "王䶮"),
        ("John  A. Smith", "John A. Smith"), ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"), ("Mary-Jane O'Neil", "Mary-Jane O'Neil"),
    ])
    func `a name has one form`(typed: String, expected: String) throws {
        let name = try Normaliser.name(typed)
        #expect(Array(name.utf8) == Array(expected.utf8))
    }

    @Test(arguments: ["", "13812345678", "·", "—", "？？"])
    func `what has no letter is no name`(typed: String) {
        #expect(throws: CellFault.name) { try Normaliser.name(typed) }
    }

    @Test(arguments: [
        ("李\u{0007}明", CellFault.controlCharacter), ("李\u{1B}[2J", .controlCharacter),
        ("李\u{85}明\u{9B}", .controlCharacter), ("李\u{FFFD}", .lostCharacter),
    ])
    func `characters that steer terminals or stand for lost ones are refused`(typed: String, fault: CellFault) {
        #expect(throws: fault) { try Normaliser.name(typed) }
    }

    @Test func `each normaliser gives its own output back`() throws {
        let today = try #require(Self.today)
        #expect(try Normaliser.phone(Normaliser.phone("+86 138-1234-5678")) == "13812345678")
        #expect(try Normaliser.plate(Normaliser.plate("湘g·1h83t")) == "湘G1H83T")
        #expect(try Normaliser.date(Normaliser.date("1971年3月2日").text).text == "1971-03-02")
        #expect(try Normaliser.name(Normaliser.name("阿依古丽 • 买买提")) == "阿依古丽·买买提")
        #expect(
            try Normaliser.idNumber(Normaliser.idNumber(" '11010519491231002x", today: today), today: today)
                == "11010519491231002X")
    }
}
