import Foundation
import Testing

/// Backup and restore with real processes: over the socket, with kills at their steps.
@Suite(.serialized) struct RestoreDrillTests {
    private static let star = SmallCommunity.star

    /// A community whose star has logged in and agreed to the clinic; nothing is lost yet.
    private func community() throws -> Scenario {
        let scenario = try Scenario.audited(apps: ["property", "health"])
        try scenario.importCommunity()
        return scenario
    }

    private static let restore =
        "rvault restore $K/backup --dir $K/new --log $K/log --service-key $K/service.key --pepper $K/pepper"

    /// Keeps what lies outside the machine, and loses it.
    private func lose(_ scenario: Scenario) throws {
        _ = try scenario.export("$K/log")
        try scenario.succeed("cp -p $V/service.key $V/pepper $K/; cp $V/log.vkey $K/log.vkey")
        scenario.kill()
        try scenario.succeed("mv $V $K/lost")
    }

    @Test func `a backup comes over the socket while the vault serves, and a restored vault serves on`() throws {
        let scenario = try community()
        let said = try scenario.succeed("rvault backup $K/backup --dir $V --lang en")
        #expect(said.contains("the backup is in"))
        #expect(try scenario.succeed("stat -c %a $K/backup") == "600\n")
        #expect(try scenario.succeed("ls $K | grep -c part || true") == "0\n")
        // Never over another file.
        #expect(try scenario.bash("rvault backup $K/backup --dir $V").status == 1)
        let checked = try scenario.succeed("rvault backup verify $K/backup --json")
        #expect(checked.contains(#""sound":true"#))
        try scenario.succeed("cd $K && rvault backup verify backup --vkey $V/log.vkey --old $V/checkpoint")
        for name in try scenario.succeed("ls -A $V").split(separator: "\n") { #expect(!name.contains("backup")) }

        let pid = try scenario.lookUp("property", "property.service", phone: Self.star.phone)
        try scenario.succeed("rvault app remove health --dir $V")
        try lose(scenario)
        let report = try scenario.json(Self.restore + " --json")
        #expect(report["config_changes"] as? Int == 1)
        #expect(report["grants_ended"] as? Int ?? 0 > 0)
        #expect((report["origin"] as? String)?.hasPrefix("resident-vault.local/log/2-") == true)
        try scenario.succeed("mv $K/new $V; rvault audit verify --dir $V --data --old $K/log/checkpoint")
        try scenario.start()
        let item = try scenario.read("property", "property.service", pid, ["home.room"])
        #expect((item["fields"] as? [String: Any])?["home.room"] as? String == Self.star.room)
        #expect(try scenario.call("health", "GET", "/v1/whoami").status == 401)
        // An export of the first epoch is not continued, a new one verifies by the old key.
        let old = try scenario.bash("rvault audit export --tiles $K/log --dir $V --lang en")
        #expect(old.status == 1 && old.err.contains("restored from a backup"))
        try scenario.succeed("rvault audit export --tiles $K/log2 --dir $V")
        let told = try scenario.succeed("rvault audit verify --tiles $K/log2 --vkey $K/log.vkey --old $K/log/checkpoint --lang en 2>&1")
        #expect(told.contains("restored from the backup of"))
        // The backup in the database's place is not served.
        scenario.stop()
        try scenario.succeed("rm -f $V/vault.db-wal $V/vault.db-shm; cp $K/backup $V/vault.db")
        let served = try scenario.bash("rvaultd --dir $V")
        #expect(served.status == 1 && served.err.contains("is a backup and not a vault"))
    }

    @Test func `a reader that stops or goes away neither stops the vault nor leaves a copy`() throws {
        let scenario = try community()
        // Takes a few bytes and goes.
        _ = try scenario.bash("curl -s --unix-socket $V/admin.sock -X POST http://rvault/v1/backups | head -c 5000 >/dev/null")
        try scenario.succeed("rvault backup $K/backup --dir $V && rvault backup verify $K/backup")
        // Kills the client in the middle: no file bears the name.
        _ = try scenario.bash("rvault backup $K/second --dir $V & sleep 0.0\(Int.random(in: 1...9)); kill -9 $! 2>/dev/null; wait")
        let whole = try scenario.bash("test ! -e $K/second || rvault backup verify $K/second")
        #expect(whole.status == 0)
        // Kills the daemon in the middle: the next start clears up.
        _ = try scenario.bash("rvault backup $K/third --dir $V & sleep 0.0\(Int.random(in: 1...9)); kill -9 \(scenario.daemonPID); wait")
        scenario.kill()
        let third = try scenario.bash("test ! -e $K/third || rvault backup verify $K/third")
        #expect(third.status == 0)
        try scenario.start()
        #expect(try scenario.succeed("ls -A $V | grep -c 'backup' || true") == "0\n")
        try scenario.succeed("rvault audit verify --dir $V --data")
        try scenario.succeed("rvault backup $K/fourth --dir $V && rvault backup verify $K/fourth")
    }

    @Test func `a reader that takes nothing for ever is cut off, and the next backup is made`() throws {
        let scenario = try community()
        let script = """
            import socket, time
            peer = socket.socket(socket.AF_UNIX)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peer.connect("\(scenario.dir)/admin.sock")
            peer.sendall(b"POST /v1/backups HTTP/1.1\\r\\nHost: rvault\\r\\nContent-Length: 0\\r\\n\\r\\n")
            print(peer.recv(100)[:15].decode(), flush=True)
            time.sleep(300)
            """
        try script.write(toFile: scenario.dir + "/../stall.py", atomically: true, encoding: .utf8)
        let said = try scenario.bash(
            """
            python3 "\(scenario.dir)/../stall.py" >$K/said & stalled=$!
            until [ -s $K/said ]; do sleep 0.1; done
            rvault backup $K/first --dir $V --lang en 2>$K/refused && echo early
            grep -q 'another backup' $K/refused && echo refused
            until rvault backup $K/second --dir $V >/dev/null 2>&1; do sleep 1; done
            kill -0 $stalled && echo stalled
            rvault backup verify $K/second >/dev/null && echo made
            kill -9 $stalled; cat $K/said
            """)
        #expect(said.out.contains("refused\nstalled\nmade\nHTTP/1.1 200 OK"), "\(said.out) \(said.err)")
    }

    @Test(.enabled(if: Machine.canTrace, "needs strace, and the right to trace"))
    func `a restore that is killed at any step is run again to its end`() throws {
        let scenario = try community()
        try scenario.succeed("rvault backup $K/backup --dir $V")
        let pid = try scenario.lookUp("property", "property.service", phone: Self.star.phone)
        try scenario.succeed("rvault app remove health --dir $V")
        try lose(scenario)
        var killed = 0
        for (call, turns) in [("fdatasync", [1, 3, 6]), ("fsync", [1, 4, 6, 7]), ("rename", [1]), ("unlink", [1, 2, 3, 4, 5, 6]), ("ftruncate", [1])] {
            for turn in turns {
                let cut = try scenario.bash(
                    "strace -f -qq -o /dev/null -e inject=\(call):signal=KILL:when=\(turn) \(Self.restore.replacing("rvault restore", with: "rvaultd restore"))")
                if cut.status == 0 {
                    try scenario.succeed("rm -rf $K/new")
                    continue
                }
                killed += 1
                // What is not whole is not served.
                let served = try scenario.bash("test ! -e $K/new/unfinished || ! timeout 60 rvaultd --dir $K/new 2>/dev/null")
                #expect(served.status == 0)
                try scenario.succeed(Self.restore)
                try scenario.succeed("rvault audit verify --dir $K/new --data --old $K/log/checkpoint && rm -rf $K/new")
            }
        }
        #expect(killed >= 6)
        try scenario.succeed(Self.restore + "; mv $K/new $V")
        try scenario.start()
        let item = try scenario.read("property", "property.service", pid, ["home.room"])
        #expect(item["fields"] != nil)
    }

    @Test func `a backup from before rotations of both keys is restored with the keys of its day beside the newest`() throws {
        let scenario = try community()
        try scenario.activateAndLogIn(Self.star.name)
        try scenario.succeed("rvault rotate pepper --dir $V")
        try scenario.succeed("rvault backup $K/backup --dir $V; cp -p $V/service.key $K/old.key; cp -p $V/pepper $K/; cp -p $V/pepper.old $K/")
        let pid = try scenario.lookUp("property", "property.service", phone: Self.star.phone)
        try scenario.succeed("rvault rotate service-key --dir $V --wait")
        _ = try scenario.export("$K/log")
        try scenario.succeed("cp -p $V/service.key $K/")
        scenario.kill()
        try scenario.succeed("mv $V $K/lost")
        let alone = try scenario.bash(Self.restore)
        #expect(alone.status == 1 && alone.err.contains("--service-key-old"), "\(alone.err)")
        let report = try scenario.json(Self.restore + " --service-key-old $K/old.key --pepper-old $K/pepper.old --json")
        #expect(report["under_lost_pepper"] as? Int == 0)
        try scenario.succeed("rvault audit verify --dir $K/new --data; mv $K/new $V")
        try scenario.start()
        #expect(try scenario.read("property", "property.service", pid, ["home.room"])["fields"] != nil)
        #expect(try scenario.lookUp("property", "property.service", phone: Self.star.phone) == pid)
        // The daemon moves the rows by itself; whoever logs in is under the newest pepper, and the old keys go.
        try scenario.succeed("until rvault doctor --dir $V --lang en >$K/doctor; ! grep -q service_key $K/doctor; do sleep 0.2; done")
        let login = try scenario.letter(Self.star.name).login
        try scenario.succeed("rvault login '\(login)' --dir $V --session $K/again --passphrase-fd 4 4<<<'\(Scenario.passphrase)'")
        try scenario.succeed("rvault audit verify --dir $V --data")
    }

    @Test func `a certificate is held against the log of now, and one that a restore lost is refused`() throws {
        let scenario = try community()
        try scenario.succeed("rvault backup $K/backup --dir $V")
        func erase(_ person: SmallCommunity.Person, to file: String) throws {
            let login = try scenario.letter(person.name).login
            try scenario.succeed("rvault resident erase '\(login)' --everything --reason died --yes --dir $V --certificate \(file)")
        }
        try erase(SmallCommunity.people[1], to: "$K/kept")
        _ = try scenario.export("$K/log")
        try scenario.succeed("cp -r $K/log $K/log1")
        try erase(SmallCommunity.people[2], to: "$K/gone")
        try lose(scenario)
        // Someone restores from an older copy of the log.
        try scenario.succeed(Self.restore.replacing("$K/log", with: "$K/log1"))
        try scenario.succeed("mv $K/new $V")
        try scenario.start()
        try scenario.succeed("rvault audit export --tiles $K/log2 --dir $V")
        let check = "rvault audit check-certificate --lang en"
        let then = try scenario.succeed("\(check) $K/gone --vkey $K/log.vkey")
        #expect(then.contains("the log called resident-vault.local/log held then"))
        for file in ["kept", "gone"] {
            let named = try scenario.bash("\(check) $K/\(file) --vkey $V/log.vkey")
            #expect(named.status == 1 && named.err.contains("under its older name"))
        }
        for key in ["$K/log.vkey", "$V/log.vkey"] {
            try scenario.succeed("\(check) $K/kept --vkey \(key) --tiles $K/log2")
            let gone = try scenario.bash("\(check) $K/gone --vkey \(key) --tiles $K/log2")
            #expect(gone.status == 1 && gone.err.contains("it was lost in a restore"), "\(gone.err)")
        }
    }

    @Test func `what is not right is refused in words, before anything is made`() throws {
        let scenario = try community()
        try scenario.succeed("rvault backup $K/backup --dir $V")
        try lose(scenario)
        let cases = [
            ("cp $K/backup $K/b2; printf '%4096s' x | dd of=$K/b2 bs=1 seek=$(($(stat -c %s $K/b2) / 2)) conv=notrunc 2>/dev/null; ", "$K/backup", "$K/b2", " "),
            ("mkdir -p $K/used; touch $K/used/thing; ", "$K/new", "$K/used", "is not empty"),
            ("head -c 32 /dev/urandom >$K/other.key; chmod 600 $K/other.key; ", "$K/service.key", "$K/other.key", "is not this vault's"),
            ("chmod 644 $K/pepper; ", "", "", "must be a file of mode 0600"),
        ]
        for (prepare, from, to, words) in cases {
            let command = from.isEmpty ? Self.restore : Self.restore.replacing(from, with: to)
            let refused = try scenario.bash(prepare + command)
            #expect(refused.status == 1, "\(words)")
            #expect(refused.err.contains(words), "\(refused.err)")
            #expect(try scenario.bash("test -e $K/new/vault.db").status != 0)
        }
    }
}
