internal import Foundation
internal import Synchronization
internal import VaultAPI
internal import VaultClient

/// The demo's `rvaultd`, ended with the demo, also when a signal ends that.
struct DemoDaemon {
    private static let endings = [SIGINT, SIGTERM, SIGHUP]
    /// Its process id, for the signal handler; 0 for none.
    private static let running = Atomic<Int32>(0)

    private let process: ChildProcess

    /// Starts it and waits until it answers.
    ///
    /// - Throws: `DemoStage.Stop` with what it wrote, if it ends or does not answer within 30 seconds.
    static func start(_ stage: DemoStage) async throws -> DemoDaemon {
        let log = stage.path("rvaultd.log")
        stage.showCommand("rvaultd --dir vault &")
        let daemon = DemoDaemon(
            process: try ChildProcess.start(Companion.daemon, ["--dir", stage.vault], output: .file(log)))
        running.store(daemon.process.pid, ordering: .sequentiallyConsistent)
        for number in endings { signal(number) { number in DemoDaemon.endBySignal(number) } }
        let client = VaultClient(socketPath: stage.vault + "/rvault.sock")
        for _ in 0..<300 {
            if let answer = try? await client.send(VaultClient.request(.ready)), answer.status == 200 { return daemon }
            if daemon.process.ended() != nil { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        daemon.process.send(SIGKILL)
        running.store(0, ordering: .sequentiallyConsistent)
        let said = (try? SourceFile.read(log, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        throw DemoStage.Stop(description: "rvaultd: \(said)")
    }

    /// Asks it to finish and waits; true if it ended in order.
    func stop() -> Bool {
        process.send(SIGTERM)
        let status = process.wait()
        Self.running.store(0, ordering: .sequentiallyConsistent)
        return status == 0
    }

    /// Runs in the signal handler: `kill`, `signal` and `raise` are async-signal-safe (POSIX, 2.4.3).
    private static func endBySignal(_ number: Int32) {
        let pid = running.load(ordering: .sequentiallyConsistent)
        if pid > 0 { kill(pid, SIGTERM) }
        signal(number, SIG_DFL)
        raise(number)
    }
}
