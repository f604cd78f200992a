import Testing
import VaultModel
import VaultTestSupport

struct `Identifiers` {
    let bytes: [UInt8] = Array(0xa0...0xaf)

    @Test func `an id keeps its bytes and prints in both forms`() throws {
        let id = try #require(ResidentID(bytes))
        #expect(id.bytes == bytes)
        #expect(id.base64 == "oKGio6SlpqeoqaqrrK2urw")
        #expect(id.base32 == "ucq2fi5euwtkpkfjvkv2zlnov4")
        #expect(ResidentID(base64: id.base64) == id)
        #expect(ResidentID(base32: id.base32) == id)
    }

    @Test(arguments: [0, 1, 15, 17, 32])
    func `an id has 16 bytes`(length: Int) {
        let bytes = [UInt8](repeating: 1, count: length)
        #expect(GrantID(bytes) == nil)
        #expect(GrantID(base64: Base64URL.encode(bytes)) == nil)
        #expect(GrantID(base32: Base32.encode(bytes)) == nil)
    }

    @Test func `of the last letters only those without trailing bits are read`() {
        let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let base32 = Array("abcdefghijklmnopqrstuvwxyz234567")
        let read64 = base64.filter { PairwiseID(base64: "oKGio6SlpqeoqaqrrK2ur" + String($0)) != nil }
        let read32 = base32.filter { PairwiseID(base32: "ucq2fi5euwtkpkfjvkv2zlnov" + String($0)) != nil }
        #expect(String(read64) == "AQgw")
        #expect(String(read32) == "aeimquy4")
    }

    @Test func `ids are equal by all their bytes`() throws {
        let id = try #require(VaultID(bytes))
        for position in bytes.indices {
            var altered = bytes
            altered[position] ^= 1
            #expect(VaultID(altered) != id)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `random bytes read back from both forms`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let id = try #require(RequestID(random.bytes(16)))
        #expect(RequestID(base64: id.base64) == id && RequestID(base32: id.base32) == id && RequestID(id.bytes) == id)
        #expect(id.base64.utf8.count == 22 && id.base32.utf8.count == 26)
    }

    @Test func `new ids are unlike each other, in both halves`() {
        let ids = (0..<1000).map { _ in SessionID.random().bytes }
        #expect(Set(ids.map { Array($0.prefix(8)) }).count == 1000)
        #expect(Set(ids.map { Array($0.suffix(8)) }).count == 1000)
    }
}
