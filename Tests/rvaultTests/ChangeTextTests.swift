import Foundation
import Testing
import VaultModel
import VaultPolicy

@testable import rvault

/// A custodian reads everything they sign.
@Suite struct ChangeTextTests {
    private static let key = String(repeating: "A", count: 43)
    private static let consoles = [Console(language: .english, json: false), Console(language: .chinese, json: false)]

    private static func change(_ members: [String: JSON]) -> [UInt8] {
        let frame: [String: JSON] = [
            "type": "change", "vault": "dmF1bHQtdmF1bHQtdg", "replaces": .string(key), "number": 7,
        ]
        return JSON.object(members.merging(frame) { $1 }).encoded
    }

    private static let record: JSON = [
        "party": "property", "box": .string(key), "auth": .string(key), "live": true, "operator_held": true, "added": 1,
    ]

    private static func record(_ more: [String: JSON]) -> JSON { .object((record.object ?? [:]).merging(more) { $1 }) }

    private static func diff() throws -> PolicyDiff {
        let policies = try PolicyDocument.load(directory: Repository.top.appending(path: "Policies").path)
        let none = try PolicySet(json: ["parties": [:], "fields": [:], "purposes": [:], "log_retention_days": 2000, "backup_days": 30])
        return PolicyDiff(from: none, to: policies)
    }

    private static func operations() throws -> [[String: JSON]] {
        let diff = try diff().json
        return [
            ["op": "app_add", "app": "parking", "record": record],
            ["op": "app_key", "app": "parking", "record": record],
            [
                "op": "app_key", "app": "parking",
                "record": record(["previous": ["box": .string(key), "auth": .string(key), "until": 1_800_000_000_000]]),
            ],
            ["op": "app_remove", "app": "parking"],
            ["op": "auditor_add", "auditor": "firm", "record": ["auth": .string(key), "operator_held": false, "added": 1]],
            ["op": "auditor_remove", "auditor": "firm"],
            [
                "op": "custodians", "k": 2,
                "custodians": [
                    "committee": ["box": .string(key), "sign": .string(key), "auth": .string(key)],
                    "owners": ["box": .string(key), "sign": .string(key), "auth": .string(key)],
                ],
            ],
            diff.merging(["op": "policies"]) { $1 },
            diff.merging(["op": "handover", "from": "property", "to": "newcomer"]) { $1 },
            ["op": "service_key", "log": .string(key), "issuing": .string(key), "cross": .string(String(repeating: "A", count: 86))],
        ]
    }

