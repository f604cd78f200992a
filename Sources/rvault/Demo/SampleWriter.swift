internal import Foundation

/// Writes the sample community down as four platforms would: each in its own encoding, with the slips of many hands.
struct SampleWriter {
    typealias Resident = SampleCommunity.Resident

    private var random = SampleRandom(seed: 7)

    /// UTF-8 with byte-order mark. Two rows are cut short, one ID number is mistyped, two rows without one have an
    /// impossible day and a short phone, one is of nobody known; three people stand twice, one with another phone.
    mutating func register(_ residents: [Resident]) -> [UInt8] {
        var rows = residents.map { registerRow($0) }
        let twice = [residents[20], residents[70], residents[120]].map { registerRow($0) }
        rows.insert(twice[0], at: 90)
        rows.insert(twice[1], at: 140)
        rows.append(twice[2].replacing(column: 4, with: "12987654321"))
        rows.insert(Array(rows[33].prefix(6)), at: 60)
        rows.insert(Array(rows[34].prefix(6)), at: 110)
        let mistyped = residents[45].idNumber.dropLast() + (residents[45].idNumber.hasSuffix("1") ? "2" : "1")
        rows.insert(registerRow(residents[45]).replacing(column: 2, with: String(mistyped)), at: 75)
        let unnumbered = registerRow(residents[46]).replacing(column: 0, with: "未知甲").replacing(column: 2, with: "")
        rows.insert(unnumbered.replacing(column: 3, with: "1950-13-45"), at: 130)
        rows.insert(unnumbered.replacing(column: 4, with: "1280013800"), at: 160)
        rows.insert(unnumbered.replacing(column: 4, with: "12900000001"), at: 170)
        let header = "姓名,性别,身份证号,出生日期,手机号,楼栋,单元,房号,与户主关系,民族,居住类型,低保,独居老人,残疾等级,户编号"
        return [0xef, 0xbb, 0xbf] + text(header, rows, separator: ",").utf8
    }

    /// GB18030; knows people by phone and name only. Five cars belong to strangers, one plate is no plate.
    mutating func parking(_ residents: [Resident]) -> [UInt8] {
        var rows: [[String]] = []
        for resident in residents {
            for plate in resident.plates {
                rows.append([
                    slip(name: resident.name), slip(phone: resident.phone ?? ""), slip(plate: plate),
                    "B\(1 + random.below(2))-\(100 + random.below(800))",
                    random.pick(["小型汽车", "SUV", "面包车"]), plate.count == 8 ? "新能源" : "燃油",
                ])
            }
        }
        for stranger in 0..<5 {
            let place = rows.count / 6 * (stranger + 1)
            rows.insert(
                ["外来\("甲乙丙丁戊".map(String.init)[stranger])", "1277000000\(stranger)", random.plate(), "", "小型汽车", "燃油"],
                at: place)
        }
        rows.insert(rows[8].replacing(column: 2, with: "无牌"), at: 9)
        guard let bytes = text("车主,联系电话,车牌,车位,车型,能源类型", rows, separator: ",").data(using: .init(rawValue: 0x8000_0632))
        else {
            preconditionFailure("GB18030 has a code for every character")
        }
        return Array(bytes)
    }

    /// UTF-8; lists inside cells. One row has a byte that is no text, one a quotation mark out of place, and one has
    /// the ID number of another person.
    mutating func health(_ residents: [Resident]) -> [UInt8] {
        var rows: [[String]] = []
        for (position, resident) in residents.enumerated()
        where position < 3 || resident.age > 60 || random.below(5) == 0 {
            let chronic = position == 2 ? ["高血压", "冠心病"] : random.some(of: SampleWords.chronic)
            let emergency = residents[random.below(residents.count)]
            rows.append([
                slip(idNumber: resident.idNumber), resident.name, chronic.joined(separator: "；"),
                random.some(of: SampleWords.allergies).joined(separator: "；"),
                random.pick(["A", "B型", "O", "AB型", "不详"]),
                random.pick(SampleWords.medicines), emergency.name, emergency.phone ?? "",
            ])
        }
        rows.insert(rows[5].replacing(column: 2, with: "高\"血压"), at: 12)
        rows.insert(rows[6].replacing(column: 1, with: "冒名"), at: 20)
        rows.insert(rows[7].replacing(column: 5, with: "?"), at: 25)
        let header = "证件号码,姓名,慢性病,过敏史,血型,用药,紧急联系人,紧急联系电话"
        // A lone continuation byte is in no UTF-8 text.
        return text(header, rows, separator: ",").utf8.map { $0 == UInt8(ascii: "?") ? 0xbf : $0 }
    }

