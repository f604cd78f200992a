import Testing
import VaultCrypto

struct `Envelopes` {
    static let content = [UInt8](repeating: 0x5c, count: 32)

    static func sealed(_ key: borrowing EnvelopeKey, kind: EnvelopeKind = .activation) throws -> Envelope {
        try Envelope.seal(
            try Seed(copying: content), key: key, kind: kind, vault: Sample.vault, resident: Sample.resident)
    }

    @Test(arguments: EnvelopeKind.allCases)
    func `an envelope opens to its seed`(kind: EnvelopeKind) throws {
        let key = try EnvelopeKey.random()
        let envelope = try Self.sealed(key, kind: kind)
        let opened = try envelope.open(key: key, kind: kind, vault: Sample.vault, resident: Sample.resident)
        #expect(copied(opened) == Self.content)
        #expect(try Envelope.authDigest(of: key) == envelope.authDigest)
    }

    @Test func `two envelopes of one seed under one key have nonces of their own`() throws {
        let key = try EnvelopeKey.random()
        #expect(try Self.sealed(key).sealed != Self.sealed(key).sealed)
    }

    @Test(arguments: [
        ("vault", EnvelopeKind.activation, Sample.other, Sample.resident),
        ("resident", .activation, Sample.vault, Sample.other),
        ("exchanged", .activation, Sample.resident, Sample.vault),
        ("a passphrase's", .passphrase, Sample.vault, Sample.resident),
        ("the custodians'", .custodians, Sample.vault, Sample.resident),
    ])
    func `an envelope serves no other place`(
        altered: String, kind: EnvelopeKind, vault: [UInt8], resident: [UInt8]
    ) throws {
        let key = try EnvelopeKey.random()
        let envelope = try Self.sealed(key)
        #expect(throws: CryptoError.authenticationFailed, "\(altered)") {
            _ = try envelope.open(key: key, kind: kind, vault: vault, resident: resident)
        }
    }

    @Test func `another key is refused`() throws {
        let envelope = try Self.sealed(try EnvelopeKey.random())
        let other = try EnvelopeKey.random()
        #expect(throws: CryptoError.authenticationFailed) {
            _ = try envelope.open(key: other, kind: .activation, vault: Sample.vault, resident: Sample.resident)
        }
    }

    /// Any bit of the digest, the commitment or the sealed bytes, and every cut of each: the first two are compared
    /// before anything is decrypted, which is what makes the envelope committing.
    @Test func `an altered part is refused`() throws {
        let key = try EnvelopeKey.random()
        let good = try Self.sealed(key)
        let altered =
            corruptions(of: good.authDigest).map {
                Envelope(authDigest: $0, commitment: good.commitment, sealed: good.sealed)
            }
            + corruptions(of: good.commitment).map {
                Envelope(authDigest: good.authDigest, commitment: $0, sealed: good.sealed)
            }
            + corruptions(of: good.sealed).map {
                Envelope(authDigest: good.authDigest, commitment: good.commitment, sealed: $0)
            }
        for envelope in altered {
            #expect(throws: CryptoError.self) {
                _ = try envelope.open(key: key, kind: .activation, vault: Sample.vault, resident: Sample.resident)
            }
        }
    }

    @Test func `a passphrase's key depends on the passphrase, the salt and the pepper`() throws {
        func key(_ passphrase: String, salt: UInt8, pepper: UInt8) throws -> [UInt8] {
            copied(
                try EnvelopeKey.passphrase(
                    try typed(passphrase), salt: [UInt8](repeating: salt, count: 16),
                    pepper: try Pepper(copying: [UInt8](repeating: pepper, count: 32))))
        }
        let keys = [
            try key("correct horse", salt: 1, pepper: 1), try key("correct horsf", salt: 1, pepper: 1),
            try key("correct horse", salt: 2, pepper: 1), try key("correct horse", salt: 1, pepper: 2),
        ]
        #expect(Set(keys).count == 4)
        #expect(try key("correct horse", salt: 1, pepper: 1) == keys[0])
    }

    @Test(arguments: [0, 15, 17])
    func `a salt has 16 bytes`(length: Int) throws {
        let passphrase = try typed("correct horse")
        let pepper = try Pepper.random()
        #expect(throws: CryptoError.wrongLength(expected: 16, found: length)) {
            _ = try EnvelopeKey.passphrase(passphrase, salt: [UInt8](repeating: 0, count: length), pepper: pepper)
        }
    }

    @Test func `an activation code's key depends on every byte of it`() throws {
        let code = [UInt8](repeating: 0x11, count: 16)
        let keys = try ([code] + corruptions(of: code)).map { code in
            copied(try EnvelopeKey.activation(try SecretBytes(copying: code)))
        }
        #expect(Set(keys).count == keys.count)
    }
}
