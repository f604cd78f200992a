import Foundation
import Testing

@Suite(.serialized) struct DurabilityTests {
    @Test(.enabled(if: Machine.canTrace, "needs strace, and the right to trace"))
    func `each answer leaves after its own sync`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        let pid = try scenario.lookUp("property", "property.service", phone: SmallCommunity.star.phone)
        scenario.stop()
        let trace = scenario.root + "/trace"
        try scenario.start(["--allow-tracing"], under: ["strace", "-f", "-qq", "-s", "24", "-e", "trace=fdatasync,fsync,write,writev,sendto,sendmsg", "-o", trace])
        let reads = 12
        for _ in 0..<reads {
            let item = try scenario.read("property", "property.service", pid, ["home.room"])
            #expect(item["fields"] != nil)
        }
        try scenario.succeed("pkill -TERM -P \(scenario.daemonPID) || true")
        scenario.stop()
        // In the trace: a sync between any two answers, and before the first.
        var syncs = 0
        var answers = 0
        var unsynced = 0
        for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
            if line.contains("sync("), !line.contains("unfinished"), line.hasSuffix("= 0") { syncs += 1 }
            if line.contains("sync resumed"), line.hasSuffix("= 0") { syncs += 1 }
            if line.contains("HTTP/1.1 200"), answers > 0 || syncs > 0 {
                answers += 1
                if syncs == 0 { unsynced += 1 }
                syncs = 0
            }
        }
        #expect(answers >= reads)
        #expect(unsynced == 0)
    }

    @Test func `kill -9 during an import loses nothing that was acknowledged, and a re-run completes it once`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        // Several chunks of thirty-two.
        var register = "姓名,性别,身份证号,出生日期,手机号,楼栋,单元,房号,与户主关系,民族,居住类型,低保,独居老人,残疾等级,户编号\r\n"
        for index in 0..<300 {
            let born = "19\(40 + index % 50)-05-1\(index % 10)"
            register += "住户\(index),男,\(SmallCommunity.idNumber(born: born, sequence: 100 + index)),\(born),138\(10_000_000 + index),9栋,1单元,\(index),户主,汉族,业主,否,,,H\(index)\r\n"
        }
        try register.write(toFile: scenario.root + "/many.csv", atomically: true, encoding: .utf8)
        let run = "rvault import --dir $V --plan $REPO/Policies/imports/community.yaml --letters $K/letters --json $K/../many.csv"
        let cut = try scenario.bash("(\(run) > $K/first.json 2>&1) & sleep 0.\(Int.random(in: 3...9)); kill -9 \(scenario.daemonPID); wait")
        _ = cut
        scenario.kill()
        try scenario.start()
        try scenario.succeed("rvault audit verify --dir $V")
        let before = try residents(scenario)
        try scenario.succeed(run)
        #expect(try residents(scenario) == 300)
        let letters = try String(contentsOfFile: scenario.keys + "/letters", encoding: .utf8)
        #expect(letters.components(separatedBy: "激活码").count - 1 >= 300)
        #expect(!FileManager.default.fileExists(atPath: scenario.keys + "/letters.partial"))
        // Letters of both runs open their accounts.
        for name in ["住户0", "住户299"] {
            let letter = try scenario.letter(name + "\n")
            try scenario.succeed(
                "rvault activate --dir $V --code-fd 3 --passphrase-fd 4 3<<<'\(letter.code)' 4<<<'\(Scenario.passphrase)'")
        }
        #expect(before <= 300)
        try scenario.succeed("rvault audit verify --dir $V")
    }

    private func residents(_ scenario: Scenario) throws -> Int {
        let out = try scenario.succeed("rvault status --dir $V --json")
        let json = try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any]
        return try #require(json?["residents"] as? Int)
    }

    @Test func `kill -9 under a stream of reads: every answer that arrived has its entry`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        let pid = try scenario.lookUp("property", "property.service", phone: SmallCommunity.star.phone)
        let before = try scenario.succeed("rvault audit log --dir $V --action read --limit 1000 --json")
        _ = before
        let out = try scenario.bash(
            """
            printf '{"purpose":"property.service","residents":["\(pid)"],"fields":["home.room"]}' > $K/body
            stream() { for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
              curl -s -o /dev/null -w '%{http_code}\\n' --unix-socket $V/rvault.sock -H @$K/property.auth --json @$K/body http://rvault/v1/records:read; done; }
            (stream > $K/one) & (stream > $K/two) & (stream > $K/three) &
            sleep 0.35; kill -9 \(scenario.daemonPID); wait
            cat $K/one $K/two $K/three | grep -c 200
            """)
        scenario.kill()
        let arrived = try #require(Int(out.out.trimmingCharacters(in: .whitespacesAndNewlines)))
        try scenario.start()
        let log = try scenario.succeed("rvault audit log --dir $V --action read --limit 1000 --json")
        let logged = log.components(separatedBy: "\"action\":\"read\"").count - 1
        #expect(logged >= arrived)
        try scenario.succeed("rvault audit verify --dir $V")
    }
}
