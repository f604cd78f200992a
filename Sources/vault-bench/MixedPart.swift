import CBench
import Foundation
import ResidentVault
import Synchronization
import VaultCrypto
import VaultModel

/// Readers while an import, a backup and an auditor's scan go on at once; beside the same readers alone.
struct MixedPart: BenchPart {
    static let name = "mixed"
    private let daemon: DaemonProcess
    private let made: BenchVault
    private let reads: Load
    private let first: Int

    init(_ bench: Bench) throws {
        made = try BenchVault.made(residents: bench.residents, in: bench.work, log: bench.log).copy(to: bench.work + "/run-mixed")
        first = bench.residents
        daemon = try DaemonProcess(vault: made.vault)
        let (app, purpose) = Community.contract
        let token = try made.token(app)
        reads = Load(
            socket: daemon.socket,
            requests: try made.lines("people/" + app).map {
                HTTPText.post("/v1/records:read", body: HTTPText.read([$0], purpose: purpose), token: token)
            })
        bench.note("Mixed load: 8 readers beside one import (64 people a request), one backup after another and one auditor paging through the log.")
    }

    func round(_ bench: Bench) throws {
        try bench.quietly {
            bench.add("quiet", try reads.run(connections: 8, seconds: bench.seconds))
            let counts = try mixed(bench, seconds: bench.seconds * 2)
            bench.add("mixed.imported", counts.imported)
            bench.add("mixed.backups", counts.backups)
            bench.add("mixed.scanned", counts.scanned)
            bench.add("mixed.memory", daemon.memory.peak)
        }
    }

    private func mixed(_ bench: Bench, seconds: Double) throws -> (imported: Double, backups: Double, scanned: Double) {
        let counts = Mutex((imported: 0, backups: 0.0, scanned: 0))
        let failure = Mutex<(any Error)?>(nil)
        let over = Mutex(false)
        let next = Mutex(Int.random(in: 0..<1_000_000) + first)
        let group = DispatchGroup()
        func begin(_ body: @escaping @Sendable () throws -> Void) {
            group.enter()
            Thread {
                do { while !over.withLock({ $0 }) { try body() } } catch { failure.withLock { $0 = error } }
                group.leave()
            }.start()
        }
        let (admin, socket) = (daemon.adminSocket, daemon.socket)
        begin {
            let start = next.withLock { next in
                defer { next += 64 }
                return next
            }
            let lines = try (start..<start + 64).map { try Self.line($0) }
            try Caller(socket: admin).postLines("/v1/residents:import", lines)
            counts.withLock { $0.imported += 64 }
        }
        begin {
            do {
                _ = try Caller(socket: admin).stream("POST", "/v1/backups")
                counts.withLock { $0.backups += 1 }
            } catch let failure as BenchFailure where "\(failure)".contains(": 409 ") {
                // The one before is still being put away.
                usleep(20_000)
            }
        }
        let auditor = try made.token("auditor")
        let scan = ScanPlace()
        begin {
            let found = try scan.page(Caller(socket: socket, token: auditor))
            counts.withLock { $0.scanned += found }
        }
        let outcome = Result { try reads.run(connections: 8, seconds: seconds) }
        over.withLock { $0 = true }
        group.wait()
        bench.add("mixed", try outcome.get())
        if let error = failure.withLock({ $0 }) { throw error }
        let (imported, backups, scanned) = counts.withLock { $0 }
        return (Double(imported) / seconds, backups, Double(scanned) / seconds)
    }

    /// One line of an import.
    private static func line(_ index: Int) throws -> JSON {
        let fields = Community.person(index)
        let code = try ActivationCode.random().text().withBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let named = fields.map { ($0.key.text, $0.value) }
        return [
            "fields": .object(Dictionary(uniqueKeysWithValues: named)),
            "sources": .object(Dictionary(uniqueKeysWithValues: named.map { ($0.0, .string(Community.statutory.app)) })),
            "code": .string(code), "login": .string(LoginName.random().text),
        ]
    }

    func end() { daemon.stop() }

    static var targets: [Target] {
        [
            Target(title: "8 readers in mixed load, beside the same alone", key: "mixed", unit: "/s", beside: "quiet"),
            Target(title: "their p50", key: "mixed.p50", unit: "ms", beside: "quiet.p50", better: .lower),
            Target(title: "their p99", key: "mixed.p99", unit: "ms", beside: "quiet.p99", better: .lower),
            Target(title: "their p99.9", key: "mixed.p999", unit: "ms", beside: "quiet.p999", better: .lower),
            Target(title: "people imported meanwhile", key: "mixed.imported", unit: "/s"),
            Target(title: "backups meanwhile, a round", key: "mixed.backups", unit: ""),
            Target(title: "entries scanned meanwhile", key: "mixed.scanned", unit: "/s"),
            Target(title: "daemon's most memory", key: "mixed.memory", unit: "MB"),
        ]
    }
}

/// How far an auditor has read; at the end of the log they begin again.
private final class ScanPlace: Sendable {
    private let after = Mutex<String?>(nil)

    func page(_ auditor: Caller) throws -> Int {
        let from = after.withLock { $0 }
        let answer = try auditor.get("/v1/audit/entries" + (from.map { "?from=\($0)" } ?? ""))
        let next = answer["next"]?.integer.map(String.init) ?? answer["next"]?.string
        after.withLock { $0 = next }
        return answer["items"]?.array?.count ?? answer["entries"]?.array?.count ?? 0
    }
}
