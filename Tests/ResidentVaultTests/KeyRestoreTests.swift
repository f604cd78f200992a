import Foundation
import Testing
import VaultCrypto
import VaultModel

@testable import ResidentVault

/// Lost key files, and the custodians who put them together again.
@Suite struct KeyRestoreTests {
    private static let words = Array("correct horse battery".utf8)

    /// What a custodian's tool makes of their own file of shares.
    private func shares(
        _ custodian: TestCustodian, _ vault: TemporaryVault, to box: [UInt8]
    ) throws -> [CustodianShare] {
        let file = try JSONParser.parse(FileBytes.read(VaultDirectory(vault.path).keyShares(of: custodian.name.text)).dropLast())
        let id = try required(ResidentID(vault.vault.id.bytes))
        return try required(file["shares"]?.array).map { share in
            let sealed = CustodianShare(
                resident: id, set: try required(share["set"]?.string.flatMap(Base64URL.decode)),
                x: UInt8(try required(share["x"]?.integer)),
                digest: try required(share["digest"]?.string.flatMap(Base64URL.decode)),
                blob: try required(share["share"]?.string.flatMap(Base64URL.decode)))
            return try custodian.answer(sealed, vault: vault.vault.id, to: box)
        }
    }

    private func lose(_ vault: TemporaryVault) throws -> (key: [UInt8], pepper: [UInt8]) {
        let directory = VaultDirectory(vault.path)
        let kept = (try FileBytes.read(directory.serviceKey), try FileBytes.read(directory.pepper))
        try FileManager.default.removeItem(atPath: directory.serviceKey)
        try FileManager.default.removeItem(atPath: directory.pepper)
        return kept
    }

    @Test func `k custodians bring both key files back byte for byte, and the log says who did`() throws {
        let (vault, custodians) = try TemporaryVault.withCustodians()
        let letter = try vault.enrol()
        _ = try vault.vault.activate(code: letter.code, passphrase: Self.words, uid: 1)
        try vault.reopen {
            let kept = try lose(vault)
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            #expect(restore.missing == 2)
            for custodian in custodians.suffix(2) {
                try restore.take(
                    custodian.name, signature: custodian.sign(restore.bytes),
                    shares: try shares(custodian, vault, to: restore.request.box))
            }
            try restore.finish()
            let directory = VaultDirectory(vault.path)
            #expect(try FileBytes.read(directory.serviceKey) == kept.key)
            #expect(try FileBytes.read(directory.pepper) == kept.pepper)
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
            let kept = try lose(vault)
            let restore = try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now())
            let own = try shares(custodians[0], vault, to: restore.request.box)
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
            try Data(kept.key).write(to: URL(filePath: directory.serviceKey))
            try Data(kept.pepper).write(to: URL(filePath: directory.pepper))
            for path in [directory.serviceKey, directory.pepper] { chmod(path, 0o600) }
            #expect(throws: VaultError.self) {
                try KeyRestore(directory: vault.path, reason: "lost-keys", now: vault.clock.now()).finish()
            }
        }
    }
}
