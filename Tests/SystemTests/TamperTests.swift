import Foundation
import Testing

/// Someone with the files and a free hand while the daemon is stopped.
@Suite(.serialized, .enabled(if: Scenario.has("python3"), "needs python3 for its sqlite3 module"))
struct TamperTests {
    private func tampered(_ sql: String) throws -> (verify: Scenario.Outcome, start: Scenario.Outcome) {
        let scenario = try Scenario.running(apps: ["property", "parking"])
        try scenario.importCommunity()
        scenario.stop()
        try scenario.succeed(
            """
            python3 - <<'PY'
            import sqlite3, os
            db = sqlite3.connect(os.environ["V"] + "/vault.db")
            db.executescript('''\(sql)''')
            db.commit()
            PY
            """)
        return (
            try scenario.bash("rvault audit verify --dir $V"), try scenario.bash("timeout 60 rvaultd --dir $V")
        )
    }

    @Test(arguments: [
        ("UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), '\"action\":\"given\"', '\"action\":\"gibem\"') AS BLOB) WHERE seq = 4;", "entry 4"),
        ("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log);", "checkpoint"),
        ("DELETE FROM log WHERE seq = 3; UPDATE log SET seq = seq - 1 WHERE seq > 3;", "checkpoint"),
        ("UPDATE log SET seq = -1 WHERE seq = 2; UPDATE log SET seq = 2 WHERE seq = 3; UPDATE log SET seq = 3 WHERE seq = -1;", "checkpoint"),
        ("INSERT INTO log SELECT max(seq) + 1, (SELECT entry FROM log WHERE seq = 2) FROM log;", "entry"),
    ])
    func `a changed, dropped, reordered or added entry fails the verification and names it`(sql: String, place: String) throws {
        let outcome = try tampered(sql)
        #expect(outcome.verify.status == 1)
        #expect(outcome.verify.out.contains(place))
        #expect(outcome.verify.out.contains("FAILED"))
    }

    @Test func `an older copy of the database beside the newer checkpoint is found, and the daemon refuses it`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        scenario.stop()
        try scenario.succeed("cp $V/vault.db $K/old.db")
        try scenario.start()
        try scenario.importCommunity()
        scenario.stop()
        try scenario.succeed("cp $K/old.db $V/vault.db; rm -f $V/vault.db-wal $V/vault.db-shm")
        let verify = try scenario.bash("rvault audit verify --dir $V")
        #expect(verify.status == 1)
        #expect(verify.out.contains("checkpoint"))
        let start = try scenario.bash("timeout 60 rvaultd --dir $V")
        #expect(start.status == 1)
        #expect(start.err.contains("rolled back"))
    }

    @Test func `a log rewritten and signed with another key is found`() throws {
        let scenario = try Scenario.running(apps: [])
        scenario.stop()
        let other = try Scenario.running(apps: [])
        other.stop()
        try scenario.succeed("cp \(other.dir)/vault.db \(other.dir)/checkpoint $V/; rm -f $V/vault.db-wal $V/vault.db-shm")
        let verify = try scenario.bash("rvault audit verify --dir $V")
        #expect(verify.status == 1)
        #expect(try scenario.bash("timeout 60 rvaultd --dir $V").status == 1)
    }
}
