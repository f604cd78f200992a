import Foundation
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// What custodians hold, and what fewer than k of them do not.
@Suite struct CustodyTests {
    /// What some custodians answer for a resident, each with their own key.
    private func answers(_ vault: TemporaryVault, _ custodians: [TestCustodian], resident number: Int64 = 1) throws -> ShareSet {
        let (resident, rows) = try vault.reader.store.read { snapshot in
            let resident = try required(try snapshot.resident(number: number)).reference
            return (resident, try snapshot.shares(of: resident))
        }
        var set = try ShareSet(capacity: custodians.count, length: 32)
        for custodian in custodians {
            let row = try required(rows.first { $0.custodian == custodian.name.text })
            try set.add(
                x: row.x,
                y: try SealedShare.open(
                    row.blob, x: row.x, vault: vault.vault.id.bytes, resident: resident.id.bytes, set: row.custodySet,
                    with: custodian.keys.box))
        }
        return set
    }

    /// The public key of the box seed that some shares give back.
    private func recovered(_ vault: TemporaryVault, _ set: borrowing ShareSet, resident number: Int64 = 1) throws -> [UInt8] {
        let shares = try copy(set)
        return try vault.reader.store.read { snapshot in
            let resident = try required(try snapshot.resident(number: number)).reference
            let seed = try Custody.recover(shares.set, resident: resident, vault: vault.vault.id, in: snapshot)
            return try BoxKeyPair(seed: seed).publicKey.bytes
        }
    }

    /// Carries shares into a closure that cannot borrow them.
    private final class Holder: Sendable {
        let set: ShareSet
        init(_ set: consuming ShareSet) { self.set = set }
    }

    private func copy(_ set: borrowing ShareSet) throws -> Holder {
        var copy = try ShareSet(capacity: set.xs.count, length: set.length)
        for (place, x) in set.xs.enumerated() { try copy.add(x: x, y: try set.share(at: place)) }
        return Holder(copy)
    }

    private func box(_ vault: TemporaryVault, resident number: Int64 = 1) throws -> [UInt8] {
        try vault.reader.store.read { try required(try $0.resident(number: number)).box }
    }

