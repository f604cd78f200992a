import Foundation
import Testing

/// Who reads the log, what they reach besides, and whether what they are shown is the log.
@Suite(.serialized) struct AuditorTests {
    // MARK: who reaches what

    @Test func `an auditor reads the log and nothing else; the log is read by nobody else`() throws {
        let scenario = try Scenario.audited(entries: 8)
        func status(_ method: String, _ path: String, as caller: String?, socket: String = "rvault.sock") throws -> Int? {
            let header = caller.map { "-H @$K/\($0).auth" } ?? ""
            let body = method == "GET" ? "" : "--json '{}'"
            return try Int(
                scenario.succeed(
                    "curl -s -o /dev/null -w '%{http_code}' --unix-socket $V/\(socket) \(header) --path-as-is -X \(method) \(body) 'http://rvault\(path)'"))
        }
        try scenario.fill(to: 257)
        for path in ["/v1/audit/entries", "/v1/audit/proofs/3", "/v1/audit/tile/entries/000", "/v1/audit/tile/0/000"] {
            #expect(try status("GET", path, as: "audit-office") == 200, "\(path)")
            #expect(try status("GET", path, as: "property") == 401, "\(path)")
            #expect(try status("GET", path, as: nil) == 401, "\(path)")
        }
        for path in ["/v1/audit/checkpoint", "/v1/audit/vkey", "/v1/audit/consistency?old=3"] {
            for caller in ["audit-office", "property", nil] { #expect(try status("GET", path, as: caller) == 200, "\(path)") }
        }
        // An app's and a resident's calls, and then the operator's, which that socket does not have.
        for (method, path) in [
            ("GET", "/v1/whoami"), ("GET", "/v1/grants"), ("POST", "/v1/records:read"), ("POST", "/v1/lookup"),
            ("POST", "/v1/access-requests"), ("GET", "/v1/me"), ("GET", "/v1/me/fields"),
            ("GET", "/v1/me/grants"), ("GET", "/v1/me/history"), ("GET", "/v1/me/proofs/3"), ("DELETE", "/v1/sessions"),
        ] { #expect(try status(method, path, as: "audit-office") == 401, "\(path)") }
        for (method, path) in [
            ("GET", "/v1/apps"), ("POST", "/v1/apps"), ("GET", "/v1/auditors"), ("POST", "/v1/auditors"),
            ("DELETE", "/v1/auditors/audit-office"), ("GET", "/v1/status"), ("GET", "/v1/policy"), ("POST", "/v1/audit/archive"),
        ] { #expect(try [403, 404].contains(status(method, path, as: "audit-office")), "\(path)") }
        // A tile that the log does not have, or not in this width, and what is no tile.
        for path in ["entries/001.p/200", "entries/002", "0/000.p/256", "0/000.p/0", "9/000", "0/0", "0/x000/000", "entries/../0/000", ""] {
            #expect(try status("GET", "/v1/audit/tile/\(path)", as: "audit-office") == 404, "\(path)")
        }
    }

    @Test func `an auditor who was removed is out at once, and a new token of that name is another`() throws {
        let scenario = try Scenario.audited(entries: 6)
        let ask = "rvault audit log --dir $V --token-fd 3 3<$K/audit-office.token"
        try scenario.succeed(ask)
        #expect(try scenario.succeed("rvault auditor list --dir $V").contains("audit-office"))
        try scenario.succeed("rvault auditor remove audit-office --dir $V")
        let out = try scenario.bash(ask)
        #expect(out.status == 1 && out.out.isEmpty)
        #expect(try !scenario.succeed("rvault auditor list --dir $V").contains("audit-office"))
        #expect(try scenario.bash("rvault auditor remove audit-office --dir $V").status == 1)

        try scenario.succeed("rvault auditor add audit-office --out $K/second.token --dir $V")
        #expect(try scenario.bash(ask).status == 1)
        try scenario.succeed("rvault audit log --dir $V --token-fd 3 3<$K/second.token")
        #expect(try scenario.succeed("stat -c %a $K/second.token $K/audit-office.token $K/audit-office.pub") == "600\n600\n644\n")
        #expect(try scenario.json("rvault auditor list --dir $V --json").description.contains("\"operator_held\": 1"))
        // The token itself stands nowhere in the vault, and a restart forgets no removal.
        let tokens = try ["audit-office", "second"].map {
            try String(contentsOfFile: scenario.keys + "/\($0).token", encoding: .utf8).trimmingCharacters(in: .newlines)
        }
        scenario.stop()
        #expect(try PlaintextSearch(needles: tokens).hits(in: scenario.dir) == [])
        try scenario.start()
        #expect(try scenario.bash(ask).status == 1)
        try scenario.succeed("rvault audit log --dir $V --token-fd 3 3<$K/second.token; rvault audit verify --dir $V")
    }

    @Test(.enabled(if: Scenario.isRoot && Scenario.has("setpriv"), "needs root and setpriv to be another uid"))
    func `a token works for another uid on the public socket, and opens the admin socket to nobody`() throws {
        let scenario = try Scenario.audited(entries: 6)
        scenario.stop()
        try scenario.start(["--run", scenario.root + "/s"], socket: scenario.root + "/s/rvault.sock")
        let stranger = "setpriv --reuid 65534 --regid 65534 --clear-groups"
        func ask(_ socket: String) throws -> Scenario.Outcome {
            // The header comes by standard input: that user cannot open the token's file.
            try scenario.bash(
                "\(stranger) curl -s --unix-socket \(scenario.root)/s/\(socket) -H @- 'http://rvault/v1/audit/entries?newest=1&limit=1' <$K/audit-office.auth")
        }
        let read = try ask("rvault.sock")
        #expect(read.out.contains("\"initiator\":\"audit-office\""))
        #expect(read.out.contains("\"uid\":65534"))
        #expect(try ask("admin.sock").status != 0)
        try scenario.succeed("chmod 666 \(scenario.root)/s/admin.sock")
        let refused = try ask("admin.sock")
        #expect(refused.out.contains("\"code\":\"forbidden\"") && !refused.out.contains("entries"))
    }

    @Test func `reading stands in the log before the first answer, and once an hour however much is read`() throws {
        let scenario = try Scenario.audited(entries: 6)
        let together = (1...6).map { "office-\($0)" }
        for name in together + ["owners"] { try scenario.addAuditor(name) }
        // Each one's very first requests come together.
        for name in together {
            try scenario.succeed(
                """
                curl -s -Z --parallel-immediate --parallel-max 40 --unix-socket $V/rvault.sock -H @$K/\(name).auth -o $K/\(name)-#1 \
                  'http://rvault/v1/audit/entries?newest=1&limit=100#[1-40]'
                """)
            for page in 1...40 {
                let text = try String(contentsOfFile: scenario.keys + "/\(name)-\(page)", encoding: .utf8)
                #expect(text.contains("\"initiator\":\"\(name)\""))
            }
        }
        for _ in 0..<3 {
            try scenario.succeed(
                """
                rvault audit log --dir $V --token-fd 3 3<$K/owners.token; rvault audit log --dir $V --token-fd 3 3<$K/audit-office.token
                rvault audit prove 2 --out $K/proof-$RANDOM$RANDOM --dir $V --token-fd 3 3<$K/audit-office.token
                rvault audit log --dir $V
                """)
        }
        let readings = try scenario.log().filter { $0.entry["action"] as? String == "audited" }
        func hours(_ reader: String, by key: String) -> [Int] {
            readings.filter { $0.entry[key] as? String == reader }.compactMap { $0.entry["time"] as? Int }.map { $0 / 3_600_000 }
        }
        let readers = (together + ["owners", "audit-office"]).map { hours($0, by: "initiator") } + [hours("operator", by: "role")]
        for found in readers {
            #expect(!found.isEmpty)
            #expect(found.count == Set(found).count, "an hour twice: \(found)")
        }
    }

    // MARK: proofs

    @Test func `a proof of an entry checks for that entry, that key and nothing else`() throws {
        let scenario = try Scenario.audited(entries: 300)
        let other = try Scenario.audited()
        try scenario.succeed("cp $V/log.vkey $K/log.vkey; cp \(other.dir)/log.vkey $K/other.vkey")
        for number in [0, 255, 256, 299] {
            let proof = "$K/\(number).tlog-proof"
            try scenario.succeed("rvault audit prove \(number) --out \(proof) --dir $V --token-fd 3 3<$K/audit-office.token")
            #expect(try scenario.json("rvault audit check-proof \(proof) --vkey $K/log.vkey --json")["index"] as? Int == number)
            try scenario.succeed("sed -n 's/^extra //p' \(proof) | base64 -d > $K/entry-\(number); rvault audit check-proof \(proof) --vkey $K/log.vkey --entry $K/entry-\(number)")
        }
        try scenario.succeed("cd $K; sed '/^extra /d' 256.tlog-proof > bare")
        try scenario.succeed("rvault audit check-proof $K/bare --vkey $K/log.vkey --entry $K/entry-256")
        for wrong in [
            "$K/256.tlog-proof --vkey $K/other.vkey", "$K/256.tlog-proof --vkey $K/log.vkey --entry $K/entry-255",
            "$K/bare --vkey $K/log.vkey --entry $K/entry-255", "$K/bare --vkey $K/log.vkey", "$K/entry-255 --vkey $K/log.vkey",
            "<(sed 's/^index 256$/index 257/' $K/256.tlog-proof) --vkey $K/log.vkey",
            "<(sed '5{h;d};6{G}' $K/256.tlog-proof) --vkey $K/log.vkey",
            "<(sed '5d' $K/256.tlog-proof) --vkey $K/log.vkey",
            "<(sed 's/^extra .*/extra '$(base64 -w0 $K/entry-255)'/' $K/256.tlog-proof) --vkey $K/log.vkey",
        ] {
            let outcome = try scenario.bash("rvault audit check-proof \(wrong)")
            #expect(outcome.status == 1 && outcome.out.isEmpty, "\(wrong): \(outcome.out)\(outcome.err)")
        }
        let before = try scenario.succeed("sha256sum $K/299.tlog-proof")
        #expect(try scenario.bash("rvault audit prove 2 --out $K/299.tlog-proof --dir $V").status == 1)
        #expect(try scenario.succeed("sha256sum $K/299.tlog-proof") == before)
        #expect(try scenario.bash("rvault audit prove 99999 --out $K/none --dir $V").status == 1)
        for number in ["007", "+7", "-1", "9223372036854775808", "seven"] {
            #expect(try scenario.bash("rvault audit prove --out $K/none --dir $V -- \(number)").status == 2)
        }
        #expect(try scenario.bash("test -e $K/none").status == 1)
    }

    @Test func `anyone gets a proof that the log was continued, and it checks against the checkpoint they kept`() throws {
        let scenario = try Scenario.audited(entries: 20)
        try scenario.succeed("cp $V/log.vkey $K/log.vkey; rvault audit checkpoint --dir $V > $K/kept")
        let old = try scenario.entryCount()
        try scenario.fill(to: 290)
        try scenario.succeed("rvault audit checkpoint --dir $V > $K/newer; rvault audit consistency \(old) 290 --out $K/proof --dir $V")
        let good = try scenario.json("rvault audit check-proof $K/proof --vkey $K/log.vkey --old $K/kept --json")
        #expect(good["old"] as? Int == old && good["new"] as? Int == 290)
        for same in [old, 290] {
            try scenario.succeed("rvault audit consistency \(same) \(same) --out $K/same-\(same) --dir $V")
        }
        try scenario.succeed("rvault audit check-proof $K/same-\(old) --vkey $K/log.vkey --old $K/kept")

        let other = try Scenario.audited(entries: 20)
        try other.fill(to: old)
        try scenario.succeed("cp \(other.dir)/log.vkey $K/other.vkey; cp \(other.dir)/checkpoint $K/other")
        for wrong in [
            "$K/proof --vkey $K/log.vkey --old $K/newer", "$K/proof --vkey $K/log.vkey --old $K/other",
            "$K/proof --vkey $K/other.vkey --old $K/kept", "$K/same-290 --vkey $K/log.vkey --old $K/kept",
            "$K/proof --vkey $K/log.vkey --old $K/log.vkey",
            "<(sed '2d' $K/proof) --vkey $K/log.vkey --old $K/kept",
            "<(sed 's/^old \(old)$/old \(old + 1)/' $K/proof) --vkey $K/log.vkey --old $K/kept",
        ] {
            let outcome = try scenario.bash("rvault audit check-proof \(wrong)")
            #expect(outcome.status == 1 && outcome.out.isEmpty, "\(wrong): \(outcome.out)\(outcome.err)")
        }
        #expect(try scenario.bash("rvault audit check-proof $K/proof --vkey $K/log.vkey").status == 2)
        for sizes in ["290 20", "20 99999"] {
            #expect(try scenario.bash("rvault audit consistency \(sizes) --out $K/none --dir $V").status == 1)
        }
    }

    @Test func `the log verifies over the socket too`() throws {
        let scenario = try Scenario.audited(entries: 300)
        try scenario.succeed("cp $V/log.vkey $K/log.vkey; rvault audit checkpoint --dir $V > $K/kept")
        let verify = "rvault audit verify --dir $V --vkey $K/log.vkey --token-fd 3"
        #expect(try scenario.succeed("\(verify) --old $K/kept 3<$K/audit-office.token").contains("verified: "))
        let other = try Scenario.audited(entries: 8)
        #expect(try scenario.bash("rvault audit verify --dir $V --vkey \(other.dir)/log.vkey --token-fd 3 3<$K/audit-office.token").status == 1)
        try other.fill(to: 400)
        try scenario.succeed("cp \(other.dir)/checkpoint $K/foreign")
        #expect(try scenario.bash("\(verify) --old $K/foreign 3<$K/audit-office.token").status == 1)
    }

    // MARK: what is shown

    @Test func `every filter shows what an independent one finds in the whole log`() throws {
        let scenario = try Scenario.running()
        try scenario.importCommunity()
        try scenario.addAuditor("audit-office")
        try scenario.fill(to: 290)
        let id = try scenario.lookUp("property", "property.service", phone: SmallCommunity.star.phone)
        for _ in 0..<3 { _ = try scenario.read("property", "property.service", id, ["person.name", "home.room"]) }
        let parked = try scenario.lookUp("parking", "parking.permit", phone: SmallCommunity.star.phone)
        _ = try scenario.read("parking", "parking.permit", parked, ["vehicle.plates"])
        _ = try scenario.read("property", "property.service", id, ["health.chronic"])
        try scenario.succeed("rvault audit log --dir $V --token-fd 3 3<$K/audit-office.token")
        let log = try scenario.log()
        #expect(log.map(\.seq) == Array(0..<log.count))

        func text(_ key: String, _ value: String) -> (Scenario.Numbered) -> Bool { { $0.entry[key] as? String == value } }
        // The star's tags of two apps: one stands in an entry of the first tile too, by the enrolment.
        let read = try #require(log.last { $0.entry["action"] as? String == "read" && $0.entry["decision"] as? String == "released" && $0.entry["app"] as? String == "property" })
        let tag = try #require(read.tags.first)
        let (first, last) = (try #require(log[40].entry["time"] as? Int), try #require(log[log.count - 3].entry["time"] as? Int))
        func between(_ numbered: Scenario.Numbered) -> Bool { (numbered.entry["time"] as? Int).map { $0 >= first && $0 < last } ?? false }
        let cases: [(String, (Scenario.Numbered) -> Bool)] = [
            ("", { _ in true }), ("--action read", text("action", "read")), ("--action looked_up", text("action", "looked_up")),
            ("--action given", text("action", "given")), ("--app parking", text("app", "parking")),
            ("--party property", text("party", "property")), ("--purpose parking.permit", text("purpose", "parking.permit")),
            ("--decision released", text("decision", "released")), ("--decision refused", text("decision", "refused")),
            ("--tag \(tag)", { $0.tags.contains(tag) }),
            ("--from \(Self.rfc3339(first)) --to \(Self.rfc3339(last))", between),
            ("--from \(Self.rfc3339(first))", { ($0.entry["time"] as? Int ?? 0) >= first }),
            ("--tag \(tag) --action read --to \(Self.rfc3339(last))", { entry in
                entry.tags.contains(tag) && entry.entry["action"] as? String == "read" && (entry.entry["time"] as? Int ?? 0) < last
            }),
            ("--party property --decision released --action read", { entry in
                text("party", "property")(entry) && text("decision", "released")(entry) && text("action", "read")(entry)
            }),
            ("--from 2020-01-01 --to 2099-12-31", { _ in true }), ("--to 2020-01-01", { _ in false }),
            ("--app health --action read", { text("app", "health")($0) && text("action", "read")($0) }),
            ("--tag \(String(repeating: "0", count: 32))", { _ in false }),
        ]
        for (options, matches) in cases {
            let expected = log.filter(matches).map(\.seq)
            #expect(try scenario.log(options).map(\.seq) == expected, "\(options)")
            #expect(try scenario.log(options + " --token-fd 3", "3<$K/audit-office.token").map(\.seq) == expected, "\(options)")
            // The newest ones of them, oldest first.
            #expect(try scenario.log(options, limit: 3).map(\.seq) == expected.suffix(3), "\(options)")
            // Forwards, in small pages.
            var (found, after) = ([Int](), -1)
            let query = try scenario.query(options)
            while true {
                let cursor = after < 0 ? "" : "&after=\(after)"
                let page = try scenario.json("curl -sf --unix-socket $V/admin.sock 'http://rvault/v1/audit/entries?limit=50\(query)\(cursor)'")
                found += (page["entries"] as? [[String: Any]] ?? []).compactMap { $0["seq"] as? Int }
                guard let next = page["next"] as? Int else { break }
                #expect(next > after)
                after = next
            }
            #expect(found == expected, "\(options)")
        }
        // Tests of nothing prove nothing.
        #expect(cases.filter { !log.filter($0.1).isEmpty }.count >= 14)
    }

    private static func rfc3339(_ milliseconds: Int) -> String {
        let style = ISO8601DateFormatter()
        let rest = String(("00" + String(milliseconds % 1000)).suffix(3))
        return style.string(from: Date(timeIntervalSince1970: Double(milliseconds / 1000))).dropLast() + "." + rest + "Z"
    }

    @Test func `a misspelt filter shows nothing`() throws {
        let scenario = try Scenario.audited(entries: 6)
        for query in [
            "acton=read", "action=reed", "action=", "app=Parking!", "purpose=..", "tag=00", "tag=\(String(repeating: "G", count: 32))",
            "from=yesterday", "to=2026-13-01", "limit=0", "limit=501", "limit=x", "after=01", "after=-1", "after=1&before=2",
            "after=1&newest=1", "before=1e3",
        ] {
            let out = try scenario.succeed("curl -s -w '\\n%{http_code}' --unix-socket $V/rvault.sock -H @$K/audit-office.auth 'http://rvault/v1/audit/entries?\(query)'")
            #expect(out.hasSuffix("\n422"), "\(query): \(out)")
            #expect(!out.contains("\"entries\""))
        }
        for (options, status) in [
            ("--action reed", 1), ("--action 'Read'", 2), ("--tag ABCD", 2), ("--tag abcd", 1), ("--from yesterday", 2), ("--to 2026-02-30", 2),
            ("--limit 0", 2), ("--app 'a&app=b'", 2), ("--decison refused", 2),
        ] {
            let outcome = try scenario.bash("rvault audit log --dir $V \(options)")
            #expect(outcome.status == Int32(status), "\(options): \(outcome.err)")
            #expect(outcome.out.isEmpty && !outcome.err.isEmpty)
        }
    }

    @Test func `following shows an entry that comes later, once, and only if it matches`() throws {
        let scenario = try Scenario.audited(entries: 8)
        let following = try scenario.launch(
            "exec rvault audit log --follow --json --app property --limit 2 --dir $V --token-fd 3 3<$K/audit-office.token >$K/followed")
        defer { following.terminate() }
        func followed() throws -> [Int] {
            try scenario.succeed("cat $K/followed").split(separator: "\n").compactMap { line in
                (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["seq"] as? Int
            }
        }
        try scenario.eventually("nothing is shown") { try followed().count == 2 }
        let before = try followed()
        try scenario.succeed("rvault auditor keygen later --out $K; rvault auditor add later --public $K/later.pub --dir $V")
        let unrelated = try scenario.entryCount() - 1
        try scenario.fill(to: unrelated + 4)
        let expected = before + (unrelated + 1..<unrelated + 4)
        try scenario.eventually("what came later is not shown") { try followed().count >= expected.count }
        try scenario.fill(to: unrelated + 5)
        try scenario.eventually("what came last is not shown") { try followed().count > expected.count }
        #expect(try followed() == expected + [unrelated + 4])
        #expect(following.isRunning)
    }

    @Test func `following loses nothing of what comes while it starts`() throws {
        let scenario = try Scenario.audited(entries: 8)
        try scenario.succeed("rvault audit log --dir $V --token-fd 3 3<$K/audit-office.token")
        let (first, last) = (try scenario.entryCount(), try scenario.entryCount() + 1199)
        let asking = try scenario.launch(
            """
            exec curl -s --unix-socket $V/rvault.sock -H @$K/property.auth -o /dev/null \
              --json '{"purpose":"property.service","residents":["\(String(repeating: "a", count: 26))"],"fields":["person.name"]}' \
              'http://rvault/v1/records:read#[1-1200]'
            """)
        defer { asking.terminate() }
        try scenario.eventually("nothing comes") { try scenario.entryCount() > first + 20 }
        let following = try scenario.launch(
            "exec rvault audit log --follow --app property --limit 1 --dir $V --token-fd 3 3<$K/audit-office.token >$K/followed")
        defer { following.terminate() }
        func followed() throws -> [Int] {
            try scenario.succeed("cat $K/followed").split(separator: "\n").compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
        }
        try scenario.eventually("the last is not shown") { try followed().last == last }
        let shown = try followed()
        let start = try #require(shown.first)
        // It began while they came, or this shows nothing.
        #expect(start > first && start < last)
        #expect(shown == Array(start...last))
    }

    @Test func `the page for the notice board holds size, fingerprint and the note itself, in both languages`() throws {
        let scenario = try Scenario.audited(entries: 30)
        let page = try scenario.succeed("rvault audit publish --dir $V")
        let note = try scenario.succeed("rvault audit checkpoint --dir $V")
        let lines = note.split(separator: "\n").map(String.init)
        let root = try #require(Data(base64Encoded: lines[2])).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(page.contains("条数：\(lines[1])") && page.contains("Entries: \(lines[1])"))
        // The fingerprint stands there twice, in groups of four.
        let groups = page.split(separator: "\n").filter { $0.hasPrefix("    ") }.flatMap { $0.split(separator: " ") }
        #expect(groups.allSatisfy { $0.count == 4 })
        #expect(groups.joined() == root + root)
        #expect(page.contains(note))
        let key = try scenario.succeed("cat $V/log.vkey").trimmingCharacters(in: .newlines)
        #expect(page.contains(key))
        #expect(page.contains("怎样核对") && page.contains("How to check"))

        // What the page says to do: save the note, and hold an export against it.
        try scenario.succeed("rvault audit publish --out $K/page --dir $V; sed -n '\\#^\(lines[0])$#,/^\u{2014} /p' $K/page > $K/notice")
        try scenario.fill(to: 60)
        _ = try scenario.export("$K/log")
        try scenario.succeed("rvault audit verify --tiles $K/log --vkey $V/log.vkey --old $K/notice")
        #expect(try scenario.bash("rvault audit publish --out $K/page --dir $V").status == 1)
        #expect(try scenario.json("rvault audit publish --dir $V --json")["checkpoint"] as? String == scenario.succeed("rvault audit checkpoint --dir $V"))
    }

    @Test func `nobody's name or number stands in the log, its export or a report; the report's numbers are the log's`() throws {
        let scenario = try Scenario.running()
        try scenario.importCommunity()
        try scenario.addAuditor("audit-office")
        let id = try scenario.lookUp("property", "property.service", phone: SmallCommunity.star.phone)
        for _ in 0..<4 { _ = try scenario.read("property", "property.service", id, ["person.name", "home.room"]) }
        for _ in 0..<2 { _ = try scenario.read("health", "health.followup", id, ["health.chronic"]) }
        try scenario.activateAndLogIn(SmallCommunity.star.name)
        let range = "--from 2020-01-01 --to 2099-12-31 --dir $V"
        try scenario.succeed(
            """
            mkdir $K/out; exec 3<$K/audit-office.token
            rvault audit log --json --limit 1000 --dir $V > $K/out/log.json; rvault audit log --limit 1000 --dir $V > $K/out/log.txt
            rvault audit report \(range) --lang zh-CN --html $K/out/zh.html > $K/out/zh.txt
            rvault audit report \(range) --lang en --html $K/out/en.html > $K/out/en.txt
            rvault audit report \(range) --json --token-fd 3 > $K/out/report.json
            rvault audit publish --dir $V > $K/out/page
            """)
        _ = try scenario.export("$K/log")
        try scenario.succeed("cd $K/log; for f in $(find . -type f); do cp $f $K/out/export-${f//\\//_}; done")
        let needles = SmallCommunity.people.flatMap { [$0.name, $0.id, $0.phone] } + ["湘G12345", "老年大学", "青霉素"]
        #expect(try PlaintextSearch(needles: needles).hits(in: scenario.keys + "/out") == [])
        // The search sees what is there to be seen.
        #expect(try PlaintextSearch(needles: ["property.service"]).hits(in: scenario.keys + "/out").count >= 6)

        for language in ["zh", "en"] {
            let html = try String(contentsOfFile: scenario.keys + "/out/\(language).html", encoding: .utf8)
            #expect(html.contains("<svg"))
            for outside in ["src=", "<link", "@import", "url(h", "<script", "<iframe"] {
                let isThere = html.contains(outside)
                #expect(!isThere, "\(outside)")
            }
        }
        let report = try scenario.json("cat $K/out/report.json")
        let log = try scenario.log()
        for app in try #require(report["apps"] as? [[String: Any]]) {
            let reads = log.filter { $0.entry["action"] as? String == "read" && $0.entry["app"] as? String == app["app"] as? String }
            #expect(app["reads"] as? Int == reads.count)
            let outcomes = reads.flatMap(\.outcomes)
            #expect(app["released"] as? Int == outcomes.count { $0 == "released" })
            // One who was looked for and found is no refusal.
            let lookUps = log.filter { $0.entry["action"] as? String == "looked_up" && $0.entry["app"] as? String == app["app"] as? String }
            #expect(app["look_ups"] as? Int == lookUps.count)
            #expect(app["found"] as? Int == lookUps.count { $0.entry["decision"] as? String == "released" })
            let refused = (reads + lookUps).flatMap(\.outcomes).count { $0 != "released" }
            #expect(app["refused"] as? Int == refused, "\(app["app"] ?? "")")
        }
        let named = try #require(report["apps"] as? [[String: Any]]).compactMap { $0["app"] as? String }
        #expect(named.contains("property") && named.contains("health"))
        // From an export it is the same, but for what was read since.
        let exported = try scenario.json("rvault audit report \(range) --tiles $K/log --json")
        #expect((exported["apps"] as? [[String: Any]])?.count == named.count)
    }
}

extension Scenario {
    struct Numbered {
        let seq: Int
        let entry: [String: Any]

        private var subjects: [[String: Any]] { entry["subjects"] as? [[String: Any]] ?? [] }
        /// As the filter takes them: in hexadecimal.
        var tags: [String] {
            subjects.compactMap { $0["tag"] as? String }.compactMap { text in
                let padded = text.replacing("-", with: "+").replacing("_", with: "/") + "=="
                return Data(base64Encoded: padded)?.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
        }
        var outcomes: [String] { subjects.compactMap { $0["outcome"] as? String } }
    }

    /// The log's entries, oldest first.
    func log(_ options: String = "", _ redirection: String = "", limit: Int = 5000) throws -> [Numbered] {
        let page = try json("rvault audit log --dir $V --json --limit \(limit) \(options) \(redirection)")
        return (page["entries"] as? [[String: Any]] ?? []).compactMap { item in
            guard let seq = item["seq"] as? Int, let entry = item["entry"] as? [String: Any] else { return nil }
            return Numbered(seq: seq, entry: entry)
        }
    }

    /// Starts a command that goes on beside the test, with V and K as in `bash`.
    func launch(_ command: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", command]
        process.environment = [
            "PATH": Self.programs + ":/usr/bin:/bin", "V": dir, "K": keys, "LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Filters as the socket's query takes them.
    func query(_ options: String) throws -> String {
        let words = options.split(separator: " ").map(String.init)
        return stride(from: 0, to: words.count - 1, by: 2).map { index in
            var value = words[index + 1]
            // A day is the command's own way to say when it begins and ends, in the vault's zone.
            if value.count == 10, words[index] == "--from" { value += "T00:00:00Z" }
            if value.count == 10, words[index] == "--to" { value += "T23:59:59Z" }
            return "&" + words[index].dropFirst(2) + "=" + value
        }.joined()
    }
}
