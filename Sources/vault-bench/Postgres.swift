import Foundation

/// The yardstick of the reading path: PostgreSQL as its manual would have it do the same. Fields are encrypted one by one
/// with pgcrypto, row-level security bounds what the app's role sees, one prepared statement joins the consent, decrypts
/// five fields and inserts an audit row, durably (`fsync` and `synchronous_commit` are on, as they are by default). It is
/// spared what the vault does beyond that: HTTP, JSON, a policy, a hash tree, signatures.
///
/// One statement is the best that can be had of it. Beside it stands the same as a transaction of five statements, as a
/// platform's code writes it: begin, look at the consent, read, note, commit.
final class Postgres {
    enum Cipher: String, CaseIterable {
        /// AES-128-CBC with PKCS padding (what pgcrypto calls `aes`) under one key that the server is told; no integrity.
        case raw
        /// `pgp_sym_encrypt` as it is by default: a session key from a passphrase for each value.
        case pgp
    }

    enum Form: String, CaseIterable {
        case statement
        case transaction
    }

    private let root: String
    private let residents: Int
    private let binaries: String
    private let process = Process()
    private static let port = "54329"

    static var isInstalled: Bool { (try? installed()) != nil }

    private static func installed() throws -> String {
        let places = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        guard let newest = places.compactMap({ Int($0) }).max(), Command.exists("pgbench") else {
            throw BenchFailure("PostgreSQL is not installed: apt-get install postgresql postgresql-contrib")
        }
        return "/usr/lib/postgresql/\(newest)/bin"
    }

    /// Starts a server of its own in the work directory on a Unix socket, and fills it if it is new.
    init(work: String, residents: Int, log: (String) -> Void) throws {
        root = "\(work)/postgres-\(residents)"
        self.residents = residents
        binaries = try Self.installed()
        let isNew = !FileManager.default.fileExists(atPath: root + "/done")
        if isNew {
            log("making a PostgreSQL of \(residents) residents …")
            try? FileManager.default.removeItem(atPath: root)
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            if getuid() == 0 { try Command.run(["chown", "postgres", root]) }
            try server(["initdb", "-D", root + "/data", "-A", "trust", "-U", "bench", "--locale=C.UTF-8"])
        }
        // Our own child and not pg_ctl's: Foundation waits for a child's children too.
        try configure(process, ["postgres", "-D", root + "/data", "-c", "listen_addresses=", "-k", root, "-p", Self.port])
        try process.run()
        for _ in 0..<100 {
            usleep(100_000)
            if (try? Command.run(["pg_isready", "-q", "-h", root, "-p", Self.port, "-U", "bench"])) != nil { break }
        }
        guard isNew else { return }
        try sql(Self.schema(residents))
        try Data().write(to: URL(filePath: root + "/done"))
    }

    /// A fast shutdown.
    func stop() {
        guard process.isRunning else { return }
        process.interrupt()
        process.waitUntilExit()
    }

    deinit { stop() }

    var version: String { (try? query("SHOW server_version")) ?? "" }

