import Foundation
import Testing

/// Witnesses: other parties' programs that cosign the log's checkpoints and never go back.
@Suite(.serialized) struct WitnessTests {
    private static let every = ["--witness-interval", "1"]

    /// A vault whose daemon shows its checkpoints to these witnesses every second.
    private func watched(by names: [String]) throws -> Scenario {
        let scenario = try Scenario.audited(entries: 10)
        for name in names { try scenario.makeWitness(name) }
        try scenario.succeed("cp $V/log.vkey $K/log.vkey; cat \(names.map { "$K/\($0)/witness.vkey" }.joined(separator: " ")) > $K/witness.vkey")
        try scenario.keepState()
        scenario.stop()
        try scenario.start(["--witnesses", scenario.keys + "/witnesses"] + Self.every)
        return scenario
    }

    @Test func `what the daemon shows its witnesses comes back cosigned, is served, kept, and verified`() throws {
        let scenario = try watched(by: ["owners", "committee"])
        _ = try scenario.export("$K/log")
        try scenario.fill(to: 30)
        let size = try scenario.entryCount()
        try scenario.eventually("not cosigned") { try scenario.cosignedSize() == size }
        let note = try scenario.succeed("rvault audit checkpoint --cosigned --dir $V")
        #expect(note.contains("\u{2014} owners.example/witness ") && note.contains("\u{2014} committee.example/witness "))
        // Nothing came since, so it is also what everybody gets as the newest.
        #expect(try scenario.succeed("rvault audit checkpoint --dir $V") == note)
        // The notice names whose line it has verified, and nobody on the daemon's word alone.
        #expect(try scenario.succeed("rvault audit publish --witness $K/witness.vkey --dir $V").contains("Cosigned by: owners.example/witness, committee.example/witness"))
        #expect(try !scenario.succeed("rvault audit publish --dir $V").contains("Cosigned by"))

        _ = try scenario.export("$K/log", "--cosigned")
        try scenario.verifyExport("$K/log", "--witness $K/witness.vkey")
        let verified = try scenario.bash("rvault audit verify --tiles $K/log --vkey $K/log.vkey --witness $K/witness.vkey")
        #expect(verified.out.contains("owners.example/witness") && verified.out.contains("committee.example/witness"))
        // The log moves on, and the cosigned one follows.
        try scenario.fill(to: 40)
        try scenario.eventually("not cosigned again") { try scenario.cosignedSize() ?? 0 >= 40 }

        // A daemon without witnesses still serves what it was given.
        let kept = try scenario.succeed("rvault audit checkpoint --cosigned --dir $V")
        scenario.stop()
        try scenario.start()
        #expect(try scenario.succeed("rvault audit checkpoint --cosigned --dir $V") == kept)
        // One witness's line does not stand for the other's.
        try scenario.succeed("sed -i '/committee.example/d' $K/log/checkpoint")
        let stripped = try scenario.bash("rvault audit verify --tiles $K/log --vkey $K/log.vkey --witness $K/witness.vkey")
        #expect(stripped.status == 1)
        #expect(stripped.out.contains("the witness committee.example/witness has not cosigned it"))
    }

    @Test func `a vault put back to an older state is not cosigned, and the daemon's log says so`() throws {
        let scenario = try watched(by: ["owners"])
        try scenario.fill(to: 30)
        try scenario.eventually("not cosigned") { try scenario.cosignedSize() ?? 0 >= 30 }
        scenario.stop()
        let latest = try scenario.succeed("cat $K/owners/latest")

        // The thief keeps the newer cosignature, or puts that back too.
        for alsoCosigned in [false, true] {
            if alsoCosigned { try scenario.succeed("rm $V/cosigned") }
            try scenario.rollBack(["--witnesses", scenario.keys + "/witnesses"] + Self.every)
            #expect(try scenario.entryCount() < 30)
            try scenario.eventually("nothing is said") { scenario.daemonLog.contains("the log was rolled back") }
            #expect(scenario.daemonLog.contains("owners.example/witness"))
            #expect(try scenario.succeed("cat $K/owners/latest") == latest)
        }
        // A fork as long as before, and longer: the witness holds another root for that size.
        try scenario.fill(to: 60)
        try scenario.eventually("nothing is said") { scenario.daemonLog.contains("it refused: 422") }
        #expect(try scenario.succeed("cat $K/owners/latest") == latest)
        #expect(try scenario.cosignedSize() == nil)
    }

