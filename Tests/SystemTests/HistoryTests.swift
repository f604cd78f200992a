import Foundation
import Testing

/// What residents see of the log: all of their own and nothing of anybody else's.
@Suite(.serialized) struct HistoryTests {
    /// A community in which the property app has read the star and three neighbours in one request, and the star has
    /// agreed to one request and refused another. The star is logged in.
    private struct Story {
        let scenario: Scenario
        /// Entries by what they are to the star.
        let batch: Int
        let own: Int
        let neighbours: Int
        /// The pairwise ids that the property app knows them by: the star first.
        let ids: [String]
    }

    private func story() throws -> Story {
        let scenario = try Scenario.running()
        try scenario.importCommunity()
        try scenario.addAuditor("audit-office")
        let star = SmallCommunity.star
        let ids = try SmallCommunity.people[0..<4].map { try scenario.lookUp("property", "property.service", phone: $0.phone) }
        func read(_ residents: [String], _ fields: [String]) throws -> Int {
            let list = residents.map { "\"\($0)\"" }.joined(separator: ",")
            let names = fields.map { "\"\($0)\"" }.joined(separator: ",")
            let answer = try scenario.call(
                "property", "POST", "/v1/records:read",
                "{\"purpose\":\"property.service\",\"residents\":[\(list)],\"fields\":[\(names)]}")
            guard answer.status == 200 else { throw Scenario.Failed("\(answer)") }
            return try scenario.entryCount() - 1
        }
        // The third of the batch is nobody: what came of it for them is not for the others.
        let nobody = String(repeating: "a", count: 26)
        let batch = try read([ids[1], ids[0], nobody, ids[2], ids[3]], ["person.name", "home.room"])
        let own = try read([ids[0]], ["contact.phone"])
        let neighbours = try read([ids[1]], ["home.building", "home.unit"])

        func ask(_ app: String, _ purpose: String) throws -> String {
            let answer = try scenario.call(
                app, "POST", "/v1/access-requests",
                "{\"subject\":{\"field\":\"person.id_number\",\"value\":\"\(star.id)\"},\"purpose\":\"\(purpose)\"}")
            guard let id = answer.json["id"] as? String else { throw Scenario.Failed("\(answer)") }
            return id
        }
        let (health, parking) = (try ask("health", "health.followup"), try ask("parking", "parking.contact"))
        try scenario.activateAndLogIn(star.name)
        _ = try scenario.resident("consent approve \(health) --fields health.chronic")
        _ = try scenario.resident("consent deny \(parking)")
        return Story(scenario: scenario, batch: batch, own: own, neighbours: neighbours, ids: ids)
    }

    private func history(_ scenario: Scenario, _ options: String = "") throws -> [[String: Any]] {
        try scenario.resident("me history --limit 500 \(options)")["items"] as? [[String: Any]] ?? []
    }

