import Foundation

/// Other programs that a benchmark runs.
enum Command {
    /// Runs a program to its end.
    ///
    /// - Returns: its standard output.
    /// - Throws: `BenchFailure` with what it wrote on standard error, unless it ends with status 0.
    @discardableResult
    static func run(_ arguments: [String], environment: [String: String] = [:], directory: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        // Files and not pipes: a server that a command leaves behind would hold a pipe open.
        let place = FileManager.default.temporaryDirectory.appending(path: "vault-bench-\(UUID().uuidString)").path
        let (out, errors) = (place + ".out", place + ".err")
        for file in [out, errors] { try Data().write(to: URL(filePath: file)) }
        defer { for file in [out, errors] { try? FileManager.default.removeItem(atPath: file) } }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: out))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = String(decoding: try Data(contentsOf: URL(filePath: errors)), as: UTF8.self)
            throw BenchFailure(
                "\(arguments.prefix(4).joined(separator: " ")): status \(process.terminationStatus)\n\(said)")
        }
        return String(decoding: try Data(contentsOf: URL(filePath: out)), as: UTF8.self)
    }

    /// Runs a program and sees what it takes.
    ///
    /// - Returns: its standard output, how long it ran, and the most memory it held, in MB.
    static func measure(_ arguments: [String]) throws -> (out: String, seconds: Double, megabytes: Double) {
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        let file = FileManager.default.temporaryDirectory.appending(path: "vault-bench-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.standardOutput = try FileHandle(forWritingTo: file)
        let begun = ContinuousClock.now
        try process.run()
        var peak = 0.0
        while process.isRunning {
            peak = max(peak, Memory.of(process.processIdentifier).peak)
            usleep(5000)
        }
        let seconds = begun.duration(to: .now).inSeconds
        guard process.terminationStatus == 0 else {
            throw BenchFailure("\(arguments.joined(separator: " ")): status \(process.terminationStatus)")
        }
        return (String(decoding: try Data(contentsOf: file), as: UTF8.self), seconds, peak)
    }

    static func exists(_ tool: String) -> Bool { (try? run(["which", tool])) != nil }
}

/// What a process holds in memory now, and the most it ever held, in MB; zero for one that is gone.
enum Memory {
    static func of(_ process: Int32) -> (now: Double, peak: Double) {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        func megabytes(_ name: String) -> Double {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return (line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) } ?? 0) / 1000
        }
        return (megabytes("VmRSS"), megabytes("VmHWM"))
    }
}

/// The real daemon, in release, on a copy of a vault.
final class DaemonProcess {
    private let process = Process()
    let socket: String
    let adminSocket: String
    /// From its start to its first answer.
    private(set) var startSeconds = 0.0

    /// The `rvaultd` of the same build.
    static var program: String {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "rvaultd").path
    }

    /// Starts the `rvaultd` that lies beside this program and waits until it answers.
    init(vault: String) throws {
        socket = vault + "/rvault.sock"
        adminSocket = vault + "/admin.sock"
        process.executableURL = URL(filePath: Self.program)
        process.arguments = ["--dir", vault]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let begun = ContinuousClock.now
        try process.run()
        for _ in 0..<60_000 where process.isRunning {
            if (try? Load(socket: socket, requests: [HTTPText.get("/healthz")]).run(connections: 1, seconds: 0)) != nil {
                startSeconds = begun.duration(to: .now).inSeconds
                return
            }
            usleep(1000)
        }
        throw BenchFailure("rvaultd does not start on \(vault)")
    }

    var memory: (now: Double, peak: Double) { Memory.of(process.processIdentifier) }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    deinit { stop() }
}
