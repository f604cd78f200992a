import CBench
import Foundation

/// The reading path over the socket, at 1, 8 and 64 connections, and the same daemon's `/healthz` beside it.
struct ReadPart: BenchPart {
    static let name = "read"
    static let connections = [1, 8, 64]
    private let daemon: DaemonProcess
    private let any: Load
    private let one: [Load]
    private let health: Load

    init(_ bench: Bench) throws {
        let made = try bench.freshVault()
        daemon = try DaemonProcess(vault: made.vault)
        func load(_ who: (app: String, purpose: String)) throws -> [[UInt8]] {
            let token = try made.token(who.app)
            return try made.lines("people/" + who.app).map {
                HTTPText.post("/v1/records:read", body: HTTPText.read([$0], purpose: who.purpose), token: token)
            }
        }
        any = Load(socket: daemon.socket, requests: try load(Community.contract))
        one = try load(Community.consent).map { [daemon] in Load(socket: daemon.socket, requests: [$0]) }
        health = Load(socket: daemon.socket, requests: [HTTPText.get("/healthz")])
        try bench.quietly { _ = try any.run(connections: 8, seconds: bench.seconds) }
    }

    func round(_ bench: Bench) throws {
        let resident = one[Int.random(in: one.indices)]
        for connections in Self.connections {
            try bench.quietly {
                bench.add("read.\(connections)", try any.run(connections: connections, seconds: bench.seconds))
                bench.add("read.one.\(connections)", try resident.run(connections: connections, seconds: min(bench.seconds, 2)))
                bench.add("healthz.\(connections)", try health.run(connections: connections, seconds: bench.seconds / 2))
            }
        }
        bench.add("read.memory", daemon.memory.now)
    }

    func end() { daemon.stop() }

    static var targets: [Target] {
        [
            Target(title: "read, 1 connection", key: "read.1", unit: "/s", beside: "healthz.1"),
            Target(title: "read, 8 connections, beside pgcrypto raw AES", key: "read.8", unit: "/s", beside: "postgres.raw.8", must: 1.5, goal: 2.5),
            Target(title: "read, 64 connections, beside pgcrypto raw AES", key: "read.64", unit: "/s", beside: "postgres.raw.64", must: 2, goal: 4),
            Target(title: "p99 at 8, beside pgcrypto raw AES", key: "read.8.p99", unit: "ms", beside: "postgres.raw.8.p99", must: 1, better: .lower),
            Target(title: "p99 at 64, beside pgcrypto raw AES", key: "read.64.p99", unit: "ms", beside: "postgres.raw.64.p99", must: 1, better: .lower),
            Target(title: "p50 at 8, beside pgcrypto raw AES", key: "read.8.p50", unit: "ms", beside: "postgres.raw.8.p50", better: .lower),
            Target(title: "read, 8, beside pgp_sym_encrypt", key: "read.8", unit: "/s", beside: "postgres.pgp.8"),
            Target(title: "read, 8, beside raw AES in a transaction of five statements", key: "read.8", unit: "/s", beside: "postgres.steps.8"),
            Target(title: "read, 64, beside raw AES in a transaction of five statements", key: "read.64", unit: "/s", beside: "postgres.steps.64"),
            Target(title: "p99 at 8, beside the same", key: "read.8.p99", unit: "ms", beside: "postgres.steps.8.p99", better: .lower),
            Target(title: "read, 8, beside the floor in C, 8 a commit", key: "read.8", unit: "/s", beside: "floor.8"),
            Target(title: "read, 64, beside the floor in C, 64 a commit", key: "read.64", unit: "/s", beside: "floor.64"),
            Target(title: "read, 8, beside the same daemon's /healthz", key: "read.8", unit: "/s", beside: "healthz.8"),
            Target(title: "read, 64, beside the same daemon's /healthz", key: "read.64", unit: "/s", beside: "healthz.64"),
            Target(title: "read, 8, beside raw fdatasync", key: "read.8", unit: "/s", beside: "sync"),
            Target(title: "the same resident again and again, 8", key: "read.one.8", unit: "/s"),
            Target(title: "daemon's memory after the reads", key: "read.memory", unit: "MB"),
        ]
    }
}

/// h2load beside our own generator: a tool that is not ours should see the same.
struct H2LoadPart: BenchPart {
    static let name = "h2load"
    private let daemon: DaemonProcess
    private let made: BenchVault
    private let bodies: [String]

