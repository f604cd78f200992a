import Foundation

/// What a run has at hand: where it works, how long it measures, and what it has measured so far.
final class Bench {
    let work: String
    let residents: Int
    let rounds: Int
    let seconds: Double
    private let lock: Int32
    private(set) var samples = Samples()
    private(set) var notes: [String] = []

    /// - Parameter lockFile: locked while something is measured, for machines on which others build.
    init(work: String, residents: Int, rounds: Int, seconds: Double, lockFile: String?) throws {
        self.work = work
        self.residents = residents
        self.rounds = rounds
        self.seconds = seconds
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        lock = lockFile.map { open($0, O_CREAT | O_RDWR | O_CLOEXEC, 0o644) } ?? -1
    }

    func log(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    func note(_ text: String) { if !notes.contains(text) { notes.append(text) } }

    func add(_ key: String, _ value: Double) {
        samples.add(key, value)
        log("  \(key) \(FigureTable.number(value))")
    }

    func add(_ key: String, _ outcome: Load.Outcome) {
        add(key, outcome.perSecond)
        for (name, share) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
            if let value = outcome.latencies.percentile(share) { samples.add("\(key).\(name)", value) }
        }
        if let p99 = outcome.latencies.percentile(0.99) { log("  \(key).p99 \(FigureTable.number(p99)) ms") }
    }

    /// Runs while nobody else who keeps to the lock does.
    func quietly<Value>(_ body: () throws -> Value) throws -> Value {
        if lock >= 0 { flock(lock, LOCK_EX) }
        defer { if lock >= 0 { flock(lock, LOCK_UN) } }
        return try body()
    }

    /// Waits while somebody measures; for long work that measures nothing.
    var pausing: @Sendable () -> Void {
        { [lock] in
            guard lock >= 0 else { return }
            flock(lock, LOCK_SH)
            flock(lock, LOCK_UN)
        }
    }

    /// A copy of the vault of this size, with nothing of an earlier measurement in it.
    func freshVault() throws -> BenchVault {
        try BenchVault.made(residents: residents, in: work, log: log).copy(to: work + "/run")
    }
}

/// One part of a run: what it needs is made first, then each round measures everything once, so that a ratio compares
/// what was measured within the same seconds.
protocol BenchPart {
    static var name: String { get }
    /// What it adds to the design's table, in its order.
    static var targets: [Target] { get }
    init(_ bench: Bench) throws
    func round(_ bench: Bench) throws
    func end()
}

extension BenchPart {
    func end() {}
}
