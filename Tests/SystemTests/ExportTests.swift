import Foundation
import Testing

/// The log as a plain directory that leaves the house.
@Suite(.serialized) struct ExportTests {
    @Test func `a second run adds what is new across a tile's end, and the directory holds nothing else`() throws {
        let scenario = try Scenario.audited(entries: 250)
        let first = try scenario.export("$K/log")
        #expect(first.size >= 250 && first.size < 256 && first.added == first.size)
        #expect(try scenario.files("$K/log") == Scenario.exported(size: first.size))

        try scenario.fill(to: 300)
        let second = try scenario.export("$K/log")
        #expect(second.size >= 300 && second.added == second.size - first.size)
        // The old partial tiles are not in the list, nor are the folders that they lay in.
        #expect(try scenario.files("$K/log") == Scenario.exported(size: second.size))
        #expect(try scenario.succeed("cat $K/log/log.vkey") == scenario.succeed("cat $V/log.vkey"))
        try scenario.verifyExport("$K/log")

        // Nothing new changes not a byte, and a run from nothing gives the same bytes.
        let before = try scenario.digest("$K/log")
        #expect(try scenario.export("$K/log").added == 0)
        #expect(try scenario.digest("$K/log") == before)
        _ = try scenario.export("$K/anew")
        #expect(try scenario.digest("$K/anew") == before)

        // Growing inside a partial tile, without a full one on the way.
        try scenario.fill(to: second.size + 5)
        let third = try scenario.export("$K/log")
        #expect(third.added >= 5)
        #expect(try scenario.files("$K/log") == Scenario.exported(size: third.size))
        try scenario.verifyExport("$K/log")
    }

    @Test func `a log that ends with a tile leaves no partial tile below it`() throws {
        let scenario = try Scenario.audited(entries: 255)
        let size = try scenario.export("$K/log").size
        try scenario.fill(to: max(256, size))
        let full = try scenario.export("$K/log").size
        // An hour may begin meanwhile, and then the reading of it is an entry more.
        #expect(full == 256 || full == 257)
        #expect(try scenario.files("$K/log") == Scenario.exported(size: full))
        try scenario.verifyExport("$K/log")
    }

    @Test func `it verifies where there is neither vault nor daemon`() throws {
        let scenario = try Scenario.audited(entries: 20)
        try scenario.succeed("cp $V/log.vkey $K/log.vkey; rvault audit checkpoint --dir $V > $K/kept")
        _ = try scenario.export("$K/log")
        scenario.stop()
        try scenario.succeed("rm -rf $V")
        let verified = try scenario.succeed("rvault audit verify --tiles $K/log --vkey $K/log.vkey --old $K/kept 2>&1")
        #expect(verified.contains("verified: "))
        // Without a checkpoint from elsewhere it says that it has shown less.
        let alone = try scenario.bash("rvault audit verify --tiles $K/log --vkey $K/log.vkey")
        #expect(alone.status == 0 && alone.err.contains("--old"))
        // The log's key is not taken from the directory on its own word.
        #expect(try scenario.bash("rvault audit verify --tiles $K/log").status == 2)
        let report = try scenario.succeed("rvault audit report --from 2020-01-01 --to 2099-12-31 --tiles $K/log --json")
        #expect(report.contains("property"))
    }

    @Test(.enabled(if: Independent.isThere, "needs go and golang-golang-x-mod-dev"))
    func `a verifier of other people's code agrees on size and root`() throws {
        let scenario = try Scenario.audited(entries: 300)
        _ = try scenario.export("$K/log")
        try scenario.succeed("cp $K/log/checkpoint $K/kept; cp $V/log.vkey $K/log.vkey")
        try scenario.fill(to: 600)
        _ = try scenario.export("$K/log")
        let ours = try scenario.verification("$K/log")
        let size = try #require(ours["size"] as? Int)
        let root = try #require(ours["root"] as? String)
        let words = try scenario.succeed("\(try Independent.verifier()) $K/log $K/log.vkey -old $K/kept").split(separator: " ")
        #expect(words.prefix(3) == ["verified", "\(size)", "entries,"])
        let encoded = try #require(words.last).trimmingCharacters(in: .newlines)
        let theirs = try #require(Data(base64Encoded: encoded))
        #expect(theirs.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == root)

        // Both refuse the log of another vault.
        let other = try Scenario.audited(entries: 5)
        let foreign = try scenario.bash("\(try Independent.verifier()) $K/log \(other.dir)/log.vkey")
        #expect(foreign.status == 1)
        #expect(try scenario.bash("rvault audit verify --tiles $K/log --vkey \(other.dir)/log.vkey").status == 1)
    }