    @Test func `a witness that lies, fails or says something else stops nothing, and is told of`() throws {
        let scenario = try Scenario.audited(entries: 10)
        try scenario.makeWitness("owners")
        try scenario.succeed(
            """
            for name in liar silent noise old; do
              rvault audit witness keygen --state $K/$name --name $name.example/witness --log $V/log.vkey >/dev/null 2>&1
            done
            sign='\(Scenario.programs)/rvault audit witness sign --state'
            echo "# the others" >> $K/witnesses
            echo "$(cat $K/liar/witness.vkey) cat >/dev/null; printf '200\\n\u{2014} liar.example/witness '; (cut -d+ -f2 $K/liar/witness.vkey | xxd -r -p; head -c 72 /dev/zero) | base64 -w0; echo" >> $K/witnesses
            echo "$(cat $K/silent/witness.vkey) false" >> $K/witnesses
            echo "$(cat $K/noise/witness.vkey) head -c 200000 /dev/urandom" >> $K/witnesses
            echo "$(cat $K/old/witness.vkey) cat >/dev/null; echo 500" >> $K/witnesses
            """)
        scenario.stop()
        try scenario.start(["--witnesses", scenario.keys + "/witnesses"] + Self.every)
        try scenario.eventually("the good witness did not get through") { try scenario.cosignedSize() != nil }
        let note = try scenario.succeed("rvault audit checkpoint --cosigned --dir $V")
        #expect(note.contains("owners.example/witness") && note.split(separator: "\n").filter { $0.hasPrefix("\u{2014}") }.count == 2)
        for (name, says) in [
            ("liar", "its cosignature does not verify"), ("silent", "gave no answer"), ("noise", "gave no answer"), ("old", "it refused: 500"),
        ] {
            try scenario.eventually("\(name) is not named") {
                scenario.daemonLog.split(separator: "\n").contains { $0.contains("\(name).example/witness") && $0.contains(says) }
            }
        }
        try scenario.fill(to: 20)
        #expect(scenario.stop() == 0)
    }

    /// It takes as long as the daemon is patient with a witness: half a minute.
    @Test func `a witness that never answers does not keep the others waiting for ever`() throws {
        let scenario = try Scenario.audited(entries: 10)
        try scenario.succeed(
            """
            rvault audit witness keygen --state $K/slow --name slow.example/witness --log $V/log.vkey
            echo "$(cat $K/slow/witness.vkey) cat >/dev/null; sleep 120; echo" > $K/witnesses
            """)
        try scenario.makeWitness("owners")
        scenario.stop()
        try scenario.start(["--witnesses", scenario.keys + "/witnesses"] + Self.every)
        try scenario.eventually("the other witness was not asked", tries: 800) { try scenario.cosignedSize() != nil }
        #expect(scenario.daemonLog.contains("slow.example/witness"))
        #expect(scenario.stop() == 0)
    }