    /// UTF-16, little-endian with byte-order mark, tabs. One row has a column too many.
    mutating func education(_ residents: [Resident]) -> [UInt8] {
        var rows: [[String]] = []
        for resident in residents {
            guard let guardian = resident.guardian.map({ residents[$0] }) else { continue }
            rows.append([
                resident.name, slip(idNumber: resident.idNumber), random.pick(SampleWords.schools),
                "\(max(1, resident.age - 6))年级", guardian.name,
                slip(idNumber: guardian.idNumber), slip(phone: guardian.phone ?? ""),
                random.pick(["", "", "花生过敏", "哮喘"]),
            ])
        }
        rows.insert([residents[0].name, residents[0].idNumber, "社区学院", "夜校2班", "", "", "", ""], at: 3)
        rows.insert(rows[6] + ["多"], at: 8)
        let header = "学生姓名\t学生身份证\t学校\t年级\t监护人\t监护人身份证\t监护人电话\t健康提示"
        return [0xff, 0xfe] + text(header, rows, separator: "\t").utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }

    private mutating func registerRow(_ resident: Resident) -> [String] {
        let home = resident.household
        return [
            slip(name: resident.name), resident.isWoman ? "女" : "男", slip(idNumber: resident.idNumber),
            slip(date: resident.birth),
            resident.phone.map { slip(phone: $0) } ?? "", "\(1 + home % 8)栋", "\(1 + home % 3)单元",
            "\(1 + home % 17)0\(1 + home % 4)",
            resident.relation, ["汉族", "土家族", "白族", "苗族"][home % 4], home % 3 == 0 ? "租户" : "业主",
            home % 19 == 5 ? "是" : "否",
            resident.name == SampleCommunity.zhou.name ? "是" : "", home % 23 == 7 ? "二级" : "", "H\(10_000 + home)",
        ]
    }

    private func text(_ header: String, _ rows: [[String]], separator: String) -> String {
        ([header] + rows.map { $0.joined(separator: separator) }).map { $0 + "\r\n" }.joined()
    }

    private mutating func slip(name: String) -> String {
        switch random.below(16) {
        case 0: " " + name
        case 1: name + " "
        case 2 where name.count == 2: name.prefix(1) + "\u{3000}" + name.suffix(1)
        case 3: name.replacingOccurrences(of: "·", with: "•")
        default: name
        }
    }

    private mutating func slip(idNumber: String) -> String {
        switch random.below(12) {
        case 0: "'" + idNumber
        case 1: " " + idNumber
        case 2: "\(idNumber.prefix(6)) \(idNumber.dropFirst(6).prefix(8)) \(idNumber.suffix(4))"
        case 3: idNumber.lowercased()
        case 4: wide(idNumber)
        default: idNumber
        }
    }

    private mutating func slip(phone: String) -> String {
        switch random.below(12) {
        case 0: "+86" + phone
        case 1: "86-" + phone
        case 2: "\(phone.prefix(3)) \(phone.dropFirst(3).prefix(4)) \(phone.suffix(4))"
        case 3: "\(phone.prefix(3))-\(phone.dropFirst(3).prefix(4))-\(phone.suffix(4))"
        case 4: wide(phone)
        default: phone
        }
    }

    private mutating func slip(date: String) -> String {
        let year = date.prefix(4)
        let month = Int(date.dropFirst(4).prefix(2)) ?? 0
        let day = Int(date.suffix(2)) ?? 0
        return switch random.below(6) {
        case 0: date
        case 1: "\(year)/\(month)/\(day)"
        case 2: "\(year).\(month).\(day)"
        case 3: "\(year)年\(month)月\(day)日"
        default: "\(year)-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
        }
    }

    private mutating func slip(plate: String) -> String {
        switch random.below(6) {
        case 0: plate.lowercased()
        case 1: "\(plate.prefix(2))·\(plate.dropFirst(2))"
        case 2: "\(plate.prefix(2)) \(plate.dropFirst(2))"
        default: plate
        }
    }

    /// Full-width digits, as an input method left in the wrong mode gives them.
    private func wide(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { ("0"..."9").contains($0) ? Unicode.Scalar($0.value + 0xfee0) ?? $0 : $0 }))
    }
}

extension SampleRandom {
    /// None, one or two of the items.
    fileprivate mutating func some(of items: [String]) -> [String] {
        let first = below(items.count)
        return [[], [items[first]], [items[first], items[(first + 1) % items.count]]][below(3)]
    }
}

extension [String] {
    fileprivate func replacing(column: Int, with text: String) -> [String] {
        var copy = self
        copy[column] = text
        return copy
    }
}
