import Foundation
import Testing

/// The article and the tests must say the same.
@Suite struct LossMatrixArticleTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What is lost, and the tests of that row.
    private static func rows() throws -> [(lost: String, tests: [String], cells: [String])] {
        let article = repository.appending(path: "Sources/ResidentVault/Documentation.docc/LossMatrix.md")
        let lines = try String(contentsOf: article, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("|") }
        return lines.dropFirst(2).map { line in
            let cells = line.dropFirst().dropLast().components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let spans = (cells.last ?? "").components(separatedBy: "`")
            return (cells[0], spans.enumerated().filter { $0.offset % 2 == 1 }.map(\.element), cells)
        }
    }

    /// The names of all tests in the repository.
    private static func tests() throws -> Set<String> {
        var names: Set<String> = []
        let folder = repository.appending(path: "Tests")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let file as String in files where file.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /func `([^`]+)`\(/) { names.insert(String(match.output.1)) }
        }
        return names
    }

    @Test func `every row names tests, and each of them exists`() throws {
        let (rows, tests) = (try Self.rows(), try Self.tests())
        #expect(rows.count >= 20 && tests.count > 300)
        for row in rows {
            #expect(row.cells.count == 5 && row.cells.allSatisfy { !$0.isEmpty }, "\(row.lost)")
            #expect(!row.tests.isEmpty, "\(row.lost) has no test")
            for test in row.tests { #expect(tests.contains(test), "\(row.lost): there is no test named \(test)") }
        }
    }

    @Test func `everything that the design speaks of has a row, and each row its own test of the matrix`() throws {
        let rows = try Self.rows()
        let lost = rows.map(\.lost)
        #expect(
            lost == [
                "the service key", "the pepper", "service key and pepper", "the whole machine", "the machine with locked keys",
                "the database alone", "the tiles outside", "the newest checkpoint", "one custodian's key", "k − 1 custodians",
                "k custodians", "a custodian's passphrase", "a resident's passphrase", "a letter unused", "an app's token",
                "the operator's account", "the log signing key", "a witness's key", "an auditor's token", "all backups", "the clock",
            ])
        for row in rows {
            let own = row.tests.contains { $0.hasPrefix(row.lost + ":") }
            #expect(own, "\(row.lost) has no test of its own")
        }
    }
}
