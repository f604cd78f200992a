import ArgumentParser
import CBench
import Foundation
import ResidentVault
import VaultModel

/// Grows one vault to a city and measures it at each size on the way.
struct CityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "city", abstract: "Measure a vault from a thousand residents to a million and a half.",
        discussion: "Example: vault-bench city --sizes 1000,20000 --out city.md --chart city.svg")

    @OptionGroup var options: BenchOptions

    @Option(help: "The sizes, growing.")
    var sizes = "1000,5000,20000,100000,500000,1500000"

    @Option(help: "A file for the table.")
    var out: String?

    @Option(help: "A file for the chart.")
    var chart: String?

    @Option(help: "The largest size at which log and data are verified together, about a millisecond a resident.")
    var dataUpTo = 100_000

    @Flag(help: "Only write table and chart from what was measured before.")
    var onlyWrite = false

    func run() throws {
        let bench = try options.bench
        let city = City(bench: bench, dataUpTo: dataUpTo)
        for size in onlyWrite ? [] : sizes.split(separator: ",").compactMap({ Int($0) }) {
            try city.grow(to: size)
            try city.measure(size)
        }
        let figures = try CityFigures(reading: city.results)
        print(figures.table)
        if let out { try Data(figures.page(arguments: Array(CommandLine.arguments.dropFirst()), chart: chart).utf8).write(to: URL(filePath: out)) }
        if let chart { try Data(figures.chart.utf8).write(to: URL(filePath: chart)) }
    }
}

/// The growing vault. It stays in the work directory, so a run that was cut off is taken up where it was.
struct City {
    let bench: Bench
    private let made: BenchVault
    /// Lines of size, figure and value; later ones count.
    let results: String

    /// Verifying all data takes about a millisecond a resident.
    private let dataUpTo: Int

    init(bench: Bench, dataUpTo: Int) {
        self.bench = bench
        self.dataUpTo = dataUpTo
        made = BenchVault(root: bench.work + "/city")
        results = bench.work + "/city.tsv"
    }

    private func note(_ size: Int, _ key: String, _ value: Double) throws {
        bench.log("  \(size) \(key) \(FigureTable.number(value))")
        if !FileManager.default.fileExists(atPath: results) { try Data().write(to: URL(filePath: results)) }
        let file = try FileHandle(forWritingTo: URL(filePath: results))
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(size)\t\(key)\t\(value)\n".utf8))
    }

    func grow(to size: Int) throws {
        let stamp = made.root + "/done"
        if !FileManager.default.fileExists(atPath: stamp) {
            try? FileManager.default.removeItem(atPath: made.root)
            try FileManager.default.createDirectory(atPath: made.root, withIntermediateDirectories: true)
            try made.create()
            let vault = try Vault(openingAt: made.vault)
            try made.consent(try made.enrol(BenchVault.consenting, into: vault).letters, vault: vault)
            try vault.close()
            try Data().write(to: URL(filePath: stamp))
        }
        let vault = try Vault(openingAt: made.vault)
        defer { try? vault.close() }
        let reader = try vault.reader()
        // Two threads enrol a chunk each, so the last of them may have holes.
        let have = Int(try vault.status(reader: reader).residents)
        guard have < size else { return }
        let first = max(0, have - 256)
        bench.log("growing from \(have) to \(size) …")
        let step = 10_000
        var seconds = 0.0
        for start in stride(from: first, to: size, by: step) {
            let part = try made.enrol(min(step, size - start), from: start, into: vault, pausing: bench.pausing)
            seconds += part.seconds
            bench.log("  \(start + min(step, size - start)) at \(FigureTable.number(Double(step) / part.seconds))/s")
        }
        try note(size, "enrol", Double(size - first) / seconds)
    }

    func measure(_ size: Int) throws {
        let sample = try sampled()
        try bench.quietly {
            let daemon = try DaemonProcess(vault: made.vault)
            defer { daemon.stop() }
            try note(size, "start", daemon.startSeconds * 1000)
            try note(size, "memory.start", daemon.memory.now)
            try reads(size, sample, daemon)
            try changes(size, daemon)
            try note(size, "memory.reads", daemon.memory.now)
        }
        try bench.quietly {
            let daemon = try DaemonProcess(vault: made.vault)
            defer { daemon.stop() }
            let admin = try Caller(socket: daemon.adminSocket)
            try note(size, "status", try time { _ = try admin.get("/v1/status") } * 1000)
            let begun = ContinuousClock.now
            let bytes = try admin.stream("POST", "/v1/backups")
            try note(size, "backup", begun.duration(to: .now).inSeconds)
            try note(size, "backup.bytes", Double(bytes) / Double(size))
            try note(size, "memory.backup", daemon.memory.peak)
        }
        for (key, options) in [("verify", []), ("verify.data", ["--data"])] {
            guard key == "verify" || size <= dataUpTo else { continue }
            // Minutes for a city, so it is not measured quietly.
            let verified = try Command.measure([DaemonProcess.program, "verify", "--dir", made.vault, "--json"] + options)
            try note(size, key, verified.seconds)
            try note(size, key + ".memory", verified.megabytes)
        }
        let file = try FileManager.default.attributesOfItem(atPath: made.vault + "/vault.db")
        try note(size, "bytes", ((file[.size] as? NSNumber)?.doubleValue ?? 0) / Double(size))
    }

