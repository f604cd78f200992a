import Foundation
import Testing
import VaultModel

@testable import ResidentVault

/// Reads on a view that was opened before something changed. The reader of these tests never ends a view by itself.
@Suite struct KeptViewReadTests {
    @Test func `who was enrolled since is found`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        try vault.enrol()
        let first = try vault.pairwise("property", "property.service")
        #expect(try vault.item("property", "property.service", first, ["home.room"])["fields"] != nil)
        #expect(vault.reader.keepsView)
        try vault.enrol(SamplePerson.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let second = try vault.pairwise("property", "property.service", phone: "13600136000")
        #expect(vault.reader.keepsView)
        let both = try vault.read("property", "property.service", [first, second], ["home.room"])
        #expect(both["records"]?.array?.allSatisfy { $0["fields"] != nil } == true)
    }

    @Test func `what was agreed to since is released, and what was withdrawn since is not`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let property = try vault.pairwise("property", "property.service")
        func opensView() throws {
            vault.reader.endView()
            #expect(try vault.item("property", "property.service", property, ["home.room"])["fields"] != nil)
            #expect(vault.reader.keepsView)
        }
        try opensView()
        let request = try vault.ask("health", "health.followup")
        let grant = try vault.vault.approve(request, fields: nil, until: nil, caller: resident)
        let known = try #require(try vault.vault.requestState(request, caller: try vault.caller("health"), reader: try vault.vault.reader()).resident)
        #expect(vault.reader.keepsView)
        #expect(try vault.item("health", "health.followup", known.base32, ["person.name"])["fields"] != nil)
        try opensView()
        try vault.vault.revoke(grant, caller: resident)
        #expect(vault.reader.keepsView)
        #expect(try vault.item("health", "health.followup", known.base32, ["person.name"])["code"] == "no_grant")
        let actions = try vault.entries().compactMap { $0["action"]?.string }
        let withdrawn = try #require(actions.lastIndex(of: "withdrawn"))
        let after = try vault.entries()[withdrawn...].filter { $0["action"] == "read" && $0["app"] == "health" }
        #expect(after.allSatisfy { $0["decision"] == "refused" })
    }
}
