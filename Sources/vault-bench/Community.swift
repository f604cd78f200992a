import Foundation
import ResidentVault
import VaultModel

/// An invented community for measuring: twenty fields a person, two purposes that law or contract allows, one that asks
/// for consent. Its limits are as high as a policy may set them, because a benchmark reads one person all day.
enum Community {
    static let fieldsRead = ["person.name", "home.building", "home.unit", "home.room", "contact.phone"]
    static let parties = ["committee", "property", "clinic"]
    /// The app, and the purpose it reads for.
    static let statutory = (app: "committee", purpose: "bench.register")
    static let contract = (app: "property", purpose: "bench.service")
    static let consent = (app: "health", purpose: "bench.visit")
    /// For grants that come and go.
    static let passing = (app: "visitors", purposes: (1...8).map { "bench.pass\($0)" })
    static let apps = [statutory.app, contract.app, consent.app, passing.app]

    private static let categories: [(name: String, fields: [(name: String, type: String)])] = [
        ("person", [("name", "string"), ("sex", "string"), ("id_number", "id_number"), ("birth_date", "date"), ("ethnicity", "string")]),
        ("contact", [("phone", "phone"), ("emergency_name", "string"), ("emergency_phone", "phone")]),
        ("home", [
            ("building", "string"), ("unit", "string"), ("room", "string"), ("relation", "string"), ("household", "string"),
            ("occupancy", "string"),
        ]),
        ("vehicle", [("plates", "list<plate>"), ("spaces", "list<string>")]),
        ("education", [("school", "string"), ("grade", "string")]),
        ("health", [("blood_type", "string")]),
        ("welfare", [("low_income", "bool")]),
    ]

    /// Writes the policies into a new directory.
    static func writePolicies(to directory: String) throws {
        for folder in ["categories", "purposes"] {
            try FileManager.default.createDirectory(atPath: "\(directory)/\(folder)", withIntermediateDirectories: true)
        }
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)"))
        }
        var text = "log_retention_days: 1096\nbackup_days: 35\nparties:\n"
        for (party, apps) in [("committee", "committee, visitors"), ("property", "property"), ("clinic", "health")] {
            text += "  \(party):\n    title: {zh: 一方, en: A party}\n    contact: {zh: 窗口, en: The counter}\n    apps: [\(apps)]\n"
        }
        try write(text, "parties.yaml")
        for (category, fields) in categories {
            var text = "category: \(category)\nfields:\n"
            for (field, type) in fields {
                let lookup = type == "id_number" || field == "phone" ? "    lookup: true\n" : ""
                let form = type == "id_number" ? "    form: masked\n" : ""
                text += "  \(field):\n    type: \(type)\n\(lookup)\(form)    sensitivity: general\n    retention: enrolled\n    title: {zh: 字段, en: A field}\n"
            }
            try write(text, "categories/\(category).yaml")
        }
        let kinds = [(statutory.app, "committee", [statutory.purpose], "statutory"), (contract.app, "property", [contract.purpose], "contract"),
            (consent.app, "clinic", [consent.purpose], "consent"), (passing.app, "committee", passing.purposes, "consent")]
        for (app, party, purposes, basis) in kinds {
            for purpose in purposes {
                let words = ["title", "notice", "necessity", "impact"].map { "\($0): {zh: 测量, en: For measuring}\n" }.joined()
                let fields = fieldsRead.map { "  \($0): {form: raw}\n" }.joined()
                try write(
                    "purpose: \(purpose)\nversion: 1\napp: \(app)\nparty: \(party)\n\(words)basis: \(basis)\n"
                        + "citations: [PIPL 13]\nactions: [read]\nfields:\n\(fields)retention_days: 365\n"
                        + "limits: {days: 365, reads_per_day: 100000, rows_per_request: 500}\n",
                    "purposes/\(purpose).yaml")
            }
        }
    }

    /// The person with this number; adults, with values of about twelve bytes on average.
    static func person(_ index: Int) -> [FieldName: JSON] {
        let day = index % 23_000
        let (year, month, dayOfMonth) = (1945 + day / 360, day / 30 % 12 + 1, day % 30 % 28 + 1)
        let born = "\(year)-\(two(month))-\(two(dayOfMonth))"
        let sequence = index / 23_000 * 4 + (day % 30) / 28 + 1
        let values: [String: JSON] = [
            "person.name": .string(surnames[index % surnames.count] + names[index / 7 % names.count]),
            "person.sex": index % 2 == 0 ? "男" : "女", "person.id_number": .string(idNumber(born: born, sequence: sequence)),
            "person.birth_date": .string(born), "person.ethnicity": "汉族", "contact.phone": .string(phone(index)),
            "contact.emergency_name": .string(surnames[index % 5] + "亲友"), "contact.emergency_phone": .string(phone(index + 7)),
            "home.building": .string("幸福里\(index % 97 + 1)栋"), "home.unit": .string("\(index % 6 + 1)单元"),
            "home.room": .string(String(100 + index % 3300)), "home.relation": "户主", "home.household": .string("H\(index / 3)"),
            "home.occupancy": "业主", "vehicle.plates": ["湘G12345"], "vehicle.spaces": ["东区 B1-810"],
            "education.school": "崇文区第一实验小学", "education.grade": "三年级二班", "health.blood_type": "AB", "welfare.low_income": false,
        ]
        var fields: [FieldName: JSON] = [:]
        for (name, value) in values { if let field = FieldName(name) { fields[field] = value } }
        return fields
    }

    /// Each person's own.
    static func phone(_ index: Int) -> String { String(13_800_000_000 + index) }

    private static let surnames = ["甄", "贾", "任", "武", "史", "卜", "欧阳", "司马", "钟", "白", "黄"]
    private static let names = ["一一", "二宝", "三多", "四喜", "五福", "六顺", "七巧", "八方", "九如", "十全", "百合", "千山", "万里"]

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    /// GB 11643, with an area code that is given to no place.
    private static func idNumber(born: String, sequence: Int) -> String {
        let tail = String(sequence)
        let digits = "999901" + born.filter { $0 != "-" } + String(repeating: "0", count: max(0, 3 - tail.count)) + tail
        let remainder = digits.utf8.reduce(0) { ($0 + Int($1 - 48)) * 2 % 11 }
        let check = (12 - remainder) % 11
        return digits + (check == 10 ? "X" : String(check))
    }
}
