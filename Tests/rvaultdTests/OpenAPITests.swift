import Foundation
import Testing
import VaultAPI

/// The document served at `/openapi.yaml` against the table of routes. It is read by its indentation: paths stand two
/// spaces deep under `paths:`, their methods four.
@Suite struct OpenAPITests {
    private static func described() throws -> Set<String> {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/rvaultd/Resources/openapi.yaml")
        var described: Set<String> = []
        var inPaths = false
        var path = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if !line.hasPrefix(" ") { inPaths = line == "paths:" }
            guard inPaths, line.hasSuffix(":") else { continue }
            if line.hasPrefix("  /") { path = String(line.dropFirst(2).dropLast()) }
            if line.hasPrefix("    "), !line.hasPrefix("     "), !path.isEmpty {
                described.insert(line.dropFirst(4).dropLast().uppercased() + " " + path)
            }
        }
        return described
    }

    @Test func `every route is described, and nothing else is`() throws {
        let routes = Set(Route.allCases.map { "\($0.method) \($0.template)" })
        #expect(routes.count >= 33)
        #expect(try Self.described() == routes)
    }
}
