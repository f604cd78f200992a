import Foundation
import Testing

/// The whole path as its users walk it: operator, apps and a resident, over the socket and by command line.
@Suite(.serialized) struct StoryTests {
    @Test func `import, consent, read, revoke and verify, with exactly the granted fields at each step`() throws {
        let scenario = try Scenario.running()
        let star = SmallCommunity.star

        // Import: dry run first, then for real, then again.
        let before = try scenario.entryCount()
        let dry = try scenario.importCommunity("--dry-run")
        #expect(Set(dry.keys) == ["persons", "merged", "conflicts", "unmatched", "rejected"])
        #expect(dry["persons"] as? Int == 12)
        let rejected = try #require(dry["rejected"] as? [[String: Any]])
        #expect(rejected.map { $0["line"] as? Int } == [14, 15])
        #expect(rejected.allSatisfy { ($0["file"] as? String)?.hasSuffix("register.csv") == true && $0["reason"] is String })
        #expect(try scenario.entryCount() == before)
        let done = try scenario.importCommunity("--rejects $K/rejects")
        #expect(done["enrolled"] as? Int == 12)
        #expect(try scenario.succeed("stat -c %a $K/letters $K/rejects $K/property.token") == "600\n600\n600\n")
        let again = try scenario.importCommunity("--letters $K/letters")
        #expect(again["enrolled"] as? Int == 0)
        #expect(again["known"] as? Int == 12)

        // Contract purposes at once, and nothing else.
        let atProperty = try scenario.lookUp("property", "property.service", phone: star.phone)
        let item = try scenario.read("property", "property.service", atProperty, ["person.name", "home.room"])
        #expect(item["fields"] as? [String: String] == ["person.name": star.name, "home.room": star.room])
        #expect(try scenario.read("property", "property.service", atProperty, ["health.chronic"])["code"] as? String == "purpose_not_allowed")
        let plates = try scenario.read(
            "parking", "parking.permit", try scenario.lookUp("parking", "parking.permit", phone: star.phone), ["vehicle.plates"])
        #expect((plates["fields"] as? [String: [String]])?["vehicle.plates"] == ["湘G12345"])
        // Another app's id is nobody's.
        #expect(try scenario.read("health", "health.followup", atProperty, ["health.chronic"])["code"] as? String == "no_grant")

        // Two apps ask; the resident agrees to one in part, and refuses the other.
        let health = try ask(scenario, "health", "health.followup")
        let parking = try ask(scenario, "parking", "parking.contact")
        #expect(try scenario.call("health", "GET", "/v1/access-requests/\(health)").json["state"] as? String == "open")
        try scenario.activateAndLogIn(star.name)
        let shown = try scenario.succeed("rvault consent list --dir $V --session $K/session --lang zh-CN")
        #expect(shown.contains("慢病随访"))
        _ = try scenario.resident("consent approve \(health) --fields health.chronic,contact.phone")
        _ = try scenario.resident("consent deny \(parking)")
        let given = try scenario.call("health", "GET", "/v1/access-requests/\(health)").json
        #expect(given["state"] as? String == "given")
        #expect(try scenario.call("parking", "GET", "/v1/access-requests/\(parking)").json["state"] as? String == "open")
        let atHealth = try #require(given["resident"] as? String)
        let grant = try #require(given["grant"] as? String)
        let read = try scenario.read("health", "health.followup", atHealth, ["health.chronic", "health.allergies", "contact.phone"])
        #expect((read["fields"] as? [String: Any])?.keys.sorted() == ["contact.phone", "health.chronic"])
        #expect((read["withheld"] as? [[String: String]])?.first == ["field": "health.allergies", "code": "no_grant"])

        // A platform writes forward; the resident and the live grant read the new value.
        try scenario.succeed(
            """
            printf '证件号码,姓名,慢性病,过敏史,血型,用药,紧急联系人,紧急联系电话\\n\(star.id),\(star.name),痛风,青霉素,A型,,,\\n' > $K/../update.csv
            rvault import --dir $V --plan $REPO/Policies/imports/community.yaml --as health --token-fd 3 $K/../update.csv 3<$K/health.token
            """)
        let after = try scenario.read("health", "health.followup", atHealth, ["health.chronic"])
        #expect((after["fields"] as? [String: [String]])?["health.chronic"] == ["痛风"])
        #expect(try scenario.succeed("rvault me show --dir $V --session $K/session").contains("痛风"))

        // Revoked: the next read is refused.
        _ = try scenario.resident("consent revoke \(grant)")
        #expect(try scenario.read("health", "health.followup", atHealth, ["health.chronic"])["code"] as? String == "no_grant")

        // A grant that runs out.
        let short = try ask(scenario, "education", "education.contact")
        let end = Date().addingTimeInterval(30)
        let until = ISO8601DateFormatter().string(from: end)
        _ = try scenario.resident("consent approve \(short) --until \(until)")
        let atSchool = try #require(try scenario.call("education", "GET", "/v1/access-requests/\(short)").json["resident"] as? String)
        #expect((try scenario.read("education", "education.contact", atSchool, ["contact.phone"])["fields"] as? [String: Any])?.count == 1)
        Thread.sleep(until: end.addingTimeInterval(0.5))
        #expect(try scenario.read("education", "education.contact", atSchool, ["contact.phone"])["code"] as? String == "no_grant")

        // The log shows all of it and verifies; nobody's name is in it.
        let log = try scenario.succeed("rvault audit log --dir $V --limit 400")
        for action in ["enrolled", "given", "activated", "login", "requested", "denied", "read", "written", "withdrawn", "viewed"] {
            #expect(log.contains(action))
        }
        #expect(!log.contains(star.name) && !log.contains(star.phone))
        try scenario.succeed("rvault logout --dir $V --session $K/session")
        #expect(try scenario.bash("rvault me show --dir $V --session $K/session").status == 1)
        try scenario.succeed("rvault audit verify --dir $V")
        #expect(scenario.stop() == 0)
        try scenario.succeed("rvault audit verify --dir $V")

        // What lies on the disk tells nobody anything (the secrets and values of everything above).
        let leaks = try PlaintextSearch(needles: needles(scenario)).hits(in: scenario.dir)
        #expect(leaks == [])
        let logLeaks = try PlaintextSearch(needles: needles(scenario)).hits(inFile: scenario.log)
        #expect(logLeaks == [])
    }

