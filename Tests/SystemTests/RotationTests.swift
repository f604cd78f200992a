import Foundation
import Testing

/// Keys that change under a running daemon, with the real commands and `kill -9`.
@Suite(.serialized) struct RotationTests {
    private func status(_ scenario: Scenario) throws -> [String: Any] {
        let out = try scenario.succeed("curl -s --unix-socket $V/admin.sock http://rvault/v1/rotations")
        return try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any] ?? [:]
    }

    private func finish(_ scenario: Scenario) throws {
        for _ in 0..<600 {
            let rotations = try status(scenario)["rotations"] as? [[String: Any]] ?? []
            if rotations.allSatisfy({ $0["finished"] != nil }) { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw Scenario.Failed("the rotation does not end: \(scenario.daemonLog)")
    }

    private func expectSound(_ scenario: Scenario) throws {
        #expect(try scenario.succeed("rvault audit verify --dir $V --data").contains("verified"))
    }

    private func star(_ scenario: Scenario) throws -> String {
        try scenario.lookUp("property", "property.service", phone: SmallCommunity.star.phone)
    }

    private func room(_ scenario: Scenario, _ pid: String) throws -> String? {
        let item = try scenario.read("property", "property.service", pid, ["home.room"])
        return (item["fields"] as? [String: Any])?["home.room"] as? String
    }

    @Test(.enabled(if: Machine.canTrace, "needs strace, and the right to trace"), arguments: ["rename", "fsync"])
    func `a service key's change that is killed at each of its steps leaves one key in force, and goes on`(_ call: String) throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        let pid = try star(scenario)
        try scenario.succeed("cp $V/log.vkey $K/first.vkey; rvault audit checkpoint --dir $V >$K/first")
        var kills = 0
        for turn in stride(from: 1, to: 40, by: call == "rename" ? 1 : 3) {
            scenario.stop()
            try scenario.start(["--allow-tracing"])
            let outcome = try scenario.bash(
                """
                strace -f -qq -o /dev/null -p \(scenario.daemonPID) -e trace=\(call) -e inject=\(call):signal=KILL:when=\(turn) &
                tracer=$!; sleep 0.5; rvault rotate service-key --dir $V; code=$?
                # Not SIGTERM: what a test starts has it blocked.
                kill -9 $tracer 2>/dev/null; wait $tracer; exit $code
                """)
            // Nobody answers any more.
            let died = outcome.status != 0 && outcome.err.contains("connection")
            scenario.kill()
            try scenario.start()
            #expect(try star(scenario) == pid, "\(call) \(turn)")
            #expect(try room(scenario, pid) == SmallCommunity.star.room)
            try finish(scenario)
            try expectSound(scenario)
            #expect(try scenario.bash("ls $V/service.key.old $V/pepper.old").status != 0)
            if died { kills += 1 } else { #expect(outcome.status == 0, "\(outcome.err)"); break }
        }
        #expect(kills >= 1)
        // Whoever kept the first key and checkpoint follows through all changes.
        try scenario.succeed("rvault audit verify --dir $V --vkey $K/first.vkey --old $K/first --data")
        try scenario.succeed("rvault audit verify --dir $V --vkey $V/log.vkey --old $K/first --data")
        try scenario.succeed("test ! -e $V/service.key.next")
    }

    @Test func `kill -9 while rows move, again and again: nothing that was acknowledged is lost, and they arrive`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        try scenario.activateAndLogIn(SmallCommunity.star.name)
        let pid = try star(scenario)
        try scenario.succeed("rvault rotate service-key --dir $V")
        for turn in 0..<4 {
            let out = try scenario.bash(
                """
                printf '{"purpose":"property.service","fields":{"home.room":"7%03d"}}' \(turn) >$K/write
                printf '{"purpose":"property.service","residents":["\(pid)"],"fields":["home.room"]}' >$K/body
                (for i in 1 2 3 4 5 6; do curl -s -o /dev/null -w '%{http_code}\\n' --unix-socket $V/rvault.sock -H @$K/property.auth --json @$K/body http://rvault/v1/records:read; done >$K/codes) &
                sleep 0.0\(Int.random(in: 1...9)); kill -9 \(scenario.daemonPID); wait; grep -c 200 $K/codes
                """)
            let arrived = Int(out.out.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
            let logged = { () throws -> Int in
                try scenario.succeed("rvault audit log --dir $V --action read --limit 1000 --json")
                    .components(separatedBy: "\"action\":\"read\"").count - 1
            }
            scenario.kill()
            try scenario.start()
            #expect(try logged() >= arrived)
            try expectSound(scenario)
            #expect(try star(scenario) == pid)
            #expect(try room(scenario, pid) == SmallCommunity.star.room)
        }
        try finish(scenario)
        try expectSound(scenario)
        #expect(try scenario.bash("ls $V/service.key.old").status != 0)
        #expect(try room(scenario, pid) == SmallCommunity.star.room)
    }

    @Test func `an exported log is verified by the first key and the newest, and a forged chain by neither`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.succeed("rvault audit checkpoint --dir $V >$K/first; cp $V/log.vkey $K/first.vkey; cp $V/service.key $K/first.key")
        // A witness and an earlier export know the first key alone.
        try scenario.succeed(
            """
            rvault auditor keygen street --out $K; rvault auditor add street --public $K/street.pub --dir $V
            rvault audit export --tiles $K/kept --dir $V --token-fd 3 3<$K/street.token
            rvault audit witness keygen --state $K/witness --name owners.example/witness --log $K/first.vkey
            rvault rotate service-key --dir $V --wait
            rvault audit export --tiles $K/kept --dir $V --token-fd 3 3<$K/street.token
            rvault audit verify --tiles $K/kept --vkey $K/first.vkey
            rvault audit witness rekey --state $K/witness --tiles $K/kept
            cmp $K/witness/log.vkey $V/log.vkey
            rvault audit export --tiles $K/log --dir $V --token-fd 3 3<$K/street.token
            cmp $K/log/log.vkey $V/log.vkey && ! cmp -s $K/log/log.vkey $K/first.vkey
            rvault audit verify --tiles $K/log --vkey $K/first.vkey --old $K/first
            rvault audit verify --tiles $K/log --vkey $V/log.vkey --old $K/first
            """)
        if Independent.isThere {
            for key in ["$K/first.vkey", "$V/log.vkey"] {
                #expect(try scenario.succeed("\(try Independent.verifier()) $K/log \(key) -old $K/first").contains("verified"))
            }
        }
        // The same size signed with the first key, which was replaced, is refused.
        try scenario.succeed("rvault audit checkpoint --dir $V >$K/newest; cp $K/log/checkpoint $K/right")
        let forged = try scenario.bash("sed \"s,^\u{2014} .*,$(tail -1 $K/first),\" $K/log/checkpoint >$K/forged; cp $K/forged $K/log/checkpoint; rvault audit verify --tiles $K/log --vkey $K/first.vkey")
        #expect(forged.status == 1)
        try scenario.succeed("cp $K/right $K/log/checkpoint; rvault audit verify --tiles $K/log --vkey $K/first.vkey")
    }

    @Test func `the operator's commands rotate the pepper, fields and an app's token, and doctor says what waits`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        try scenario.activateAndLogIn(SmallCommunity.star.name)
        let pid = try star(scenario)
        try scenario.succeed("rvault backup $K/old.backup --dir $V")
        #expect(try scenario.succeed("rvault rotate pepper --dir $V --lang en").contains("1 residents"))
        let doctor = try scenario.succeed("rvault doctor --dir $V --lang en")
        #expect(doctor.contains("1 residents' passphrases") && doctor.contains("keys were changed since the last backup"))
        try scenario.succeed("rvault backup $K/new.backup --dir $V")
        #expect(try !scenario.succeed("rvault doctor --dir $V --lang en").contains("keys were changed since the last backup"))
        scenario.kill()
        try scenario.start()
        let login = try scenario.letter(SmallCommunity.star.name).login
        try scenario.succeed("rvault login '\(login)' --dir $V --session $K/session --passphrase-fd 4 4<<<'\(Scenario.passphrase)'")
        for _ in 0..<100 {
            if try scenario.bash("test -e $V/pepper.old").status != 0 { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(try scenario.bash("test -e $V/pepper.old").status != 0)
        try scenario.succeed("rvault rotate fields --category home --rate 1000 --wait --dir $V")
        #expect(try scenario.succeed("rvault doctor --dir $V --lang en").contains("wait for new keys"))
        try scenario.succeed("rvault me rotate --dir $V --session $K/session --passphrase-fd 4 4<<<'\(Scenario.passphrase)'")
        #expect(try room(scenario, pid) == SmallCommunity.star.room)
        // A new token: both for a while, then the new one alone.
        try scenario.succeed(
            """
            mkdir $K/new; cp $K/property.token $K/old.token; rvault app keygen property --out $K/new
            rvault app rekey property --public $K/new/property.pub --dir $V
            """)
        #expect(try room(scenario, pid) == SmallCommunity.star.room)
        #expect(try scenario.succeed("rvault doctor --dir $V --lang en").contains("old token of app property"))
        let moved = try scenario.succeed("rvault app move-keys --token-fd 3 --new-token-fd 4 --rate 500 --dir $V --json 3<$K/old.token 4<$K/new/property.token")
        #expect(moved.contains("\"failed\":0") && !moved.contains("\"moved\":0"))
        #expect(try room(scenario, pid) == nil)
        try scenario.succeed("printf 'Authorization: Bearer %s\\n' \"$(cat $K/new/property.token)\" >$K/property.auth")
        #expect(try room(scenario, pid) == SmallCommunity.star.room)
        try expectSound(scenario)
    }
}