    @Test func `every operation is told in both languages, with its keys, its vault and its number`() throws {
        for members in try Self.operations() {
            let change = try ChangeText(Self.change(members), at: "change.json")
            for console in Self.consoles {
                let text = try change.lines(console).joined(separator: "\n")
                #expect(text.contains("dmF1bHQtdmF1bHQtdg") && text.contains("7"))
                let op = members["op"]?.string ?? ""
                if ["app_add", "app_key", "auditor_add", "custodians", "service_key"].contains(op) { #expect(text.contains(Self.key)) }
            }
        }
    }

    @Test func `a member that would not be told, or is missing, is not signed`() throws {
        for members in try Self.operations() {
            #expect(throws: Never.self) { try ChangeText(Self.change(members), at: "x") }
            #expect(throws: Failure.self) { try ChangeText(Self.change(members.merging(["also": 1]) { $1 }), at: "x") }
            for key in members.keys {
                var less = members
                less[key] = nil
                #expect(throws: Failure.self, "\(key)") { try ChangeText(Self.change(less), at: "x") }
                guard let inner = members[key]?.object else { continue }
                less[key] = .object(inner.merging(["also": ["box": "x"]]) { $1 })
                #expect(throws: Failure.self, "\(key)") { try ChangeText(Self.change(less), at: "x").lines(Self.consoles[0]) }
            }
        }
        #expect(throws: Failure.self) { try ChangeText(Self.change(["op": "rule_them_all"]), at: "x") }
        #expect(throws: Failure.self) { try ChangeText(Self.change(["op": "app_remove", "app": "parking"]) + [0x0a], at: "x") }
    }

    /// All texts of a value, the words of the closed lists aside.
    private static func texts(_ json: JSON) -> [String] {
        switch json {
        case .string(let text): [text]
        case .array(let items): items.flatMap(texts)
        case .object(let members): members.values.flatMap(texts)
        default: []
        }
    }

    @Test func `of policies every text, field, number and name is told`() throws {
        let diff = try Self.diff()
        let change = try ChangeText(Self.change(diff.json.merging(["op": "policies"]) { $1 }), at: "x")
        let words: Set<String> = ["read", "write", "general", "sensitive", "enrolled", "initiator", "case", "present", "name"]
        let terms = Set(DisclosureForm.allCases.map(\.rawValue)).union(LegalBasis.allCases.map(\.rawValue)).union(words)
        for console in Self.consoles {
            let text = try change.lines(console).joined(separator: "\n")
            for part in [diff.put.parties, diff.put.fields, diff.put.purposes] {
                for (name, member) in part {
                    #expect(text.contains(name), "\(name)")
                    for value in Self.texts(member) where !terms.contains(value) { #expect(text.contains(value), "\(value)") }
                }
            }
            for days in [1096, 2000, 35, 30] { #expect(text.contains("\(days)")) }
            for purpose in diff.put.purposes.values {
                for limit in ["days", "reads_per_day", "rows_per_request"] {
                    #expect(text.contains("\(purpose["limits"]?[limit]?.integer ?? -1)"))
                }
            }
        }
    }

    @Test func `a purpose that changed is told with what stood before, and what is new and gone is marked`() throws {
        let policies = try PolicyDocument.load(directory: Repository.top.appending(path: "Policies").path)
        var members = policies.json.object ?? [:]
        var purposes = members["purposes"]?.object ?? [:]
        var purpose = purposes["parking.permit"]?.object ?? [:]
        var fields = purpose["fields"]?.object ?? [:]
        fields["person.name"] = ["form": "raw"]
        fields["vehicle.models"] = nil
        fields["home.room"] = ["form": "raw"]
        purpose["fields"] = .object(fields)
        purpose["version"] = 2
        purpose["basis"] = "consent"
        purposes["parking.permit"] = .object(purpose)
        purposes["parking.contact"] = nil
        members["purposes"] = .object(purposes)
        let diff = PolicyDiff(from: policies, to: try PolicySet(json: .object(members)))
        let lines = try required(PolicyWords(diff, Self.consoles[0]).lines())
        let text = lines.joined(separator: "\n")
        #expect(text.contains("Changed purpose: 停车证 / Parking permit (parking.permit)"))
        #expect(text.contains("before: basis: a contract; NO resident is asked"))
        #expect(text.contains("before: field 姓名 / Name (person.name): partly hidden"))
        #expect(text.contains("no longer: field") && text.contains("vehicle.models"))
        #expect(lines.contains("    (new)"))
        #expect(text.contains("Dropped purpose:") && text.contains("parking.contact"))
    }

    /// Unknown members of a purpose, a rule, a field or a party, at any depth.
    @Test(arguments: ["parties/committee", "fields/person.name", "purposes/parking.permit", "purposes/parking.permit/limits", "purposes/parking.permit/fields/person.name"])
    func `a part of the policies with a member that has no words is not signed`(path: String) throws {
        func grown(_ json: JSON, _ path: ArraySlice<Substring>) -> JSON {
            var members = json.object ?? [:]
            guard let first = path.first else {
                members["also"] = true
                return .object(members)
            }
            // Names hold dots, never slashes.
            members[String(first)] = grown(members[String(first)] ?? [:], path.dropFirst())
            return .object(members)
        }
        var members = try Self.diff().json
        members["put"] = grown(members["put"] ?? [:], path.split(separator: "/")[...])
        let bytes = Self.change(members.merging(["op": "policies"]) { $1 })
        #expect(throws: Failure.self) { try ChangeText(bytes, at: "x").lines(Self.consoles[0]) }
    }

    private func required<Value>(_ value: Value?) throws -> Value { try #require(value) }
}
