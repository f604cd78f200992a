import Foundation

/// Twelve invented people in four files of the platforms' shapes and encodings. Area codes are unassigned; the check
/// digits are right unless the row is meant to be bad.
enum SmallCommunity {
    struct Person {
        let name: String
        let id: String
        let born: String
        let phone: String
        let room: String
    }

    static let people: [Person] = (0..<12).map { index in
        let born = "19\(50 + index)-0\(1 + index % 9)-1\(index % 10)"
        return Person(
            name: ["甄一一", "甄二宝", "贾三多", "贾四喜", "任五福", "任六顺", "武七巧", "武八方", "史九如", "史十全", "卜百合", "卜千山"][index],
            id: idNumber(born: born, sequence: 100 + index), born: born, phone: "139001390\(10 + index)",
            room: "\(7001 + index)")
    }

    /// Lives in all four files.
    static var star: Person { people[0] }

    static func idNumber(born: String, sequence: Int) -> String {
        let digits = "999909" + born.filter { $0 != "-" } + String(sequence)
        let remainder = digits.utf8.reduce(0) { ($0 + Int($1 - 48)) * 2 % 11 }
        let check = (12 - remainder) % 11
        return digits + (check == 10 ? "X" : String(check))
    }

    /// Writes register.csv, parking.csv, health.csv and education.txt.
    static func write(to directory: String) throws {
        var register = "姓名,性别,身份证号,出生日期,手机号,楼栋,单元,房号,与户主关系,民族,居住类型,低保,独居老人,残疾等级,户编号\r\n"
        for (index, person) in people.enumerated() {
            let id = index == 1 ? " " + person.id : person.id
            let born = index == 2 ? person.born.replacing("-", with: "/") : person.born
            register += "\(person.name),女,\(id),\(born),\(person.phone),7栋,1单元,\(person.room),户主,汉族,业主,否,,,H\(index)\r\n"
        }
        register += "错号人,男,999909195001011111,1950-01-01,13900139099,7栋,1单元,7999,户主,汉族,业主,否,,,H99\r\n"
        register += "短行人,男\r\n"
        try write([0xef, 0xbb, 0xbf] + Array(register.utf8), to: directory + "/register.csv")

        let star = people[0]
        let gb18030 = String.Encoding(rawValue: 0x8000_0632)
        let parking = "车主,联系电话,车牌,车位,车型,能源类型\r\n\(star.name),+86\(star.phone),湘g·12345,B1-007,SUV,燃油\r\n"
        guard let bytes = parking.data(using: gb18030) else { throw Scenario.Failed("GB18030") }
        try write(Array(bytes), to: directory + "/parking.csv")

        let health = "证件号码,姓名,慢性病,过敏史,血型,用药,紧急联系人,紧急联系电话\n\(star.id),\(star.name),高血压；糖尿病,青霉素,A型,,,\n"
        try write(Array(health.utf8), to: directory + "/health.csv")

        let education =
            "学生姓名\t学生身份证\t学校\t年级\t监护人\t监护人身份证\t监护人电话\t健康提示\n\(star.name)\t\(star.id)\t老年大学\t1年级\t\(people[1].name)\t\(people[1].id)\t\(people[1].phone)\t\n"
        guard let wide = education.data(using: .utf16LittleEndian) else { throw Scenario.Failed("UTF-16") }
        try write([0xff, 0xfe] + Array(wide), to: directory + "/education.txt")
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    static let files = "$K/../register.csv $K/../parking.csv $K/../health.csv $K/../education.txt"
}

extension Scenario {
    /// Imports the small community with letters.
    @discardableResult
    func importCommunity(_ options: String = "") throws -> [String: Any] {
        try SmallCommunity.write(to: root)
        let out = try succeed(
            "rvault import --dir $V --plan $REPO/Policies/imports/community.yaml --letters $K/letters --json \(options) \(SmallCommunity.files)")
        return try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any] ?? [:]
    }

    /// What a person's letter says.
    func letter(_ name: String) throws -> (login: String, code: String) {
        let text = try String(contentsOfFile: keys + "/letters", encoding: .utf8)
        for part in text.components(separatedBy: "送 / deliver to:").dropFirst() where part.prefix(60).contains(name) {
            guard let login = part.firstMatch(of: /login name:\s+([0-9 ]+)/)?.1,
                let code = part.firstMatch(of: /activation code:\s+(\S+)/)?.1
            else { break }
            return (login.filter { $0 != " " }, String(code))
        }
        throw Failed("no letter for this person")
    }

    static let passphrase = "seven plain words here"

    /// Activates a person's letter and logs them in on this terminal.
    func activateAndLogIn(_ name: String) throws {
        let letter = try letter(name)
        try succeed(
            """
            rvault activate --dir $V --code-fd 3 --passphrase-fd 4 3<<<'\(letter.code)' 4<<<'\(Self.passphrase)'
            rvault login '\(letter.login)' --dir $V --session $K/session --passphrase-fd 4 4<<<'\(Self.passphrase)'
            """)
    }

    /// Runs a resident's command in that session and returns its JSON.
    func resident(_ command: String) throws -> [String: Any] {
        let out = try succeed("rvault \(command) --dir $V --session $K/session --json")
        return try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any] ?? [:]
    }
}
