import Testing
import VaultCrypto

@Suite struct LockedServiceSecretsTests {
    private let vault = [UInt8](repeating: 5, count: 16)

    private func locked(_ secrets: borrowing ServiceSecrets) throws -> (LockedServiceSecrets, words: [UInt8]) {
        let words = Array("six words nobody else has here".utf8)
        let keys = try PassphraseKeys(passphrase: try SecretBytes(copying: words))
        return (try LockedServiceSecrets.lock(secrets, with: keys, vault: vault), words)
    }

    @Test func `locked keys open with their passphrase and give back what was locked`() throws {
        let secrets = try ServiceSecrets.random()
        let (file, words) = try locked(secrets)
        let keys = try PassphraseKeys(passphrase: try SecretBytes(copying: words), salt: file.salt)
        let opened = try file.open(with: keys, vault: vault)
        let isSame = opened.equals(secrets)
        let isOther = opened.equals(try ServiceSecrets.random())
        #expect(isSame)
        #expect(!isOther)
        #expect(file.sealed.count == 24 + 64 + 16)
    }

    @Test func `another passphrase, vault or byte opens nothing`() throws {
        let secrets = try ServiceSecrets.random()
        let (file, words) = try locked(secrets)
        let keys = try PassphraseKeys(passphrase: try SecretBytes(copying: words), salt: file.salt)
        let wrong = try PassphraseKeys(passphrase: try SecretBytes(copying: words + [0x21]), salt: file.salt)
        func isRefused(_ file: LockedServiceSecrets, with keys: borrowing PassphraseKeys, vault: [UInt8]) -> Bool {
            do throws(CryptoError) {
                _ = try file.open(with: keys, vault: vault)
                return false
            } catch { return error == .authenticationFailed }
        }
        var sealed = file.sealed
        sealed[40] ^= 1
        var check = file.check
        check[0] ^= 1
        let refused = [
            isRefused(file, with: wrong, vault: vault),
            isRefused(file, with: keys, vault: [UInt8](repeating: 6, count: 16)),
            isRefused(.init(salt: file.salt, commitment: file.commitment, check: file.check, sealed: sealed), with: keys, vault: vault),
            isRefused(.init(salt: file.salt, commitment: file.commitment, check: check, sealed: file.sealed), with: keys, vault: vault),
            // The right commitment does not let a wrong key through.
            isRefused(.init(salt: file.salt, commitment: wrong.commitment, check: file.check, sealed: file.sealed), with: wrong, vault: vault),
        ]
        #expect(refused == [true, true, true, true, true])
        let isTaken = !isRefused(file, with: keys, vault: vault)
        #expect(isTaken)
    }

    @Test func `the check tells forms apart by either key and by the vault`() throws {
        let one = try ServiceSecrets.random()
        let other = try ServiceSecrets.random()
        let mixed = ServiceSecrets(serviceKey: try one.serviceKey.duplicate(), pepper: try other.pepper.duplicate())
        let checks = [
            try one.check(vault: vault), try other.check(vault: vault), try mixed.check(vault: vault),
            try one.check(vault: [UInt8](repeating: 6, count: 16)),
        ]
        #expect(Set(checks).count == 4)
        #expect(try one.duplicate().check(vault: vault) == checks[0])
    }
}