    @Test func `any k custodians bring exactly one resident's box key back, before and after their activation`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        for pair in [[0, 1], [0, 2], [1, 2]] {
            let some = pair.map { custodians[$0] }
            #expect(try recovered(vault, try answers(vault, some)) == box(vault))
            #expect(try recovered(vault, try answers(vault, some, resident: 2), resident: 2) == box(vault, resident: 2))
        }
        let before = try box(vault)
        _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse battery".utf8), uid: 1)
        #expect(try box(vault) != before)
        #expect(try recovered(vault, try answers(vault, [custodians[2], custodians[0]])) == box(vault))
    }

    @Test func `fewer than k, wrong shares and another resident's shares open nothing, and a wrong one names its custodian`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians(["committee", "owners", "property"], threshold: 3)
        try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        #expect(throws: (any Error).self) { try recovered(vault, try answers(vault, Array(custodians.prefix(2)))) }
        var mixed = try answers(vault, Array(custodians.prefix(2)))
        let one = try answers(vault, [custodians[2]], resident: 2)
        try mixed.widen(one.xs[0], try one.share(at: 0))
        #expect { try recovered(vault, mixed) } throws: {
            ($0 as? VaultError)?.detail == "the share of the custodian property is not the right one"
        }
        // A share that was sealed to one custodian opens for no other.
        let (resident, rows) = try vault.reader.store.read { snapshot in
            let resident = try required(try snapshot.resident(number: 1)).reference
            return (resident, try snapshot.shares(of: resident))
        }
        for row in rows {
            for custodian in custodians where custodian.name.text != row.custodian {
                #expect(throws: CryptoError.authenticationFailed) {
                    try SealedShare.open(
                        row.blob, x: row.x, vault: vault.vault.id.bytes, resident: resident.id.bytes, set: row.custodySet,
                        with: custodian.keys.box
                    ).count
                }
            }
        }
    }

    @Test func `what custodians recover reads the record and signs nothing`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        _ = try vault.resident()
        let shares = try copy(try answers(vault, Array(custodians.prefix(2))))
        try vault.reader.store.read { snapshot in
            let resident = try required(try snapshot.resident(number: 1))
            let seed = try Custody.recover(shares.set, resident: resident.reference, vault: vault.vault.id, in: snapshot)
            let keys = try FieldKeys.all(
                of: resident.reference, vault: vault.vault.id, box: try BoxKeyPair(seed: seed), in: snapshot)
            #expect(keys.entries.count == SamplePerson.adult.fields.count)
            // Neither the seed itself nor anything made of it is the resident's signing key.
            #expect(try SigningKeyPair(seed: seed).publicKey.bytes != required(resident.sign))
            #expect(try ResidentKeys(seed).signing().publicKey.bytes != required(resident.sign))
        }
    }

    @Test func `no app comes in on the operator's word, on too few words, on a stranger's, or without its own party's`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let (committee, owners, property) = (custodians[0], custodians[1], custodians[2])
        let stranger = try TestCustodian("owners")
        let name = try required(AppName("health"))
        let parking = try required(AppName("parking"))
        let keys = try AppKeys(try Credential.random(.app, name: "health").secret)
        func propose(_ name: AppName) throws -> ConfigChange {
            try vault.vault.proposeApp(name, box: keys.box.publicKey.bytes, auth: keys.authDigest, operatorHeld: false)
        }
        #expect { try vault.vault.addApp(name, box: keys.box.publicKey.bytes, auth: keys.authDigest, operatorHeld: false, uid: 0) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
        _ = try vault.vault.removeApp(parking, uid: 0)
        let change = try propose(name)
        for approvals in [
            [], [committee.approve(change)], [committee.approve(change), committee.approve(change)],
            [committee.approve(change), stranger.approve(change)],
            [
                committee.approve(change),
                ConfigChange.Approval(custodian: owners.name, signature: property.approve(change).signature),
            ],
        ] {
            #expect { try vault.vault.change(change.bytes, approvals: approvals, uid: 0) } throws: {
                ($0 as? VaultError)?.code == .forbidden
            }
        }
        let altered = Array(String(decoding: change.bytes, as: UTF8.self).replacing("false", with: "true").utf8)
        #expect(altered != change.bytes)
        #expect(throws: VaultError.self) {
            try vault.vault.change(altered, approvals: custodians.map { $0.approve(change) }, uid: 0)
        }
        // Another change comes first: the approval was for rules that are no longer in force.
        let late = try propose(name)
        _ = try vault.vault.removeApp(try required(AppName("committee")), uid: 0)
        #expect { try vault.vault.change(late.bytes, approvals: custodians.map { $0.approve(late) }, uid: 0) } throws: {
            ($0 as? VaultError)?.code == .conflict
        }
        let now = try propose(name)
        _ = try vault.vault.change(now.bytes, approvals: [committee.approve(now), owners.approve(now)], uid: 0)
        #expect(throws: VaultError.self) {
            try vault.vault.change(now.bytes, approvals: [committee.approve(now), owners.approve(now)], uid: 0)
        }
        let entry = try required(try vault.entries().last?["change"])
        #expect(entry["approvals"]?.object?.keys.sorted() == ["committee", "owners"])
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `an app's own party must sign for its key, if it is a custodian`() throws {
        let custodians = try ["committee", "owners", "property"].map { try TestCustodian($0) }
        let vault = try TemporaryVault(apps: [], custodianship: try Custodianship(custodians.map(\.record), threshold: 2))
        #expect { try vault.register("parking") { change in custodians.prefix(2).map { $0.approve(change) } } } throws: {
            ($0 as? VaultError)?.detail == "an app's key needs its own party's signature: property"
        }
        try vault.register("parking") { change in custodians.suffix(2).map { $0.approve(change) } }
    }

    @Test func `after a change of passphrase the old shares open nothing of what the vault holds`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        let words = Array("correct horse battery".utf8)
        _ = try vault.vault.activate(code: letter.code, passphrase: words, uid: 1)
        let old = try copy(try answers(vault, Array(custodians.prefix(2))))
        let session = try vault.vault.logIn(letter.login, passphrase: words, uid: 1).session
        _ = try vault.vault.changePassphrase(
            old: words, new: Array("quite another phrase".utf8), caller: try vault.vault.authenticate(resident: session, uid: 1))
        #expect(throws: (any Error).self) { try recovered(vault, old.set) }
        #expect(try recovered(vault, try answers(vault, [custodians[1], custodians[2]])) == box(vault))
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `a share that was exchanged or put back is found by the data's verification`() throws {
        let (vault, _) = try TemporaryVault.withCustodians()
        try vault.enrol()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
        try vault.alter("UPDATE share SET digest = zeroblob(32) WHERE resident = 2 AND x = 1")
        let found = try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
        #expect(found.contains { $0.contains("resident 2 ") && $0.contains("a row of the table share does not fit its seal") })
    }

    @Test(arguments: [
        (["committee"], 1), (["committee", "owners"], 1), (["committee", "owners"], 3), (["committee", "committee"], 2),
    ])
    func `a custodianship in which one could act alone, or that nobody could meet, is refused`(names: [String], threshold: Int) throws {
        let records = try names.map { try TestCustodian($0).record }
        #expect(throws: VaultError.self) { try Custodianship(records, threshold: threshold) }
    }

    @Test func `a custodian who stands for no party is refused`() throws {
        let records = try ["committee", "stranger"].map { try TestCustodian($0).record }
        #expect { try TemporaryVault(custodianship: try Custodianship(records, threshold: 2)) } throws: {
            ($0 as? VaultError)?.detail.contains("stranger") == true
        }
    }

    @Test func `k custodians and their files bring the service key and the pepper back, and k minus one do not`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let directory = VaultDirectory(vault.path)
        func opened(_ name: String, _ some: [TestCustodian]) throws -> [UInt8] {
            var set = try ShareSet(capacity: some.count, length: 32)
            for custodian in some {
                let bytes = try FileBytes.read(directory.keyShares(of: custodian.name.text))
                let file = try CanonicalJSON.decode(Array(bytes.dropLast()))
                let share = try required(file["shares"]?.array?.first { $0["name"]?.string == name })
                let x = UInt8(try required(share["x"]?.integer))
                let id = try required(share["set"]?.string.flatMap(Base64URL.decode))
                let part = try SealedShare.open(
                    try required(share["share"]?.string.flatMap(Base64URL.decode)), x: x, vault: vault.vault.id.bytes,
                    resident: vault.vault.id.bytes, set: id, with: custodian.keys.box)
                #expect(
                    try ShareDigest.make(resident: vault.vault.id.bytes, set: id, x: x, y: part)
                        == required(share["digest"]?.string.flatMap(Base64URL.decode)))
                try set.add(x: x, y: part)
            }
            return try Shamir.combine(set, threshold: some.count).withBytes { Array($0) }
        }
        for (name, path) in [("service.key", directory.serviceKey), ("pepper", directory.pepper)] {
            let key = try FileBytes.read(path)
            #expect(try opened(name, [custodians[0], custodians[2]]) == key)
            #expect(try opened(name, [custodians[1], custodians[2]]) == key)
            #expect(try opened(name, custodians) == key)
        }
    }
}

extension ShareSet {
    /// The set with one more share, in a larger set.
    fileprivate mutating func widen(_ x: UInt8, _ y: borrowing SecretBytes) throws {
        var larger = try ShareSet(capacity: xs.count + 1, length: length)
        for (place, x) in xs.enumerated() { try larger.add(x: x, y: try share(at: place)) }
        try larger.add(x: x, y: y)
        self = larger
    }
}
