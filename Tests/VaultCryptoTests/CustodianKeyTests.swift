import Testing
import VaultCrypto
import VaultModel

@Suite struct CustodianKeyTests {
    @Test func `a locked seed opens with its passphrase and name alone`() throws {
        let seed = try Seed.random()
        let words = try typed("correct horse battery")
        let locked = try LockedSeed.lock(seed, passphrase: words, name: "committee")
        let opened = try locked.open(passphrase: words, name: "committee")
        #expect(copied(opened) == copied(seed))
        #expect(throws: CryptoError.authenticationFailed) {
            try copied(locked.open(passphrase: try typed("correct horse batterx"), name: "committee"))
        }
        #expect(throws: CryptoError.authenticationFailed) { try copied(locked.open(passphrase: words, name: "owners")) }
        let altered = LockedSeed(salt: locked.salt, commitment: locked.commitment, sealed: locked.sealed.dropLast() + [locked.sealed.last.map { $0 ^ 1 } ?? 0])
        #expect(throws: CryptoError.authenticationFailed) { try copied(altered.open(passphrase: words, name: "committee")) }
    }

    @Test func `box and signing key of one seed differ, and are the same each time`() throws {
        let seed = try Seed(copying: [UInt8](0..<32))
        let one = try CustodianKeys(seed)
        let other = try CustodianKeys(seed)
        #expect(one.box.publicKey == other.box.publicKey)
        #expect(one.signing.publicKey == other.signing.publicKey)
        #expect(one.box.publicKey.bytes != one.signing.publicKey.bytes)
    }

    @Test func `a sealed share opens for its custodian and its own place alone`() throws {
        let keys = try CustodianKeys(try Seed.random())
        let stranger = try CustodianKeys(try Seed.random())
        let share = try SecretBytes.random(32)
        let set = [UInt8](repeating: 5, count: 16)
        let sealed = try SealedShare.seal(
            share, x: 3, vault: Sample.vault, resident: Sample.resident, set: set, to: keys.box.publicKey)
        func open(
            x: UInt8 = 3, vault: [UInt8] = Sample.vault, resident: [UInt8] = Sample.resident, set: [UInt8] = set
        ) throws -> [UInt8] {
            copied(try SealedShare.open(sealed, x: x, vault: vault, resident: resident, set: set, with: keys.box))
        }
        #expect(try open() == copied(share))
        #expect(throws: CryptoError.malformed("share")) { try open(x: 2) }
        #expect(throws: CryptoError.malformed("share")) { try open(vault: Sample.other) }
        #expect(throws: CryptoError.malformed("share")) { try open(resident: Sample.other) }
        #expect(throws: CryptoError.malformed("share")) { try open(set: Sample.other) }
        #expect(throws: CryptoError.authenticationFailed) {
            try copied(SealedShare.open(sealed, x: 3, vault: Sample.vault, resident: Sample.resident, set: set, with: stranger.box))
        }
    }
}
