import Foundation
import Testing

@Suite(.serialized, .enabled(if: Machine.canMount, "needs to mount a small file system"))
struct FullDiskTests {
    @Test func `a full disk refuses reads, still takes a revocation, and goes on when there is room`() throws {
        let scenario = try Scenario()
        try scenario.succeed("mkdir -p $V; mount -t tmpfs -o size=160m,mode=700 none $V")
        defer {
            scenario.kill()
            _ = try? scenario.bash("umount -l $V")
        }
        try scenario.succeed("rvault init --dir $V --policies $REPO/Policies")
        try scenario.start()
        for app in ["property", "health"] { try scenario.register(app) }
        try scenario.importCommunity()
        let star = SmallCommunity.star
        try scenario.activateAndLogIn(star.name)
        let asked = try scenario.call(
            "health", "POST", "/v1/access-requests",
            "{\"subject\":{\"field\":\"person.id_number\",\"value\":\"\(star.id)\"},\"purpose\":\"health.followup\"}")
        let request = try #require(asked.json["id"] as? String)
        let grant = try #require(try scenario.resident("consent approve \(request)")["grant"] as? String)
        let pid = try scenario.lookUp("property", "property.service", phone: star.phone)
        try scenario.succeed("dd if=/dev/zero of=$V/filler bs=64k 2>/dev/null || true")
        var refused: [String: Any] = [:]
        for _ in 0..<400 {
            refused = try scenario.read("property", "property.service", pid, ["home.room"])
            if refused["code"] as? String == "log_unavailable" { break }
            _ = try scenario.bash("dd if=/dev/zero of=$V/filler2 bs=4k oflag=append conv=notrunc 2>/dev/null")
        }
        #expect(refused["code"] as? String == "log_unavailable")
        #expect(refused["status"] as? Int == 503)
        _ = try scenario.resident("consent revoke \(grant)")
        // So is an erasure.
        let neighbour = try scenario.letter(SmallCommunity.people[1].name).login
        try scenario.succeed("rvault resident erase '\(neighbour)' --everything --reason died --yes --dir $V --json")
        #expect(try scenario.succeed("rvault audit verify --dir $V").contains("verified"))
        try scenario.succeed("rm -f $V/filler $V/filler2")
        #expect(try scenario.read("property", "property.service", pid, ["home.room"])["fields"] != nil)
        try scenario.succeed("rvault audit verify --dir $V")
    }
}
