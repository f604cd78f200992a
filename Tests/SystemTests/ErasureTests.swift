import Foundation
import Testing

/// Erasure as its users see it: by the operator and by the resident, with a certificate that is checked elsewhere.
@Suite(.serialized) struct ErasureTests {
    private func verified(_ scenario: Scenario) throws -> Bool {
        try scenario.bash("rvault audit verify --dir $V --data").status == 0
    }

    @Test func `the operator erases a resident who moved out: nothing is left, the certificate holds, and a stranger's is refused`() throws {
        let scenario = try Scenario.running()
        try scenario.importCommunity()
        let star = SmallCommunity.star
        let login = try scenario.letter(star.name).login
        let pid = try scenario.lookUp("property", "property.service", phone: star.phone)
        #expect(try scenario.read("property", "property.service", pid, ["home.room"])["fields"] != nil)
        // What the letters say is the operator's to destroy; here only the vault's own files count.
        let out = try scenario.succeed(
            "rvault resident erase '\(login)' --everything --reason moved_out --yes --dir $V --certificate $K/erased --json")
        let result = try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
        #expect(result["clean"] as? Bool == true)
        #expect(result["fields"] == nil)
        let index = try #require(result["index"] as? Int)
        #expect(try PlaintextSearch(needles: [star.name, star.id, star.phone, login, pid]).hits(in: scenario.dir) == [])
        #expect(try scenario.read("property", "property.service", pid, ["home.room"])["code"] as? String == "no_grant")
        #expect(try verified(scenario))
        let check = try scenario.succeed("rvault audit check-certificate $K/erased --vkey $V/log.vkey --lang en")
        #expect(check.contains("everything of the resident") && check.contains("moved_out") && check.contains("It does not prove"))
        #expect(try scenario.succeed("rvault audit check-certificate $K/erased --vkey $V/log.vkey --lang zh-CN").contains("证明是真的"))
        try scenario.succeed("rvault resident certificate \(index) --out $K/again --dir $V; head -3 $K/erased > $K/a; head -3 $K/again > $K/b; cmp $K/a $K/b")
        #expect(try scenario.bash("sed 's/moved_out/died/' $K/erased > $K/forged; rvault audit check-certificate $K/forged --vkey $V/log.vkey").status == 1)
        // Twice, and nobody.
        let again = try scenario.bash("rvault resident erase '\(login)' --everything --reason moved_out --yes --dir $V --lang en")
        #expect(again.status == 1 && again.err.contains("not_found"))
        #expect(try scenario.bash("rvault resident erase 123456788 --everything --reason died --yes --dir $V").status == 1)
        #expect(try scenario.bash("rvault resident erase 123456788 --everything --reason bored --yes --dir $V").status == 2)
        #expect(try scenario.bash("rvault resident erase 123456788 --reason died --yes --dir $V").status == 2)
        // An import enrols whoever is in it: as somebody new.
        let imported = try scenario.importCommunity("--letters $K/letters")
        #expect(imported["enrolled"] as? Int == 1)
        #expect(try verified(scenario))
    }

    @Test func `a resident erases what nobody needs, is told who needs the rest, and the commands ask before they erase`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        let star = SmallCommunity.star
        try scenario.activateAndLogIn(star.name)
        let options = "--dir $V --session $K/session"
        // Without a terminal nobody can be asked.
        #expect(try scenario.bash("rvault me erase --field health.chronic \(options) < /dev/null").status == 2)
        let done = try scenario.resident("me erase --field health.chronic --yes --certificate $K/field")
        #expect(done["fields"] as? [String] == ["health.chronic"])
        #expect(try scenario.succeed("rvault audit check-certificate $K/field --vkey $V/log.vkey --lang en").contains("the resident"))
        let needed = try scenario.bash("rvault me erase --field home.room --yes \(options) --lang en")
        #expect(needed.status == 1 && needed.err.contains("property"))
        let all = try scenario.bash("rvault me erase --everything --yes \(options) --lang zh-CN")
        #expect(all.status == 1 && all.err.contains("合同或法律"))
        let category = try scenario.resident("me erase --category person --yes")
        #expect((category["kept"] as? [[String: Any]])?.first?["field"] as? String == "person.name")
        let history = try scenario.succeed("rvault me history \(options) --lang en")
        #expect(history.contains("erased some of your data"))
        #expect(try verified(scenario))
        // When the contract has ended, everything can go, and the session with it.
        try scenario.succeed("rvault app remove property --dir $V")
        _ = try scenario.resident("me erase --everything --yes --certificate $K/all")
        #expect(try scenario.bash("rvault me show \(options)").status == 1)
        #expect(try PlaintextSearch(needles: [star.name, star.id, star.phone]).hits(in: scenario.dir) == [])
        #expect(try verified(scenario))
    }

    @Test func `kill -9 around an erasure leaves all of the resident or nothing, and nothing after the next start`() throws {
        let scenario = try Scenario.running(apps: ["property"])
        try scenario.importCommunity()
        for (round, person) in SmallCommunity.people[0..<4].enumerated() {
            let login = try scenario.letter(person.name).login
            _ = try scenario.bash(
                """
                (rvault resident erase '\(login)' --everything --reason died --yes --dir $V > $K/out 2>&1) &
                sleep 0.0\(2 + round * 2); kill -9 \(scenario.daemonPID); wait
                """)
            scenario.kill()
            try scenario.start()
            #expect(try verified(scenario))
            _ = try scenario.bash("rvault resident erase '\(login)' --everything --reason died --yes --dir $V")
            #expect(try verified(scenario))
            #expect(try scenario.bash("rvault resident erase '\(login)' --everything --reason died --yes --dir $V").status == 1)
            for _ in 0..<100 {
                if try PlaintextSearch(needles: [login]).hits(in: scenario.dir).isEmpty { break }
                Thread.sleep(forTimeInterval: 0.05)
            }
            #expect(try PlaintextSearch(needles: [login, person.name, person.id, person.phone]).hits(in: scenario.dir) == [])
        }
        #expect(try scenario.succeed("rvault status --dir $V --json").contains("\"residents\":8"))
    }
}