    /// Reads for some seconds; pgbench's own load, one thread.
    func load(_ cipher: Cipher, _ form: Form = .statement, connections: Int, seconds: Double) throws -> Load.Outcome {
        let prefix = "\(root)/pgbench-\(UUID().uuidString.prefix(8))"
        let script = prefix + ".sql"
        let text = form == .statement ? Self.read(cipher, residents: residents) : Self.readInSteps(cipher, residents: residents)
        try Data(text.utf8).write(to: URL(filePath: script))
        let begun = ContinuousClock.now
        try Command.run(
            [
                "pgbench", "-n", "-M", "prepared", "-c", String(connections), "-j", "1", "-T", String(max(1, Int(seconds.rounded()))),
                "-f", script, "-l", "--log-prefix", prefix, "-h", root, "-p", Self.port, "-U", "app", "bench",
            ],
            environment: ["PGOPTIONS": "-c bench.key=\(Self.key) -c bench.app=health"])
        let took = begun.duration(to: .now).inSeconds
        var micros: [UInt32] = []
        var (first, last) = (Double.infinity, 0.0)
        let names = try FileManager.default.contentsOfDirectory(atPath: root)
        for name in names where (root + "/" + name).hasPrefix(prefix) {
            defer { try? FileManager.default.removeItem(atPath: root + "/" + name) }
            guard !name.hasSuffix(".sql") else { continue }
            // client, transaction, microseconds, script, seconds, microseconds of the end
            for line in try String(contentsOfFile: root + "/" + name, encoding: .utf8).split(separator: "\n") {
                let columns = line.split(separator: " ")
                guard columns.count >= 6, let time = Double(columns[2]), let end = Double(columns[4]), let part = Double(columns[5])
                else { continue }
                micros.append(UInt32(min(time * 1000, Double(UInt32.max))))
                first = min(first, end + part / 1e6)
                last = max(last, end + part / 1e6)
            }
        }
        let span = last > first ? last - first : took
        return Load.Outcome(
            answered: micros.count, perSecond: Double(micros.count) / span, bytesPerSecond: 0, latencies: Latencies(micros))
    }

    /// Shows that a read gives five plain values and leaves its audit row.
    func check() throws {
        for cipher in Cipher.allCases {
            let before = try query("SELECT count(*) FROM audit")
            let statement = Self.read(cipher, residents: residents).split(separator: "\n").dropFirst().joined(separator: "\n")
                .replacing(":r", with: "7")
            let rows = try query("SET bench.key='\(Self.key)'; SET bench.app='health'; SET ROLE app; \(statement)")
                .split(separator: "\n").filter { !$0.hasPrefix("SET") }
            let after = try query("SELECT count(*) FROM audit")
            guard rows.count == 5, Int(after) == (Int(before) ?? 0) + 1, rows.contains(where: { $0.hasSuffix("value 14 of 7") }) else {
                throw BenchFailure("PostgreSQL's \(cipher) read does not give what it should: \(rows), \(before) then \(after)")
            }
        }
    }

    private func query(_ text: String) throws -> String {
        try Command.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", root, "-p", Self.port, "-U", "bench", "-d", "bench", "-c", text])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func sql(_ text: String) throws {
        let file = root + "/schema.sql"
        try Data(text.utf8).write(to: URL(filePath: file))
        try Command.run(["createdb", "-h", root, "-p", Self.port, "-U", "bench", "bench"])
        try Command.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", root, "-p", Self.port, "-U", "bench", "-d", "bench", "-f", file])
    }

