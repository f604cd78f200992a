import Foundation

/// Where the programs under test and the files beside them lie.
enum Programs {
    /// The directory of `rvault` and `rvaultd`: the environment's `RVAULT_BIN`, else where the test bundle was built.
    static let folder: String = {
        if let named = ProcessInfo.processInfo.environment["RVAULT_BIN"], !named.isEmpty { return named }
        let starts = CommandLine.arguments.filter { $0.hasPrefix("/") } + [Bundle.main.bundlePath, repository + "/.build/debug"]
        for start in starts {
            var place = URL(filePath: start)
            // The bundle lies in the build directory or a few levels below it.
            for _ in 0..<5 {
                if FileManager.default.isExecutableFile(atPath: place.appending(path: "rvaultd").path) { return place.path }
                place.deleteLastPathComponent()
            }
        }
        fatalError("rvault and rvaultd are not beside the tests: build them, or name their directory in RVAULT_BIN")
    }()

    static var rvault: String { folder + "/rvault" }
    static var rvaultd: String { folder + "/rvaultd" }

    /// The repository's top directory.
    static let repository = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static var policies: String { repository + "/Policies" }
    static var plan: String { policies + "/imports/community.yaml" }
}
