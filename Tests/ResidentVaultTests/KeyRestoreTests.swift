import Foundation
import GRDB
import Testing
import VaultCrypto
import VaultModel

@testable import ResidentVault

/// Lost key files, and the custodians who put them together again.
@Suite struct KeyRestoreTests {
    private static let words = Array("correct horse battery".utf8)

    @Test func `k custodians bring both key files back byte for byte, and the log says who did`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.words, uid: 1)
        try vault.reopen {
            let kept = try vault.loseKeys()
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            #expect(restore.missing == 2)
            for custodian in custodians.suffix(2) {
                try restore.take(
                    custodian.name, signature: custodian.sign(restore.bytes),
                    shares: try custodian.keyShares(vault.keyShareFile(of: custodian), vault.vault.id, to: restore.request.box))
            }
            try restore.finish()
            let directory = VaultDirectory(vault.path)
            #expect(try FileBytes.read(directory.serviceKey) == kept[0])
            #expect(try FileBytes.read(directory.pepper) == kept[1])
        }
        try vault.vault.logRestoredKeys()
        #expect(!VaultDirectory.exists(VaultDirectory(vault.path).restoredKeys))
        #expect(try vault.entries().suffix(3).map { $0["rule"] } == ["keys", "keys", "keys"])
        #expect(try vault.entries().last?["change"]?["approvals"]?.object?.keys.sorted() == ["owners", "property"])
        _ = try vault.vault.logIn(letter.login, passphrase: Self.words, uid: 1)
        try vault.reopen()
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `k − 1 custodians, wrong shares and another request's signature bring nothing back`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.reopen {
            let directory = VaultDirectory(vault.path)
            let kept = try vault.loseKeys()
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            let own = try custodians[0].keyShares(vault.keyShareFile(of: custodians[0]), vault.vault.id, to: restore.request.box)
            try restore.take(custodians[0].name, signature: custodians[0].sign(restore.bytes), shares: own)
            // Twice is not two.
            try restore.take(custodians[0].name, signature: custodians[0].sign(restore.bytes), shares: own)
            #expect(throws: VaultError.self) { try restore.finish() }
            #expect { try restore.take(custodians[1].name, signature: custodians[1].sign(restore.bytes), shares: own) } throws: {
                ($0 as? VaultError)?.detail == "the share of the custodian owners is not the right one"
            }
            #expect(throws: VaultError.self) {
                try restore.take(custodians[1].name, signature: custodians[1].sign([1]), shares: own)
            }
            let another = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            #expect(throws: VaultError.self) {
                try another.take(custodians[0].name, signature: custodians[0].sign(another.bytes), shares: own)
            }
            #expect(!VaultDirectory.exists(directory.serviceKey))
            try Data(kept[0]).write(to: URL(filePath: directory.serviceKey))
            try Data(kept[1]).write(to: URL(filePath: directory.pepper))
            for path in [directory.serviceKey, directory.pepper] { chmod(path, 0o600) }
            #expect(throws: VaultError.self) {
                try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now()).finish()
            }
        }
    }

    /// The vault's own words, for what lies beside it while rows move.
    @Test(arguments: [0, 1]) func `keys lost while rows move to a new service key come back with the key before`(moved: Int) throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        for number in 0..<3 { try vault.enrol(.make("人\(number)", phone: "1370013700\(number)", born: "1970-01-0\(number + 1)", sequence: number)) }
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.words, uid: 1)
        let change = try vault.vault.proposeServiceKey()
        try vault.vault.change(change.bytes, approvals: custodians.map { $0.approve(change) }, uid: 0)
        if moved > 0 { _ = try vault.vault.moveRows(limit: moved) }
        try vault.reopen {
            let kept = try vault.loseKeys(alsoOld: true)
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            try vault.answer(restore, by: Array(custodians.suffix(2)))
            try restore.finish()
            #expect(try vault.keyFiles() == kept)
        }
        _ = try vault.vault.logIn(letter.login, passphrase: Self.words, uid: 1)
        try vault.vault.workOffRotations()
        let directory = VaultDirectory(vault.path)
        #expect(!VaultDirectory.exists(directory.serviceKey + ".old"))
        // The key before is gone with the move, and its shares' rows too: two are asked for again.
        try vault.reopen {
            _ = try vault.loseKeys()
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            try vault.answer(restore, by: Array(custodians.prefix(2)))
            try restore.finish()
            #expect(!VaultDirectory.exists(directory.serviceKey + ".old"))
        }
        try vault.reopen()
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `with an older pepper still needed, both peppers come back`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.words, uid: 1)
        _ = try vault.vault.rotatePepper(uid: 0)
        try vault.reopen {
            let kept = try vault.loseKeys(alsoOld: true)
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            try vault.answer(restore, by: Array(custodians.suffix(2)))
            try restore.finish()
            #expect(try vault.keyFiles() == kept)
        }
        // Their passphrase is under the older one.
        _ = try vault.vault.logIn(letter.login, passphrase: Self.words, uid: 1)
    }

    @Test func `a pepper that is not the one the database names is not written`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        try vault.reopen {
            let kept = try vault.loseKeys()
            let queue = try DatabaseQueue(path: VaultDirectory(vault.path).database)
            try queue.write { try $0.execute(sql: "UPDATE pepper SET digest = zeroblob(32)") }
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            try vault.answer(restore, by: Array(custodians.suffix(2)))
            #expect { try restore.finish() } throws: { ($0 as? VaultError)?.code == .integrity }
            #expect(!VaultDirectory.exists(VaultDirectory(vault.path).serviceKey))
            let digest = try Pepper(copying: kept[1]).digest(vault: vault.vault.id.bytes, generation: 1)
            try queue.write { try $0.execute(sql: "UPDATE pepper SET digest = ?", arguments: [Data(digest)]) }
            try queue.close()
            try KeyRestoreTests.put(kept, vault)
        }
    }

    private static func put(_ kept: [[UInt8]], _ vault: TemporaryVault) throws {
        let directory = VaultDirectory(vault.path)
        for (bytes, path) in zip(kept, [directory.serviceKey, directory.pepper]) {
            try bytes.withUnsafeBytes { try VaultDirectory.writeNew($0, to: path, mode: 0o600) }
        }
    }
}