    /// Some residents by chance: grants are listed in the order of their random ids. Each is read once, so that their
    /// bundles are as they are in use.
    private func sampled() throws -> [String] {
        let vault = try Vault(openingAt: made.vault)
        defer { try? vault.close() }
        let reader = try vault.reader()
        let (app, purpose) = Community.contract
        let caller = try vault.authenticate(app: try made.token(app), uid: 0)
        var people: Set<String> = []
        for _ in 0..<40 {
            let page = try vault.grants(caller: caller, after: .random(), limit: 250, reader: reader)
                .map(\.statement.resident.base32)
            people.formUnion(page)
            for start in stride(from: 0, to: page.count, by: 125) {
                try InProcess.read(
                    Array(page[start..<min(start + 125, page.count)]), purpose: purpose, caller: caller, vault: vault, reader: reader)
            }
        }
        return Array(people)
    }

    private func reads(_ size: Int, _ sample: [String], _ daemon: DaemonProcess) throws {
        let (app, purpose) = Community.contract
        let token = try made.token(app)
        let reads = Load(
            socket: daemon.socket,
            requests: sample.map { HTTPText.post("/v1/records:read", body: HTTPText.read([$0], purpose: purpose), token: token) })
        let lookups = Load(
            socket: daemon.socket,
            requests: (0..<2000).map { _ in
                let phone = Community.phone(Int.random(in: 0..<size))
                return HTTPText.post(
                    "/v1/lookup", body: #"{"purpose":"\#(purpose)","subject":{"field":"contact.phone","value":"\#(phone)"}}"#, token: token)
            })
        for (key, load) in [("read", reads), ("lookup", lookups)] {
            _ = try load.run(connections: 8, seconds: 1)
            let outcome = try load.run(connections: 8, seconds: bench.seconds)
            try note(size, key, outcome.perSecond)
            try note(size, key + ".p50", outcome.latencies.percentile(0.5) ?? 0)
            try note(size, key + ".p99", outcome.latencies.percentile(0.99) ?? 0)
        }
    }

    /// One after the other: what one of each costs.
    private func changes(_ size: Int, _ daemon: DaemonProcess) throws {
        let app = try Caller(socket: daemon.socket, token: try made.token(Community.passing.app))
        let residents = try ResidentSession.open(made, daemon: daemon, count: 4)
        var (approvals, revocations): ([Double], [Double]) = ([], [])
        for resident in residents {
            for purpose in Community.passing.purposes {
                try app.reconnect()
                try resident.caller.reconnect()
                let asked = try app.post(
                    "/v1/access-requests",
                    ["subject": ["field": "contact.phone", "value": .string(Community.phone(resident.index))], "purpose": .string(purpose)])
                guard let id = asked["id"]?.string else { throw BenchFailure("no request's id") }
                var grant = ""
                approvals.append(try time { grant = try resident.caller.post("/v1/me/requests/\(id):approve")["grant"]?.string ?? "" })
                revocations.append(try time { try resident.caller.post("/v1/me/grants/\(grant):revoke") })
            }
        }
        try note(size, "grant", (Samples.median(approvals) ?? 0) * 1000)
        try note(size, "revoke", (Samples.median(revocations) ?? 0) * 1000)
        let lister = try Caller(socket: daemon.socket, token: try made.token(Community.contract.app))
        var next = ""
        let pages = try (0..<20).map { _ in
            try time { next = try lister.get("/v1/grants\(next.isEmpty ? "" : "?after=\(next)")")["next"]?.string ?? "" }
        }
        try note(size, "list", (Samples.median(pages) ?? 0) * 1000)
    }

    private func time(_ body: () throws -> Void) throws -> Double {
        let begun = ContinuousClock.now
        try body()
        return begun.duration(to: .now).inSeconds
    }
}
