import Foundation
import Testing
import VaultCrypto
import VaultModel
import VaultPolicy

@testable import ResidentVault

/// What a change of the config can say, and that nothing beside it is made.
@Suite struct ConfigChangeTests {
    private static func app(_ name: String, previous: AppRecord.Previous? = nil) throws -> AppRecord {
        let keys = try AppKeys(try Credential.random(.app, name: name).secret)
        return AppRecord(
            name: try required(AppName(name)), party: "property", box: keys.box.publicKey.bytes, auth: keys.authDigest,
            live: true, operatorHeld: false, added: Instant(milliseconds: 1_700_000_000_000), previous: previous)
    }

    private static func operations() throws -> [ConfigOperation] {
        let policies = try PolicyDocument.load(directory: TemporaryVault.policies)
        let none = try PolicySet(json: ["parties": [:], "fields": [:], "purposes": [:], "log_retention_days": 1096, "backup_days": 30])
        let diff = PolicyDiff(from: none, to: policies)
        let record = try app("parking")
        let custodians = try ["committee", "owners"].map { try TestCustodian($0).record }
        return [
            .appAdd(record), .appRemove(record.name), .appKey(record),
            .appKey(
                try app(
                    "parking",
                    previous: AppRecord.Previous(box: record.box, auth: record.auth, until: Instant(milliseconds: 5_000)))),
            .auditorAdd(
                AuditorRecord(
                    name: try required(AuditorName("firm")), auth: record.auth, operatorHeld: true, added: record.added)),
            .auditorRemove(try required(AuditorName("firm"))),
            .custodians(try Custodianship(custodians, threshold: 2)), .policies(diff),
            .handover(from: "property", to: "newcomer", diff),
            .serviceKey(
                ConfigOperation.ServiceKeyChange(
                    log: record.box, issuing: record.auth, cross: [UInt8](repeating: 7, count: 64))),
        ]
    }

    @Test func `each operation is read back as it was written, and one that says anything more or less is none`() throws {
        for operation in try Self.operations() {
            let members = operation.members
            #expect(try ConfigOperation(members: members) == operation)
            var more = members
            more["also"] = true
            #expect(throws: VaultError.self) { try ConfigOperation(members: more) }
            for key in members.keys {
                var less = members
                less[key] = nil
                #expect(throws: VaultError.self) { try ConfigOperation(members: less) }
                guard let inner = members[key]?.object else { continue }
                less[key] = .object(inner.merging(["also": [:]]) { $1 })
                #expect(throws: VaultError.self) { try ConfigOperation(members: less) }
            }
        }
    }

    @Test func `a new key for an app is its own party's matter, and keeps everything else of the app`() throws {
        let custodians = try ["committee", "owners", "property"].map { try TestCustodian($0) }
        let vault = try TemporaryVault(apps: [], custodianship: try Custodianship(custodians.map(\.record), threshold: 2))
        try vault.register("parking") { change in custodians.map { $0.approve(change) } }
        let held = try required(vault.vault.apps().first)
        let new = try Self.app("parking")
        func record(party: String = "property", live: Bool = true, previous: AppRecord.Previous? = nil) -> AppRecord {
            AppRecord(
                name: new.name, party: party, box: new.box, auth: new.auth, live: live, operatorHeld: false, added: held.added,
                previous: previous)
        }
        for wrong in [
            record(party: "committee"), record(live: false), held, new,
            record(previous: AppRecord.Previous(box: new.box, auth: held.auth, until: held.added)),
        ] {
            #expect(throws: VaultError.self) { try vault.vault.propose(.appKey(wrong)) }
        }
        let previous = AppRecord.Previous(box: held.box, auth: held.auth, until: held.added.advanced(bySeconds: 60))
        let change = try vault.vault.propose(.appKey(record(previous: previous)))
        #expect { try vault.vault.change(change.bytes, approvals: custodians.prefix(2).map { $0.approve(change) }, uid: 0) } throws: {
            ($0 as? VaultError)?.detail == "an app's key needs its own party's signature: property"
        }
        _ = try vault.vault.change(change.bytes, approvals: custodians.suffix(2).map { $0.approve(change) }, uid: 0)
        #expect(vault.vault.apps() == [record(previous: previous)])
        try vault.reopen()
        #expect(vault.vault.apps() == [record(previous: previous)])
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `a vault without custodians gets its first ones on the operator's word, and none of them leaves on it`() throws {
        let vault = try TemporaryVault()
        let (committee, owners, property) = (try TestCustodian("committee"), try TestCustodian("owners"), try TestCustodian("property"))
        let first = try vault.vault.propose(.custodians(try Custodianship([committee.record, owners.record], threshold: 2)))
        _ = try vault.vault.change(first.bytes, uid: 0)
        #expect(vault.vault.config.config.custodians == 2)
        let replaced = try vault.vault.propose(.custodians(try Custodianship([committee.record, property.record], threshold: 2)))
        for approvals in [[], [committee.approve(replaced)], [committee.approve(replaced), property.approve(replaced)]] {
            #expect { try vault.vault.change(replaced.bytes, approvals: approvals, uid: 0) } throws: {
                ($0 as? VaultError)?.code == .forbidden
            }
        }
        _ = try vault.vault.change(replaced.bytes, approvals: [owners.approve(replaced), committee.approve(replaced)], uid: 0)
        // Who left signs nothing any more.
        let back = try vault.vault.propose(.custodians(try Custodianship([committee.record, owners.record], threshold: 2)))
        #expect(throws: VaultError.self) {
            try vault.vault.change(back.bytes, approvals: [committee.approve(back), owners.approve(back)], uid: 0)
        }
        #expect(throws: VaultError.self) { try vault.vault.propose(.custodians(.none)) }
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }
}
