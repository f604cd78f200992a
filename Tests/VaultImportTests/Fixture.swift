import Foundation
import VaultImport
import VaultModel

/// The default plan and small files of the four shapes, in their encodings.
enum Fixture {
    static var today: CivilDate {
        get throws { try found(CivilDate(year: 2026, month: 11, day: 23)) }
    }

    /// The repository's root, links resolved.
    static var root: URL {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    static func planBytes() throws -> [UInt8] {
        Array(try Data(contentsOf: root.appending(path: "Policies/imports/community.yaml")))
    }

    static func plan() throws -> ImportPlan { try ImportPlan(yaml: planBytes(), file: "community.yaml") }

    static let registerHeader = "姓名,性别,身份证号,出生日期,手机号,楼栋,单元,房号,与户主关系,民族,居住类型,低保,独居老人,残疾等级,户编号"
    static let parkingHeader = "车主,联系电话,车牌,车位,车型,能源类型"
    static let healthHeader = "证件号码,姓名,慢性病,过敏史,血型,用药,紧急联系人,紧急联系电话"
    static let educationHeader = "学生姓名\t学生身份证\t学校\t年级\t监护人\t监护人身份证\t监护人电话\t健康提示"

    static func register(_ rows: [String]) -> ImportInput {
        file("register.csv", [0xef, 0xbb, 0xbf] + text(registerHeader, rows).utf8)
    }

    static func parking(_ rows: [String]) throws -> ImportInput {
        file("parking.csv", Array(try found(text(parkingHeader, rows).data(using: .init(rawValue: 0x8000_0632)))))
    }

    static func health(_ rows: [String]) -> ImportInput { file("health.csv", Array(text(healthHeader, rows).utf8)) }

    static func education(_ rows: [String]) -> ImportInput {
        file(
            "education.txt",
            [0xff, 0xfe] + text(educationHeader, rows).utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
    }

    static func file(_ name: String, _ bytes: [UInt8]) -> ImportInput { ImportInput(name: name, bytes: bytes) }

    static func text(_ header: String, _ rows: [String]) -> String { ([header] + rows).map { $0 + "\r\n" }.joined() }

    /// A register row with what matters to most tests.
    static func row(_ name: String, _ number: String, phone: String = "", born: String = "", room: String = "101")
        -> String
    {
        "\(name),女,\(number),\(born),\(phone),1栋,2单元,\(room),户主,汉族,业主,否,,,H1"
    }

    /// A valid ID number of an unassigned area for a running number.
    static func number(_ order: Int, born: String = "19800312") -> String {
        let digits = "999901\(born)\(String(order + 1000).suffix(3))"
        return digits + String(Unicode.Scalar(Normaliser.checkCharacter(ofIDNumber: digits.utf8)))
    }

    static func run(_ inputs: [ImportInput], mode: ImportMode = .community) throws -> ImportResult {
        try Importer.run(plan: plan(), inputs: inputs, today: today, mode: mode)
    }

    struct Missing: Error {}

    private static func found<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }
}

extension ImportedPerson {
    subscript(_ field: String) -> JSON? { FieldName(field).flatMap { fields[$0] } }

    func source(_ field: String) -> String? { FieldName(field).flatMap { sources[$0]?.text } }
}

extension [ImportReport.Finding] {
    /// File and line, which is what a person looks up.
    var places: [String] { map { "\($0.file):\($0.line)" } }
}
