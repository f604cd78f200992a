package import Foundation

/// The public test vectors that lie beside the repository and are not part of it (Wycheproof, transparency-dev/merkle).
///
/// A suite that needs them is enabled by `SharedVectors.has("wycheproof")` and gives `SharedVectors.absence` as its
/// comment, so that a run without them prints every suite it left out, and why.
package enum SharedVectors {
    /// `RVAULT_VECTORS`, else `../shared/vectors` as seen from the top of the repository. It need not exist.
    package static let folder: URL =
        if let named = ProcessInfo.processInfo.environment["RVAULT_VECTORS"], !named.isEmpty {
            URL(filePath: named, directoryHint: .isDirectory)
        } else {
            Repository.top.deletingLastPathComponent().appending(path: "shared/vectors", directoryHint: .isDirectory)
        }

    /// Whether a file or folder of this name is there.
    package static func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path(percentEncoded: false))
    }

    /// The sentence that a skipped suite prints.
    package static var absence: String {
        "the shared vectors are absent from \(folder.path(percentEncoded: false)); RVAULT_VECTORS names another folder"
    }

    /// Reads a JSON file of vectors through Foundation: other people's vectors hold fractions and notes that our own
    /// parser refuses, and a reader that is not ours cannot hide a fault of ours.
    package static func decode<Vectors: Decodable>(_ type: Vectors.Type, from name: String) throws -> Vectors {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
    }
}

/// Where the tests' own files are.
package enum Repository {
    /// The top of the repository, found from this file's own path; links are followed, so that a package that only
    /// links to these tests finds the same place.
    package static let top: URL = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
