import Foundation
import Testing

/// The repository's own sources, for tests that must not forget what is added later.
enum Sources {
    /// Names of the types that declare a conformance.
    static func declarations(of conformance: String, in folder: String) -> [String] {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
        var names: [String] = []
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            let declaration = try? Regex(#"(?:struct|enum) (\w+)(?:<[^>]*>)?: [^{]*\b"# + conformance)
            guard let declaration else { continue }
            for match in text.matches(of: declaration) {
                if let name = match.output[1].substring { names.append(String(name)) }
            }
        }
        return names
    }
}
