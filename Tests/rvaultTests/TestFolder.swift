import Foundation

@testable import rvault

/// A directory of one test, removed with it.
final class TestFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "rvault-test-\(UUID().uuidString.prefix(12))"
        mkdir(path, 0o700)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ text: String, mode: mode_t = 0o600) -> String {
        let path = file(name)
        _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
        chmod(path, mode)
        return path
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    func names() -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}

/// The top of the repository.
enum Repository {
    static let top = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files of a folder.
    static func sources(_ folder: String) -> [URL] {
        var files: [URL] = []
        let all = FileManager.default.enumerator(at: top.appending(path: folder), includingPropertiesForKeys: nil)
        for case let file as URL in all ?? .init() where file.pathExtension == "swift" { files.append(file) }
        return files.sorted { $0.path < $1.path }
    }
}

extension Console {
    static let english = Console(language: .english, json: false)
}
