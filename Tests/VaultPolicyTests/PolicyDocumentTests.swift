import Foundation
import Testing
import VaultModel
@testable import VaultPolicy

/// What reading a directory takes and refuses, apart from the rules themselves.
struct PolicyDocumentTests {
    @Test func `a missing directory is named`() {
        #expect(
            throws: PolicyError(findings: [
                PolicyFinding(file: "/nowhere/here", line: 0, reason: "there is no such directory")
            ])
        ) {
            try PolicyDocument.load(directory: "/nowhere/here")
        }
    }

    @Test func `a file in place of the directory is named`() throws {
        let sample = try SamplePolicies()
        let file = "\(sample.path)/parties.yaml"
        #expect(
            throws: PolicyError(findings: [PolicyFinding(file: file, line: 0, reason: "there is no such directory")])
        ) {
            try PolicyDocument.load(directory: file)
        }
    }

    @Test func `a closing slash changes nothing`() throws {
        let sample = try SamplePolicies()
        let path = sample.path
        #expect(try PolicyDocument.load(directory: path + "/") == sample.load())
    }

    @Test(arguments: ["categories", "purposes"])
    func `a missing folder is found`(folder: String) throws {
        let sample = try SamplePolicies()
        try sample.remove(folder)
        #expect(sample.findings().contains(PolicyFinding(file: folder, line: 0, reason: "missing folder")))
    }

    @Test func `a missing file of parties is found`() throws {
        let sample = try SamplePolicies()
        try sample.remove("parties.yaml")
        #expect(sample.findings().contains(PolicyFinding(file: "parties.yaml", line: 0, reason: "missing file")))
    }

    @Test(arguments: [
        ("purposes/till.sale.yml", "a policy file's name ends in .yaml"),
        ("purposes/notes.txt", "a policy file's name ends in .yaml"),
        ("purposes/.till.sale.yaml", "a policy file's name ends in .yaml"),
        ("categories/person.yaml~", "a policy file's name ends in .yaml"),
        ("categories/old/person.yaml", "a folder here would not be read"), ("party.yaml", "not a part of the policies"),
        ("purpose/till.gift.yaml", "not a part of the policies"),
        ("purposes/till.gift.cases.yaml", "no file beside them"),
    ])
    func `a file that would be skipped is found`(file: String, reason: String) throws {
        let sample = try SamplePolicies()
        try sample.write("purpose: till.gift\n", to: file)
        let findings = sample.findings()
        #expect(findings.count == 1)
        #expect(findings.first?.reason.contains(reason) == true, "\(findings)")
    }

    @Test func `imports and schemas beside the policies are not read as policies`() throws {
        let sample = try SamplePolicies()
        try sample.write("- not: a policy", to: "imports/community.yaml")
        try sample.write("{}", to: "schema/purpose.schema.json")
        #expect(sample.findings().isEmpty)
    }

    @Test func `the same purpose or category in two files is found`() throws {
        let sample = try SamplePolicies()
        try sample.write(try #require(SamplePolicies.files["purposes/till.sale.yaml"]), to: "purposes/till.sold.yaml")
        try sample.write(try #require(SamplePolicies.files["categories/person.yaml"]), to: "categories/people.yaml")
        let reasons = sample.findings().map(\.reason)
        #expect(reasons.contains("the purpose 'till.sale' stands twice"))
        #expect(reasons.contains("the category 'person' stands in a file named 'people'"))
        #expect(reasons.contains("the purpose 'till.sale' stands in a file named 'till.sold'"))
    }

    @Test func `all findings of all files come together, by file and line`() throws {
        let sample = try SamplePolicies()
        let sale = try #require(SamplePolicies.files["purposes/till.sale.yaml"])
        try sample.write(
            sale.replacing("basis: consent\n", with: "basis: whim\n").replacing("retention_days: 30\n", with: ""),
            to: "purposes/till.sale.yaml")
        try sample.write("not: closed]: x", to: "purposes/till.care.yaml")
        try sample.write("", to: "categories/pets.yaml")
        let findings = sample.findings()
        #expect(
            findings.map { "\($0.file):\($0.line)" } == [
                "categories/pets.yaml:0", "purposes/till.care.yaml:1", "purposes/till.sale.yaml:1",
                "purposes/till.sale.yaml:10",
            ])
    }

    @Test func `a fault in a category is told once, not again by each purpose that uses it`() throws {
        let sample = try SamplePolicies()
        let person = try #require(SamplePolicies.files["categories/person.yaml"])
        try sample.write(person.replacing("type: phone", with: "type: fone"), to: "categories/person.yaml")
        #expect(sample.findings().count == 1)
    }

    @Test func `a fault in a party is told once, not again by each of its purposes`() throws {
        let sample = try SamplePolicies()
        let parties = try #require(SamplePolicies.files["parties.yaml"])
        try sample.write(parties.replacing("zh: 商店, ", with: ""), to: "parties.yaml")
        #expect(sample.findings().count == 1)
    }

    @Test(arguments: [
        ("a: ]", 1, "not YAML"), ("a: 1\nb: 2\na: 3", 1, "a key stands twice, here first: a"),
        ("a: &x 1\nb: *x", 1, "anchors and aliases"),
        ("a: 1\nb: *x", 2, "not YAML: found undefined alias"), ("parties: !!map {}", 1, "tags are not taken"),
        ("a: 1\n? [b]\n: 2", 2, "a key is a text"), ("!x a: 1", 1, "a key is a text"),
        ("a: 1\n---\nb: 2", 2, "not YAML"),
        ("parties:\n  - a", 2, "expected keys and values"), ("- a", 1, "expected keys and values"),
        ("parties", 1, "expected keys and values"),
        ("# nothing\n", 0, "the file is empty"), ("parties: {}\n<<: {a: 1}", 2, "unknown key '<<'"),
        ("parties: {}\n12: x", 2, "unknown key '12'"), ("a: \u{0}", 0, "not YAML"), ("\ta: 1", 1, "not YAML"),
    ])
    func `a text that is not the YAML we take is refused with its line`(text: String, line: Int, reason: String) throws
    {
        let sample = try SamplePolicies()
        try sample.write(text, to: "parties.yaml")
        let findings = sample.findings().filter { $0.file == "parties.yaml" }
        #expect(findings.contains { $0.line == line && $0.reason.contains(reason) }, "\(findings)")
    }

    @Test func `every alias of a bomb is refused without being unfolded`() throws {
        let sample = try SamplePolicies()
        let rows = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }
        try sample.write((["a0: &a0 x"] + rows).joined(separator: "\n"), to: "parties.yaml")
        #expect(sample.findings().contains { $0.reason.contains("anchors and aliases") })
    }

    @Test func `a file that is not UTF-8 is refused`() throws {
        let sample = try SamplePolicies()
        try sample.write(Data([0x70, 0x61, 0xc9, 0xcc, 0xb5, 0xea]), to: "parties.yaml")
        #expect(
            sample.findings().contains(PolicyFinding(file: "parties.yaml", line: 0, reason: "the file is not UTF-8")))
    }

    @Test func `a file beyond the limit is refused`() throws {
        let sample = try SamplePolicies()
        try sample.write(String(repeating: "#", count: PolicyDocument.fileLimit + 1), to: "parties.yaml")
        #expect(
            sample.findings().contains { $0.file == "parties.yaml" && $0.reason.contains("larger than 131072 bytes") })
    }

    @Test func `something that is no file is not opened`() throws {
        let sample = try SamplePolicies()
        try sample.remove("parties.yaml")
        try #require(mkfifo("\(sample.path)/parties.yaml", 0o600) == 0)
        #expect(sample.findings().contains(PolicyFinding(file: "parties.yaml", line: 0, reason: "not a file")))
    }

    @Test func `policies too large for a log entry are refused with their size`() throws {
        let sample = try SamplePolicies()
        let sale = try #require(SamplePolicies.files["purposes/till.sale.yaml"])
        for number in 0..<20 {
            let text = sale.replacing("till.sale", with: "till.sale\(number)")
                .replacing("The shop sees these", with: String(repeating: "x", count: 1400))
                .replacing("Needed", with: String(repeating: "y", count: 1400))
            try sample.write(text, to: "purposes/till.sale\(number).yaml")
        }
        let findings = sample.findings()
        #expect(findings.count == 1)
        #expect(findings.first?.reason.contains("they must fit in 45000") == true, "\(findings)")
    }

    @Test(arguments: ["yes", "no", "on", "0x10", "1_000", "1.5", "2026-01-01", "012", "1e3"])
    func `a plain word that YAML once read as something else is text`(word: String) throws {
        let sample = try SamplePolicies()
        let parties = try #require(SamplePolicies.files["parties.yaml"])
        try sample.write(parties.replacing("en: Counter", with: "en: \(word)"), to: "parties.yaml")
        #expect(try sample.load().parties["bank"]?.contact.english == word)
    }

    @Test func `descriptions name file, line and reason`() {
        let found = PolicyFinding(file: "a.yaml", line: 3, reason: "x")
        #expect(
            PolicyError(findings: [found, PolicyFinding(file: "b.yaml", line: 0, reason: "y")]).description
                == "a.yaml:3: x\nb.yaml: y")
    }
}
