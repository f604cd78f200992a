import Foundation
import Testing
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Shares that go from a custodian who leaves to the one who follows, and who could spoil or gather them.
@Suite struct ShareHandoverTests {
    /// What both sides' tools make, and what a liar can alter of it.
    private struct Handover {
        var shares: [CustodianShare]
        let from: TestCustodian
        let to: TestCustodian
        var release: ShareRelease
        var signed: [UInt8]
        var signature: [UInt8]
    }

    private func handover(_ vault: TemporaryVault, from old: TestCustodian, to new: TestCustodian) throws -> Handover {
        let (held, _) = try vault.vault.shares(of: old.name, after: 0, limit: 100, reader: vault.reader)
        let shares = try held.map { try old.answer($0, vault: vault.vault.id, to: new.record.box) }
        return try sign(shares, from: old, to: new)
    }

    private func sign(_ shares: [CustodianShare], from old: TestCustodian, to new: TestCustodian, releasedBy: TestCustodian? = nil) throws -> Handover {
        // What the bytes say is the tools' and the daemon's (`ShareHandover`); here they only have to be these.
        let words = shares.flatMap { $0.resident.bytes + [$0.x] + $0.blob }
        return Handover(
            shares: shares, from: old, to: new,
            release: ShareRelease(
                box: new.record.box, bytes: words + new.record.box,
                signature: (releasedBy ?? old).keys.signing.sign(type: "share-release", object: words + new.record.box)),
            signed: words, signature: new.keys.signing.sign(type: "share-handover", object: words))
    }

    @discardableResult
    private func take(_ handover: Handover, _ vault: TemporaryVault) throws -> Int {
        try vault.vault.takeShares(
            handover.shares, from: handover.from.name, to: handover.to.name, release: handover.release,
            signed: handover.signed, signature: handover.signature, uid: 0
        ).taken
    }

    private func rows(_ vault: TemporaryVault, _ number: Int64 = 1) throws -> [ShareRow] {
        try vault.reader.store.read { try $0.shares(of: try required(try $0.resident(number: number)).reference) }
    }

    /// A vault whose second custodian left; `clinic` is in their place, and holds no share yet.
    private func afterReplacement() throws -> (vault: TemporaryVault, custodians: [TestCustodian], successor: TestCustodian) {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.enrol()
        let successor = try TestCustodian("clinic")
        try vault.change(to: [custodians[0], successor, custodians[2]], threshold: 2, signedBy: custodians)
        return (vault, custodians, successor)
    }

