import Dispatch
import Foundation
import ResidentVault
import Synchronization
import VaultModel

/// People enrolled through the library on both cores: three custodians, two purposes that law or contract allow.
final class EnrolPart: BenchPart {
    static let name = "enrol"
    private let made: BenchVault
    private let vault: Vault
    private var next = 0

    init(_ bench: Bench) throws {
        made = BenchVault(root: bench.work + "/run-enrol")
        try? FileManager.default.removeItem(atPath: made.root)
        try made.create()
        vault = try Vault(openingAt: made.vault)
        _ = try enrol(500)
    }

    private func enrol(_ count: Int) throws -> Double {
        defer { next += count }
        return Double(count) / (try made.enrol(count, from: next, into: vault).seconds)
    }

    func round(_ bench: Bench) throws { bench.add("enrol", try bench.quietly { try enrol(bench.seconds < 2 ? 1000 : 2000) }) }

    func end() { try? vault.close() }

    static var targets: [Target] {
        [Target(title: "enrol residents of 20 fields, 3 custodians, 2 grants by law", key: "enrol", unit: "/s", must: 2000, goal: 3500)]
    }
}

/// Consent given and taken back over the socket, each durable and with new keys: eight residents at a time, each of whom
/// approves an open request and revokes the grant.
final class ConsentPart: BenchPart {
    static let name = "consent"
    private var daemon: DaemonProcess?
    private var residents: [ResidentSession] = []
    private var app: Caller?
    private var asked = 0
    /// An app may ask one person so often a day.
    private static let asksPerDay = 5
    private static let terminals = 8

    init(_ bench: Bench) throws {
        bench.note("A consent pair is an approval and a revocation of five fields; the app's asking before it is not counted.")
    }

    private func begin(_ bench: Bench) throws {
        daemon?.stop()
        residents = []
        let made = try BenchVault.made(residents: bench.residents, in: bench.work, log: bench.log).copy(to: bench.work + "/run-consent")
        let started = try DaemonProcess(vault: made.vault)
        daemon = started
        residents = try ResidentSession.open(made, daemon: started, count: BenchVault.consenting)
        app = try Caller(socket: started.socket, token: try made.token(Community.passing.app))
        asked = 0
    }

    func round(_ bench: Bench) throws {
        if daemon == nil || asked == Self.asksPerDay { try begin(bench) }
        asked += 1
        guard let app else { return }
        try app.reconnect()
        for resident in residents { try resident.caller.reconnect() }
        var open: [[(caller: Caller, request: String)]] = Array(repeating: [], count: Self.terminals)
        for (place, resident) in residents.enumerated() {
            for purpose in Community.passing.purposes {
                let answer = try app.post(
                    "/v1/access-requests",
                    [
                        "subject": ["field": "contact.phone", "value": .string(Community.phone(resident.index))],
                        "purpose": .string(purpose),
                    ])
                guard let id = answer["id"]?.string else { throw BenchFailure("no request's id") }
                open[place % Self.terminals].append((resident.caller, id))
            }
        }
        let pairs = open.map(\.count).reduce(0, +)
        let seconds = try bench.quietly { try Self.answer(open) }
        bench.add("consent", Double(pairs) / seconds)
    }

    /// A resident's connection is used by one terminal only.
    private static func answer(_ open: [[(caller: Caller, request: String)]]) throws -> Double {
        // Each thread takes one terminal's connections, which no other touches, and this one waits for all of them.
        nonisolated(unsafe) let open = open
        let failure = Mutex<(any Error)?>(nil)
        let begun = ContinuousClock.now
        let group = DispatchGroup()
        for terminal in open.indices {
            let thread = Thread {
                do {
                    for (caller, request) in open[terminal] {
                        let given = try caller.post("/v1/me/requests/\(request):approve")
                        guard let grant = given["grant"]?.string else { throw BenchFailure("no grant's id") }
                        try caller.post("/v1/me/grants/\(grant):revoke")
                    }
                } catch { failure.withLock { $0 = error } }
                group.leave()
            }
            group.enter()
            thread.start()
        }
        group.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        return begun.duration(to: .now).inSeconds
    }