    @Test func `a resident sees the reads of their data, and what they did about it, in both languages`() throws {
        let story = try story()
        let english = try story.scenario.succeed("rvault me history --dir $V --session $K/session --limit 500 --lang en")
        for words in [
            "enrolled you", "set the passphrase", "logged in", "read your data", "asked to use your data", "you refused",
            "got permission to use your data", "Everyday property service", "Property company (property)", "Follow-up care",
        ] { #expect(english.contains(words), "\(words)") }
        let chinese = try story.scenario.succeed("rvault me history --dir $V --session $K/session --limit 500 --lang zh-CN")
        for words in ["登记", "口令", "登录", "看了您的资料", "请求使用您的资料", "您拒绝了", "得到了使用您资料的权限", "物业日常服务", "物业服务公司（property）"] {
            #expect(chinese.contains(words), "\(words)")
        }

        let items = try history(story.scenario)
        let sequences = items.compactMap { $0["seq"] as? Int }
        #expect(sequences == sequences.sorted(by: >))
        #expect(Set(sequences).count == sequences.count)
        // What concerns the star alone shows under which tags they stand; every entry with one of them must be there, and
        // nothing else but what was done for all at the import.
        let log = try story.scenario.log()
        let tags = Set(log.filter { sequences.contains($0.seq) && $0.tags.count == 1 }.flatMap(\.tags))
        let expected = Set(log.filter { !tags.isDisjoint(with: $0.tags) }.map(\.seq))
        #expect(tags.count >= 4 && expected.contains(story.batch))
        #expect(expected.isSubset(of: sequences))
        let others = items.filter { !expected.contains($0["seq"] as? Int ?? -1) }
        #expect(others.allSatisfy { ["enrolled", "given"].contains($0["action"] as? String) })
        let read = try #require(items.first { $0["seq"] as? Int == story.own })
        #expect((read["fields"] as? [[String: Any]])?.compactMap { $0["field"] as? String } == ["contact.phone"])
        #expect(read["app"] as? String == "property" && read["purpose"] as? String == "property.service")
        #expect(read["outcome"] as? String == "released")
        let actions = Set(items.compactMap { $0["action"] as? String })
        for action in ["enrolled", "given", "activated", "login", "read", "looked_up", "requested", "denied"] {
            #expect(actions.contains(action), "\(action)")
        }
        // Looking at the history of one's own is not looked up in somebody else's.
        #expect(!sequences.contains(story.neighbours))
    }

    @Test func `of a request about many a resident sees their own line and not how many stood in it`() throws {
        let story = try story()
        let item = try #require(try history(story.scenario).first { $0["seq"] as? Int == story.batch })
        #expect(item["outcome"] as? String == "released")
        #expect((item["fields"] as? [[String: Any]])?.compactMap { $0["field"] as? String }.sorted() == ["home.room", "person.name"])
        #expect((item["withheld"] as? [[String: Any]])?.isEmpty != false)
        // What an item may say is a closed list, and none of it counts or names another.
        let allowed: Set = [
            "seq", "time", "action", "role", "app", "party_title", "purpose", "purpose_title", "initiator", "fields", "withheld",
            "form", "basis", "outcome", "reason",
        ]
        for item in try history(story.scenario) { #expect(Set(item.keys).isSubset(of: allowed), "\(item.keys)") }
        let entry = try #require(try story.scenario.log().first { $0.seq == story.batch })
        #expect(entry.outcomes.contains("no_grant") && entry.tags.count == 5)
        let raw = try story.scenario.succeed("rvault me history --dir $V --session $K/session --limit 500 --json")
        #expect(!raw.contains("no_grant"))
        for id in story.ids.dropFirst() { #expect(!raw.contains(id)) }
        let subjects = try #require(entry.entry["subjects"] as? [[String: Any]])
        for tag in subjects.compactMap({ $0["tag"] as? String }) { #expect(!raw.contains(tag)) }
        for person in SmallCommunity.people.dropFirst() {
            for text in [person.name, person.id, person.phone] { #expect(!raw.contains(text)) }
        }
    }

    @Test func `a neighbour in the same request sees the same line, and their own refusals only`() throws {
        let story = try story()
        let scenario = story.scenario
        let own = try history(scenario).first { $0["seq"] as? Int == story.batch }
        let starOnly = try history(scenario).filter { ["requested", "denied", "activated", "login"].contains($0["action"] as? String) }
        #expect(!starOnly.isEmpty)
        try scenario.succeed("rvault logout --dir $V --session $K/session")
        try scenario.activateAndLogIn(SmallCommunity.people[1].name)
        let theirs = try history(scenario)
        let sequences = Set(theirs.compactMap { $0["seq"] as? Int })
        #expect(sequences.contains(story.neighbours) && !sequences.contains(story.own))
        #expect(sequences.isDisjoint(with: starOnly.compactMap { $0["seq"] as? Int }))
        let line = try #require(theirs.first { $0["seq"] as? Int == story.batch })
        #expect(NSDictionary(dictionary: line) == NSDictionary(dictionary: try #require(own)))

        // One who was in no request sees that they were enrolled, and their own doings.
        try scenario.succeed("rvault logout --dir $V --session $K/session")
        try scenario.activateAndLogIn(SmallCommunity.people[7].name)
        let quiet = try history(scenario)
        #expect(!quiet.contains { ["read", "looked_up", "requested", "denied"].contains($0["action"] as? String) })
        #expect(quiet.contains { $0["action"] as? String == "enrolled" })
    }

    @Test func `pages give the whole, also beyond a tile's end`() throws {
        let story = try story()
        let scenario = story.scenario
        try scenario.fill(to: 300)
        _ = try scenario.read("property", "property.service", story.ids[0], ["home.unit"])
        let whole = try history(scenario).compactMap { $0["seq"] as? Int }
        #expect(whole.first.map { $0 > 256 } == true && whole.last.map { $0 < 256 } == true)
        #expect(whole.contains(story.batch) && whole.contains(story.own))
        var (found, before) = ([Int](), "")
        repeat {
            let page = try scenario.resident("me history --limit 3 \(before)")
            let items = (page["items"] as? [[String: Any]] ?? []).compactMap { $0["seq"] as? Int }
            #expect(items.count <= 3)
            found += items
            guard let next = page["next"] as? Int else { break }
            before = "--before \(next)"
        } while found.count <= whole.count
        #expect(found == whole)
        #expect(try history(scenario, "--before \(story.own)").compactMap { $0["seq"] as? Int } == whole.filter { $0 < story.own })
        for limit in ["0", "501", "-1"] {
            #expect(try scenario.bash("rvault me history --dir $V --session $K/session --limit=\(limit)").status == 2)
        }
    }

    @Test func `one's own entry can be proved to others; one that others stand in, or that is another's, cannot`() throws {
        let story = try story()
        let scenario = story.scenario
        let me = "--dir $V --session $K/session"
        try scenario.succeed("cp $V/log.vkey $K/log.vkey; rvault me history --prove \(story.own) --out $K/own.tlog-proof \(me)")
        let checked = try scenario.json("rvault audit check-proof $K/own.tlog-proof --vkey $K/log.vkey --json")
        #expect(checked["index"] as? Int == story.own && checked["good"] as? Bool == true)
        let other = try Scenario.audited()
        #expect(try scenario.bash("rvault audit check-proof $K/own.tlog-proof --vkey \(other.dir)/log.vkey").status == 1)

        let batch = try scenario.bash("rvault me history --prove \(story.batch) --out $K/batch \(me)")
        #expect(batch.status == 1 && batch.err.contains("others stand in this entry too"))
        // A neighbour's entry, the vault's own, and one that does not exist are answered alike.
        let answers = try [story.neighbours, 0, 99999].map { try scenario.bash("rvault me history --prove \($0) --out $K/none \(me)") }
        #expect(answers.allSatisfy { $0.status == 1 })
        #expect(Set(answers.map(\.err)).count == 1)
        #expect(try scenario.bash("test -e $K/none -o -e $K/batch").status == 1)
        #expect(try scenario.bash("rvault me history --prove 01 \(me)").status == 2)
        // A resident's session reads no more of the log than that.
        for (path, expected) in [
            ("me/history", "200"), ("audit/entries", "401"), ("audit/proofs/\(story.own)", "401"), ("audit/tile/entries/000", "401"),
        ] {
            let status = try scenario.succeed(
                "(printf 'Authorization: Bearer '; cat $K/session) | curl -s -o /dev/null -w '%{http_code}' -H @- --unix-socket $V/rvault.sock http://rvault/v1/\(path)")
            #expect(status == expected, "\(path)")
        }
    }

    @Test func `nobody sees a history without logging in`() throws {
        let story = try story()
        let scenario = story.scenario
        for path in ["history", "proofs/\(story.own)"] {
            for header in ["", "-H @$K/property.auth", "-H @$K/audit-office.auth"] {
                let status = try scenario.succeed(
                    "curl -s -o /dev/null -w '%{http_code}' \(header) --unix-socket $V/rvault.sock http://rvault/v1/me/\(path)")
                #expect(status == "401")
            }
        }
        try scenario.succeed("cp $K/session $K/old-session; rvault logout --dir $V --session $K/session")
        let out = try scenario.bash("rvault me history --dir $V --session $K/old-session")
        #expect(out.status == 1 && out.out.isEmpty)
    }
}
