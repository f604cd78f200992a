import CSodium
import Testing
import VaultCrypto

struct `Sealed boxes` {
    static func pair(_ byte: UInt8) throws -> BoxKeyPair {
        try BoxKeyPair(seed: try Seed(copying: [UInt8](repeating: byte, count: 32)))
    }

    @Test(arguments: [0, 1, 32, 1000, 32_768])
    func `what was sealed opens to the same bytes`(length: Int) throws {
        let pair = try Self.pair(1)
        let message = try SecretBytes.random(length)
        let sealed = try SealedBox.seal(message, to: pair.publicKey)
        #expect(sealed.count == length + SealedBox.overhead)
        #expect(copied(try SealedBox.open(sealed, with: pair)) == copied(message))
    }

    @Test func `two seals of one message have nothing in common`() throws {
        let pair = try Self.pair(1)
        let message = try typed("same")
        #expect(try SealedBox.seal(message, to: pair.publicKey) != SealedBox.seal(message, to: pair.publicKey))
    }

    @Test(arguments: [0, 1, 75, 32_768])
    func `libsodium opens what was sealed here, and what it seals is opened here`(length: Int) throws {
        let seed = copied(try SecretBytes.random(32))
        let pair = try BoxKeyPair(seed: try Seed(copying: seed))
        var (publicKey, secretKey) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32))
        #expect(crypto_box_seed_keypair(&publicKey, &secretKey, seed) == 0)
        let message = try SecretBytes.random(length)
        let sealed = try SealedBox.seal(message, to: pair.publicKey)
        var opened = [UInt8](repeating: 0, count: length)
        #expect(crypto_box_seal_open(&opened, sealed, UInt64(sealed.count), publicKey, secretKey) == 0)
        #expect(opened == copied(message))
        var theirs = [UInt8](repeating: 0, count: length + SealedBox.overhead)
        #expect(crypto_box_seal(&theirs, copied(message), UInt64(length), pair.publicKey.bytes) == 0)
        #expect(copied(try SealedBox.open(theirs, with: pair)) == copied(message))
    }

    @Test func `a seed gives the public key that libsodium gives it`() throws {
        for _ in 0..<200 {
            let seed = copied(try SecretBytes.random(32))
            var (publicKey, secretKey) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32))
            #expect(crypto_box_seed_keypair(&publicKey, &secretKey, seed) == 0)
            #expect(try BoxKeyPair(seed: try Seed(copying: seed)).publicKey.bytes == publicKey)
        }
    }

    @Test func `boxes of one round open for their recipients alone, and a second one to the same has a key of its own`() throws {
        let round = try SealingRound()
        let one = try Self.pair(1)
        let other = try Self.pair(2)
        let message = try typed("same")
        let toOne = try SealedBox.seal(message, to: one.publicKey, sharing: round)
        let toOther = try SealedBox.seal(message, to: other.publicKey, sharing: round)
        let again = try SealedBox.seal(message, to: one.publicKey, sharing: round)
        #expect(copied(try SealedBox.open(toOne, with: one)) == copied(message))
        #expect(copied(try SealedBox.open(toOther, with: other)) == copied(message))
        #expect(copied(try SealedBox.open(again, with: one)) == copied(message))
        #expect(throws: CryptoError.authenticationFailed) { _ = try SealedBox.open(toOther, with: one) }
        #expect(toOne.prefix(32) == toOther.prefix(32))
        #expect(toOne[32...] != toOther[32...])
        // The same key, nonce and stream twice would give both messages away.
        #expect(again.prefix(32) != toOne.prefix(32))
        #expect(again[32...] != toOne[32...])
    }

    @Test func `another pair does not open it`() throws {
        let other = try Self.pair(2)
        let sealed = try SealedBox.seal(try typed("secret"), to: try Self.pair(1).publicKey)
        #expect(throws: CryptoError.authenticationFailed) { _ = try SealedBox.open(sealed, with: other) }
    }

    @Test func `an altered, cut or longer box is refused`() throws {
        let pair = try Self.pair(1)
        // The top bit of the ephemeral key is not part of the number it stands for (RFC 7748, section 5), but the nonce
        // is a hash of all its bytes, so that bit is refused like any other.
        for altered in corruptions(of: try SealedBox.seal(try typed("secret"), to: pair.publicKey)) {
            #expect(throws: CryptoError.self) { _ = try SealedBox.open(altered, with: pair) }
        }
    }

    @Test(arguments: [0, 47])
    func `fewer bytes than an empty box are told apart from a wrong key`(length: Int) throws {
        let pair = try Self.pair(1)
        #expect(throws: CryptoError.wrongLength(expected: 48, found: length)) {
            _ = try SealedBox.open([UInt8](repeating: 0, count: length), with: pair)
        }
    }

    @Test func `a key that makes no shared secret is refused`() throws {
        for low in [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)] {
            let key = try BoxPublicKey(low)
            #expect(throws: CryptoError.malformed("box public key")) { try SealedBox.seal(try typed("x"), to: key) }
        }
    }

    @Test(arguments: [0, 31, 33, 64])
    func `a public key has 32 bytes`(length: Int) {
        let bytes = [UInt8](repeating: 9, count: length)
        #expect(throws: CryptoError.wrongLength(expected: 32, found: length)) { try BoxPublicKey(bytes) }
        #expect(throws: CryptoError.wrongLength(expected: 32, found: length)) { try SigningPublicKey(bytes) }
    }
}