    @Test(.enabled(if: Scenario.has("openssl"), "needs openssl"))
    func `openssl and the shell's tools agree on the signature`() throws {
        let scenario = try Scenario.audited(entries: 5)
        let size = try scenario.export("$K/log").size
        let good = try scenario.bash("$REPO/Tests/SystemTests/Independent/openssl-check.sh $K/log $V/log.vkey")
        #expect(good.status == 0)
        #expect(good.out.contains("of size \(size) verified"))
        try scenario.succeed("sed -i '2s/.*/1\(size)/' $K/log/checkpoint")
        #expect(try scenario.bash("$REPO/Tests/SystemTests/Independent/openssl-check.sh $K/log $V/log.vkey").status == 1)
    }

    /// What happens to the vault, or the directory, between two exports; and what the second one says.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let between: @Sendable (Scenario) throws -> Void
        var options = ""
        let says: String
    }

    static let refusals: [Refusal] = [
        Refusal(
            testDescription: "the vault was put back to an older state",
            between: { scenario in try scenario.rollBack() }, says: "it was rolled back"),
        Refusal(
            testDescription: "the vault was put back and went on differently",
            between: { scenario in
                try scenario.rollBack()
                try scenario.fill(to: 60)
            }, says: "its history was changed"),
        Refusal(
            testDescription: "another vault answers in its place",
            between: { scenario in
                scenario.stop()
                let other = try Scenario.audited(entries: 60)
                other.stop()
                try scenario.succeed("rm -r $V; cp -r \(other.dir) $V; cp \(other.keys)/audit-office.* $K/")
                try scenario.start()
            }, says: "its history was changed"),
        Refusal(
            testDescription: "the key that was kept elsewhere is another",
            between: { scenario in
                let other = try Scenario.audited()
                try scenario.succeed("cp \(other.dir)/log.vkey $K/other.vkey")
            }, options: "--vkey $K/other.vkey", says: "the log's key is not the one known before"),
        Refusal(
            testDescription: "the key in the directory was replaced",
            between: { scenario in
                let other = try Scenario.audited()
                try scenario.succeed("cp \(other.dir)/log.vkey $K/log/log.vkey")
            }, says: "the checkpoint does not open"),
        Refusal(
            testDescription: "the partial tile in the directory was changed",
            between: { scenario in
                try scenario.succeed("f=$(find $K/log/tile/0 -type f); printf x | dd of=$f bs=1 seek=40 conv=notrunc status=none")
            }, says: "do not fit their checkpoint"),
        Refusal(
            testDescription: "a tile in the directory is missing",
            between: { scenario in try scenario.succeed("rm $(find $K/log/tile/0 -type f)") }, says: "is missing"),
        Refusal(
            testDescription: "the checkpoint in the directory was changed",
            between: { scenario in try scenario.succeed("sed -i '2s/.*/7/' $K/log/checkpoint") },
            says: "the checkpoint does not open"),
        Refusal(
            testDescription: "a file that is not ours lies in the directory",
            between: { scenario in try scenario.succeed("echo mine > $K/log/notes.txt") }, says: "notes.txt"),
    ]

    @Test(arguments: refusals)
    func `an export that cannot go on is refused and left as it was`(_ refusal: Refusal) throws {
        let scenario = try Scenario.audited(entries: 10)
        try scenario.keepState()
        try scenario.fill(to: 40)
        _ = try scenario.export("$K/log")
        try refusal.between(scenario)
        let before = try scenario.digest("$K/log")
        let outcome = try scenario.bash("rvault audit export --tiles $K/log --dir $V \(refusal.options) --token-fd 3 3<$K/audit-office.token")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains(refusal.says))
        #expect(try scenario.digest("$K/log") == before)
    }

    @Test func `a directory with something else in it is not made an export`() throws {
        let scenario = try Scenario.audited(entries: 5)
        try scenario.succeed("mkdir $K/log; echo mine > $K/log/letter")
        let outcome = try scenario.bash("rvault audit export --tiles $K/log --dir $V --token-fd 3 3<$K/audit-office.token")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("letter"))
        #expect(try scenario.files("$K/log") == ["letter"])
        #expect(try scenario.succeed("cat $K/log/letter") == "mine\n")
    }

    @Test(.enabled(if: Machine.canTrace, "needs strace, and to be allowed to use it"), arguments: ["rename", "unlink"])
    func `an export killed at any step is completed by the next run`(call: String) throws {
        let scenario = try Scenario.audited(entries: 200)
        _ = try scenario.export("$K/log")
        try scenario.fill(to: 300)
        var kills = 0
        for turn in 1..<60 {
            try scenario.succeed("rm -rf $K/cut; cp -r $K/log $K/cut")
            let outcome = try scenario.bash(
                """
                strace -f -qq -o /dev/null -e inject=\(call):signal=KILL:when=\(turn) \
                  rvault audit export --tiles $K/cut --dir $V --token-fd 3 3<$K/audit-office.token
                """)
            if outcome.status == 0 { break }
            kills += 1
            let size = try scenario.export("$K/cut").size
            #expect(try scenario.files("$K/cut") == Scenario.exported(size: size), "killed at \(call) \(turn)")
            try scenario.verifyExport("$K/cut")
        }
        #expect(kills >= 3)
    }

    @Test func `it can end at the newest checkpoint that witnesses cosigned`() throws {
        let scenario = try Scenario.audited(entries: 12)
        let without = try scenario.bash("rvault audit export --cosigned --tiles $K/log --dir $V --token-fd 3 3<$K/audit-office.token")
        #expect(without.status == 1)
        #expect(without.err.contains("no witness has cosigned"))
        #expect(try scenario.bash("test -e $K/log/checkpoint").status == 1)

        try scenario.makeWitness("owners")
        scenario.stop()
        try scenario.start(["--witnesses", scenario.keys + "/witnesses", "--witness-interval", "604800"])
        try scenario.eventually("no cosignature") { try scenario.cosignedSize() != nil }
        let cosigned = try #require(try scenario.cosignedSize())
        try scenario.fill(to: cosigned + 9)
        let size = try scenario.export("$K/log", "--cosigned").size
        #expect(size == cosigned)
        #expect(try scenario.files("$K/log") == Scenario.exported(size: size))
        try scenario.verifyExport("$K/log", "--witness $K/owners/witness.vkey")
        // The newest one goes further, and nobody has cosigned it.
        let newest = try scenario.export("$K/log").size
        #expect(newest > cosigned)
        try scenario.verifyExport("$K/log")
        #expect(
            try scenario.bash("rvault audit verify --tiles $K/log --vkey $V/log.vkey --witness $K/owners/witness.vkey").out
                .contains("has not cosigned"))
        // And it is not taken back to the older one.
        #expect(try scenario.bash("rvault audit export --cosigned --tiles $K/log --dir $V --token-fd 3 3<$K/audit-office.token").status == 1)
    }
}

