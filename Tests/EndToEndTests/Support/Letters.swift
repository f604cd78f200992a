import Foundation

/// The activation letters of an import, as somebody reads them who opens the envelopes.
struct Letters {
    struct Letter: Equatable {
        let name: String
        /// Nine digits.
        let login: String
        let code: String
    }

    let all: [Letter]

    init(_ path: String) throws {
        let pages = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\u{0c}")
        all = pages.compactMap { page in
            let lines = page.split(separator: "\n").map(String.init)
            func after(_ label: String) -> String? {
                lines.first { $0.contains(label) }?.components(separatedBy: label).last?.trimmingCharacters(in: .whitespaces)
            }
            guard let login = after("login name:"), let code = after("activation code:") else { return nil }
            let name = after("deliver to:")?.components(separatedBy: "  ").last ?? ""
            return Letter(name: name, login: login.replacingOccurrences(of: " ", with: ""), code: code)
        }
    }

    /// The only letter for a person.
    func letter(for name: String) throws -> Letter {
        let found = all.filter { $0.name == name }
        guard found.count == 1 else { throw Unexpected("\(found.count) letters for one name") }
        return found[0]
    }
}
