import Foundation
import VaultModel
@testable import VaultPolicy

/// A small, correct set of policies in a directory of its own, for tests that break one thing at a time.
struct SamplePolicies: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("policies-\(UUID().uuidString)").path
        for (file, text) in Self.files { try write(text, to: file) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to file: String) throws { try write(Data(text.utf8), to: file) }

    func write(_ bytes: Data, to file: String) throws {
        let location = URL(fileURLWithPath: path).appendingPathComponent(file)
        try FileManager.default.createDirectory(
            at: location.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: location)
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(file)") }

    func load() throws(PolicyError) -> PolicySet { try PolicyDocument.load(directory: path) }

    /// The findings of loading, with files relative to the directory; empty when it loads.
    func findings() -> [PolicyFinding] {
        do throws(PolicyError) {
            _ = try load()
            return []
        } catch {
            return error.findings.map { finding in
                let isInside = finding.file.hasPrefix(path + "/")
                let file = isInside ? String(finding.file.dropFirst(path.count + 1)) : finding.file
                return PolicyFinding(file: file, line: finding.line, reason: finding.reason)
            }
        }
    }

    /// The sample as it loads, read once for all tests that do not change it.
    static func loaded() throws -> PolicySet { try once.get() }

    private static let once = Result { try SamplePolicies().load() }

    static let files: [String: String] = [
        "parties.yaml": """
        parties:
          shop:
            title: {zh: 商店, en: Shop}
            contact: {zh: 前台, en: Front desk}
            apps: [till, stall]
          bank:
            title: {zh: 银行, en: Bank}
            contact: {zh: 柜台, en: Counter}
            apps: [vaultkeeper]
        """,
        "categories/person.yaml": """
        category: person
        fields:
          name: {type: string, mask: name, sensitivity: general, retention: enrolled, title: {zh: 姓名, en: Name}}
          nick: {type: string, sensitivity: general, retention: 30, title: {zh: 小名, en: Nickname}}
          born: {type: date, sensitivity: general, retention: enrolled, title: {zh: 生日, en: Birthday}}
          phone: {type: phone, lookup: true, verify: true, sensitivity: general, retention: enrolled,
                    title: {zh: 电话, en: Phone}}
          number: {type: id_number, form: masked, sensitivity: general, retention: enrolled,
                    title: {zh: 证件号, en: Number}}
          illnesses: {type: list<string>, sensitivity: sensitive, retention: enrolled, title: {zh: 疾病, en: Illnesses}}
          member: {type: bool, sensitivity: general, retention: enrolled, title: {zh: 会员, en: Member}}
          points: {type: int, sensitivity: general, retention: enrolled, title: {zh: 积分, en: Points}}
          level: {type: enum, values: [金, 银], sensitivity: general, retention: enrolled, title: {zh: 等级, en: Level}}
        """,
        "purposes/till.sale.yaml": """
        purpose: till.sale
        version: 3
        oldest_version: 2
        app: till
        party: shop
        title: {zh: 买卖, en: Sale}
        notice: {zh: 商店看这些, en: The shop sees these}
        necessity: {zh: 需要, en: Needed}
        impact: {zh: 影响, en: Impact}
        basis: consent
        citations: [PIPL 13(1)(1)]
        actions: [read, write]
        fields:
          person.name: {form: masked}
          person.nick: {form: raw, write: true}
          person.born: {form: band, bands: [18, 60], answer: {at_least_years: 18}}
          person.phone: {form: raw}
          person.number: {form: masked}
          person.member: {form: answer, answer: {equals: true}}
          person.points: {form: raw, bands: [10, 100]}
        retention_days: 30
        limits: {days: 100, reads_per_day: 3, rows_per_request: 20}
        must_state: [initiator, case]
        """,
        "purposes/till.care.yaml": """
        purpose: till.care
        version: 1
        app: till
        party: shop
        title: {zh: 照顾, en: Care}
        notice: {zh: 商店看这些, en: The shop sees these}
        necessity: {zh: 需要, en: Needed}
        impact: {zh: 影响, en: Impact}
        basis: consent.separate
        actions: [read]
        fields:
          person.illnesses: {form: raw, answer: {contains: 花生}}
          person.phone: {form: raw}
        retention_days: 30
        limits: {days: 100, reads_per_day: 3, rows_per_request: 20}
        """,
    ]
}

extension FieldName {
    /// For names written in tests; a wrong one is a fault of the test.
    static func of(_ text: String) -> FieldName {
        guard let name = FieldName(text) else { preconditionFailure("not a field name: \(text)") }
        return name
    }
}

extension PurposeName {
    static func of(_ text: String) -> PurposeName {
        guard let name = PurposeName(text) else { preconditionFailure("not a purpose name: \(text)") }
        return name
    }
}

extension AppName {
    static func of(_ text: String) -> AppName {
        guard let name = AppName(text) else { preconditionFailure("not an app name: \(text)") }
        return name
    }
}
