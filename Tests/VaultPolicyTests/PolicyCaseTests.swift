import Testing
import VaultModel
@testable import VaultPolicy

/// Reading and checking of cases files.
struct PolicyCaseTests {
    private func cases(_ text: String, file: String = "purposes/till.sale.cases.yaml") throws -> (
        cases: [PolicyCase], findings: [PolicyFinding]
    ) {
        let sample = try SamplePolicies()
        try sample.write(text, to: file)
        let (path, policies) = (sample.path, try sample.load())
        do throws(PolicyError) {
            return (try PolicyDocument.loadCases(directory: path, policies: policies), [])
        } catch {
            return ([], error.findings)
        }
    }

    @Test func `a case that says nothing is the ordinary request a day after the grant`() throws {
        let read = try cases(
            """
            purpose: till.sale
            cases:
              - name: ordinary
                request: {initiator: true, case: true}
                release: {person.nick: raw}
            """)
        let found = try #require(read.cases.first)
        #expect(found.question.app.text == "till")
        #expect(found.question.fields.count == 7)
        #expect(found.grant?.version == 3)
        #expect(found.grant?.from == Instant(text: "2025-12-31T16:00:00Z"))
        #expect(found.now == Instant(text: "2026-01-01T16:00:00Z"))
        #expect(!found.isDenial)
        #expect(found.line == 3)
    }

    @Test func `a case that is decided otherwise names both decisions and the rule`() throws {
        let text = """
            purpose: till.sale
            cases:
              - name: all is shown
                request: {fields: [person.nick, person.name], initiator: true, case: true}
                grant: {fields: [person.nick]}
                release: {person.nick: raw, person.name: masked}
            """
        let found = try #require(try cases(text).cases.first)
        let finding = found.check(with: PolicyEvaluator(policies: try SamplePolicies.loaded()))
        #expect(
            finding?.reason
                == "'all is shown': expected release of person.name masked, person.nick raw, decided release of "
                + "person.name withheld not_granted, person.nick raw by till.sale@3/release")
        #expect(finding?.line == 3)
    }

    @Test(arguments: [
        ("- {name: x, deny: because}", "unknown reason 'because'"),
        ("- {name: x}", "either 'deny' with its reason or 'release'"),
        ("- {name: x, deny: limit, release: {person.nick: raw}}", "either 'deny'"),
        ("- {deny: limit}", "missing key 'name'"),
        ("- {name: x, deny: limit, withheld: {person.nick: limit}}", "either 'deny'"),
        ("- {name: x, deny: limit, when: now}", "unknown key 'when'"),
        ("- {name: x, deny: limit, request: {rows: many}}", "whole number"),
        ("- {name: x, deny: limit, request: {form: whole}}", "unknown form"),
        ("- {name: x, deny: limit, request: {fields: [nick]}}", "fields' names"),
        ("- {name: x, deny: limit, grant: nothing}", "expected keys and values"),
        ("- {name: x, deny: limit, grant: {state: lost}}", "unknown state"),
        ("- {name: x, deny: limit, grant: {actions: [erase]}}", "unknown action"),
        ("- {name: x, deny: limit, resident: {age: old}}", "whole number"),
        ("- {name: x, release: {nick: raw}}", "no field's name"),
        ("- {name: x, release: {person.nick: whole}}", "unknown form"),
        ("- {name: x, deny: limit, request: {app: Till}}", "no app's name"),
        ("- {name: x, deny: limit, request: {purpose: sale}}", "no purpose's name"),
        ("- x", "expected keys and values"), ("- {name: x, deny: limit, day: soon}", "whole number"),
    ])
    func `a case that cannot be read is a finding`(item: String, reason: String) throws {
        let read = try cases("purpose: till.sale\ncases:\n  \(item)\n")
        #expect(read.findings.count == 1, "\(read.findings)")
        #expect(read.findings.first?.line == 3)
        #expect(read.findings.first?.reason.contains(reason) == true, "\(read.findings)")
    }

    @Test func `cases of another or no purpose are findings`() throws {
        #expect(
            try cases("purpose: till.care\ncases: []").findings.map(\.reason) == [
                "cases of 'till.care' stand in a file named 'till.sale'"
            ])
        #expect(
            try cases("purpose: till.gift\ncases: []").findings.map(\.reason).contains("unknown purpose 'till.gift'"))
        #expect(try cases("cases: []").findings.map(\.reason) == ["missing key 'purpose'"])
        #expect(try cases("purpose: till.sale").findings.map(\.reason) == ["missing key 'cases'"])
    }
}
