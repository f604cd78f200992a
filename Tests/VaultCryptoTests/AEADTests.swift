import Testing
import VaultCrypto

struct `Authenticated encryption` {
    @Test(arguments: [0, 1, 15, 16, 17, 63, 64, 65, 1000, 32_768])
    func `what was sealed opens to the same bytes`(length: Int) throws {
        let key = try WrapKey.random()
        let message = try SecretBytes.random(length)
        let sealed = message.withBytes { AEAD.seal($0, key: key, additionalData: [1, 2]) }
        #expect(sealed.count == AEAD.nonceBytes + length + AEAD.tagBytes)
        #expect(copied(try AEAD.open(sealed, key: key, additionalData: [1, 2])) == copied(message))
        #expect(try AEAD.openValue(sealed, key: key, additionalData: [1, 2]) == copied(message))
    }

    @Test func `every seal draws a nonce of its own`() throws {
        let key = try WrapKey.random()
        let message = try typed("same")
        let nonces = (0..<100).map { _ in
            Array(message.withBytes { AEAD.seal($0, key: key, additionalData: []) }.prefix(AEAD.nonceBytes))
        }
        #expect(Set(nonces).count == 100)
    }

    @Test func `an altered, cut or longer text is refused`() throws {
        let key = try WrapKey.random()
        let sealed = try typed("花生").withBytes { AEAD.seal($0, key: key, additionalData: [7]) }
        for altered in corruptions(of: sealed) {
            #expect(throws: CryptoError.self) { _ = try AEAD.open(altered, key: key, additionalData: [7]) }
            #expect(throws: CryptoError.self) { try AEAD.openValue(altered, key: key, additionalData: [7]) }
        }
    }

    @Test func `another key and other additional data are refused`() throws {
        let key = try WrapKey.random()
        let other = try WrapKey.random()
        let sealed = try typed("value").withBytes { AEAD.seal($0, key: key, additionalData: [7]) }
        #expect(throws: CryptoError.authenticationFailed) { _ = try AEAD.open(sealed, key: other, additionalData: [7]) }
        for data in [[], [8], [7, 0]] as [[UInt8]] {
            #expect(throws: CryptoError.authenticationFailed) {
                _ = try AEAD.open(sealed, key: key, additionalData: data)
            }
        }
    }

    @Test(arguments: [0, 1, 24, 39])
    func `fewer bytes than a nonce and a tag are told apart from a wrong key`(length: Int) throws {
        let key = try WrapKey.random()
        let short = [UInt8](repeating: 0, count: length)
        let expected = CryptoError.wrongLength(expected: 40, found: length)
        #expect(throws: expected) { _ = try AEAD.open(short, key: key, additionalData: []) }
        #expect(throws: expected) { try AEAD.openValue(short, key: key, additionalData: []) }
    }

    @Test func `a nonce of another length stops the process`() async {
        await #expect(processExitsWith: .failure) {
            let key = try WrapKey.random()
            _ = try SecretBytes(zeroed: 1).withBytes {
                AEAD.sealWithNonce($0, key: key, nonce: [UInt8](repeating: 0, count: 23), additionalData: [])
            }
        }
    }
}