/// A verifier that shares no line with ours: Independent/verify.go, against Debian's golang.org/x/mod.
enum Independent {
    static let isThere =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/go")
        && FileManager.default.fileExists(atPath: "/usr/share/gocode/src/golang.org/x/mod")

    /// Built once, and removed when the tests end.
    private static let built = Result {
        let scenario = try Scenario()
        scenario.removeAtExit()
        try scenario.succeed(
            """
            cd $REPO/Tests/SystemTests/Independent
            GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=\(scenario.root)/cache GOFLAGS= \
              go build -o \(scenario.root)/verify verify.go
            """)
        return scenario
    }

    static func verifier() throws -> String { try built.get().root + "/verify" }
}

extension Scenario {
    struct Export {
        let size: Int
        let added: Int
    }

    /// A vault with the property app, an auditor who holds their own token, and a log of so many entries.
    static func audited(entries: Int = 0, apps: [String] = ["property"]) throws -> Scenario {
        let scenario = try running(apps: apps)
        try scenario.addAuditor("audit-office")
        try scenario.fill(to: entries)
        return scenario
    }

    func addAuditor(_ name: String) throws {
        try succeed(
            """
            rvault auditor keygen \(name) --out $K
            rvault auditor add \(name) --public $K/\(name).pub --dir $V
            (umask 077; printf 'Authorization: Bearer %s\\n' "$(cat $K/\(name).token)" > $K/\(name).auth)
            """)
    }

    /// Lets the property app ask about nobody until the log has so many entries: each refusal is one.
    func fill(to size: Int) throws {
        let missing = try size - entryCount()
        guard missing > 0 else { return }
        let out = try succeed(
            """
            curl -s --unix-socket $V/rvault.sock -H @$K/property.auth -o /dev/null -w '%{http_code}\\n' \
              --json '{"purpose":"property.service","residents":["\(String(repeating: "a", count: 26))"],"fields":["person.name"]}' \
              'http://rvault/v1/records:read#[1-\(missing)]' | sort -u
            """)
        guard out == "200\n" else { throw Failed("not logged: \(out)") }
    }

