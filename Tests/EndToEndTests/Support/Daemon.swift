import Foundation

/// A running `rvaultd`.
struct Daemon: Sendable {
    let child: Child
    /// The sockets' directory.
    let run: String
    /// Where its standard error goes.
    let logFile: String

    var everyone: Door { Door(path: run + "/rvault.sock") }
    var admin: Door { Door(path: run + "/admin.sock") }
    /// What it has said so far.
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// Starts it on a scenario's vault and waits until it answers.
    ///
    /// - Parameter wrapper: a program and its arguments that run it, such as `strace -D`.
    /// - Throws: `Unexpected` with what it said if it ends or does not answer within a minute.
    static func start(_ scenario: Scenario, _ arguments: [String] = [], wrapper: [String] = []) throws -> Daemon {
        let command = wrapper + [Programs.rvaultd, "--dir", scenario.vault] + arguments
        let log = scenario.path("rvaultd.log")
        let run = arguments.firstIndex(of: "--run").map { arguments[$0 + 1] } ?? scenario.vault
        let child = try Child.start(command[0], Array(command.dropFirst()), errorFile: log)
        let daemon = Daemon(child: child, run: run, logFile: log)
        for _ in 0..<6_000 {
            if (try? daemon.everyone.get("/readyz"))?.status == 200 { return daemon }
            guard child.isRunning else { throw Unexpected("the daemon ended at once: \(child.finish().all)\(daemon.log)") }
            usleep(10_000)
        }
        daemon.kill()
        throw Unexpected("the daemon does not answer: \(daemon.log)")
    }

    /// Runs it where it is expected to refuse.
    static func refusal(_ directory: String, _ arguments: [String] = []) throws -> Child.Outcome {
        try Child.start(Programs.rvaultd, ["--dir", directory] + arguments).finish(seconds: 60)
    }

    /// Asks it to stop and waits.
    @discardableResult
    func stop() -> Child.Outcome {
        child.send(SIGTERM)
        return child.finish(seconds: 60)
    }

    /// Ends it as a power cut would.
    func kill() {
        child.send(SIGKILL)
        _ = child.finish()
    }

    /// All entries of the log, oldest first, as the operator sees them.
    func entries() throws -> [Value] {
        var entries: [Value] = []
        var target = "/v1/audit/entries?limit=500"
        while true {
            let page = try admin.get(target).json
            entries += page["entries"].list.map { $0["entry"] }
            guard let next = page["next"].int else { return entries }
            target = "/v1/audit/entries?limit=500&after=\(next)"
        }
    }

    /// A number of the operator's status, such as `residents`.
    func count(_ name: String) throws -> Int {
        let status = try admin.get("/v1/status")
        guard let count = status.json[name].int else { throw Unexpected("no \(name) in \(status)") }
        return count
    }
}
