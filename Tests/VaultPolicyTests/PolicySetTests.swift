import Testing
import VaultModel
@testable import VaultPolicy

/// The form in which a set stands in the config row and in log entries.
struct PolicySetTests {
    @Test func `a set reads back from its canonical bytes as it was`() throws {
        for policies in [try SamplePolicies.loaded(), try DefaultPackTests.load()] {
            let bytes = try CanonicalJSON.encode(policies.json)
            let read = try PolicySet(json: try CanonicalJSON.decode(bytes))
            #expect(read == policies)
            #expect(try CanonicalJSON.encode(read.json) == bytes)
        }
    }

    @Test(
        arguments: [
            (["purposes", "till.sale", "basis"], "whim", "unknown legal basis"),
            (["purposes", "till.sale", "party"], "nobody", "unknown party"),
            (["purposes", "till.sale", "surprise"], true, "unknown key"),
            (["purposes", "till.sale", "limits", "days"], 0, "whole number"),
            (["purposes", "till.sale", "fields", "person.number", "form"], "raw", "above 'masked'"),
            (["purposes", "till.sale", "notice"], nil, "missing key"),
            (["purposes", "sale"], ["version": 1], "is no purpose's name"),
            (["fields", "person.member", "lookup"], true, "cannot be indexed"),
            (["fields", "person.member", "type"], "list<list<int>>", "unknown type"),
            (["fields", "member"], ["type": "int"], "is no field's name"),
            (["parties", "bank", "apps"], ["till"], "already acts for"),
            (["parties"], [], "expected keys and values"),
            (["extra"], 1, "unknown key"),
            (["fields"], nil, "missing key"),
        ] as [([String], JSON?, String)])
    func `a changed set is refused with the place and the reason`(path: [String], value: JSON?, reason: String) throws {
        let json = Self.set(value, at: path[...], in: try SamplePolicies.loaded().json)
        do throws(PolicyError) {
            _ = try PolicySet(json: json)
            Issue.record("accepted")
        } catch {
            #expect(error.findings.contains { $0.reason.contains(reason) && $0.line == 0 }, "\(error)")
            #expect(
                error.findings.contains {
                    "/\(path.joined(separator: "/"))".hasPrefix($0.file) || $0.file.hasPrefix("/")
                })
        }
    }

    private static func set(_ value: JSON?, at path: ArraySlice<String>, in json: JSON) -> JSON {
        guard let key = path.first else { return value ?? .null }
        var members = json.object ?? [:]
        members[key] = path.count == 1 ? value : set(value, at: path.dropFirst(), in: members[key] ?? [:])
        return .object(members)
    }

    @Test(arguments: [JSON.null, 1, "x", [], [:]])
    func `something that is no set is refused`(json: JSON) {
        #expect(throws: PolicyError.self) { try PolicySet(json: json) }
    }

    @Test func `the notice holds what a resident is shown, and changes with any of it`() throws {
        let policies = try SamplePolicies.loaded()
        let purpose = try #require(policies.purposes[.of("till.sale")])
        let vault = VaultID.random()
        let notice = purpose.notice(of: vault)
        #expect(
            Set(notice.object?.keys ?? [:].keys) == [
                "type", "vault", "purpose", "version", "app", "party", "actions", "basis", "fields", "title", "notice",
                "necessity", "impact",
                "retention_days",
            ])
        #expect(notice["type"] == "notice")
        #expect(notice["purpose"] == "till.sale")
        #expect(try CanonicalJSON.decode(CanonicalJSON.encode(notice)) == notice)
        for path in [["notice", "zh"], ["title", "en"], ["necessity", "zh"], ["impact", "en"]] {
            let json = Self.set("另外", at: (["purposes", "till.sale"] + path)[...], in: policies.json)
            #expect(try PolicySet(json: json).purposes[.of("till.sale")]?.notice(of: vault) != notice)
        }
        let limits = Self.set(7, at: ["purposes", "till.sale", "limits", "reads_per_day"], in: policies.json)
        #expect(
            try PolicySet(json: limits).purposes[.of("till.sale")]?.notice(of: vault) == notice,
            "a lower limit needs no new notice")
    }

    @Test func `the most revealing form of a purpose is that of its fields`() throws {
        let policies = try SamplePolicies.loaded()
        #expect(policies.purposes[.of("till.sale")]?.form == .raw)
        let fields = Self.set(
            ["person.name": ["form": "masked"]], at: ["purposes", "till.sale", "fields"], in: policies.json)
        let reading = Self.set(["read"], at: ["purposes", "till.sale", "actions"], in: fields)
        #expect(try PolicySet(json: reading).purposes[.of("till.sale")]?.form == .masked)
    }
}
