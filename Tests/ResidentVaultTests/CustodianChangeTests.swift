import Foundation
import GRDB
import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// What becomes of the shares when custodians change.
@Suite struct CustodianChangeTests {
    private static let words = Array("correct horse battery".utf8)

    private func expectSound(_ vault: TemporaryVault) throws {
        try vault.reopen()
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    /// Whether a ceremony's page gives a custodian a share to answer with.
    private func isOffered(_ custodian: TestCustodian, _ vault: TemporaryVault) throws -> Bool {
        let ask = CeremonyAsk(kind: .rekey, reason: "suspected-leak", people: .everyone)
        let opened = try vault.vault.openCeremony(ask, uid: 0, reader: vault.reader)
        defer { try? vault.vault.dropCeremony(opened.request.id, uid: 0) }
        return try vault.vault.ceremonyPage(opened.request.id, for: custodian.name, from: 0, limit: 9, reader: vault.reader)
            .lines.contains { $0.share != nil }
    }

    @Test func `a custodian's new key under the old name is offered no share of the old one, until the resident's next login`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        let login = try vault.vault.activate(code: letter.code, passphrase: Self.words, uid: 1)
        let renewed = try TestCustodian("committee")
        try vault.change(to: [renewed, custodians[1], custodians[2]], threshold: 2, signedBy: custodians)
        #expect(try !isOffered(renewed, vault))
        #expect(try isOffered(custodians[1], vault))
        _ = try vault.vault.logIn(login, passphrase: Self.words, uid: 1)
        #expect(try isOffered(renewed, vault))
        let ask = CeremonyAsk(kind: .rekey, reason: "suspected-leak", people: .everyone)
        #expect(try vault.ceremony(ask, [renewed, custodians[1]]).done == 1)
        // Nobody is left whom a new split would concern.
        #expect(throws: VaultError.self) {
            try vault.vault.openCeremony(
                CeremonyAsk(kind: .entrust, reason: "new-key", people: .everyone), uid: 0, reader: vault.reader)
        }
        try expectSound(vault)
    }

    @Test func `residents who do not log in are split anew by ceremony for a custodian's new key`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.enrol()
        let renewed = try TestCustodian("committee")
        try vault.change(to: [renewed, custodians[1], custodians[2]], threshold: 2, signedBy: custodians)
        let ask = CeremonyAsk(kind: .entrust, reason: "new-key", people: .everyone)
        #expect(try vault.ceremony(ask, [custodians[1], custodians[2]]).done == 1)
        #expect(try isOffered(renewed, vault))
        try expectSound(vault)
    }

    @Test(arguments: ["another party", "a new key", "fewer act together", "more act together"])
    func `the files written after a change of custodians bring lost keys back, and those of before do not`(_ what: String) throws {
        let (vault, custodians) = try TemporaryVault.withCustodians(threshold: what == "fewer act together" ? 3 : 2)
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.words, uid: 1)
        let before = try custodians.map { try vault.keyShareFile(of: $0) }
        var (next, threshold) = (custodians, 2)
        switch what {
        case "another party": next[2] = try TestCustodian("clinic")
        case "a new key": next[2] = try TestCustodian("property")
        case "more act together": threshold = 3
        default: break
        }
        try vault.change(to: next, threshold: threshold, signedBy: custodians)
        try vault.reopen {
            let kept = try vault.loseKeys()
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            #expect(restore.missing == threshold)
            // A share of the split before is not the right one any more.
            #expect(throws: VaultError.self) {
                try restore.take(
                    custodians[0].name, signature: custodians[0].sign(restore.bytes),
                    shares: try custodians[0].keyShares(before[0], vault.vault.id, to: restore.request.box))
            }
            try vault.answer(restore, by: Array(next.suffix(threshold)))
            try restore.finish()
            #expect(try vault.keyFiles() == kept)
        }
        try vault.vault.logRestoredKeys()
        _ = try vault.vault.logIn(letter.login, passphrase: Self.words, uid: 1)
        try expectSound(vault)
    }

    @Test func `a former custodian's key that was taken out of the database is missed by the verification`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.enrol()
        try vault.change(
            to: [custodians[0], try TestCustodian("clinic"), custodians[2]], threshold: 2, signedBy: custodians)
        func findings() throws -> [String] {
            try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text)
        }
        #expect(try findings() == [])
        try DatabaseQueue(path: VaultDirectory(vault.path).database).write { try $0.execute(sql: "DELETE FROM former_custodian") }
        #expect(try findings().contains { $0.contains("former keys") })
    }

    @Test func `the first custodians of a vault without any get shares of its keys`() throws {
        let vault = try TemporaryVault(apps: [])
        let custodians = try TemporaryVault.parties.map { try TestCustodian($0) }
        try vault.change(to: custodians, threshold: 2, signedBy: [])
        try vault.reopen {
            let kept = try vault.loseKeys()
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            try vault.answer(restore, by: Array(custodians.prefix(2)))
            try restore.finish()
            #expect(try vault.keyFiles() == kept)
        }
    }

    /// Something lies where a custodian's file belongs, at the moment of the change.
    @Test(arguments: ["custodians", "pepper", "service key"], [true, false])
    func `a split that failed is made up for by the daemon, and by its next start`(_ what: String, restarting: Bool) throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        let place = directory.keyShares(of: "owners")
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.createDirectory(atPath: place + "/in the way", withIntermediateDirectories: true)
        var next = custodians
        #expect(throws: (any Error).self) {
            switch what {
            case "custodians":
                next[2] = try TestCustodian("clinic")
                try vault.change(to: next, threshold: 2, signedBy: custodians)
            case "pepper": _ = try vault.vault.rotatePepper(uid: 0)
            default:
                let change = try vault.vault.proposeServiceKey()
                try vault.vault.change(change.bytes, approvals: custodians.map { $0.approve(change) }, uid: 0)
            }
        }
        #expect(!vault.vault.keysAreSettled)
        // A start in this state serves, and goes on trying.
        if restarting { try vault.reopen() }
        _ = try vault.pairwise("property", "property.service")
        #expect(throws: (any Error).self) { try vault.vault.settleWhatWaits() }
        try FileManager.default.removeItem(atPath: place)
        if restarting { try vault.reopen() } else { try vault.vault.settleWhatWaits() }
        #expect(vault.vault.keysAreSettled)
        try vault.vault.workOffRotations()
        try vault.reopen {
            let kept = try vault.loseKeys()
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            try vault.answer(restore, by: Array(next.suffix(2)))
            try restore.finish()
            #expect(try vault.keyFiles() == kept)
        }
        try expectSound(vault)
    }
}
