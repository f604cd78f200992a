import Foundation
import Testing
import VaultAudit
import VaultCrypto
import VaultModel

@testable import ResidentVault

/// The certificate of an erasure, checked with the log's key alone.
@Suite struct CertificateTests {
    private func field(_ name: String) throws -> FieldName { try required(FieldName(name)) }

    private func erased(_ vault: TemporaryVault) throws -> ErasureOutcome {
        let login = try vault.enrol().login
        return try vault.vault.erase(.everything, login: login, ground: .movedOut, uid: 0, reader: vault.reader)
    }

    private func key(_ vault: TemporaryVault) throws -> VerifierKey { try VerifierKey(parsing: try vault.vault.logKey) }

    @Test func `it says what was erased, why, and the day the last backup ends, and the log says the same`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let outcome = try erased(vault)
        let file = try CertificateFile(parsing: try required(outcome.certificate))
        let (certified, checkpoint) = try file.verify(
            key: try key(vault), issuingKey: vault.vault.keys.service.issuing.publicKey.bytes)
        #expect(certified.fields == nil)
        #expect(certified.ground == "moved_out")
        #expect(certified.role == .operator)
        #expect(file.proof.index == outcome.index && checkpoint.size > outcome.index)
        #expect(certified.backupsEnd == vault.clock.now().advanced(bySeconds: 35 * 86_400).localDay)
        #expect(outcome.backupsEnd == certified.backupsEnd)
        #expect(try CertificateFile(parsing: file.encoded) == file)
        // Nothing of the person is in it.
        let text = String(decoding: file.encoded, as: UTF8.self)
        #expect(!text.contains("138001") && !text.contains("赵娟志"))
    }

    @Test func `it can be made again from the log, and other entries certify nothing`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let outcome = try erased(vault)
        _ = try vault.enrol(.child)
        let again = try CertificateFile(parsing: try vault.vault.certificateFile(outcome.index, reader: vault.reader))
        #expect(again.certificate == (try CertificateFile(parsing: try required(outcome.certificate))).certificate)
        _ = try again.verify(key: try key(vault))
        for index in [0, outcome.index - 1, outcome.index + 1, 9999] as [UInt64] {
            #expect(throws: VaultError.self) { try vault.vault.certificateFile(index, reader: vault.reader) }
        }
    }

    @Test func `a certificate that was altered anywhere is refused`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let bytes = try required(try erased(vault).certificate)
        let key = try key(vault)
        for position in stride(from: 0, to: bytes.count, by: 3) {
            var altered = bytes
            altered[position] ^= 1
            let verified = try? CertificateFile(parsing: altered).verify(key: key)
            #expect(verified == nil, "byte \(position) of \(bytes.count)")
        }
        for count in stride(from: 0, to: bytes.count, by: 40) {
            #expect((try? CertificateFile(parsing: Array(bytes[..<count])).verify(key: key)) == nil)
        }
    }

    @Test func `one that the log does not know is refused, even if the issuing key signed it`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let file = try CertificateFile(parsing: try required(try erased(vault).certificate))
        let json = String(decoding: file.certificate, as: UTF8.self)
        for forged in [
            json.replacing("moved_out", with: "died"), json.replacing("\"everything\":true", with: "\"fields\":[\"home.room\"]"),
            json.replacing(/"backups_end":"[^"]*"/, with: "\"backups_end\":\"2000-01-01\""), json.replacing(/"index":[0-9]+/, with: "\"index\":0"),
        ] {
            #expect(forged != json)
            let signature = vault.vault.keys.service.issuing.sign(type: ErasureCertificate.type, object: Array(forged.utf8))
            let other = CertificateFile(certificate: Array(forged.utf8), signature: signature, proof: file.proof)
            #expect(throws: AuditError.malformedProof) { try other.verify(key: try key(vault)) }
        }
        let stranger = try SigningKeyPair(seed: try Seed.random())
        let signed = CertificateFile(
            certificate: file.certificate, signature: stranger.sign(type: ErasureCertificate.type, object: file.certificate),
            proof: file.proof)
        #expect(throws: AuditError.badSignature) { try signed.verify(key: try key(vault)) }
        #expect(throws: AuditError.unknownSigner) { try file.verify(key: try key(vault), issuingKey: stranger.publicKey.bytes) }
        let elsewhere = try TemporaryVault(apps: [])
        #expect(throws: AuditError.self) { try file.verify(key: try VerifierKey(parsing: try elsewhere.vault.logKey)) }
        // Another entry's proof under it.
        let proof = try ProofFile(parsing: try vault.vault.inclusionProof(file.proof.index - 1, reader: vault.reader))
        let moved = CertificateFile(certificate: file.certificate, signature: file.signature, proof: proof)
        #expect(throws: AuditError.self) { try moved.verify(key: try key(vault)) }
    }
}
