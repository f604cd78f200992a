import Foundation
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultPolicy
import VaultStore

@testable import ResidentVault

/// Rules that change: on whose word, and what becomes of what rested on them.
@Suite struct RulesTests {
    private static func clean(_ vault: TemporaryVault) throws -> [String] {
        try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
    }

    private static func code(_ body: () throws -> Void) -> VaultError.Code? {
        do {
            try body()
            return nil
        } catch { return (error as? VaultError)?.code }
    }

    /// Changes that only custodians make.
    private static let widenings: [(String, @Sendable (inout PolicyDraft) -> Void)] = [
        ("a contract purpose with one field more", { $0.field("property.service", "vehicle.plates", ["form": "raw"], raise: true) }),
        ("a contract purpose with a more revealing form", { $0.field("parking.permit", "person.name", ["form": "raw"], raise: true) }),
        ("a limit of a contract purpose raised", { $0.limit("parking.permit", "reads_per_day", 51) }),
        ("consent that is not asked any more", { $0.edit("parking.contact", raise: true) { $0["basis"] = "contract" } }),
        (
            "a new purpose without consent",
            { draft in
                var purpose = draft.purposes["property.service"]?.object ?? [:]
                purpose["version"] = 1
                draft.purposes["property.more"] = .object(purpose)
            }
        ),
        ("a field that is masked otherwise", { $0.edit(field: "home.room") { $0["mask"] = "name" } }),
        ("a party with one app more", { $0.edit(party: "clinic") { $0["apps"] = ["health", "x-ray"] } }),
        ("the log kept for less time", { $0.logRetention = 1096 }), ("backups that live longer", { $0.backupDays = 90 }),
        ("a question on fields that residents granted", { $0.field("parking.contact", "contact.phone", ["form": "raw", "answer": "present"], raise: true) }),
        ("a withdrawn version that comes back", { $0.edit("health.followup", raise: false) { $0["oldest_version"] = nil } }),
    ]

    /// Changes that narrow, or ask the residents.
    private static let narrowings: [(String, @Sendable (inout PolicyDraft) -> Void)] = [
        ("a lesser form", { $0.field("property.service", "contact.phone", ["form": "masked"], raise: true) }),
        ("a field less", { $0.field("property.service", "contact.phone", nil, raise: true) }),
        ("a lower limit", { $0.limit("parking.permit", "reads_per_day", 1) }),
        ("a version withdrawn", { $0.edit("parking.contact", raise: true) { $0["oldest_version"] = 2 } }),
        ("a purpose that now asks", { $0.edit("parking.permit", raise: true) { $0["basis"] = "consent" } }),
        ("a wider purpose that asks", { $0.field("parking.contact", "home.room", ["form": "raw"], raise: true) }),
        ("the log kept longer", { $0.logRetention = 5000 }), ("backups that live for less time", { $0.backupDays = 20 }),
        ("a purpose dropped", { $0.purposes["parking.permit"] = nil }),
    ]

