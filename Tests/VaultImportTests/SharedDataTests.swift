import Foundation
import Testing
import VaultImport
import VaultModel

/// The four exports in the shared folder, which are not part of the repository. Counts were made independently, with
/// Python's csv module and other regular expressions.
struct SharedDataTests {
    private static let names = ["register.csv", "parking.csv", "health.csv", "education.txt"]

    /// Nil, and a line that says so, when the folder is absent.
    private static func inputs() -> [ImportInput]? {
        let environment = ProcessInfo.processInfo.environment["RVAULT_DATA"].map { URL(fileURLWithPath: $0) }
        let folder = environment ?? Fixture.root.deletingLastPathComponent().appending(path: "shared/data")
        let inputs = names.compactMap { name in
            (try? Data(contentsOf: folder.appending(path: name))).map { ImportInput(name: name, bytes: Array($0)) }
        }
        guard inputs.count == names.count else {
            print("shared data absent at \(folder.path): its import was not tested")
            return nil
        }
        return inputs
    }

    @Test func `every good row is in and every bad row is reported with its line`() throws {
        guard let inputs = Self.inputs() else { return }
        let result = try Fixture.run(inputs)
        let report = result.report
        #expect((report.persons, report.merged) == (5000, 3741))
        #expect((report.conflicts.count, report.unmatched.count, report.rejected.count) == (0, 41, 39))
        // 5,091 + 1,967 + 1,427 + 336 rows, each counted once.
        #expect(report.persons + report.merged + report.unmatched.count + report.rejected.count == 8821)
        #expect(result.rejects.count == 80)
        #expect(result.persons.reduce(0) { $0 + $1.fields.count } == 79_268)
        let kinds = Dictionary(grouping: report.rejected, by: \.reason).mapValues(\.count)
        #expect(
            kinds == [
                "too few columns": 8, "身份证号: wrong check digit": 9, "出生日期: not a day of the calendar": 8,
                "手机号: not 11 digits beginning with 1": 14,
            ])
        #expect(report.unmatched.count { $0.file == "parking.csv" } == 30)
        #expect(report.rejected.allSatisfy { $0.file == "register.csv" })
        #expect(report.rejected.prefix(3).map(\.line) == [131, 144, 165])
    }

    @Test func `no reason holds a value of any cell`() throws {
        guard let inputs = Self.inputs() else { return }
        let report = try Fixture.run(inputs).report
        let reasons = Set((report.conflicts + report.unmatched + report.rejected).map(\.reason))
        var values: Set<String> = []
        let encodings: [String.Encoding] = [.utf8, .init(rawValue: 0x8000_0632), .utf8, .utf16]
        for (input, encoding) in zip(inputs, encodings) {
            let text = try #require(String(data: Data(input.bytes), encoding: encoding))
            for row in text.split(whereSeparator: \.isNewline).dropFirst() {
                values.formUnion(row.split { ",\t；".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) })
            }
        }
        values.remove("")
        #expect(values.count > 25_000)
        let said = reasons.joined(separator: "\n")
        #expect(values.filter { said.contains($0) } == [])
    }

    @Test func `neither the order of the files nor their cutting into parts changes the people`() throws {
        guard let inputs = Self.inputs() else { return }
        let persons = try Fixture.run(inputs).persons
        #expect(try Fixture.run(inputs.reversed()).persons == persons)

        let lines = inputs[0].bytes.split(separator: 0x0a)
        let parts = stride(from: 1, to: lines.count, by: 2000).map { start in
            ImportInput(
                name: "part",
                bytes: Array(([lines[0]] + lines[start..<min(start + 2000, lines.count)]).joined(separator: [0x0a])))
        }
        let cut = try Fixture.run([inputs[2]] + parts + [inputs[3], inputs[1]])
        #expect(parts.count == 3)
        #expect(cut.persons.map(\.fields) == persons.map(\.fields))
    }

    @Test func `one platform's file becomes updates for residents who are enrolled`() throws {
        guard let inputs = Self.inputs() else { return }
        let result = try Fixture.run([inputs[1]], mode: .update(#require(AppName("parking"))))
        #expect((result.report.persons, result.report.merged, result.report.unmatched.count) == (1576, 391, 0))
    }
}