    private func server(_ arguments: [String]) throws {
        let process = Process()
        try configure(process, arguments)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchFailure("\(arguments[0]) failed: see \(root)/log") }
    }

    /// The server refuses to run as root.
    private func configure(_ process: Process, _ arguments: [String]) throws {
        let other = getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = other + [binaries + "/" + arguments[0]] + arguments.dropFirst()
        process.currentDirectoryURL = URL(filePath: "/")
        let log = root + "/log"
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(filePath: log)) }
        let handle = try FileHandle(forWritingTo: URL(filePath: log))
        try handle.seekToEnd()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
    }

    private static let key = "000102030405060708090a0b0c0d0e0f"

    private static func schema(_ residents: Int) -> String {
        """
        CREATE EXTENSION pgcrypto;
        CREATE ROLE app LOGIN;
        CREATE TABLE consent (
            resident int, app text, purpose text, fields int[], state text, until timestamptz,
            PRIMARY KEY (resident, app, purpose));
        CREATE TABLE cell (resident int, field int, iv bytea, value bytea, PRIMARY KEY (resident, field));
        CREATE TABLE cell_pgp (resident int, field int, value bytea, PRIMARY KEY (resident, field));
        CREATE TABLE audit (
            id bigserial PRIMARY KEY, time timestamptz NOT NULL, app text NOT NULL, resident int NOT NULL,
            purpose text NOT NULL, fields int[] NOT NULL, outcome text NOT NULL);
        INSERT INTO consent SELECT r, 'health', 'visit', '{1,10,11,12,14}', 'given', now() + interval '1 year'
            FROM generate_series(0, \(residents - 1)) r;
        INSERT INTO cell SELECT r, f, iv, encrypt_iv(convert_to('value ' || f || ' of ' || r, 'UTF8'),
                decode('\(key)', 'hex'), iv, 'aes')
            FROM generate_series(0, \(residents - 1)) r, generate_series(1, 20) f, gen_random_bytes(16 + 0 * (r + f)) iv;
        INSERT INTO cell_pgp SELECT r, f, pgp_sym_encrypt('value ' || f || ' of ' || r, '\(key)')
            FROM generate_series(0, \(min(residents, pgpResidents) - 1)) r, unnest('{1,10,11,12,14}'::int[]) f;
        ALTER TABLE consent ENABLE ROW LEVEL SECURITY;
        ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
        ALTER TABLE cell ENABLE ROW LEVEL SECURITY;
        ALTER TABLE cell_pgp ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON consent FOR SELECT TO app USING (app = current_setting('bench.app'));
        CREATE POLICY own ON audit FOR INSERT TO app WITH CHECK (app = current_setting('bench.app'));
        CREATE POLICY granted ON cell FOR SELECT TO app USING (EXISTS (
            SELECT FROM consent k WHERE k.resident = cell.resident AND k.app = current_setting('bench.app')
                AND cell.field = ANY (k.fields)));
        CREATE POLICY granted ON cell_pgp FOR SELECT TO app USING (EXISTS (
            SELECT FROM consent k WHERE k.resident = cell_pgp.resident AND k.app = current_setting('bench.app')
                AND cell_pgp.field = ANY (k.fields)));
        GRANT SELECT ON consent, cell, cell_pgp TO app;
        GRANT INSERT ON audit TO app;
        GRANT USAGE ON SEQUENCE audit_id_seq TO app;
        VACUUM ANALYZE;
        CHECKPOINT;
        """
    }

    /// A value of `pgp_sym_encrypt` costs half a millisecond to make, so there are fewer; that favours it.
    private static let pgpResidents = 2000

    private static func someone(_ cipher: Cipher, residents: Int) -> String {
        "\\set r random(0, \((cipher == .raw ? residents : min(residents, pgpResidents)) - 1))"
    }

    private static func opened(_ cipher: Cipher) -> String {
        cipher == .raw
            ? "convert_from(decrypt_iv(c.value, decode(current_setting('bench.key'), 'hex'), c.iv, 'aes'), 'UTF8')"
            : "pgp_sym_decrypt(c.value, current_setting('bench.key'))"
    }

    private static func readInSteps(_ cipher: Cipher, residents: Int) -> String {
        """
        \(someone(cipher, residents: residents))
        BEGIN;
        SELECT fields FROM consent
            WHERE resident = :r AND app = 'health' AND purpose = 'visit' AND state = 'given' AND until > now();
        SELECT c.field, \(opened(cipher)) FROM \(cipher == .raw ? "cell" : "cell_pgp") c
            WHERE c.resident = :r AND c.field IN (1, 10, 11, 12, 14);
        INSERT INTO audit (time, app, resident, purpose, fields, outcome)
            VALUES (now(), 'health', :r, 'visit', '{1,10,11,12,14}', 'released');
        COMMIT;

        """
    }

    private static func read(_ cipher: Cipher, residents: Int) -> String {
        """
        \(someone(cipher, residents: residents))
        WITH granted AS (
            SELECT resident, fields FROM consent
            WHERE resident = :r AND app = 'health' AND purpose = 'visit' AND state = 'given' AND until > now()
        ), noted AS (
            INSERT INTO audit (time, app, resident, purpose, fields, outcome)
            SELECT now(), 'health', resident, 'visit', fields, 'released' FROM granted
        )
        SELECT c.field, \(opened(cipher))
        FROM granted g JOIN \(cipher == .raw ? "cell" : "cell_pgp") c ON c.resident = g.resident AND c.field = ANY (g.fields)
        WHERE c.field IN (1, 10, 11, 12, 14);

        """
    }
}
