import Foundation

/// A vault of its own in a short temporary directory (a socket's path has at most 103 bytes), with real processes.
///
/// `@unchecked Sendable`: a test, or a serialised suite, is its only user at a time.
final class Scenario: @unchecked Sendable {
    let root: String
    let dir: String
    let keys: String
    private var daemon: Process?
    private(set) var log = ""

    struct Outcome {
        let status: Int32
        let out: String
        let err: String
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The programs of the build that this test belongs to.
    static let programs: String = {
        if let named = ProcessInfo.processInfo.environment["RVAULT_BIN"] { return named }
        var place = URL(filePath: CommandLine.arguments[0]).standardizedFileURL.deletingLastPathComponent()
        while place.path != "/" {
            if FileManager.default.isExecutableFile(atPath: place.appending(path: "rvaultd").path) { return place.path }
            place.deleteLastPathComponent()
        }
        return repository.appending(path: ".build/debug").path
    }()

    init() throws {
        root = "/tmp/rve-" + UUID().uuidString.prefix(8).lowercased()
        dir = root + "/v"
        keys = root + "/k"
        for path in [root, keys, root + "/run"] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        }
        chmod(keys, 0o700)
        chmod(root + "/run", 0o700)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: root)
    }

    /// A vault with its daemon running and the named apps registered.
    static func running(apps: [String] = ["property", "parking", "health", "education", "committee"]) throws -> Scenario {
        let scenario = try Scenario()
        try scenario.succeed("rvault init --dir $V --policies $REPO/Policies")
        try scenario.start()
        for app in apps { try scenario.register(app) }
        return scenario
    }

    func register(_ app: String) throws {
        try succeed(
            """
            rvault app keygen \(app) --out $K
            rvault app add \(app) --public $K/\(app).pub --dir $V
            (umask 077; printf 'Authorization: Bearer %s\\n' "$(cat $K/\(app).token)" > $K/\(app).auth)
            """)
    }

    /// Runs a script with bash; it comes by standard input, so that nothing secret is an argument.
    ///
    /// V is the vault, K the keys, REPO the repository, RUN where the sockets are.
    @discardableResult
    func bash(_ script: String) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-s"]
        process.currentDirectoryURL = URL(filePath: root)
        process.environment = [
            "PATH": Self.programs + ":/usr/sbin:/usr/bin:/sbin:/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
            "V": dir, "K": keys, "REPO": Self.repository.path, "RUN": dir, "KEYS": keys, "LC_ALL": "C.UTF-8",
            "LANG": "en_US.UTF-8", "XDG_RUNTIME_DIR": root + "/run", "HOME": root,
        ]
        let (input, out, err) = (Pipe(), root + "/out-\(UUID().uuidString)", root + "/err-\(UUID().uuidString)")
        for path in [out, err] { try Data().write(to: URL(filePath: path)) }
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: out))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: err))
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(("set -o pipefail\n" + script + "\n").utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        defer { for path in [out, err] { try? FileManager.default.removeItem(atPath: path) } }
        return Outcome(
            status: process.terminationStatus,
            out: String(decoding: FileManager.default.contents(atPath: out) ?? Data(), as: UTF8.self),
            err: String(decoding: FileManager.default.contents(atPath: err) ?? Data(), as: UTF8.self))
    }

    /// The same with `set -e`, and an error unless it ends well.
    @discardableResult
    func succeed(_ script: String) throws -> String {
        let outcome = try bash("set -e\n" + script)
        guard outcome.status == 0 else {
            throw Failed("status \(outcome.status) of: \(script)\n\(outcome.out)\n\(outcome.err)")
        }
        return outcome.out
    }

    /// Starts the daemon and waits until it answers.
    func start(_ arguments: [String] = [], under wrapper: [String] = [], socket: String? = nil) throws {
        let process = Process()
        let command = wrapper + [Self.programs + "/rvaultd", "--dir", dir] + arguments
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        log = root + "/daemon-\(UUID().uuidString.prefix(4)).log"
        try Data().write(to: URL(filePath: log))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        daemon = process
        let path = socket ?? dir + "/rvault.sock"
        for _ in 0..<200 {
            if try bash("curl -sf --unix-socket \(path) http://rvault/healthz").status == 0 { return }
            guard process.isRunning else { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw Failed("the daemon does not answer: " + daemonLog)
    }

    var daemonLog: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }
    var daemonPID: Int32 { daemon?.processIdentifier ?? 0 }

    /// SIGTERM, and its exit status.
    @discardableResult
    func stop() -> Int32 {
        guard let daemon else { return -1 }
        daemon.terminate()
        daemon.waitUntilExit()
        self.daemon = nil
        return daemon.terminationStatus
    }

    /// SIGKILL.
    func kill() {
        guard let daemon else { return }
        Foundation.kill(daemon.processIdentifier, SIGKILL)
        daemon.waitUntilExit()
        self.daemon = nil
    }

    /// Calls the API as an app; returns the status and the JSON of the answer.
    func call(_ app: String, _ method: String, _ path: String, _ body: String? = nil) throws -> (status: Int, json: [String: Any]) {
        let data = body.map { "--json @- <<'BODY'\n\($0)\nBODY" } ?? ""
        let out = try succeed(
            "curl -s --unix-socket $RUN/rvault.sock -H @$K/\(app).auth -X \(method) -w '\\n%{http_code}' 'http://rvault\(path)' \(data)")
        let lines = out.split(separator: "\n", omittingEmptySubsequences: false)
        guard let status = lines.last.flatMap({ Int($0) }) else { throw Failed("no status: \(out)") }
        let text = lines.dropLast().joined(separator: "\n")
        let json = try text.isEmpty ? [:] : JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
        return (status, json)
    }

    /// Reads as an app about one resident; returns the item.
    func read(_ app: String, _ purpose: String, _ resident: String, _ fields: [String]) throws -> [String: Any] {
        let list = fields.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try call(
            app, "POST", "/v1/records:read",
            "{\"purpose\":\"\(purpose)\",\"residents\":[\"\(resident)\"],\"fields\":[\(list)]}")
        guard answer.status == 200 else { return answer.json }
        guard let item = (answer.json["records"] as? [[String: Any]])?.first else { throw Failed("no record: \(answer)") }
        return item
    }

    /// The pairwise id under which an app may know a resident.
    func lookUp(_ app: String, _ purpose: String, phone: String) throws -> String {
        let answer = try call(
            app, "POST", "/v1/lookup",
            "{\"purpose\":\"\(purpose)\",\"subject\":{\"field\":\"contact.phone\",\"value\":\"\(phone)\"}}")
        guard let id = answer.json["resident"] as? String else { throw Failed("not found: \(answer)") }
        return id
    }

    /// The number of entries in the log.
    func entryCount() throws -> Int {
        let out = try succeed("curl -s --unix-socket $RUN/rvault.sock http://rvault/v1/audit/checkpoint")
        guard let size = out.split(separator: "\n").dropFirst().first.flatMap({ Int($0) }) else { throw Failed(out) }
        return size
    }

    static func has(_ tool: String) -> Bool {
        ["/usr/bin/", "/bin/", "/usr/sbin/", "/root/.pyenv/shims/"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + tool)
        }
    }

    static var isRoot: Bool { geteuid() == 0 }
}
