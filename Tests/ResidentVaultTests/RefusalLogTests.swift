import Testing
import VaultModel

@testable import ResidentVault

@Suite struct RefusalLogTests {
    @Test func `strangers become one count a uid, not an entry a try`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let before = try vault.entries().count
        for _ in 0..<30 {
            #expect(throws: VaultError.self) { try vault.vault.authenticate(app: Array("rva_property_x".utf8), uid: 77) }
        }
        #expect(try vault.entries().count == before)
        vault.vault.flushRefusalCounts()
        try vault.reopen()
        let last = try #require(try vault.entries().last)
        #expect(last["action"] == "unknown_callers")
        #expect(last["uid"] == 77)
        #expect(last["count"] == 30)
    }

    @Test func `an app's refusals beyond its rate are counted`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        let before = try vault.entries().count
        for _ in 0..<(RefusalCounter.loggedPerMinute + 40) {
            #expect(throws: VaultError.self) { try vault.item("property", "property.service", pid, ["health.chronic"]) }
        }
        try vault.reopen()
        let added = try vault.entries().dropFirst(before)
        #expect(added.count == RefusalCounter.loggedPerMinute + 1)
        #expect(added.last?["reason"] == "over_rate")
        #expect(added.last?["count"] == 40)
    }

    @Test(arguments: ["赵娟志", "two words", "", String(repeating: "a", count: 65)])
    func `an initiator that is no staff id is refused, so that no name gets into the log`(initiator: String) throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        #expect { try vault.item("property", "property.service", pid, ["home.room"], initiator: initiator) } throws: {
            ($0 as? VaultError)?.code == .badValue
        }
        #expect(try vault.item("property", "property.service", pid, ["home.room"], initiator: "staff-07")["fields"] != nil)
        #expect(try vault.entries().last?["initiator"] == "staff-07")
    }

    @Test func `no entry holds a value of the resident it is about`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, pid) = try vault.agreed(resident, "health", "health.followup")
        _ = try vault.item("health", "health.followup", pid, ["health.chronic", "contact.phone"])
        _ = try? vault.item("health", "person.赵娟志", pid, ["health.chronic"])
        try vault.vault.revoke(grant, caller: resident)
        // The first entry holds the policies, whose words are nobody's.
        let text = String(decoding: try vault.entries().dropFirst().flatMap(\.encoded), as: UTF8.self)
        for value in ["赵娟志", "13800138000", "湘G12345", "高血压", "2301", SamplePerson.idNumber(born: "2000-01-16", sequence: 206)] {
            #expect(!text.contains(value))
        }
    }
}
