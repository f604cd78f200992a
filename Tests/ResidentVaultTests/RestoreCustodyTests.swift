import Foundation
import Testing
import VaultCrypto
import VaultModel

@testable import ResidentVault

/// A restore must leave everyone a way in, also when custodians changed hands after the backup.
@Suite struct RestoreCustodyTests {
    /// Two residents, a backup, then custodians who leave and hand their shares to others, and a new passphrase.
    private func handedOver(_ leaving: [(from: Int, to: String)]) throws -> (Lost, successors: [TestCustodian]) {
        let lost = try Lost(custodians: true)
        for name in ["stays", "changes"] {
            try lost.enrol(name)
            try lost.activate(name)
        }
        try lost.backUp()
        let vault = lost.vault
        let successors = try leaving.map { try TestCustodian($0.to) }
        let staying = lost.custodians.enumerated().filter { index, _ in !leaving.contains { $0.from == index } }.map(\.element)
        let change = try vault.vault.propose(
            .custodians(try Custodianship((staying + successors).map(\.record), threshold: 2)))
        _ = try vault.vault.change(change.bytes, approvals: lost.custodians.map { $0.approve(change) }, uid: 0)
        for (index, step) in leaving.enumerated() {
            #expect(try hand(vault, from: lost.custodians[step.from], to: successors[index]) == 2)
        }
        _ = try vault.vault.changePassphrase(
            old: Array("correct horse changes".utf8), new: Array("another good phrase".utf8), caller: lost.caller("changes"))
        try lost.export()
        try lost.lose()
        return (lost, successors)
    }

    /// The predecessor seals every share they hold to the successor, who signs for them.
    private func hand(_ vault: TemporaryVault, from old: TestCustodian, to new: TestCustodian) throws -> Int {
        let (shares, _) = try vault.vault.shares(of: old.name, after: 0, limit: 100, reader: vault.reader)
        let sealed = try shares.map { try old.answer($0, vault: vault.vault.id, to: new.record.box) }
        let signed = Array("what the tool signs".utf8)
        return try vault.vault.takeShares(
            sealed, from: old.name, to: new.name,
            release: ShareRelease(
                box: new.record.box, bytes: signed,
                signature: old.keys.signing.sign(type: ShareRelease.type, object: signed)), signed: signed,
            signature: new.keys.signing.sign(type: "share-handover", object: signed), uid: 0
        ).taken
    }

    private func recover(_ name: String, _ lost: Lost, at vault: TemporaryVault, by custodians: [TestCustodian]) throws {
        let (code, digest) = try TemporaryVault.newLetter()
        let ask = CeremonyAsk(
            kind: .recover(letter: digest), reason: "lost-passphrase", people: .logins([try required(lost.people[name]).login]))
        let status = try vault.ceremony(ask, custodians, code: code)
        #expect(status.done == 1, "\(name)")
        #expect(status.failed == 0, "\(name)")
        _ = try vault.vault.activate(code: code, passphrase: Array("let in by custodians".utf8), uid: 9)
        _ = try lost.logIn(vault.vault, name, "let in by custodians")
    }

    private func expectSound(_ path: String) throws {
        #expect(try VaultVerification.verify(directory: path, data: true).findings.map(\.text) == [])
    }

    @Test func `after one custodian's handover those who stayed let residents in, and old passphrases are dead`() throws {
        let (lost, successors) = try handedOver([(from: 2, to: "clinic")])
        let report = try required(try lost.restore(checkpoints: [lost.exported]))
        #expect((report.toBeLetIn, report.oldWaysKept) == (1, 0))
        #expect((report.toBeEntrusted, report.outOfCustody) == (2, 0))
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        #expect(throws: VaultError.self) { _ = try lost.logIn(vault.vault, "changes") }
        try recover("changes", lost, at: vault, by: [lost.custodians[0], lost.custodians[1]])
        // A ceremony splits the other's anew, and the successor counts again.
        let entrust = CeremonyAsk(kind: .entrust, reason: "restored", people: .everyone)
        #expect(try vault.ceremony(entrust, [lost.custodians[0], lost.custodians[1]]).done == 1)
        try recover("stays", lost, at: vault, by: [lost.custodians[1], successors[0]])
        try expectSound(lost.new)
    }

    @Test func `where the custodians of now hold too few shares the old way in is kept, until the next login covers it`() throws {
        let (lost, successors) = try handedOver([(from: 1, to: "afterschool"), (from: 2, to: "clinic")])
        let report = try required(try lost.restore(checkpoints: [lost.exported]))
        #expect((report.toBeLetIn, report.oldWaysKept) == (0, 1))
        #expect((report.toBeEntrusted, report.outOfCustody) == (2, 2))
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        _ = try lost.logIn(vault.vault, "changes")
        try recover("changes", lost, at: vault, by: successors)
        // Whoever does not come is covered when their shares are handed over once more.
        #expect(try hand(vault, from: lost.custodians[1], to: successors[0]) == 1)
        try recover("stays", lost, at: vault, by: [lost.custodians[0], successors[0]])
        try expectSound(lost.new)
    }

    @Test func `a custodian's new key under the same name opens no share of the backup's day, and is not counted as if`() throws {
        let lost = try Lost(custodians: true)
        try lost.enrol("changes")
        try lost.activate("changes")
        try lost.backUp()
        let again = try ["owners", "property"].map { try TestCustodian($0) }
        let change = try lost.vault.vault.propose(
            .custodians(try Custodianship([lost.custodians[0].record] + again.map(\.record), threshold: 2)))
        _ = try lost.vault.vault.change(change.bytes, approvals: lost.custodians.map { $0.approve(change) }, uid: 0)
        _ = try lost.vault.vault.changePassphrase(
            old: Array("correct horse changes".utf8), new: Array("another good phrase".utf8), caller: lost.caller("changes"))
        try lost.export()
        try lost.lose()
        let report = try required(try lost.restore())
        #expect((report.toBeLetIn, report.oldWaysKept, report.outOfCustody) == (0, 1, 1))
        let vault = try TemporaryVault(at: lost.new, of: lost.vault)
        _ = try lost.logIn(vault.vault, "changes")
        try recover("changes", lost, at: vault, by: again)
    }
}
