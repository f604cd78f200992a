import CSodium
import Testing
import VaultCrypto
import VaultTestSupport

/// Values that others published for the primitives this room stands on: libsodium's own test suite
/// (test/default at 1.0.18), RFC 7693, FIPS 180-4, RFC 8032, and the reference file, section 4.
struct `Known answers of the primitives` {
    /// 00 01 … 1f.
    let counting = [UInt8](0..<32)

    @Test(arguments: [
        (0, "703673719dac7d3485efb2f59ae8fb0395c85be34a959f3189c84c5dc63cd463"),
        (1, "e270b20681d5aafc34db7e78e6722a86d14a9d5d25cf769e3489c6474a8f4a08"),
        (1 << 63, "e6413a0fe4c65a8cf5d996ff178d4c689d2ce75df1448df8c6286dd15c6d9df6"),
    ] as [(UInt64, String)])
    func `a subkey's id runs over all 64 bits`(id: UInt64, expected: String) throws {
        let derived: Seed = try ServiceKey(copying: counting).derive(id, "vaultkdf")
        #expect(try copied(derived) == hex(expected))
    }

    /// libsodium test/default/kdf: our room asks for 32 bytes only, and BLAKE2b's answer depends on the length, so
    /// this value is asked of the library itself.
    @Test func `the library gives its own published subkey`() throws {
        #expect(sodium_init() >= 0)
        var out = [UInt8](repeating: 0, count: 64)
        #expect(crypto_kdf_derive_from_key(&out, 64, 0, "KDF test", counting) == 0)
        #expect(
            try out == hex(
                "a0c724404728c8bb95e5433eb6a9716171144d61efb23e74b873fcbeda51d807"
                    + "1b5d70aae12066dfc94ce943f145aa176c055040c3dd73b0a15e36254d450614"))
    }

    @Test func `keyed BLAKE2b`() throws {
        let digest = Hash.keyed(try TagKey(copying: counting), Array("alice@example.org".utf8), count: 32)
        #expect(try digest == hex("c9e9c59781af97da99f4de16b8c8101cdfc705f4c7f5aeec85bc34df9294831a"))
    }

    /// RFC 7693's function at 32 bytes; the values are those of Python's hashlib, another implementation.
    @Test(arguments: [
        ("", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
        ("abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
    ])
    func `unkeyed BLAKE2b`(text: String, expected: String) throws {
        #expect(try Hash.blake2b256(Array(text.utf8)) == hex(expected))
        #expect(try Hash.blake2b256(try typed(text)) == hex(expected))
    }

    /// FIPS 180-4 examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256`(text: String, expected: String) throws {
        #expect(try Hash.sha256(Array(text.utf8)) == hex(expected))
    }

    @Test func `XChaCha20-Poly1305`() throws {
        let key = try WrapKey(copying: counting)
        let nonce = [UInt8](repeating: 0, count: 24)
        let sealed = try typed("hello").withBytes {
            AEAD.sealWithNonce($0, key: key, nonce: nonce, additionalData: Array("ad".utf8))
        }
        #expect(try sealed == nonce + hex("fd63e0ab830fa6af2bca7bb68a3dd04f8736e090fb"))
    }

    /// RFC 8032, section 7.1, TEST 1, 2 and 3.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func `Ed25519`(seed: String, publicKey: String, message: String, signature: String) throws {
        let pair = try SigningKeyPair(seed: try Seed(copying: try hex(seed)))
        #expect(try pair.publicKey.bytes == hex(publicKey))
        #expect(try pair.sign(try hex(message)) == hex(signature))
        try pair.publicKey.verify(try hex(signature), of: try hex(message))
    }
}
