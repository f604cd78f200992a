import Foundation

/// The four platforms' exports of the neighbourhood, each in its own encoding, with slips and bad rows.
enum Exports {
    /// What an import must say of these files. The lines are counted from the header, which is line 1.
    static let persons = 12
    static let merged = 5 + 4 + 3
    static let conflicts = [("health.csv", 5, "name"), ("register.csv", 15, "another value")]
    static let unmatched = [("parking.csv", 6, "nobody"), ("register.csv", 16, "nobody")]
    static let rejected = [
        ("education.txt", 4, "too many columns"), ("parking.csv", 7, "not a plate"),
        ("register.csv", 4, "too few columns"), ("register.csv", 10, "check digit"),
    ]

    /// Writes them; their paths in the order register, parking, health, education.
    static func write(to scenario: Scenario) throws -> [String] {
        try [
            scenario.write("register.csv", [0xef, 0xbb, 0xbf] + Array(register.utf8)),
            scenario.write("parking.csv", gb18030(parking)),
            scenario.write("health.csv", Array(health.utf8)),
            scenario.write("education.txt", utf16(education)),
        ]
    }

    /// UTF-8 with a byte-order mark: lines 4 and 10 are bad, 15 is a second row with another phone, 16 is of nobody known.
    static var register: String {
        var rows = Neighbourhood.people.map { row(of: $0).joined(separator: ",") }
        rows.insert("钱二毛,男,", at: 2)
        let mistyped = Neighbourhood.people[9]
        let last = mistyped.idNumber.hasSuffix("1") ? "2" : "1"
        rows.insert(row(of: mistyped, idNumber: mistyped.idNumber.dropLast() + last).joined(separator: ","), at: 8)
        rows.append(row(of: Neighbourhood.people[7], phone: "12999999999").joined(separator: ","))
        rows.append(["孙无名"] .joined() + ",男,,1950-01-02,12900000001,,,,,,,,,,")
        let header = "姓名,性别,身份证号,出生日期,手机号,楼栋,单元,房号,与户主关系,民族,居住类型,低保,独居老人,残疾等级,户编号"
        return ([header] + rows).map { $0 + "\r\n" }.joined()
    }

    /// GB18030, with people by name and phone only: line 6 is a stranger's, 7 has no plate.
    static var parking: String {
        let (qin, lu, wang, peng) = (Neighbourhood.qin, Neighbourhood.lu, Neighbourhood.wang, Neighbourhood.people[9])
        return """
            车主,联系电话,车牌,车位,车型,能源类型
            \(qin.name),+86\(qin.phone),湘G·6K2T8,B1-809,SUV,燃油
             \(lu.name) ,\(lu.phone.prefix(3)) \(lu.phone.dropFirst(3).prefix(4)) \(lu.phone.suffix(4)),湘g1a2b3,B1-101,小型汽车,燃油
            \(lu.name),\(wide(lu.phone)),湘GD12345,B1-102,小型汽车,新能源
            \(wang.name),86-\(wang.phone),湘G88X88,,SUV,燃油
            外来人,12770000000,湘G7M8N9,,小型汽车,燃油
            \(peng.name),\(peng.phone),无牌,,小型汽车,燃油
            \(peng.name),\(peng.phone),湘G00001,B2-300,面包车,燃油

            """
    }

    /// UTF-8 with lists in cells: line 5 has the ID number of somebody with another name.
    static var health: String {
        let (qin, zhou, ming) = (Neighbourhood.qin, Neighbourhood.zhou, Neighbourhood.people[7])
        return """
            证件号码,姓名,慢性病,过敏史,血型,用药,紧急联系人,紧急联系电话
            \(wide(qin.idNumber)),\(qin.name),\(qin.chronic),\(qin.allergies),B型,二甲双胍 0.5g 每日两次,陆建国,\(Neighbourhood.lu.phone)
            \(zhou.idNumber.lowercased()),\(zhou.name),\(zhou.chronic),无,O,"氨氯地平 5mg, 每日一次",,
            '\(ming.idNumber),\(ming.name),无,\(ming.allergies),不详,,,
            \(zhou.idNumber),冒名者,肝炎,,A,,,

            """
    }

    /// UTF-16 with tabs: line 4 has a column too many.
    static var education: String {
        let (child, mother) = (Neighbourhood.people[3], Neighbourhood.qin)
        let (second, father, grown) = (Neighbourhood.people[10], Neighbourhood.people[9], Neighbourhood.people[8])
        return [
            "学生姓名\t学生身份证\t学校\t年级\t监护人\t监护人身份证\t监护人电话\t健康提示",
            "\(child.name)\t\(child.idNumber)\t崇文小学\t4年级\t\(mother.name)\t\(mother.idNumber)\t\(mother.phone)\t花生过敏",
            "\(second.name)\t\(second.idNumber)\t澧水实验学校\t7年级\t\(father.name)\t\(father.idNumber)\t\(father.phone)\t",
            "\(second.name)\t\(second.idNumber)\t澧水实验学校\t7年级\t\(father.name)\t\(father.idNumber)\t\(father.phone)\t\t多",
            "\(grown.name)\t\(grown.idNumber)\t社区学院\t夜校2班\t\t\t\t",
        ].map { $0 + "\r\n" }.joined()
    }

    static func gb18030(_ text: String) -> [UInt8] {
        // The number is CFStringEncoding's for GB18030-2000; every character has a code in it.
        guard let bytes = text.data(using: String.Encoding(rawValue: 0x8000_0632)) else {
            preconditionFailure("GB18030 has a code for every character")
        }
        return Array(bytes)
    }

    private static func utf16(_ text: String) -> [UInt8] {
        [0xff, 0xfe] + text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }

    private static func row(of person: Neighbour, idNumber: String? = nil, phone: String? = nil) -> [String] {
        [person.name, person.sex, idNumber ?? person.idNumber, person.birthDate, phone ?? person.phone] + person.home
            + ["户主", "土家族", "业主", "否", "否", "", "H10001"]
    }

    /// Full-width digits, as an input method left in the wrong mode gives them.
    private static func wide(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { ("0"..."9").contains($0) ? Unicode.Scalar($0.value + 0xfee0) ?? $0 : $0 }))
    }
}
