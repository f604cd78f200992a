import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// What the log says about each resident must be what the rows say: `state` is recomputed here for everyone.
@Suite struct StateTests {
    @Test func `the newest state in the log is the state of the rows, and no later tag is in the log`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let (grant, pid) = try vault.agreed(resident, "health", "health.followup")
        _ = try vault.item("health", "health.followup", pid, ["health.chronic"])
        let (second, _) = try vault.agreed(resident, "parking", "parking.contact")
        try vault.vault.pause(second, caller: resident)
        try vault.vault.revoke(grant, caller: resident)
        let idField = try #require(FieldName("person.id_number"))
        let allergies = try #require(FieldName("health.allergies"))
        _ = try vault.vault.update(
            [[idField: SamplePerson.adult.fields["person.id_number"] ?? .null, allergies: ["头孢"]]],
            caller: try vault.caller("health"))
        try expectStatesToMatch(vault)
    }

    @Test func `re-wrapping a bundle changes no state`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        let pid = try vault.pairwise("property", "property.service")
        let before = try vault.reader.store.read { try $0.stateBytes(of: try #require(try $0.resident(number: 1))) }
        _ = try vault.item("property", "property.service", pid, ["home.room"])
        let after = try vault.reader.store.read { try $0.stateBytes(of: try #require(try $0.resident(number: 1))) }
        #expect(before == after)
    }

    /// Recomputes every resident's state from the rows and finds it under the newest tag of the log.
    private func expectStatesToMatch(_ vault: TemporaryVault) throws {
        var states: [String: String] = [:]
        for entry in try vault.entries() {
            for subject in entry["subjects"]?.array ?? [] {
                guard let tag = subject["state_tag"]?.string, let state = subject["state"]?.string else { continue }
                #expect(states.updateValue(state, forKey: tag) == nil)
            }
        }
        let rows = try vault.reader.store.read { try $0.residents(after: 0, limit: 100) }
        #expect(rows.count == 2)
        for row in rows {
            let tag = Base64URL.encode(try row.stateTag(revision: row.revision))
            let state = try vault.reader.store.read { Hash.blake2b256(try $0.stateBytes(of: row)) }
            #expect(states[tag] == Base64URL.encode(state))
            #expect(states[Base64URL.encode(try row.stateTag(revision: row.revision + 1))] == nil)
        }
    }

    @Test func `with readers and revocations at once no release follows its revocation in the log`() async throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        for _ in 0..<12 {
            let (grant, pid) = try vault.agreed(resident, "health", "health.followup", ["health.chronic"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<5 {
                            _ = try vault.item("health", "health.followup", pid, ["health.chronic"])
                        }
                    }
                }
                group.addTask { try vault.vault.revoke(grant, caller: resident) }
                try await group.waitForAll()
            }
            // The limit of 20 reads a day would end the rounds early.
            vault.clock.advance(seconds: 86_400)
        }
        var ended: Set<String> = []
        for entry in try vault.entries() {
            for subject in entry["subjects"]?.array ?? [] {
                guard let grant = subject["grant"]?.string else { continue }
                if entry["action"] == "withdrawn" { ended.insert(grant) }
                if entry["action"] == "read", subject["outcome"] == "released" { #expect(!ended.contains(grant)) }
            }
        }
        #expect(ended.count == 12)
        let report = try VaultVerification.verify(directory: vault.path, kept: [], key: nil)
        #expect(report.findings.map(\.text) == [])
    }
}
