import Testing
import VaultCrypto
import VaultModel
import VaultTestSupport

@Suite struct ShamirTests {
    private func shares(_ parts: [(x: UInt8, y: String)]) throws -> ShareSet {
        let length = parts.first.map { $0.y.count / 2 } ?? 0
        var set = try ShareSet(capacity: parts.count, length: length)
        for part in parts { try set.add(x: part.x, y: try SecretBytes(copying: try #require(Hex.decode(part.y)))) }
        return set
    }

    @Test func `the whole product table and the inverses are those of the field`() {
        let products = (0...255).flatMap { (a: UInt8) in (0...255).map { (b: UInt8) in GF256.multiply(a, b) } }
        #expect(Hex.encode(Hash.sha256(products)) == "14a1e7e77ca8a30b5bb53e6310748ce0498eb9e04ab78a44dbefb6ebfac8a84b")
        let inverses = (0...255).map { (value: UInt8) in GF256.inverse(value) }
        #expect(Hex.encode(Hash.sha256(inverses)) == "a0b6126fef317bb998059c2fca3dddb40f2422e049866c3df87f1fde4e70a132")
        #expect(GF256.multiply(0x53, 0xca) == 1)
        #expect(GF256.multiply(0x57, 0x83) == 0xc1)
        #expect(GF256.inverse(0x03) == 0xf6)
    }

    /// draft-mcgrew-tss-03, section 9.
    @Test func `the draft's vector gives its secret back`() throws {
        let secret = try Shamir.combine(try shares([(1, "b9fa07e185"), (2, "f5409b4511")]), threshold: 2)
        #expect(copied(secret) == Array("test\0".utf8))
    }

    /// The reference file, 4.3, checked there with PyPI shamir-mnemonic 0.3.0.
    @Test func `any three of the five reference shares give the secret back`() throws {
        let five: [(x: UInt8, y: String)] = [
            (1, "668fb0d9fa23340d6e37d8e182ab7c55"), (2, "89339a16934920971166c275eb7c980f"),
            (3, "efbd28cc6d6f129d7758109f65daea55"), (4, "06b198f7ea9d591a439b46057477eae9"),
            (5, "603f2a2d14bb6b1025a594effad198b3"),
        ]
        var tried = 0
        for a in 0..<5 {
            for b in 0..<5 where b != a {
                for c in 0..<5 where c != a && c != b {
                    let secret = try Shamir.combine(try shares([five[a], five[b], five[c]]), threshold: 3)
                    #expect(Hex.encode(copied(secret)) == "000102030405060708090a0b0c0d0e0f")
                    tried += 1
                }
            }
        }
        #expect(tried == 60)
    }

    @Test(arguments: [(2, 2), (2, 3), (3, 5), (5, 5), (2, 16), (16, 16)])
    func `every threshold of shares gives the secret back and one fewer does not`(threshold: Int, count: Int) throws {
        let secret = try SecretBytes.random(32)
        let all = try Shamir.split(secret, threshold: threshold, count: count)
        #expect(all.xs == (1...UInt8(count)).map { $0 })
        var random = SeededGenerator(seed: UInt64(threshold * 31 + count))
        for _ in 0..<8 {
            let places = Array((0..<count).shuffled(using: &random).prefix(threshold))
            var some = try ShareSet(capacity: threshold, length: 32)
            for place in places { try some.add(x: all.xs[place], y: try all.share(at: place)) }
            #expect(copied(try Shamir.combine(some, threshold: threshold)) == copied(secret))
            guard threshold > 2 else { continue }
            var few = try ShareSet(capacity: threshold, length: 32)
            for place in places.dropLast() { try few.add(x: all.xs[place], y: try all.share(at: place)) }
            #expect(copied(try Shamir.combine(few, threshold: threshold - 1)) != copied(secret))
            #expect(throws: CryptoError.self) { try Shamir.combine(few, threshold: threshold).count }
        }
    }

    /// With k = 2 and one share fixed, exactly one coefficient leads to each secret: the share says nothing.
    @Test func `one share of two is consistent with every secret exactly once`() {
        for x in [UInt8(1), 2, 255] {
            for share in [UInt8(0), 1, 0x9c, 255] {
                let secrets = Set((0...255).map { (coefficient: UInt8) in share ^ GF256.multiply(coefficient, x) })
                #expect(secrets.count == 256)
            }
        }
    }

    /// Leaving zero out of the coefficients would exclude one secret for each share (Trail of Bits, zkdocs PR 67).
    @Test func `coefficients take every value, zero included`() throws {
        let secret = try SecretBytes(copying: [UInt8](repeating: 7, count: 128))
        var seen: Set<UInt8> = []
        for _ in 0..<64 {
            let set = try Shamir.split(secret, threshold: 2, count: 2)
            // At x = 1 the share is the secret plus the coefficient.
            set.withShare(at: 0) { bytes in for byte in bytes { seen.insert(byte ^ 7) } }
        }
        #expect(seen.count == 256)
    }

    @Test func `shares that cannot belong together are refused`() throws {
        let secret = try SecretBytes.random(32)
        for (threshold, count) in [(1, 3), (0, 2), (4, 3), (2, 17), (2, 1)] {
            #expect(throws: CryptoError.malformed("threshold")) {
                try Shamir.split(secret, threshold: threshold, count: count).length
            }
        }
        var set = try ShareSet(capacity: 2, length: 32)
        #expect(throws: CryptoError.malformed("shares")) { try set.add(x: 0, y: secret) }
        try set.add(x: 3, y: secret)
        #expect(throws: CryptoError.malformed("shares")) { try set.add(x: 3, y: secret) }
        let short = try SecretBytes.random(31)
        #expect(throws: CryptoError.malformed("shares")) { try set.add(x: 4, y: short) }
        try set.add(x: 4, y: secret)
        #expect(throws: CryptoError.malformed("shares")) { try set.add(x: 5, y: secret) }
    }
}