    /// Exports as the auditor, with their token.
    func export(_ directory: String, _ options: String = "") throws -> Export {
        let json = try json(
            "rvault audit export --tiles \(directory) --dir $V \(options) --json --token-fd 3 3<$K/audit-office.token")
        guard let size = json["size"] as? Int, let added = json["added"] as? Int else { throw Failed("\(json)") }
        return Export(size: size, added: added)
    }

    /// Runs a command that answers in JSON.
    func json(_ command: String) throws -> [String: Any] {
        let out = try succeed(command)
        guard let json = try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any] else { throw Failed(out) }
        return json
    }

    func verification(_ directory: String, _ options: String = "") throws -> [String: Any] {
        try json("rvault audit verify --tiles \(directory) --vkey $V/log.vkey \(options) --json")
    }

    /// Verifies an export with our program and, where it can be built, with the independent one.
    func verifyExport(_ directory: String, _ options: String = "") throws {
        try succeed("rvault audit verify --tiles \(directory) --vkey $V/log.vkey \(options)")
        guard Independent.isThere else { return }
        try succeed("\(try Independent.verifier()) \(directory) $V/log.vkey \(options.replacing("--", with: "-"))")
    }

    /// All files of a directory, and its empty folders, by path.
    func files(_ directory: String) throws -> [String] {
        try succeed("cd \(directory); find . \\( ! -type d -o -empty \\) -printf '%P\\n'").split(separator: "\n").map(String.init)
            .sorted()
    }

    /// What C2SP tlog-tiles says that a log of this size has, counted here once more.
    static func exported(size: Int) -> [String] {
        var paths = ["checkpoint", "log.vkey"]
        func add(_ folder: String, _ count: Int) {
            // A thousand tiles are more than any test makes, so a number has one group.
            for number in 0..<(count / 256) { paths.append("tile/\(folder)/" + padded(number)) }
            if count % 256 > 0 { paths.append("tile/\(folder)/\(padded(count / 256)).p/\(count % 256)") }
        }
        add("entries", size)
        var (level, count) = (0, size)
        while count > 0 {
            add("\(level)", count)
            (level, count) = (level + 1, count / 256)
        }
        return paths.sorted()
    }

    private static func padded(_ number: Int) -> String { String(("000" + String(number)).suffix(3)) }

    /// One line a file: its digest and path.
    func digest(_ directory: String) throws -> String {
        try succeed("cd \(directory); find . -type f -print0 | sort -z | xargs -0 sha256sum")
    }

    /// Copies what a thief with a free hand would put back: the database and the checkpoint beside it.
    func keepState() throws {
        stop()
        try succeed("mkdir $K/kept-state; cp $V/vault.db $V/checkpoint $K/kept-state/")
        try start()
    }

    func rollBack(_ arguments: [String] = []) throws {
        stop()
        try succeed("cp $K/kept-state/* $V/; rm -f $V/vault.db-wal $V/vault.db-shm")
        try start(arguments)
    }

    /// A witness in $K/NAME, and its line in $K/witnesses.
    func makeWitness(_ name: String) throws {
        try succeed(
            """
            rvault audit witness keygen --state $K/\(name) --name \(name).example/witness --log $V/log.vkey
            echo "$(cat $K/\(name)/witness.vkey) \(Self.programs)/rvault audit witness sign --state $K/\(name)" >> $K/witnesses
            """)
    }

    /// The size of the checkpoint that the daemon serves as cosigned; nil if it has none.
    func cosignedSize() throws -> Int? {
        let outcome = try bash("rvault audit checkpoint --cosigned --dir $V")
        return outcome.status == 0 ? outcome.out.split(separator: "\n").dropFirst().first.flatMap { Int($0) } : nil
    }

    /// Waits for what another process does in its own time.
    func eventually(_ otherwise: String, tries: Int = 400, _ holds: () throws -> Bool) throws {
        for _ in 0..<tries {
            if try holds() { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw Failed("\(otherwise): \(daemonLog)")
    }

    private static let leaving = Leaving()

    /// What outlives its test goes with the process.
    ///
    /// `@unchecked Sendable`: its one variable is touched under its lock only.
    private final class Leaving: @unchecked Sendable {
        private let lock = NSLock()
        private var roots: [String] = []

        init() { atexit { Scenario.leaving.clear() } }

        func add(_ root: String) { lock.withLock { roots.append(root) } }

        private func clear() { lock.withLock { for root in roots { try? FileManager.default.removeItem(atPath: root) } } }
    }

    func removeAtExit() { Self.leaving.add(root) }
}
