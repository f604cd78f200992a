import Foundation
import Testing

/// A directory of its own for one story: the vault, the platforms' files, the apps' keys.
struct Scenario: Sendable {
    let directory: String

    /// Makes one for the length of the body. Everything in it goes afterwards, unless `RVAULT_KEEP` is set.
    static func run<Result>(_ body: (Scenario) throws -> Result) throws -> Result {
        let scenario = Scenario(directory: try TemporaryFolder.make())
        defer { if ProcessInfo.processInfo.environment["RVAULT_KEEP"] == nil { TemporaryFolder.remove(scenario.directory) } }
        return try body(scenario)
    }

    var vault: String { path("vault") }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Runs `rvault` on this scenario's vault.
    ///
    /// - Parameter secrets: lines for the descriptors 3, 4 …
    func rvault(_ arguments: String..., secrets: [String] = []) throws -> Child.Outcome {
        try rvault(arguments, secrets: secrets)
    }

    func rvault(_ arguments: [String], secrets: [String] = []) throws -> Child.Outcome {
        try start(arguments, secrets: secrets).finish()
    }

    /// Starts `rvault` without waiting for it. Where it keeps sessions by itself is in this directory.
    func start(_ arguments: [String], secrets: [String] = []) throws -> Child {
        let isFree = ["keygen", "policy", "--help", "--version", "--dir"].contains { arguments.contains($0) }
        return try Child.start(
            Programs.rvault, arguments + (isFree ? [] : ["--dir", vault]), secrets: secrets,
            environment: ["TMPDIR": directory, "XDG_RUNTIME_DIR": ""])
    }

    /// Runs `rvault` and expects it to do what it is asked.
    @discardableResult
    func done(_ arguments: String..., secrets: [String] = [], at place: SourceLocation = #_sourceLocation) throws -> Child.Outcome {
        let outcome = try rvault(arguments, secrets: secrets)
        try #require(outcome.status == 0, "rvault \(arguments.joined(separator: " ")): \(outcome.all)", sourceLocation: place)
        return outcome
    }

    /// Runs `rvault … --json` and gives back its answer.
    func json(_ arguments: String..., secrets: [String] = [], at place: SourceLocation = #_sourceLocation) throws -> Value {
        let outcome = try rvault(arguments + ["--json"], secrets: secrets)
        try #require(outcome.status == 0, "rvault \(arguments.joined(separator: " ")): \(outcome.all)", sourceLocation: place)
        return try Value(parsing: outcome.output.utf8)
    }

    /// Makes the vault with the default policies.
    func makeVault(at place: SourceLocation = #_sourceLocation) throws {
        try done("init", "--policies", Programs.policies, at: place)
    }

    /// Makes an app's key and registers it.
    func addApp(_ name: String, _ daemon: Daemon, at place: SourceLocation = #_sourceLocation) throws -> App {
        try done("app", "keygen", name, "--out", directory, at: place)
        try done("app", "add", name, "--public", path("\(name).pub"), at: place)
        return App(name: name, token: try line(of: "\(name).token"), door: daemon.everyone)
    }

    /// The only line of a file.
    func line(of name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// Serves the vault for the length of the body, then stops the daemon and expects it to go in order.
    func serving<Result>(_ arguments: [String] = [], at place: SourceLocation = #_sourceLocation, _ body: (Daemon) throws -> Result) throws -> Result {
        let daemon = try Daemon.start(self, arguments)
        let result: Result
        do { result = try body(daemon) } catch {
            daemon.kill()
            throw error
        }
        let outcome = daemon.stop()
        #expect(outcome.status == 0, "the daemon ended with \(outcome.all)\(daemon.log)", sourceLocation: place)
        return result
    }

    /// Writes a file into the directory.
    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        try Data(bytes).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// A copy of the stopped vault.
    func copyVault(as name: String) throws -> String {
        try FileManager.default.copyItem(atPath: vault, toPath: path(name))
        return path(name)
    }

    /// What `rvault audit verify` says of a directory.
    func verify(_ directory: String? = nil) throws -> Child.Outcome {
        try rvault(["audit", "verify", "--dir", directory ?? vault])
    }
}

/// Permission bits of a file, as `0o600`; nil if there is none.
func mode(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
}
