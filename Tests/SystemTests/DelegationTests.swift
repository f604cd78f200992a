import Foundation
import Testing

/// A resident lets another act for them, and the other does, by command line and over the socket.
@Suite(.serialized) struct DelegationTests {
    @Test func `a helper sees, agrees and corrects for somebody, until that person takes it back`() throws {
        let scenario = try Scenario.running()
        _ = try scenario.importCommunity()
        let (star, other) = (SmallCommunity.star, SmallCommunity.people[4])
        try scenario.activateAndLogIn(other.name)
        try scenario.succeed("mv $K/session $K/helper")
        try scenario.activateAndLogIn(star.name)
        func helper(_ command: String) throws -> [String: Any] {
            let out = try scenario.succeed("rvault \(command) --dir $V --session $K/helper --json")
            return try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any] ?? [:]
        }

        let login = try scenario.letter(other.name).login
        let said = try scenario.succeed(
            "rvault delegate add \(login) --fields person.name,contact.phone,health.chronic --dir $V --session $K/session --lang zh-CN")
        #expect(said.contains("可以替您同意、拒绝"))
        #expect((try scenario.resident("delegate list")["delegates"] as? [[String: Any]])?.count == 1)

        let wards = try #require(try helper("delegate list")["wards"] as? [[String: Any]])
        #expect(wards.map { $0["name"] as? String } == [star.name])
        let shown = try #require(try helper("delegate for 1")["fields"] as? [[String: Any]])
        #expect(Set(shown.compactMap { $0["field"] as? String }) == ["person.name", "contact.phone", "health.chronic"])

        let asked = try scenario.call(
            "health", "POST", "/v1/access-requests",
            "{\"purpose\":\"health.followup\",\"fields\":[\"health.chronic\"],\"subject\":{\"field\":\"contact.phone\",\"value\":\"\(star.phone)\"}}")
        let request = try #require(asked.json["id"] as? String)
        let listed = try #require(try helper("delegate for \(star.name) list")["requests"] as? [[String: Any]])
        #expect(listed.map { $0["id"] as? String } == [request])
        _ = try helper("delegate for 1 approve \(request)")
        let given = try scenario.call("health", "GET", "/v1/access-requests/\(request)").json
        let pairwise = try #require(given["resident"] as? String)
        #expect(try scenario.read("health", "health.followup", pairwise, ["health.chronic"])["fields"] != nil)
        _ = try helper("delegate for 1 correct contact.phone 13300133000")

        let beyond = try scenario.bash("rvault delegate for 1 correct home.room 1 --dir $V --session $K/helper --lang zh-CN")
        #expect(beyond.status == 1)
        #expect(beyond.err.contains("不能由您替这个人决定"))
        let history = try scenario.succeed("rvault me history --dir $V --session $K/session --lang zh-CN")
        #expect(history.contains("替您办事的人看了您的资料"))
        #expect(history.contains("由替您办事的人操作"))

        _ = try scenario.resident("delegate remove 1")
        #expect(try scenario.bash("rvault delegate for 1 --dir $V --session $K/helper").status == 1)
        #expect(try scenario.read("health", "health.followup", pairwise, ["health.chronic"])["code"] as? String == "no_grant")
        let verified = try scenario.bash("rvault audit verify --data --dir $V")
        #expect(verified.status == 0, "\(verified.out)\(verified.err)")
    }
}
