import CSodium
import Testing
import VaultCrypto
import VaultTestSupport

/// C2SP/wycheproof, testvectors_v1 (Apache-2.0), read from the shared folder: what attackers send to AEADs, signatures
/// and key exchanges. The counts are asserted, so that a file that lost its cases cannot pass.
@Suite(.enabled(if: SharedVectors.has("wycheproof"), Comment(rawValue: SharedVectors.absence)))
struct `Wycheproof` {
    struct File<Group: Decodable & Sendable>: Decodable, Sendable { let numberOfTests: Int, testGroups: [Group] }

    struct AEADGroup: Decodable, Sendable {
        struct Case: Decodable, Sendable {
            let tcId: Int, flags: [String], key: HexBytes, iv: HexBytes, aad: HexBytes, msg: HexBytes, ct: HexBytes
            let tag: HexBytes, result: String
        }
        let tests: [Case]
    }

    @Test func `every XChaCha20-Poly1305 case comes out as it should`() throws {
        let file = try SharedVectors.decode(File<AEADGroup>.self, from: "wycheproof/xchacha20_poly1305_test.json")
        var (valid, invalid, badNonce) = (0, 0, 0)
        for vector in file.testGroups.flatMap(\.tests) {
            let key = try WrapKey(copying: vector.key.bytes)
            let sealed = vector.iv.bytes + vector.ct.bytes + vector.tag.bytes
            if vector.flags.contains("InvalidNonceSize") {
                // The nonce is the front of the sealed bytes, so one of another length shifts everything behind it.
                badNonce += 1
                #expect(vector.result == "invalid" && vector.iv.bytes.count != AEAD.nonceBytes)
                #expect(throws: CryptoError.self, "case \(vector.tcId)") {
                    _ = try AEAD.open(sealed, key: key, additionalData: vector.aad.bytes)
                }
            } else if vector.result == "valid" {
                valid += 1
                let message = try SecretBytes(copying: vector.msg.bytes)
                let made = message.withBytes {
                    AEAD.sealWithNonce($0, key: key, nonce: vector.iv.bytes, additionalData: vector.aad.bytes)
                }
                #expect(made == sealed, "case \(vector.tcId)")
                let opened = try AEAD.open(sealed, key: key, additionalData: vector.aad.bytes)
                #expect(copied(opened) == vector.msg.bytes, "case \(vector.tcId)")
                #expect(try AEAD.openValue(sealed, key: key, additionalData: vector.aad.bytes) == vector.msg.bytes)
            } else {
                invalid += 1
                #expect(throws: CryptoError.authenticationFailed, "case \(vector.tcId)") {
                    _ = try AEAD.open(sealed, key: key, additionalData: vector.aad.bytes)
                }
                #expect(throws: CryptoError.authenticationFailed, "case \(vector.tcId)") {
                    try AEAD.openValue(sealed, key: key, additionalData: vector.aad.bytes)
                }
            }
        }
        #expect(file.numberOfTests == 315)
        #expect((valid, invalid, badNonce) == (246, 60, 9))
    }

    struct SignatureGroup: Decodable, Sendable {
        struct PublicKey: Decodable, Sendable { let pk: HexBytes }
        struct Case: Decodable, Sendable { let tcId: Int, msg: HexBytes, sig: HexBytes, result: String }
        let publicKey: PublicKey, tests: [Case]
    }

    @Test func `every Ed25519 case comes out as it should`() throws {
        let file = try SharedVectors.decode(File<SignatureGroup>.self, from: "wycheproof/ed25519_test.json")
        var (valid, invalid) = (0, 0)
        for group in file.testGroups {
            let key = try SigningPublicKey(group.publicKey.pk.bytes)
            for vector in group.tests {
                if vector.result == "valid" {
                    valid += 1
                    #expect(throws: Never.self, "case \(vector.tcId)") {
                        try key.verify(vector.sig.bytes, of: vector.msg.bytes)
                    }
                } else {
                    invalid += 1
                    let expected: CryptoError =
                        vector.sig.bytes.count == 64
                        ? .badSignature : .wrongLength(expected: 64, found: vector.sig.bytes.count)
                    #expect(throws: expected, "case \(vector.tcId)") {
                        try key.verify(vector.sig.bytes, of: vector.msg.bytes)
                    }
                }
            }
        }
        #expect(file.numberOfTests == 151)
        #expect((valid, invalid) == (88, 63))
    }

    struct ExchangeGroup: Decodable, Sendable {
        struct Case: Decodable, Sendable {
            let tcId: Int, flags: [String], `public`: HexBytes, `private`: HexBytes, shared: HexBytes, result: String
        }
        let tests: [Case]
    }

    /// Our room offers sealed boxes and no bare key exchange, so this asks the library that the boxes stand on.
    /// What reaches our room of it is the refusal of a low-order public key, which is asked of `SealedBox` too.
    @Test func `every X25519 case comes out as it should`() throws {
        let file = try SharedVectors.decode(File<ExchangeGroup>.self, from: "wycheproof/x25519_test.json")
        #expect(sodium_init() >= 0)
        var (valid, acceptable, refused) = (0, 0, 0)
        for vector in file.testGroups.flatMap(\.tests) {
            var shared = [UInt8](repeating: 0, count: 32)
            let status = crypto_scalarmult(&shared, vector.private.bytes, vector.public.bytes)
            if vector.flags.contains("ZeroSharedSecret") || vector.flags.contains("LowOrderPublic") {
                refused += 1
                #expect(status == -1, "case \(vector.tcId)")
                let recipient = try BoxPublicKey(vector.public.bytes)
                #expect(throws: CryptoError.malformed("box public key"), "case \(vector.tcId)") {
                    try SealedBox.seal(try SecretBytes(copying: [1]), to: recipient)
                }
            } else {
                if vector.result == "valid" { valid += 1 } else { acceptable += 1 }
                #expect(status == 0 && shared == vector.shared.bytes, "case \(vector.tcId)")
            }
        }
        #expect(file.numberOfTests == 518)
        #expect((valid, acceptable, refused) == (264, 223, 31))
    }
}
