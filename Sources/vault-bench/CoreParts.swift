import CBench
import Foundation
import ResidentVault
import Synchronization
import VaultCrypto
import VaultModel

/// A field sealed and opened by the library, beside libsodium called from C in this process.
final class CryptoPart: BenchPart {
    static let name = "crypto"
    private let key: FieldKey
    private let context: CellContext
    private let value = Array(#""13800138""#.utf8) + [0x20, 0x20]
    private let sealed: [UInt8]

    init(_ bench: Bench) throws {
        let id = [UInt8](repeating: 7, count: 16)
        key = try FieldKey.random()
        context = CellContext(
            vault: id, resident: id, field: "contact.phone", epoch: 1, revision: 1, source: "committee", time: 1_760_000_000_000)
        sealed = Cell.seal(value, key: key, context: context)
        bench.note("Encryption: \(value.count) bytes padded to 32, \(context.additionalData.count) bytes of context, which C is spared to build.")
    }

    func round(_ bench: Bench) throws {
        try bench.quietly {
            let additional = context.additionalData.count
            bench.add("seal.c", rv_aead_rate(0, 32, additional, bench.seconds / 4))
            bench.add("seal", rate(bench.seconds / 4) { _ = Cell.seal(value, key: key, context: context) })
            bench.add("open.c", rv_aead_rate(1, 32, additional, bench.seconds / 4))
            bench.add("open", try rate(bench.seconds / 4) { _ = try Cell.open(sealed, key: key, context: context) })
        }
    }

    private func rate(_ seconds: Double, _ body: () throws -> Void) rethrows -> Double {
        let begun = ContinuousClock.now
        var count = 0
        while true {
            for _ in 0..<256 { try body() }
            count += 256
            let passed = begun.duration(to: .now).inSeconds
            if passed >= seconds { return Double(count) / passed }
        }
    }

    static var targets: [Target] {
        [
            Target(title: "encrypt a field, beside libsodium from C", key: "seal", unit: "/s", beside: "seal.c", must: 0.6, goal: 0.85),
            Target(title: "decrypt a field, beside libsodium from C", key: "open", unit: "/s", beside: "open.c", must: 0.6, goal: 0.85),
        ]
    }
}

/// What the database holds, by its own account of pages (`dbstat`).
struct StorePart: BenchPart {
    static let name = "store"
    private let made: BenchVault
    private let residents: Int

    init(_ bench: Bench) throws {
        residents = bench.residents
        made = try BenchVault.made(residents: residents, in: bench.work, log: bench.log)
        let fields = (0..<1000).flatMap { Community.person($0).values.map { $0.encoded.count } }
        bench.note("Mean plaintext: \(FigureTable.number(Double(fields.reduce(0, +)) / Double(fields.count))) bytes a field, as JSON.")
    }

    func round(_ bench: Bench) throws {
        let database = made.vault + "/vault.db"
        func bytes(_ condition: String) -> Double {
            rv_query(database, "SELECT sum(pgsize) FROM dbstat WHERE \(condition)")
        }
        bench.add("store.field", bytes("name = 'cell' OR name LIKE 'cell%'") / Double(residents * 20))
        bench.add("store.log", bytes("name IN ('log', 'subject_tag', 'state_tag', 'tile')") / Double(residents))
        bench.add("store.resident", bytes("true") / Double(residents))
    }

    static var targets: [Target] {
        [
            Target(title: "store, a field (cell table and its index)", key: "store.field", unit: "B", must: 130, goal: 100, better: .lower),
            Target(title: "store, a resident in all, with keys, shares, 2 grants and log", key: "store.resident", unit: "B", better: .lower),
            Target(title: "of which the log", key: "store.log", unit: "B", better: .lower),
        ]
    }
}

/// A long log, checked by the daemon's own tool.
struct LogPart: BenchPart {
    static let name = "log"
    static let entries = 1_000_000
    private let made: BenchVault

    init(_ bench: Bench) throws { made = try Self.made(bench) }

    func round(_ bench: Bench) throws {
        let begun = ContinuousClock.now
        let out = try bench.quietly { try Command.run([DaemonProcess.program, "verify", "--dir", made.vault, "--json"]) }
        let seconds = begun.duration(to: .now).inSeconds
        guard let size = try JSONParser.parse(Array(out.utf8))["size"]?.integer, size > 0 else { throw BenchFailure("no verification: \(out)") }
        bench.add("verify", seconds * Double(Self.entries) / Double(size))
        bench.note("The log that is verified has \(FigureTable.number(Double(size))) entries; the figure is scaled to a million.")
    }

    /// A vault of a thousand whose log reads have filled: many under way at once, so that they share commits.
    private static func made(_ bench: Bench) throws -> BenchVault {
        let wanted = bench.residents < 20_000 ? 100_000 : entries
        let made = BenchVault(root: "\(bench.work)/made-log-\(wanted)")
        let stamp = made.root + "/filled"
        if FileManager.default.fileExists(atPath: stamp) { return made }
        _ = try BenchVault.made(residents: 1000, in: bench.work, log: bench.log).copy(to: made.root)
        bench.log("filling a log with \(wanted) entries …")
        let vault = try Vault(openingAt: made.vault)
        let reader = try vault.reader()
        let (app, purpose) = Community.contract
        let caller = try vault.authenticate(app: try made.token(app), uid: 0)
        let people = try made.lines("people/" + app)
        guard let purpose = PurposeName(purpose) else { return made }
        let room = DispatchSemaphore(value: 512)
        let failure = Mutex<(any Error)?>(nil)
        let left = wanted - Int(try vault.logSize())
        for index in 0..<max(0, left) {
            room.wait()
            if failure.withLock({ $0 }) != nil { break }
            vault.read(
                ReadRequest(
                    purpose: purpose, residents: [people[index % people.count]],
                    fields: Community.fieldsRead.compactMap { FieldName($0) }, form: nil, initiator: nil, caseReference: nil),
                caller: caller, reader: reader, resume: { again in DispatchQueue.global().async(execute: again) },
                finish: { result in
                    if case .failure(let error) = result { failure.withLock { $0 = error } }
                    room.signal()
                })
        }
        for _ in 0..<512 { room.wait() }
        for _ in 0..<512 { room.signal() }
        if let error = failure.withLock({ $0 }) { throw error }
        try vault.close()
        try Data().write(to: URL(filePath: stamp))
        return made
    }

    static var targets: [Target] {
        [Target(title: "verify a log of 1,000,000 entries", key: "verify", unit: "s", must: 10, goal: 3, better: .lower)]
    }
}

/// From the start to the first answer, and what the daemon holds then.
struct StartPart: BenchPart {
    static let name = "start"
    private let made: BenchVault

    init(_ bench: Bench) throws {
        made = try BenchVault.made(residents: bench.residents, in: bench.work, log: bench.log).copy(to: bench.work + "/run-start")
    }

    func round(_ bench: Bench) throws {
        let daemon = try bench.quietly { try DaemonProcess(vault: made.vault) }
        bench.add("start", daemon.startSeconds * 1000)
        bench.add("start.memory", daemon.memory.now)
        daemon.stop()
    }

    static var targets: [Target] {
        [
            Target(title: "daemon's start to its first answer", key: "start", unit: "ms", must: 300, better: .lower),
            Target(title: "daemon's memory then", key: "start.memory", unit: "MB", must: 150, better: .lower),
        ]
    }
}