    private func needles(_ scenario: Scenario) throws -> [String] {
        let tokens = try ["property", "parking", "health", "education", "committee"].map {
            try String(contentsOfFile: scenario.keys + "/\($0).token", encoding: .utf8).trimmingCharacters(in: .newlines)
        }
        let code = try scenario.letter(SmallCommunity.people[3].name).code
        return SmallCommunity.people.flatMap { [$0.name, $0.id, $0.phone] } + ["湘G12345", "老年大学", "痛风", Scenario.passphrase, code]
            + tokens
    }

    private func ask(_ scenario: Scenario, _ app: String, _ purpose: String) throws -> String {
        let answer = try scenario.call(
            app, "POST", "/v1/access-requests",
            "{\"subject\":{\"field\":\"person.id_number\",\"value\":\"\(SmallCommunity.star.id)\"},\"purpose\":\"\(purpose)\"}")
        #expect(answer.status == 202)
        return try #require(answer.json["id"] as? String)
    }

    @Test func `a token that the operator printed is marked as the operator's`() throws {
        let scenario = try Scenario.running(apps: [])
        let token = try scenario.succeed("rvault app add parking --dir $V")
        #expect(token.hasPrefix("rva_parking_"))
        let list = try scenario.succeed("rvault app list --dir $V --json")
        #expect(list.contains("\"operator_held\":true"))
        try scenario.succeed("rvault app remove parking --dir $V")
        #expect(try scenario.bash("rvault app add parking --dir $V").status == 1)
    }
}