    @Test(arguments: [
        ("no key here", "line 2"), ("owners.example/witness+00000000+AAAA true", "line 2"), ("$(cat $V/log.vkey) true", "line 2"),
        ("$(cat $K/owners/witness.vkey)", "line 2: a key and a command are needed"),
    ])
    func `a list of witnesses that is not in its form is refused at the start, with the line`(line: String, says: String) throws {
        let scenario = try Scenario.audited()
        try scenario.makeWitness("owners")
        try scenario.succeed("echo \"\(line)\" >> $K/witnesses")
        scenario.stop()
        let outcome = try scenario.bash("timeout 60 rvaultd --dir $V --witnesses $K/witnesses")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains(says))
        #expect(try scenario.bash("timeout 60 rvaultd --dir $V --witnesses $K/none").status == 1)
    }

    // MARK: the witness by itself

    /// A log of 40 entries with requests to go from one size to another, and a witness that has cosigned 20.
    private func cosigned() throws -> Scenario {
        let scenario = try Scenario.audited(entries: 40)
        try scenario.makeWitness("owners")
        for (old, new) in [(0, 20), (0, 30), (20, 30), (20, 40), (20, 20), (10, 30), (30, 40), (10, 15)] {
            try scenario.succeed("rvault audit consistency \(old) \(new) --out $K/\(old)-\(new) --dir $V")
        }
        #expect(try sign(scenario, "$K/0-20").status == "200")
        return scenario
    }

    private func sign(_ scenario: Scenario, _ request: String) throws -> (status: String, rest: String, outcome: Scenario.Outcome) {
        let outcome = try scenario.bash("rvault audit witness sign --state $K/owners < \(request)")
        let lines = outcome.out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return (lines.first ?? "", lines.dropFirst().joined(separator: "\n"), outcome)
    }

    @Test func `a witness goes forward only, and says where it stands`() throws {
        let scenario = try cosigned()
        // Back, from elsewhere, and once more from nothing: 409 with the size it stands at.
        for request in ["0-20", "0-30", "10-30", "30-40", "10-15"] {
            let answer = try sign(scenario, "$K/\(request)")
            #expect(answer.status == "409" && answer.rest == "20\n", "\(request)")
            #expect(answer.outcome.status == 1)
        }
        // Where it stands is no step back.
        #expect(try sign(scenario, "$K/20-20").status == "200")
        let line = try sign(scenario, "$K/20-30")
        #expect(line.status == "200" && line.rest.hasPrefix("\u{2014} owners.example/witness "))
        #expect(try sign(scenario, "$K/20-40").rest == "30\n")
        #expect(try sign(scenario, "$K/30-40").status == "200")
        #expect(try scenario.succeed("stat -c %a $K/owners $K/owners/witness.key") == "700\n600\n")
    }

    @Test func `what is not this log's, not signed, or no continuation is refused with the protocol's status`() throws {
        let scenario = try cosigned()
        let other = try Scenario.audited(entries: 40)
        try other.succeed("rvault audit consistency 20 30 --out $K/20-30 --dir $V; rvault audit consistency 20 20 --out $K/20-20 --dir $V")
        let before = try scenario.succeed("cat $K/owners/latest")
        for (request, status) in [
            // Another key's log of the same name; another name; no signature that holds.
            ("\(other.keys)/20-30", "403"), ("<(sed 's#^resident-vault.local/log$#other.example/log#' $K/20-30)", "404"),
            ("<(sed 's/^30$/31/' $K/20-30)", "403"),
            ("<(sed 's/^\u{2014} .*/\u{2014} stranger.example\\/x AAAAAAAAAAAA/' $K/20-30)", "403"),
            // The right size and signature, with a proof that does not show it.
            ("<(sed 2d $K/20-30)", "422"), ("<(sed '2{h;d};3{G}' $K/20-30)", "422"),
            ("<(sed '2s/.*/'$(head -c 32 /dev/zero | base64)'/' $K/20-30)", "422"),
            ("<(sed '1a '$(head -c 32 /dev/zero | base64) $K/20-20)", "422"),
            // No request at all, and one that goes backwards in itself.
            ("/dev/null", "400"), ("$K/owners/witness.vkey", "400"), ("<(sed 's/^old 20$/old 020/' $K/20-30)", "400"),
            ("<(sed 's/^old 20$/old 35/' $K/20-30)", "400"), ("<(head -c -1 $K/20-30)", "400"),
            ("<(sed 's/$/\\r/' $K/20-30)", "400"), ("<(sed 1d $K/20-30)", "400"),
            ("<(echo old 20; yes $(head -c 32 /dev/zero | base64) | head -64; sed '1,/^$/d;1i\\\\' $K/20-30)", "400"),
        ] {
            let answer = try sign(scenario, request)
            #expect(answer.status == status, "\(request): \(answer.outcome.out)\(answer.outcome.err)")
            #expect(answer.rest.isEmpty, "\(request)")
            #expect(answer.outcome.status == 1)
        }
        #expect(try scenario.succeed("cat $K/owners/latest") == before)
        #expect(try sign(scenario, "$K/20-30").status == "200")
    }

    @Test func `a fork of the log, signed with its own key, is refused at any size`() throws {
        let scenario = try Scenario.audited(entries: 10)
        try scenario.makeWitness("owners")
        try scenario.keepState()
        try scenario.fill(to: 40)
        try scenario.succeed("rvault audit consistency 0 40 --out $K/0-40 --dir $V")
        #expect(try sign(scenario, "$K/0-40").status == "200")
        try scenario.rollBack()
        try scenario.fill(to: 60)
        try scenario.succeed("for size in 40 60; do rvault audit consistency 40 $size --out $K/fork-$size --dir $V; done; rvault audit consistency 0 60 --out $K/anew --dir $V")
        #expect(try sign(scenario, "$K/fork-40").status == "422")
        #expect(try sign(scenario, "$K/fork-60").status == "422")
        #expect(try sign(scenario, "$K/anew").status == "409")
    }

    @Test func `of two futures asked for at once, one is cosigned`() throws {
        let scenario = try Scenario.audited(entries: 10)
        try scenario.makeWitness("owners")
        try scenario.keepState()
        // Two logs of one key that part after ten entries, each with ten sizes to ask for.
        for branch in ["a", "b"] {
            if branch == "b" { try scenario.rollBack() }
            try scenario.fill(to: 30)
            try scenario.succeed("for size in $(seq 21 30); do rvault audit consistency 0 $size --out $K/\(branch)-$size --dir $V; done")
        }
        for round in 0..<4 {
            try scenario.succeed(
                """
                rm -f $K/owners/latest $K/*.answer
                pids=
                for size in $(seq 21 30); do for branch in a b; do
                  (rvault audit witness sign --state $K/owners <$K/$branch-$size >$K/$branch-$size.answer 2>/dev/null || true) & pids="$pids $!"
                done; done
                wait $pids
                """)
            let signed = try scenario.succeed("cd $K; grep -lx 200 *.answer || true").split(separator: "\n")
            #expect(signed.count == 1, "round \(round): \(signed)")
            let refused = try scenario.succeed("cd $K; grep -lx 409 *.answer | wc -l")
            #expect(refused == "19\n")
            // What it keeps is what it signed.
            let name = signed.first?.replacing(".answer", with: "") ?? ""
            #expect(try scenario.succeed("cat $K/owners/latest") == scenario.succeed("sed '1,/^$/d' $K/\(name)"))
        }
    }

    @Test(.enabled(if: Machine.canTrace, "needs strace, and to be allowed to use it"), arguments: ["rename", "fsync", "fdatasync", "write"])
    func `a witness killed at any step has kept whatever it has signed`(call: String) throws {
        let scenario = try cosigned()
        let kept = try scenario.succeed("cat $K/owners/latest; cp $K/owners/latest $K/before")
        var (kills, signed) = (0, 0)
        for turn in 1..<20 {
            try scenario.succeed("cp $K/before $K/owners/latest")
            let outcome = try scenario.bash(
                "strace -f -qq -o /dev/null -e inject=\(call):signal=KILL:when=\(turn) rvault audit witness sign --state $K/owners <$K/20-30")
            let latest = try scenario.succeed("cat $K/owners/latest")
            if outcome.out.contains("\u{2014} ") {
                signed += 1
                #expect(latest != kept)
            }
            #expect(try latest == kept || latest == scenario.succeed("sed '1,/^$/d' $K/20-30"))
            if outcome.status == 0 { break }
            kills += 1
            // It goes on: from where it stands, whichever that is.
            let next = latest == kept ? "20-40" : "30-40"
            #expect(try sign(scenario, "$K/\(next)").status == "200", "killed at \(call) \(turn)")
        }
        #expect(signed == 1)
        // Not every call is made; that any is, is what the table is for.
        if call == "rename" { #expect(kills >= 1) }
    }

    @Test func `a witness is made once, for one log`() throws {
        let scenario = try Scenario.audited(entries: 3)
        try scenario.makeWitness("owners")
        let key = try scenario.succeed("sha256sum $K/owners/*")
        #expect(try scenario.bash("rvault audit witness keygen --state $K/owners --name x.example/w --log $V/log.vkey").status == 1)
        #expect(try scenario.succeed("sha256sum $K/owners/*") == key)
        for name in ["''", "'a b'", "'a+b'"] {
            #expect(try scenario.bash("rvault audit witness keygen --state $K/new --name \(name) --log $V/log.vkey").status != 0)
        }
        #expect(try scenario.bash("rvault audit witness keygen --state $K/new --name w.example/w --log $K/owners/witness.vkey").status == 1)
        #expect(try scenario.bash("rvault audit witness sign --state $K/none </dev/null").status == 1)
        // Another key for it in a directory that was tampered with signs nothing.
        try scenario.succeed("rvault audit consistency 0 3 --out $K/request --dir $V; rm $K/owners/witness.key")
        let outcome = try scenario.bash("rvault audit witness sign --state $K/owners <$K/request")
        #expect(outcome.status == 1 && !outcome.out.contains("200"))
    }
}
