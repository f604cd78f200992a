import Testing
import VaultCrypto

struct `Signatures` {
    static func pair(_ byte: UInt8 = 1) throws -> SigningKeyPair {
        try SigningKeyPair(seed: try Seed(copying: [UInt8](repeating: byte, count: 32)))
    }

    static let object = Array(#"{"type":"grant"}"#.utf8)

    @Test func `a signature verifies for its key, type and object`() throws {
        let pair = try Self.pair()
        try pair.publicKey.verify(pair.sign(type: "grant", object: Self.object), type: "grant", object: Self.object)
    }

    @Test func `a signature over one type is none over another`() throws {
        let pair = try Self.pair()
        let signature = pair.sign(type: "grant", object: Self.object)
        for type in ["entry", "gran", "grant{", ""] {
            #expect(throws: CryptoError.badSignature) {
                try pair.publicKey.verify(signature, type: type, object: Self.object)
            }
        }
    }

    /// Without a length before the type, moving its last letter to the object would give the same input.
    @Test func `letters cannot move between type and object`() throws {
        let pair = try Self.pair()
        let signature = pair.sign(type: "ab", object: Array("c".utf8))
        #expect(throws: CryptoError.badSignature) {
            try pair.publicKey.verify(signature, type: "a", object: Array("bc".utf8))
        }
    }

    @Test func `an altered object is refused`() throws {
        let pair = try Self.pair()
        let signature = pair.sign(type: "grant", object: Self.object)
        for altered in corruptions(of: Self.object) {
            #expect(throws: CryptoError.badSignature) {
                try pair.publicKey.verify(signature, type: "grant", object: altered)
            }
        }
    }

    @Test func `an altered, cut or longer signature is refused`() throws {
        let pair = try Self.pair()
        for altered in corruptions(of: pair.sign(type: "grant", object: Self.object)) {
            let expected: CryptoError =
                altered.count == 64 ? .badSignature : .wrongLength(expected: 64, found: altered.count)
            #expect(throws: expected) { try pair.publicKey.verify(altered, type: "grant", object: Self.object) }
        }
    }

    @Test func `another key's signature is refused`() throws {
        let key = try Self.pair(2).publicKey
        let signature = try Self.pair().sign(Self.object)
        #expect(throws: CryptoError.badSignature) { try key.verify(signature, of: Self.object) }
    }

    @Test func `an empty message can be signed`() throws {
        let pair = try Self.pair()
        try pair.publicKey.verify(pair.sign([]), of: [])
    }
}