    init(_ bench: Bench) throws {
        guard Command.exists("h2load") else { throw BenchFailure("h2load is not installed: apt-get install nghttp2-client") }
        made = try BenchVault.made(residents: bench.residents, in: bench.work, log: bench.log).copy(to: bench.work + "/run-h2load")
        daemon = try DaemonProcess(vault: made.vault)
        bodies = try made.lines("people/" + Community.consent.app).map { HTTPText.read([$0], purpose: Community.consent.purpose) }
        bench.note("h2load reads one resident a round; our own generator reads any of them in turn.")
    }

    func round(_ bench: Bench) throws {
        let body = made.root + "/body.json"
        for connections in ReadPart.connections {
            // A grant is read at most 100,000 times a day, so each run takes another resident.
            try Data(bodies[Int.random(in: bodies.indices)].utf8).write(to: URL(filePath: body))
            let token = String(decoding: try made.token(Community.consent.app), as: UTF8.self)
            let rate = try bench.quietly {
                try h2load(
                    "/v1/records:read", connections: connections, requests: connections == 1 ? 2000 : 12_000,
                    ["-H", "Authorization: Bearer \(token)", "-H", "Content-Type: application/json", "-d", body])
            }
            bench.add("h2load.\(connections)", rate)
        }
    }

    private func h2load(_ path: String, connections: Int, requests: Int, _ options: [String]) throws -> Double {
        let out = try Command.run(
            ["h2load", "--h1", "-t", "1", "-n", String(requests), "-c", String(connections), "--base-uri=unix:\(daemon.socket)"] + options
                + ["http://rvault\(path)"])
        guard out.contains("\(requests) 2xx"), let rate = out.firstMatch(of: /([0-9.]+) req\/s/).flatMap({ Double($0.1) }) else {
            throw BenchFailure("h2load did not get \(requests) answers of 200:\n\(out)")
        }
        return rate
    }

    func end() { daemon.stop() }

    static var targets: [Target] {
        ReadPart.connections.map {
            Target(title: "h2load's own count, \($0) connections", key: "h2load.\($0)", unit: "/s", beside: "read.\($0)")
        }
    }
}

/// PostgreSQL with pgcrypto.
struct PostgresPart: BenchPart {
    static let name = "postgres"
    private let server: Postgres

    init(_ bench: Bench) throws {
        server = try Postgres(work: bench.work, residents: bench.residents, log: bench.log)
        try server.check()
        bench.note("PostgreSQL \(server.version), fsync and synchronous_commit on, shared_buffers as installed.")
        try bench.quietly { _ = try server.load(.raw, connections: 8, seconds: bench.seconds) }
    }

    func round(_ bench: Bench) throws {
        for connections in [8, 64] {
            for cipher in Postgres.Cipher.allCases {
                try bench.quietly {
                    bench.add("postgres.\(cipher).\(connections)", try server.load(cipher, connections: connections, seconds: bench.seconds))
                }
            }
            try bench.quietly {
                bench.add(
                    "postgres.steps.\(connections)", try server.load(.raw, .transaction, connections: connections, seconds: bench.seconds))
            }
        }
    }

    func end() { server.stop() }

    static var targets: [Target] {
        ["postgres.raw.8", "postgres.raw.64", "postgres.steps.8", "postgres.steps.64", "postgres.pgp.8", "postgres.pgp.64"].map {
            Target(title: "yardstick: \($0)", key: $0, unit: "/s")
        } + ["postgres.raw.8.p99", "postgres.raw.64.p99"].map { Target(title: "yardstick: \($0)", key: $0, unit: "ms", better: .lower) }
    }
}

/// What the machine can do at all: its disk's syncs, and the same path as one thread of C.
struct FloorPart: BenchPart {
    static let name = "floor"
    private let database: String

    init(_ bench: Bench) throws {
        database = "\(bench.work)/floor-\(bench.residents).db"
        if !FileManager.default.fileExists(atPath: database), rv_floor_make(database, UInt32(bench.residents)) != 0 {
            throw BenchFailure("the floor's database cannot be made")
        }
        _ = rv_floor_rate(database, UInt32(bench.residents), 64, 1)
    }

    func round(_ bench: Bench) throws {
        try bench.quietly {
            bench.add("sync", rv_sync_rate("\(bench.work)/sync", bench.seconds / 2))
            for group in [8, 64] {
                bench.add("floor.\(group)", rv_floor_rate(database, UInt32(bench.residents), UInt32(group), bench.seconds / 2))
            }
        }
    }

    static var targets: [Target] {
        [
            Target(title: "yardstick: fdatasync of 4 KiB appended", key: "sync", unit: "/s"),
            Target(title: "yardstick: the floor in C, 8 reads a commit", key: "floor.8", unit: "/s"),
            Target(title: "yardstick: the floor in C, 64 reads a commit", key: "floor.64", unit: "/s"),
        ]
    }
}