struct `Sealed write keys` {
    static func sealed(_ key: borrowing WriteKey) throws -> [UInt8] {
        try SealedWriteKey.seal(
            key, vault: Sample.vault, resident: Sample.resident, epoch: 5, to: try `Sealed boxes`.pair(1).publicKey)
    }

    @Test func `the resident opens the same key`() throws {
        let key = try WriteKey.random()
        let opened = try SealedWriteKey.open(
            try Self.sealed(key), vault: Sample.vault, resident: Sample.resident, epoch: 5,
            with: try `Sealed boxes`.pair(1))
        #expect(copied(opened) == copied(key))
    }

    @Test(arguments: [
        ("vault", Sample.other, Sample.resident, 5), ("resident", Sample.vault, Sample.other, 5),
        ("exchanged", Sample.resident, Sample.vault, 5), ("a later epoch", Sample.vault, Sample.resident, 6),
        ("an earlier epoch", Sample.vault, Sample.resident, 4),
    ] as [(String, [UInt8], [UInt8], UInt32)])
    func `it serves no other place`(altered: String, vault: [UInt8], resident: [UInt8], epoch: UInt32) throws {
        let sealed = try Self.sealed(try WriteKey.random())
        let pair = try `Sealed boxes`.pair(1)
        #expect(throws: CryptoError.malformed("write key"), "\(altered)") {
            _ = try SealedWriteKey.open(sealed, vault: vault, resident: resident, epoch: epoch, with: pair)
        }
    }

    @Test func `another resident's pair does not open it`() throws {
        let sealed = try Self.sealed(try WriteKey.random())
        let other = try `Sealed boxes`.pair(2)
        #expect(throws: CryptoError.authenticationFailed) {
            _ = try SealedWriteKey.open(sealed, vault: Sample.vault, resident: Sample.resident, epoch: 5, with: other)
        }
    }

    /// Anyone can seal to a public key, so what opens must still be exactly a write key.
    @Test(arguments: [0, 1, 66, 82, 84, 200])
    func `a box that opens to another length is refused`(length: Int) throws {
        let pair = try `Sealed boxes`.pair(1)
        let plain = copied(
            try SealedWriteKey.plain(try WriteKey.random(), vault: Sample.vault, resident: Sample.resident, epoch: 5))
        #expect(plain.count == 83)
        let other = Array((plain + [UInt8](repeating: 0, count: 200)).prefix(length))
        let sealed = try SealedBox.seal(try SecretBytes(copying: other), to: pair.publicKey)
        #expect(throws: CryptoError.malformed("write key")) {
            _ = try SealedWriteKey.open(sealed, vault: Sample.vault, resident: Sample.resident, epoch: 5, with: pair)
        }
    }

    @Test func `an altered, cut or longer one is refused`() throws {
        let pair = try `Sealed boxes`.pair(1)
        for altered in corruptions(of: try Self.sealed(try WriteKey.random())) {
            #expect(throws: CryptoError.self) {
                _ = try SealedWriteKey.open(
                    altered, vault: Sample.vault, resident: Sample.resident, epoch: 5, with: pair)
            }
        }
    }
}

struct `Sealed proposals` {
    static let value = Array(#"["青霉素"]"#.utf8)

    static func sealed() throws -> [UInt8] {
        try SealedProposal.seal(
            value, vault: Sample.vault, resident: Sample.resident, field: "health.allergies",
            to: try `Sealed boxes`.pair(1).publicKey)
    }

    @Test(arguments: [[], Array("1".utf8), value, [UInt8](repeating: 120, count: 30_000)])
    func `the resident opens the same value`(value: [UInt8]) throws {
        let pair = try `Sealed boxes`.pair(1)
        let sealed = try SealedProposal.seal(
            value, vault: Sample.vault, resident: Sample.resident, field: "health.allergies", to: pair.publicKey)
        let opened = try SealedProposal.open(
            sealed, vault: Sample.vault, resident: Sample.resident, field: "health.allergies", with: pair)
        #expect(opened == value)
    }

    @Test(arguments: [
        ("vault", Sample.other, Sample.resident, "health.allergies"),
        ("resident", Sample.vault, Sample.other, "health.allergies"),
        ("field", Sample.vault, Sample.resident, "health.chronic"),
        ("a field of which it is the beginning", Sample.vault, Sample.resident, "health.allergies["),
        ("a field that is its beginning", Sample.vault, Sample.resident, "health.allergie"),
    ])
    func `it serves no other place`(altered: String, vault: [UInt8], resident: [UInt8], field: String) throws {
        let sealed = try Self.sealed()
        let pair = try `Sealed boxes`.pair(1)
        #expect(throws: CryptoError.malformed("proposal"), "\(altered)") {
            try SealedProposal.open(sealed, vault: vault, resident: resident, field: field, with: pair)
        }
    }

    @Test func `an altered, cut or longer one is refused, and so is another resident's pair`() throws {
        let pair = try `Sealed boxes`.pair(1)
        let other = try `Sealed boxes`.pair(2)
        let sealed = try Self.sealed()
        for altered in corruptions(of: sealed) {
            #expect(throws: CryptoError.self) {
                try SealedProposal.open(
                    altered, vault: Sample.vault, resident: Sample.resident, field: "health.allergies", with: pair)
            }
        }
        #expect(throws: CryptoError.authenticationFailed) {
            try SealedProposal.open(
                sealed, vault: Sample.vault, resident: Sample.resident, field: "health.allergies", with: other)
        }
    }
}