    func end() { daemon?.stop() }

    static var targets: [Target] {
        [Target(title: "consent given and revoked, pairs over the socket", key: "consent", unit: "/s", must: 500, goal: 1500)]
    }
}

/// Two hundred residents of five fields in one request.
struct BatchPart: BenchPart {
    static let name = "batch"
    private static let size = 200
    /// In process as over the socket: two compute while the others wait for their entry to be durable.
    private static let callers = 4
    /// As long as an event loop of the daemon stays on a view.
    private static let viewTime = Duration.milliseconds(20)
    private let daemon: DaemonProcess
    private let load: Load
    private let vault: Vault
    private let readers: [VaultReader]
    private let caller: AppCaller
    private let batches: [[String]]

    init(_ bench: Bench) throws {
        let made = try BenchVault.made(residents: bench.residents, in: bench.work, log: bench.log).copy(to: bench.work + "/run-batch")
        let other = try made.copy(to: bench.work + "/run-batch-library")
        let (app, purpose) = Community.contract
        let people = try made.lines("people/" + app).shuffled()
        batches = stride(from: 0, to: people.count - Self.size + 1, by: Self.size).map { Array(people[$0..<$0 + Self.size]) }
        daemon = try DaemonProcess(vault: made.vault)
        let token = try made.token(app)
        load = Load(
            socket: daemon.socket,
            requests: batches.map { HTTPText.post("/v1/records:read", body: HTTPText.read($0, purpose: purpose), token: token) })
        let opened = try Vault(openingAt: other.vault)
        vault = opened
        readers = try (0..<Self.callers).map { _ in try opened.reader(keepsViews: true) }
        caller = try vault.authenticate(app: token, uid: 0)
    }

    func round(_ bench: Bench) throws {
        let fields = Double(Self.size * Community.fieldsRead.count)
        for connections in [1, 4] {
            let outcome = try bench.quietly { try load.run(connections: connections, seconds: bench.seconds) }
            bench.add("batch.\(connections)", outcome.perSecond * fields)
        }
        bench.add("batch.library", try bench.quietly { try library(bench.seconds) } * fields)
        bench.add("batch.memory", daemon.memory.peak)
    }

    /// Batches a second on both cores.
    private func library(_ seconds: Double) throws -> Double {
        let count = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)
        let begun = ContinuousClock.now
        let (readers, batches, caller, vault) = (readers, batches, caller, vault)
        let group = DispatchGroup()
        for (number, reader) in readers.enumerated() {
            group.enter()
            Thread {
                var place = number * batches.count / readers.count
                var viewed = begun
                do {
                    while begun.duration(to: .now).inSeconds < seconds {
                        try InProcess.read(
                            batches[place % batches.count], purpose: Community.contract.purpose, caller: caller, vault: vault,
                            reader: reader)
                        if viewed.duration(to: .now) >= Self.viewTime {
                            reader.endView()
                            viewed = .now
                        }
                        place += 1
                        count.withLock { $0 += 1 }
                    }
                } catch { failure.withLock { $0 = error } }
                group.leave()
            }.start()
        }
        group.wait()
        for reader in readers { reader.endView() }
        if let error = failure.withLock({ $0 }) { throw error }
        return Double(count.withLock { $0 }) / begun.duration(to: .now).inSeconds
    }

    func end() {
        daemon.stop()
        try? vault.close()
    }

    static var targets: [Target] {
        [
            Target(title: "batch of 200 × 5 fields over the socket, 1 connection", key: "batch.1", unit: "fields/s"),
            Target(title: "batch of 200 × 5 fields over the socket, 4 connections", key: "batch.4", unit: "fields/s", must: 200_000, goal: 500_000),
            Target(title: "batch of 200 × 5 fields in process, 4 callers", key: "batch.library", unit: "fields/s", must: 300_000),
            Target(title: "daemon's most memory during batches", key: "batch.memory", unit: "MB"),
        ]
    }
}
