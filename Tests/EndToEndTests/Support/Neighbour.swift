import Foundation

/// One invented person, as the platforms know them.
struct Neighbour: Sendable {
    let name: String
    let sex: String
    let born: String
    /// Makes the ID number and the phone different for each.
    let order: Int
    var home = ["1栋", "1单元", "101"]
    var hasPhone = true
    var plates: [String] = []
    var chronic = ""
    var allergies = ""

    /// 18 characters with a valid check character, and an area code that belongs to no place.
    var idNumber: String {
        let digits = "99990\(order % 3 + 1)\(born)\(String(1000 + order).suffix(3))"
        // GB 11643-1999: each digit weighs 2^(17 - position) modulo 11.
        let sum = digits.utf8.reduce(0) { ($0 + Int($1) - 48) * 2 % 11 }
        return digits + String(Array("10X98765432")[sum])
    }

    /// 11 digits in a block that no carrier has; every digit counts, since the leaks test looks for it.
    var phone: String { hasPhone ? "12\(100_000_000 + (order + 17) * 370_370_371 % 900_000_000)" : "" }

    var birthDate: String { "\(born.prefix(4))-\(born.dropFirst(4).prefix(2))-\(born.suffix(2))" }
}

/// Twelve people in four houses. Names have three characters or more, so that finding one by chance in a few megabytes
/// is out of the question.
enum Neighbourhood {
    static let people = [
        Neighbour(
            name: "秦若溪", sex: "女", born: "19800312", order: 2, home: ["2栋", "2单元", "202"], plates: ["湘G6K2T8"],
            chronic: "2型糖尿病；冠心病", allergies: "青霉素"),
        Neighbour(
            name: "陆建国", sex: "男", born: "19780601", order: 3, home: ["2栋", "2单元", "202"],
            plates: ["湘G1A2B3", "湘GD12345"]),
        Neighbour(name: "周桂芳", sex: "女", born: "19410708", order: 4, home: ["3栋", "1单元", "301"], chronic: "高血压；慢阻肺"),
        Neighbour(name: "陆小满", sex: "女", born: "20160509", order: 6, home: ["2栋", "2单元", "202"], hasPhone: false),
        Neighbour(name: "汪㛃䶮", sex: "男", born: "19900101", order: 7, home: ["11栋", "3单元", "2301"], plates: ["湘G88X88"]),
        Neighbour(name: "段𠮷祥", sex: "男", born: "19660229".replacingOccurrences(of: "0229", with: "0228"), order: 9),
        Neighbour(name: "阿依古丽·买买提", sex: "女", born: "19951224", order: 12, home: ["4栋", "1单元", "401"]),
        Neighbour(name: "覃明志", sex: "男", born: "19720815", order: 13, home: ["4栋", "1单元", "402"], allergies: "海鲜"),
        Neighbour(name: "覃思怡", sex: "女", born: "20030917", order: 14, home: ["4栋", "1单元", "402"]),
        Neighbour(name: "彭轩宇", sex: "男", born: "19850430", order: 15, home: ["4栋", "2单元", "501"], plates: ["湘G00001"]),
        Neighbour(name: "彭雨涵", sex: "女", born: "20130606", order: 16, home: ["4栋", "2单元", "501"], hasPhone: false),
        Neighbour(name: "吴婷婷", sex: "女", born: "19880808", order: 18, home: ["4栋", "2单元", "501"]),
    ]

    /// Those who play a part: `qin` has a car and a clinic's file, `lu` two cars, `zhou` is old and has no car.
    static var qin: Neighbour { people[0] }
    static var lu: Neighbour { people[1] }
    static var zhou: Neighbour { people[2] }
    static var wang: Neighbour { people[4] }
}
