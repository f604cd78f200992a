import Foundation
import Testing
@testable import VaultPolicy

/// One change to the sample policies, and the one finding it must give.
struct Fault: Sendable, CustomTestStringConvertible {
    let file: String
    let replacing: String
    let with: String
    /// A text on the line the finding must name, in the changed file.
    let at: String
    /// A part of the reason.
    let reason: String

    init(_ file: String, _ replacing: String, _ with: String, at: String, _ reason: String) {
        self.file = file
        self.replacing = replacing
        self.with = with
        self.at = at
        self.reason = reason
    }

    var testDescription: String { "\(file): \(reason)" }
}

struct PolicyCheckTests {
    @Test func `the sample itself has no finding`() throws {
        #expect(try SamplePolicies().findings().isEmpty)
    }

    @Test(arguments: parties + fields + purposes + rules)
    func `a fault is found with its file, line and reason`(fault: Fault) throws {
        let sample = try SamplePolicies()
        let text = try #require(SamplePolicies.files[fault.file])
        #expect(text.components(separatedBy: fault.replacing).count == 2, "the text to replace stands once")
        let changed = text.replacing(fault.replacing, with: fault.with)
        try sample.write(changed, to: fault.file)

        let findings = sample.findings()
        let lines = changed.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains(fault.at) }) + 1
        #expect(findings.count == 1, "\(findings)")
        let finding = try #require(findings.first)
        #expect(finding.file == fault.file)
        #expect(finding.line == line)
        #expect(finding.reason.contains(fault.reason), "\(finding.reason)")
    }

    static let parties: [Fault] = {
        let file = "parties.yaml"
        return [
            Fault(file, "[vaultkeeper]", "[vaultkeeper, till]", at: "vaultkeeper", "already acts for the party 'shop'"),
            Fault(file, "[till, stall]", "[till, stall, till]", at: "stall", "'till' stands twice"),
            Fault(file, "[till, stall]", "[till, Stall]", at: "Stall", "is no app's name"),
            Fault(
                file, "[vaultkeeper]", "[vaultkeeper]\n    logo: x", at: "logo",
                "unknown key 'logo'; known here: apps, contact, title"),
            Fault(file, "    apps: [vaultkeeper]", "", at: "银行", "missing key 'apps'"),
            Fault(file, "[vaultkeeper]", "vaultkeeper", at: "vaultkeeper", "expected a list"),
            Fault(file, ", en: Counter", "", at: "柜台", "the contact is missing in the language 'en'"),
            Fault(file, "zh: 柜台", "zh: ' '", at: "Counter", "expected a text, found none"),
            Fault(file, "zh: 柜台", "zh: 12", at: "Counter", "expected a text; a number"),
            Fault(file, "zh: 柜台, en: Counter", "zh: 柜台, en: Counter, fr: Guichet", at: "Guichet", "unknown key 'fr'"),
            Fault(file, "zh: 柜台", #"zh: "柜\e[2J台""#, at: "Counter", "control character"),
            Fault(file, "zh: 柜台", #"zh: "柜\u202e台""#, at: "Counter", "control character"),
            Fault(file, "en: Counter", "en: Cafe\u{301}", at: "柜台", "normal form C"),
            Fault(
                file, "en: Counter", "en: \(String(repeating: "x", count: 1501))", at: "柜台", "longer than 1500 bytes"),
            Fault(file, "  bank:", "  Bank:", at: "Bank:", "is no party's name"),
        ]
    }()

    static let fields: [Fault] = {
        let file = "categories/person.yaml"
        return [
            Fault(file, "category: person", "category: human", at: "human", "stands in a file named 'person'"),
            Fault(file, "category: person", "category: person\nicon: x", at: "icon", "unknown key 'icon'"),
            Fault(file, "  level:", "  top level:", at: "top level", "is no field's name"),
            Fault(
                file, "{type: string, sensitivity", "{type: text line, sensitivity", at: "nick",
                "unknown type 'text line'"),
            Fault(file, "{type: date, sensitivity", "{sensitivity", at: "born", "missing key 'type'"),
            Fault(
                file, "{type: date, sensitivity: general, ", "{type: date, ", at: "born", "missing key 'sensitivity'"),
            Fault(
                file, "{type: date, sensitivity: general", "{type: date, sensitivity: secret", at: "born",
                "unknown sensitivity 'secret'"),
            Fault(file, "retention: 30, ", "", at: "nick", "missing key 'retention'"),
            Fault(file, "retention: 30", "retention: forever", at: "nick", "expected 'enrolled' or a number of days"),
            Fault(file, "retention: 30", "retention: 0", at: "nick", "expected 'enrolled' or a number of days"),
            Fault(file, ", title: {zh: 积分, en: Points}", "", at: "points", "missing key 'title'"),
            Fault(
                file, "{zh: 积分, en: Points}", "{en: Points}", at: "points", "the title is missing in the language 'zh'"),
            Fault(file, "values: [金, 银], ", "", at: "level", "missing key 'values'"),
            Fault(file, "[金, 银]", "[金]", at: "level", "2 to 50 words"),
            Fault(file, "[金, 银]", "[金, 金]", at: "level", "'金' stands twice"),
            Fault(file, "type: int,", "type: int, values: [少, 多],", at: "points", "'values' is for an enum"),
            Fault(file, "type: bool,", "type: bool, lookup: true,", at: "member", "a 'bool' cannot be indexed"),
            Fault(file, "type: enum,", "type: enum, lookup: true,", at: "level", "a 'enum' cannot be indexed"),
            Fault(file, "type: date,", "type: date, lookup: true,", at: "born", "a 'date' cannot be indexed"),
            Fault(file, "type: bool,", "type: bool, verify: true,", at: "member", "cannot be verified"),
            Fault(file, "type: bool,", "type: bool, lookup: yes,", at: "member", "expected true or false"),
            Fault(file, "type: bool,", "type: bool, mask: name,", at: "member", "'mask' is for a string"),
            Fault(file, "mask: name", "mask: half", at: "mask: half", "unknown mask 'half'"),
            Fault(file, "type: phone,", "type: phone, index: true,", at: "phone", "unknown key 'index'"),
        ]
    }()

    static let purposes: [Fault] = {
        let file = "purposes/till.sale.yaml"
        return [
            Fault(
                file, "purpose: till.sale", "purpose: till.sell", at: "till.sell", "stands in a file named 'till.sale'"),
            Fault(file, "purpose: till.sale", "purpose: sale", at: "purpose: sale", "is no purpose's name"),
            Fault(file, "purpose: till.sale\n", "", at: "version: 3", "missing key 'purpose'"),
            Fault(file, "version: 3\n", "version: 0\n", at: "version: 0", "whole number from 1"),
            Fault(file, "oldest_version: 2", "oldest_version: 4", at: "oldest_version: 4", "whole number from 1 to 3"),
            Fault(file, "party: shop", "party: shops", at: "party: shops", "unknown party 'shops'"),
            Fault(
                file, "party: shop", "party: bank", at: "app: till", "the app 'till' does not act for the party 'bank'"),
            Fault(
                file, "app: till", "app: tills", at: "app: tills", "the app 'tills' does not act for the party 'shop'"),
            Fault(file, "notice: {zh: 商店看这些, en: The shop sees these}\n", "", at: "purpose:", "missing key 'notice'"),
            Fault(
                file, "notice: {zh: 商店看这些, en: The shop sees these}", "notice: {zh: 商店看这些}", at: "notice",
                "the notice is missing in the language 'en'"),
            Fault(file, "{zh: 需要, en: Needed}", "{zh: 需要, en: ''}", at: "necessity", "expected a text, found none"),
            Fault(file, "impact: {zh: 影响, en: Impact}\n", "", at: "purpose:", "missing key 'impact'"),
            Fault(file, "basis: consent\n", "basis: curiosity\n", at: "curiosity", "unknown legal basis 'curiosity'"),
            Fault(
                file, "basis: consent\n", "basis: legitimate_interest\n", at: "legitimate_interest",
                "PIPL art. 13 does not know it"),
            Fault(
                file, "basis: consent\ncitations: [PIPL 13(1)(1)]", "basis: statutory", at: "basis:",
                "'statutory' needs a citation"),
            Fault(
                file, "basis: consent\ncitations: [PIPL 13(1)(1)]", "basis: law\ncitations: []", at: "citations:",
                "'law' needs a citation"),
            Fault(
                file, "basis: consent\n", "basis: emergency\n", at: "actions:", "'emergency' gives no right to write"),
            Fault(
                file, "basis: consent\n", "basis: public_data\n", at: "actions:",
                "'public_data' gives no right to write"),
            Fault(file, "[read, write]", "[read, erase]", at: "actions:", "unknown action 'erase'"),
            Fault(file, "[read, write]", "[read, write, read]", at: "actions:", "'read' stands twice"),
            Fault(file, "retention_days: 30\n", "", at: "purpose:", "missing key 'retention_days'"),
            Fault(file, "retention_days: 30\n", "retention_days: 30.5\n", at: "30.5", "whole number"),
            Fault(file, "days: 100", "days: 3651", at: "limits:", "whole number from 1 to 3650"),
            Fault(file, "reads_per_day: 3, ", "", at: "limits:", "missing key 'reads_per_day'"),
            Fault(file, "rows_per_request: 20", "rows_per_request: 501", at: "limits:", "whole number from 1 to 500"),
            Fault(
                file, "rows_per_request: 20", "rows_per_request: 20, rows_per_year: 3", at: "limits:",
                "unknown key 'rows_per_year'"),
            Fault(file, "[initiator, case]", "[initiator, mood]", at: "must_state", "not 'mood'"),
            Fault(
                file, "must_state: [initiator, case]", "must_say: [initiator]", at: "must_say", "unknown key 'must_say'"
            ),
        ]
    }()

    static let rules: [Fault] = {
        let sale = "purposes/till.sale.yaml"
        let care = "purposes/till.care.yaml"
        return [
            Fault(
                sale, "person.phone: {form: raw}", "person.fax: {form: raw}", at: "fax", "unknown field 'person.fax'"),
            Fault(sale, "person.phone: {form: raw}", "fax: {form: raw}", at: "fax", "unknown field 'fax'"),
            Fault(
                sale, "person.phone: {form: raw}", "person.phone: {form: whole}", at: "whole", "unknown form 'whole'"),
            Fault(sale, "person.phone: {form: raw}", "person.phone: {}", at: "phone", "missing key 'form'"),
            Fault(sale, "person.phone: {form: raw}", "person.phone: raw", at: "phone", "expected keys and values"),
            Fault(
                sale, "person.phone: {form: raw}", "person.phone: {form: raw, why: fun}", at: "phone",
                "unknown key 'why'"),
            Fault(
                sale, "person.number: {form: masked}", "person.number: {form: raw}", at: "number",
                "above 'masked', the most the field 'person.number' allows"),
            Fault(
                sale, "person.member: {form: answer, answer: {equals: true}}", "person.member: {form: answer}",
                at: "member", "needs its question"),
            Fault(sale, "bands: [18, 60], ", "", at: "born", "needs its ranges"),
            Fault(
                sale, "person.phone: {form: raw}", "person.level: {form: masked}", at: "level", "cannot be shown masked"
            ),
            Fault(
                sale, "person.nick: {form: raw, write: true}", "person.nick: {form: masked, write: true}", at: "nick",
                "cannot be shown masked"),
            Fault(
                sale, "person.phone: {form: raw}", "person.phone: {form: raw, bands: [1]}", at: "phone", "has no ranges"
            ),
            Fault(sale, "[18, 60]", "[60, 18]", at: "born", "ascending whole numbers"),
            Fault(sale, "[18, 60]", "[0, 18]", at: "born", "ascending whole numbers"),
            Fault(sale, "[18, 60]", "[18, 60.5]", at: "born", "ascending whole numbers"),
            Fault(
                sale, "{form: answer, answer: {equals: true}}", "{form: answer, answer: {equals: 1}}", at: "member",
                "does not suit a 'bool'"),
            Fault(sale, "{at_least_years: 18}", "{contains: x}", at: "born", "does not suit a 'date'"),
            Fault(
                sale, "{at_least_years: 18}", "{at_least_years: 18, at_least: 3}", at: "born",
                "expected 'present' or one of"),
            Fault(sale, "{at_least_years: 18}", "{older_than: 18}", at: "born", "unknown question 'older_than'"),
            Fault(sale, "{at_least_years: 18}", "always", at: "born", "expected 'present' or one of"),
            Fault(
                sale, "{form: raw, bands: [10, 100]}", "{form: answer, answer: {at_least: 5}, bands: [10, 100]}",
                at: "points", "never used"),
            Fault(sale, "[read, write]", "[read]", at: "nick", "the purpose has no action 'write'"),
            Fault(
                sale, "{form: raw, write: true}", "{form: raw}", at: "person.name", "no field is marked 'write: true'"),
            Fault(
                sale, "person.phone: {form: raw}", "person.illnesses: {form: raw}", at: "illnesses",
                "sensitive; the basis 'consent' is not enough"),
            Fault(
                care, "basis: consent.separate", "basis: consent", at: "illnesses",
                "sensitive; the basis 'consent' is not enough"),
            Fault(
                care, "basis: consent.separate", "basis: contract", at: "illnesses",
                "sensitive; the basis 'contract' is not enough"),
            Fault(
                care, "basis: consent.separate", "basis: public_data", at: "illnesses",
                "sensitive; the basis 'public_data' is not enough"),
            Fault(care, "{contains: 花生}", "{contains: ''}", at: "illnesses", "expected a text, found none"),
        ]
    }()

    @Test(arguments: ["consent.written", "consent.guardian", "emergency"])
    func `a stronger basis may read what is sensitive`(basis: String) throws {
        let sample = try SamplePolicies()
        let care = try #require(SamplePolicies.files["purposes/till.care.yaml"])
        try sample.write(care.replacing("consent.separate", with: basis), to: "purposes/till.care.yaml")
        #expect(sample.findings().isEmpty)
    }

    @Test func `a law with its citation may read what is sensitive`() throws {
        let sample = try SamplePolicies()
        let care = try #require(SamplePolicies.files["purposes/till.care.yaml"])
        try sample.write(
            care.replacing("basis: consent.separate", with: "basis: statutory\ncitations: [X 1]"),
            to: "purposes/till.care.yaml")
        #expect(sample.findings().isEmpty)
    }

    @Test func `a purpose that only writes may hold what is sensitive under a contract, whole values only`() throws {
        let sample = try SamplePolicies()
        let care = try #require(SamplePolicies.files["purposes/till.care.yaml"])
        let writing = care.replacing("consent.separate", with: "contract").replacing("[read]", with: "[write]")
            .replacing("answer: {contains: 花生}", with: "write: true")
        try sample.write(writing, to: "purposes/till.care.yaml")
        #expect(sample.findings().isEmpty)
        try sample.write(
            writing.replacing("person.phone: {form: raw}", with: "person.phone: {form: masked}"),
            to: "purposes/till.care.yaml")
        #expect(
            sample.findings().map(\.reason) == ["a purpose that only writes handles whole values: its form is 'raw'"])
    }
}