    @Test func `a successor serves with what the one who left handed over`() throws {
        let (vault, custodians, successor) = try afterReplacement()
        #expect(try take(try handover(vault, from: custodians[1], to: successor), vault) == 1)
        #expect(try rows(vault).filter { $0.custodian == "clinic" }.map(\.box) == [BoxMark.of(successor.record.box)])
        let ask = CeremonyAsk(kind: .rekey, reason: "suspected-leak", people: .everyone)
        #expect(try vault.ceremony(ask, [successor, custodians[2]]).done == 1)
        try vault.reopen()
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `a share that changes hands while a service key moves is looked at anew`() throws {
        let (vault, custodians, successor) = try afterReplacement()
        let change = try vault.vault.proposeServiceKey()
        try vault.vault.change(change.bytes, approvals: [custodians[0], custodians[2]].map { $0.approve(change) }, uid: 0)
        let ahead = try RowsAhead(vault.vault, lanes: 2)
        let moved = try ahead.residents(after: 0, limit: 10)
        try #require(moved.count == 1)
        #expect(try take(try handover(vault, from: custodians[1], to: successor), vault) == 1)
        _ = try vault.vault.moveRows(limit: 10, ahead: moved)
        ahead.end()
        try vault.vault.workOffRotations()
        // A seal of the row before would fit no key.
        #expect(try rows(vault).filter { $0.custodian == "clinic" }.count == 1)
        try vault.reopen()
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `a successor who is still beside the one who leaves takes over too`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.enrol()
        let successor = try TestCustodian("clinic")
        try vault.change(to: custodians + [successor], threshold: 2, signedBy: custodians)
        #expect(try take(try handover(vault, from: custodians[1], to: successor), vault) == 1)
    }

    @Test func `a false successor's garbage replaces nothing`() throws {
        let (vault, custodians, successor) = try afterReplacement()
        let before = try rows(vault)
        let right = try handover(vault, from: custodians[1], to: successor)
        let garbage = right.shares.map {
            CustodianShare(resident: $0.resident, set: $0.set, x: $0.x, digest: $0.digest, blob: Sodium.randomBytes($0.blob.count))
        }
        // Their own word for it, another custodian's, and the right word for other shares.
        for liar in [successor, custodians[0]] {
            #expect { try take(try sign(garbage, from: custodians[1], to: successor, releasedBy: liar), vault) } throws: {
                ($0 as? VaultError)?.code == .forbidden
            }
        }
        var altered = right
        altered.release = ShareRelease(
            box: successor.record.box, bytes: garbage[0].blob, signature: right.release.signature)
        #expect { try take(altered, vault) } throws: { ($0 as? VaultError)?.code == .forbidden }
        // A release for another key.
        var other = right
        other.release = ShareRelease(
            box: custodians[0].record.box, bytes: right.release.bytes, signature: right.release.signature)
        #expect { try take(other, vault) } throws: { ($0 as? VaultError)?.code == .forbidden }
        // A stranger of the same name as the one who left.
        let stranger = try TestCustodian("owners")
        #expect { try take(try sign(garbage, from: stranger, to: successor), vault) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
        #expect(try rows(vault) == before)
        try take(right, vault)
    }

    @Test func `a share that changes hands in the middle of a ceremony counts once`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.enrol()
        let ask = CeremonyAsk(kind: .rekey, reason: "suspected-leak", people: .everyone)
        let opened = try vault.vault.openCeremony(ask, uid: 0, reader: vault.reader)
        for custodian in custodians.prefix(2) { try vault.answer(opened, by: custodian) }
        let successor = try TestCustodian("clinic")
        try vault.change(to: [custodians[0], successor, custodians[2]], threshold: 2, signedBy: custodians)
        try take(try handover(vault, from: custodians[1], to: successor), vault)
        try vault.answer(opened, by: successor)
        let ceremony = try vault.vault.ceremonies.find(opened.request.id, now: vault.clock.now())
        let share = try required(try rows(vault).first)
        #expect(ceremony.shares(for: share.resident.id, set: share.custodySet).map(\.x) == [1, 2])
        var status = opened
        while !status.isClosed { status = try vault.vault.carryOut(opened.request.id, code: nil, uid: 0, reader: vault.reader) }
        #expect((status.done, status.failed) == (1, 0))
    }

    /// The one who left kept key and shares: of the same split there must not come another to them.
    @Test func `a custodian who comes back takes no other's share of a split they had one of`() throws {
        let (vault, custodians, successor) = try afterReplacement()
        try take(try handover(vault, from: custodians[1], to: successor), vault)
        for back in [custodians[1], try TestCustodian("owners")] {
            // In the place of the third, with their old key or a new one.
            try vault.change(to: [custodians[0], successor, back], threshold: 2, signedBy: [custodians[0], successor])
            #expect { try take(try handover(vault, from: custodians[2], to: back), vault) } throws: {
                ($0 as? VaultError)?.code == .conflict
            }
            #expect(try rows(vault).map(\.custodian) == ["committee", "clinic", "property"])
        }
        // A new split is theirs.
        let ask = CeremonyAsk(kind: .entrust, reason: "returned", people: .everyone)
        #expect(try vault.ceremony(ask, [custodians[0], successor]).done == 1)
        #expect(Set(try rows(vault).map(\.custodian)) == ["committee", "clinic", "owners"])
    }
}
