import Foundation
import Testing
import VaultModel

@testable import VaultImport

/// Reading plans: the one we ship, and every way to get one wrong.
struct PlanTests {
    @Test func `the plan we ship names four sources in order of authority`() throws {
        #expect(try Fixture.plan().sources.map(\.name.text) == ["committee", "parking", "health", "education"])
    }

    private static let column = "姓名: {field: person.name, as: name}"
    private static let number = "证号: {field: person.id_number, as: id_number}"

    private static func plan(_ columns: [String], rest: [String] = []) -> String {
        (["sources:", "  - source: clinic", "    columns:"] + columns.map { "      " + $0 } + rest.map { "    " + $0 })
            .joined(separator: "\n")
    }

    @Test func `a plan of one source is enough`() throws {
        let plan = try ImportPlan(yaml: Array(Self.plan([Self.number, Self.column]).utf8), file: "p.yaml")
        #expect(plan.sources.first?.titles == ["证号", "姓名"])
        #expect(plan.sources.first?.encoding == .utf8)
    }

    @Test(arguments: [
        ("", 1, "empty"), ("a", 1, "lines"), ("sources: 1", 1, "list"), ("sources: []", 1, "no source"),
        ("other: 1", 1, "unknown key other"),
        ("sources:\n  - columns: {}", 2, "lacks source"), ("sources:\n  - source: [", 3, "not YAML"),
        ("a: 1\na: 2", 1, "twice"),
        ("sources:\n  - source: Clinic!\n    columns:\n      \(number)", 2, "an app's name"),
        (plan([number], rest: ["encoding: latin1"]), 5, "one of utf-8"),
        (plan([number], rest: ["delimiter: pipe"]), 5, "one of comma"),
        (plan([number, "x: {field: contact}"]), 5, "a field's name"),
        (plan([number, "x: {field: Contact.phone}"]), 5, "a field's name"),
        (plan([number, "x: {as: text}"]), 5, "lacks field"),
        (plan([number, "x: {field: a.b, as: number}"]), 5, "one of date"),
        (plan([number, "x: {field: a.b, as: text, values: {y: z}}"]), 5, "both as and values"),
        (plan([number, "x: {field: a.b, needed: true}"]), 5, "unknown key needed"),
        (plan([number, "x: {field: a.b, required: maybe}"]), 5, "true or false"),
        (plan([number, "x: {field: a.b, use: match}"]), 5, "identify"),
        (plan([number, "x: {field: person.id_number, as: id_number}"]), 5, "already"),
        (plan([number, "x: {field: contact.phone}"]), 5, "its own kind"),
        (plan([column]), 2, "no column says who"), (plan([number], rest: ["ignore: [证号]"]), 5, "under columns too"),
        (plan([number], rest: ["repeats: {key: a.b, fields: []}"]), 5, "required column"),
        (
            plan([number, "x: {field: a.b, required: true}"], rest: ["repeats: {key: a.b, fields: [c.d]}"]), 6,
            "one value"
        ),
        (
            plan([number, "x: {field: a.b, required: true}"], rest: ["repeats: {key: a.b, fields: [a.b]}"]), 6,
            "its key"
        ),
        (
            plan(
                [number],
                rest: [
                    "others:", "  - who: guardian", "    columns: {父: {field: person.name, as: name}}", "    fills: []",
                ]), 6, "no column says who"
        ),
        (
            plan(
                [number],
                rest: [
                    "others:", "  - who: guardian", "    columns: {父: {field: person.id_number, as: id_number}}",
                    "    fills: [contact.phone]",
                ]), 8, "these columns"
        ),
        (plan([number]) + "\n  - source: other\n    columns:\n      \(number)", 5, "told apart"),
    ])
    func `a wrong plan is refused with its line`(text: String, line: Int, part: String) {
        do {
            _ = try ImportPlan(yaml: Array(text.utf8), file: "p.yaml")
            Issue.record("the plan was taken")
        } catch .plan(let file, let found, let reason) {
            #expect(file == "p.yaml")
            #expect(found == line)
            #expect(reason.contains(part), "\(reason)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `the published schema knows the keys and words that the reader knows`() throws {
        let file = Fixture.root.appending(path: "Policies/schema/import.schema.json")
        let definitions = try #require(JSONParser.parse(Array(Data(contentsOf: file)))["$defs"])
        func keys(_ schema: JSON?) -> Set<String> { Set((schema?["properties"]?.object ?? [:]).keys) }
        func words(_ schema: JSON?) -> Set<String> { Set(schema?["enum"]?.strings ?? []) }
        let source = definitions["source"]
        let column = definitions["column"]
        #expect(keys(source) == Set(PlanReader.sourceKeys))
        #expect(keys(column) == Set(PlanReader.columnKeys))
        #expect(keys(source?["properties"]?["repeats"]) == Set(PlanReader.repeatingKeys))
        #expect(keys(source?["properties"]?["others"]?["items"]) == Set(PlanReader.otherKeys))
        #expect(words(source?["properties"]?["encoding"]) == Set(SourceEncoding.allCases.map(\.rawValue)))
        #expect(words(source?["properties"]?["delimiter"]) == Set(PlanReader.delimiters.keys))
        #expect(words(column?["properties"]?["as"]) == Set(CellKind.words.keys))
    }

    @Test func `bytes that are no text are no plan`() {
        #expect(throws: ImportError.plan(file: "p", line: 1, reason: "not UTF-8")) {
            try ImportPlan(yaml: [0xff], file: "p")
        }
        #expect(throws: ImportError.self) { try ImportPlan(yaml: [UInt8](repeating: 0x23, count: 300_000), file: "p") }
    }

    @Test func `a plan that lost any one of its lines is read or refused, never a crash`() throws {
        let lines = try #require(String(bytes: Fixture.planBytes(), encoding: .utf8)).split(
            separator: "\n", omittingEmptySubsequences: false)
        var refused = 0
        for position in lines.indices {
            var fewer = lines
            fewer.remove(at: position)
            do { _ = try ImportPlan(yaml: Array(fewer.joined(separator: "\n").utf8), file: "p") } catch { refused += 1 }
        }
        #expect(refused > 10)
    }
}