    @Test func `the operator alone narrows and asks, and everything else needs the custodians`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        // What the widenings go back on.
        let start = try vault.loading { draft in
            draft.edit("health.followup", raise: true) { $0["oldest_version"] = 2 }
            draft.logRetention = 1200
        }
        try vault.change(start, by: custodians)
        for (name, edit) in Self.widenings {
            let operation = try vault.loading(edit)
            #expect(operation.widens(vault.vault.config.config), "\(name)")
            let change = try vault.vault.propose(operation)
            for some in [0, 1] {
                let signed = custodians.prefix(some).map { $0.approve(change) }
                #expect(Self.code { try vault.vault.change(change.bytes, approvals: signed, uid: 0) } == .forbidden, "\(name)")
            }
        }
        let before = vault.vault.config.config.number
        for (name, edit) in Self.narrowings {
            let operation = try vault.loading(edit)
            #expect(!operation.widens(vault.vault.config.config), "\(name)")
            try vault.change(operation, by: [])
        }
        #expect(vault.vault.config.config.number == before + Int64(Self.narrowings.count))
        #expect(try Self.clean(vault) == [])
        // With the signatures they are made.
        let wide = try vault.loading { $0.edit(party: "clinic") { $0["apps"] = ["health", "x-ray"] } }
        try vault.change(wide, by: Array(custodians.suffix(2)))
        try vault.reopen()
        #expect(vault.vault.config.config.policies.party(of: try required(AppName("x-ray")))?.name == "clinic")
        #expect(try Self.clean(vault) == [])
    }

    @Test func `an approval counts for its own change, once, and not after another change`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let one = try vault.vault.propose(try vault.loading { $0.limit("parking.permit", "reads_per_day", 60) })
        let two = try vault.vault.propose(try vault.loading { $0.limit("parking.permit", "reads_per_day", 90) })
        let stranger = try TestCustodian("owners")
        let refused: [[ConfigChange.Approval]] = [
            [], [custodians[0].approve(two), custodians[1].approve(two)],
            [custodians[0].approve(two), custodians[0].approve(two), custodians[0].approve(two)],
            [custodians[0].approve(two), stranger.approve(two)],
        ]
        for approvals in refused {
            #expect(Self.code { try vault.vault.change(one.bytes, approvals: approvals, uid: 0) } == .forbidden)
        }
        let signed = custodians.prefix(2).map { $0.approve(one) }
        _ = try vault.vault.change(one.bytes, approvals: signed, uid: 0)
        #expect(Self.code { try vault.vault.change(one.bytes, approvals: signed, uid: 0) } == .conflict)
        #expect(
            Self.code { try vault.vault.change(two.bytes, approvals: custodians.map { $0.approve(two) }, uid: 0) } == .conflict)
        // The same words again, on the newer rules, need new signatures.
        let back = try vault.vault.propose(try vault.loading { $0.limit("parking.permit", "reads_per_day", 50) })
        _ = try vault.vault.change(back.bytes, uid: 0)
        let again = try vault.vault.propose(try vault.loading { $0.limit("parking.permit", "reads_per_day", 60) })
        #expect(Self.code { try vault.vault.change(again.bytes, approvals: signed, uid: 0) } == .forbidden)
        #expect(try Self.clean(vault) == [])
    }

    @Test func `a purpose that changed in what residents are told and did not raise its version is refused`() throws {
        let vault = try TemporaryVault()
        let operation = try vault.loading { $0.field("parking.contact", "home.room", ["form": "raw"], raise: false) }
        #expect { try vault.vault.propose(operation) } throws: {
            ($0 as? VaultError)?.detail.contains("fields changed, so the version must be above 1") == true
        }
    }

    @Test func `a change says exactly what it does, or is none`() throws {
        let vault = try TemporaryVault()
        let operation = try vault.loading { $0.limit("parking.permit", "reads_per_day", 60) }
        let change = try vault.vault.propose(operation)
        let text = String(decoding: change.bytes, as: UTF8.self)
        let altered = [
            text.replacing("\"reads_per_day\":50", with: "\"reads_per_day\":49"),
            text.replacing("停车证", with: "车证"), text.replacing("\"titles\":{\"fields\":{", with: "\"titles\":{\"fields\":{\"a.b\":{\"en\":\"B\",\"zh\":\"B\"},"),
        ]
        for bytes in altered.map({ Array($0.utf8) }) {
            #expect(bytes != change.bytes)
            #expect(throws: VaultError.self) { try vault.vault.change(bytes, uid: 0) }
        }
        _ = try vault.vault.change(change.bytes, uid: 0)
    }

    @Test func `old permissions keep the lesser of their words and the newest rules, and what grew is asked again`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (_, pid) = try vault.agreed(resident, "parking", "parking.contact")
        func read(_ fields: [String]) throws -> JSON { try vault.item("parking", "parking.contact", pid, fields) }
        #expect(try read(["contact.phone"])["fields"]?["contact.phone"] == "13800138000")
        try vault.change(try vault.loading { $0.field("parking.contact", "home.room", ["form": "raw"], raise: true) }, by: [])
        let wider = try read(["contact.phone", "home.room"])
        #expect(wider["fields"]?["contact.phone"] == "13800138000" && wider["fields"]?["home.room"] == nil)
        try vault.change(try vault.loading { $0.field("parking.contact", "contact.phone", ["form": "masked"], raise: true) }, by: [])
        #expect(try read(["contact.phone"])["fields"]?["contact.phone"] == "138****8000")
        // Asked again, it gets what grew.
        let (_, again) = try vault.agreed(resident, "parking", "parking.contact")
        #expect(again == pid)
        #expect(try read(["home.room"])["fields"]?["home.room"] == "2301")
        #expect(try Self.clean(vault) == [])
    }

    @Test func `a dropped purpose and a withdrawn version take their permissions along, and no old one comes back with the name`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (paused, pid) = try vault.agreed(resident, "parking", "parking.contact")
        try vault.vault.pause(paused, caller: resident)
        let (school, _) = try vault.agreed(resident, "education", "education.contact")
        let open = try vault.ask("health", "health.followup")
        let operation = try vault.loading { draft in
            draft.purposes["parking.contact"] = nil
            draft.edit("education.contact", raise: true) { $0["oldest_version"] = 2 }
            draft.edit("health.followup", raise: true) { $0["retention_days"] = 9 }
        }
        let change = try vault.vault.propose(operation)
        let made = try vault.vault.change(change.bytes, uid: 0)
        #expect(made.ended == 2 && made.failed == 0)
        let grants = try vault.vault.ownGrants(resident, reader: vault.reader)
        for id in [paused, school] { #expect(grants.first { $0.statement.grant == id }?.state == .terminated) }
        let reasons = try vault.entries().filter { $0["action"] == "terminated" }.compactMap { $0["reason"]?.string }
        #expect(Set(reasons) == ["purpose_dropped", "version_withdrawn"])
        // What was asked under the old words can only be asked anew.
        #expect(try vault.vault.ownRequests(resident, reader: vault.reader).first { $0.id == open }?.state == .expired)
        #expect(throws: VaultError.self) { try vault.vault.approve(open, fields: nil, until: nil, caller: resident) }
        #expect(throws: VaultError.self) { try vault.item("parking", "parking.contact", pid, ["contact.phone"]) }
        func comesBack(_ version: Int64, oldest: Int64) throws -> ConfigOperation {
            try vault.loading { draft in
                var purpose = vault.defaultPurpose("parking.contact")
                purpose["version"] = .integer(version)
                purpose["oldest_version"] = oldest > 1 ? .integer(oldest) : nil
                draft.purposes["parking.contact"] = .object(purpose)
            }
        }
        for (version, oldest) in [(1, 1), (2, 1)] as [(Int64, Int64)] {
            let operation = try comesBack(version, oldest: oldest)
            #expect(throws: VaultError.self) { try vault.vault.propose(operation) }
        }
        try vault.change(try comesBack(2, oldest: 2), by: [])
        #expect(try Self.clean(vault) == [])
    }

    @Test func `ends that were cut off are taken up after the start`() throws {
        let vault = try TemporaryVault()
        for number in 1...5 {
            try vault.enrol(.make("住户\(number)", phone: "1380013810\(number)", born: "1990-05-0\(number)", sequence: number))
        }
        let operation = try vault.loading { $0.purposes["property.service"] = nil }
        // The change alone, as after a kill -9 just behind its commit.
        try vault.vault.writer.perform { try $0.make(operation, uid: 0) }
        #expect(try vault.entries().filter { $0["action"] == "terminated" }.isEmpty)
        #expect(try vault.vault.grantedPurposes(reader: vault.reader).map(\.text).contains("property.service"))
        try vault.reopen()
        #expect(try vault.vault.finishRemovals() == 0)
        #expect(try vault.entries().filter { $0["action"] == "terminated" && $0["reason"] == "purpose_dropped" }.count == 5)
        let count = try vault.entries().count
        #expect(try vault.vault.finishRemovals() == 0)
        #expect(try vault.entries().count == count)
        #expect(try Self.clean(vault) == [])
    }

    @Test func `a party hands over: its apps and permissions end, residents are told, and its apps' names are nobody's`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let resident = try vault.resident()
        let pid = try vault.pairwise("property", "property.service")
        let handover = try vault.handover()
        // The old app names cannot be carried over.
        let stolen = try vault.handover { draft in
            draft.edit(party: "property") { $0["apps"] = ["property"] }
            draft.edit(party: "newcomer") { $0["apps"] = ["newparking", "newproperty", "parking"] }
        }
        #expect { try vault.vault.propose(stolen) } throws: {
            ($0 as? VaultError)?.detail.contains("an app's name is never given to another party") == true
        }
        let alone = try vault.vault.propose(handover)
        #expect(Self.code { try vault.vault.change(alone.bytes, uid: 0) } == .forbidden)
        #expect(
            Self.code { try vault.vault.change(alone.bytes, approvals: [custodians[0].approve(alone)], uid: 0) } == .forbidden)
        let made = try vault.vault.change(alone.bytes, approvals: custodians.prefix(2).map { $0.approve(alone) }, uid: 0)
        #expect(made.ended >= 2 && made.failed == 0)
        #expect(throws: VaultError.self) { try vault.caller("property") }
        #expect(throws: VaultError.self) { try vault.caller("parking") }
        _ = try vault.caller("committee")
        let grants = try vault.vault.ownGrants(resident, reader: vault.reader)
        #expect(grants.filter { $0.statement.party == "property" }.allSatisfy { $0.state == .terminated })
        let ends = try vault.entries().filter { $0["action"] == "terminated" }
        #expect(!ends.isEmpty && ends.allSatisfy { $0["reason"] == "handover" })
        let told = try vault.vault.standing(resident, reader: vault.reader)
        #expect(told.handovers.map(\.to.english) == ["New property company"])
        #expect(told.handovers.first?.from.english == "Property company")
        let history = try vault.vault.history(resident, before: nil, limit: 50, reader: vault.reader)
        #expect(history.entries.contains { $0.reason == "handover" })
        // Nobody comes back under a name of the old party, and the new one's app comes in by the usual way.
        #expect(throws: VaultError.self) { try vault.register("property") { change in custodians.map { $0.approve(change) } } }
        try vault.register("newproperty") { change in custodians.map { $0.approve(change) } }
        let item = try vault.item("newproperty", "property.service", pid, ["person.name"])
        #expect(item["code"] == "no_grant")
        try vault.enrol(.make("新来的", phone: "13700137000", born: "1991-05-05", sequence: 44))
        let newcomer = try vault.pairwise("newproperty", "property.service", phone: "13700137000")
        #expect(try vault.item("newproperty", "property.service", newcomer, ["person.name"])["fields"]?["person.name"] == "新来的")
        try vault.reopen()
        #expect(try Self.clean(vault) == [])
    }

    @Test func `ends of a handover that were cut off are taken up with their reason`() throws {
        let vault = try TemporaryVault()
        _ = try vault.resident()
        let handover = try vault.handover()
        try vault.vault.writer.perform { try $0.make(handover, uid: 0) }
        try vault.reopen()
        #expect(try vault.vault.finishRemovals() == 0)
        let ends = try vault.entries().filter { $0["action"] == "terminated" }
        #expect(!ends.isEmpty && ends.allSatisfy { $0["reason"] == "handover" })
        #expect(try Self.clean(vault) == [])
    }

    @Test func `a change that no entry holds is refused, and goes in parts`() throws {
        let vault = try TemporaryVault()
        func long(_ names: Set<String>, _ letter: Character) throws -> ConfigOperation {
            try vault.loading { draft in
                for name in draft.purposes.keys where names.contains(name) {
                    draft.edit(name, raise: true) { members in
                        for text in ["notice", "necessity", "impact"] {
                            members[text] = ["zh": "影响", "en": .string(String(repeating: letter, count: 1_100))]
                        }
                    }
                }
            }
        }
        let all = Set(vault.vault.config.config.policies.purposes.keys.map(\.text))
        let half = Set(all.sorted().prefix(4))
        try vault.change(try long(half, "a"), by: [])
        try vault.change(try long(all.subtracting(half), "a"), by: [])
        let whole = try long(all, "b")
        #expect { try vault.vault.propose(whole) } throws: {
            ($0 as? VaultError)?.code == .tooLarge && ($0 as? VaultError)?.hint?.contains("in parts") == true
        }
        try vault.change(try long(half, "b"), by: [])
        try vault.change(try long(all.subtracting(half), "b"), by: [])
        #expect(try Self.clean(vault) == [])
    }

    @Test func `a change that was written with the service key and without the signatures is found`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.enrol()
        let operation = try vault.loading { $0.limit("parking.permit", "reads_per_day", 60) }
        let change = try vault.vault.propose(operation)
        // One signature too few, but everything else as the daemon would do it.
        try vault.vault.writer.perform { transaction in
            let next = try ConfigInForce(try change.operation.applied(to: transaction.config.config))
            try transaction.changes.put(ConfigRow(number: next.config.number, body: next.body))
            var entry = transaction.entry(.config, request: .random())
            entry = LogEntry(
                vault: vault.vault.id, time: transaction.now, action: .config, config: next.digest, request: .random())
            entry.role = .operator
            let signature = custodians[0].approve(change).signature
            entry.change = .object(
                change.members.merging(["approvals": ["committee": .string(Base64URL.encode(signature))]]) { $1 })
            try transaction.append(entry)
        }
        let found = try Self.clean(vault)
        #expect(found.contains { $0.contains("without the signatures of enough custodians") })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever the operator does alone, no app reads one field more`(seed: UInt64) throws {
        let (vault, _) = try TemporaryVault.withCustodians(apps: ["parking", "health", "property", "committee", "education"])
        let resident = try vault.resident()
        _ = try vault.agreed(resident, "parking", "parking.contact")
        _ = try vault.agreed(resident, "education", "education.contact")
        let number = try vault.reader.store.read { try required(try $0.resident(number: 1)).reference }
        var random = SystemWalk(seed: seed)
        var seen = try vault.everythingRead(of: number)
        #expect(seen.count > 10)
        var (made, refused) = (0, 0)
        for _ in 0..<60 {
            guard let operation = try? vault.loading({ random.step(&$0) }) else { continue }
            do {
                let change = try vault.vault.propose(operation)
                _ = try vault.vault.change(change.bytes, uid: 0)
                made += 1
            } catch is VaultError {
                refused += 1
                continue
            }
            let now = try vault.everythingRead(of: number)
            #expect(now.isSubset(of: seen), "\(now.subtracting(seen))")
            seen = now.union(seen)
        }
        #expect(made > 3 && refused > 3, "\(made) \(refused)")
        #expect(try Self.clean(vault) == [])
    }
}
