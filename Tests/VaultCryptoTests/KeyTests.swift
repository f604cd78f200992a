import Testing
import VaultCrypto

struct `Symmetric keys` {
    @Test(arguments: [0, 16, 31, 33, 64])
    func `a key has 32 bytes`(length: Int) {
        let bytes = [UInt8](repeating: 1, count: length)
        #expect(throws: CryptoError.wrongLength(expected: 32, found: length)) { _ = try WriteKey(copying: bytes) }
        #expect(throws: CryptoError.wrongLength(expected: 32, found: length)) {
            try bytes.withUnsafeBytes { _ = try WriteKey(copying: $0) }
        }
    }

    @Test func `random keys are unlike each other`() throws {
        let keys = try (0..<100).map { _ in copied(try WriteKey.random()) }
        #expect(Set(keys).count == 100)
    }

    @Test func `a duplicate is the same key and outlives the first`() throws {
        func duplicateOfAnEndedKey() throws -> WriteKey {
            try WriteKey(copying: [UInt8](repeating: 7, count: 32)).duplicate()
        }
        #expect(try copied(duplicateOfAnEndedKey()) == [UInt8](repeating: 7, count: 32))
    }

    @Test func `subkeys differ by key, id and context`() throws {
        let key = try ServiceKey(copying: [UInt8](repeating: 1, count: 32))
        let other = try ServiceKey(copying: [UInt8](repeating: 2, count: 32))
        let subkeys = [
            copied(try key.derive(1, "rvsrv_v1", as: KeyRole.Seed.self)),
            copied(try key.derive(2, "rvsrv_v1", as: KeyRole.Seed.self)),
            copied(try key.derive(1, "rvapp_v1", as: KeyRole.Seed.self)),
            copied(try other.derive(1, "rvsrv_v1", as: KeyRole.Seed.self)), copied(key),
        ]
        #expect(Set(subkeys).count == subkeys.count)
    }

    @Test func `a context of another length stops the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = try ServiceKey.random().derive(1, "rvsrv_1", as: KeyRole.Seed.self)
        }
    }

    @Test func `a service key gives each of its uses a key of its own`() throws {
        let master = try ServiceKey(copying: [UInt8](0..<32))
        let keys = try ServiceKeys(master)
        #expect(keys.log.publicKey != keys.issuing.publicKey)
        #expect(Set([copied(keys.index), copied(keys.rows), copied(keys.decoy), copied(master)]).count == 4)
        let log = try SigningKeyPair(seed: try master.derive(1, "rvsrv_v1"))
        let issuing = try SigningKeyPair(seed: try master.derive(4, "rvsrv_v1"))
        #expect(keys.log.publicKey == log.publicKey)
        #expect(keys.issuing.publicKey == issuing.publicKey)
        #expect(copied(keys.index) == copied(try master.derive(2, "rvsrv_v1", as: KeyRole.Seed.self)))
        #expect(copied(keys.rows) == copied(try master.derive(3, "rvsrv_v1", as: KeyRole.Seed.self)))
        #expect(copied(keys.decoy) == copied(try master.derive(5, "rvsrv_v1", as: KeyRole.Seed.self)))
    }

    @Test func `a resident's seed gives the box and the signing key of its own context`() throws {
        let seed = try Seed(copying: [UInt8](0..<32))
        let keys = try ResidentKeys(seed)
        let box = try BoxKeyPair(seed: try seed.derive(1, "rvres_v1"))
        let signing = try SigningKeyPair(seed: try seed.derive(2, "rvres_v1"))
        #expect(keys.box.publicKey == box.publicKey)
        #expect(try keys.signing().publicKey == signing.publicKey)
    }
}
