import Testing
import VaultCrypto
import VaultTestSupport

struct `Sets of field keys` {
    @Test func `the highest epoch counts, whatever the order`() throws {
        var set = try keySet([("a.a", 2, 2)])
        try set.merge("a.a", epoch: 1, keyOf: 1)
        #expect(try set.listed() == ["a.a@2:2"])
        try set.merge("a.a", epoch: 3, keyOf: 3)
        #expect(try set.listed() == ["a.a@3:3"])
    }

    @Test func `a second key of the same epoch does not replace the first`() throws {
        var set = try keySet([("a.a", 2, 2)])
        try set.merge("a.a", epoch: 2, keyOf: 9)
        #expect(try set.listed() == ["a.a@2:2"])
    }

    @Test func `entries stay in byte order with their own keys`() throws {
        let set = try keySet([
            ("b.a", 1, 5), ("a.z", 1, 3), ("a.b_c", 1, 1), ("a.bc", 1, 2), ("b", 1, 4), ("é", 1, 7), ("z", 1, 6),
        ])
        #expect(try set.listed() == ["a.b_c@1:1", "a.bc@1:2", "a.z@1:3", "b@1:4", "b.a@1:5", "z@1:6", "é@1:7"])
    }

    /// Swift calls the first two equal and sorts both behind the third; by their bytes they are two fields around it.
    @Test func `names are told apart and sorted by their bytes`() throws {
        let set = try keySet([("\u{e9}.a", 1, 1), ("e\u{301}.a", 1, 2), ("f.a", 1, 3)])
        #expect(set.entries.map { Array($0.field.utf8) } == ["e\u{301}.a", "f.a", "\u{e9}.a"].map { Array($0.utf8) })
    }

    @Test func `a set grows past the room it was made with`() throws {
        var set = try FieldKeySet(capacity: 0)
        for number in (0..<200).reversed() { try set.merge("field.f\(1000 + number)", epoch: 1, keyOf: UInt8(number)) }
        #expect(try set.listed() == (0..<200).map { "field.f\(1000 + $0)@1:\($0)" })
    }

    @Test func `more keys than the largest slot holds are refused and the set stays whole`() throws {
        var set = try FieldKeySet(capacity: 1024)
        for number in 0..<1024 { try set.merge("f.f\(1000 + number)", epoch: 1, keyOf: UInt8(number % 251)) }
        #expect(throws: CryptoError.wrongLength(expected: 32_768, found: 65_536)) {
            try set.merge("g.g", epoch: 1, keyOf: 1)
        }
        #expect(set.entries.count == 1024)
        #expect(try set.listed().last == "f.f2023@1:\(1023 % 251)")
    }

    @Test func `another set is merged by the same rule`() throws {
        var set = try keySet([("a.a", 2, 2), ("c.c", 1, 1)])
        try set.merge(try keySet([("a.a", 1, 9), ("b.b", 4, 4), ("c.c", 3, 3)]))
        #expect(try set.listed() == ["a.a@2:2", "b.b@4:4", "c.c@3:3"])
    }

    /// The same keys in any order give the same set as a dictionary that keeps the highest epoch.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `random merges end in the same set as a plain dictionary`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var expected: [String: (epoch: UInt32, byte: UInt8)] = [:]
        var set = try FieldKeySet(capacity: 2)
        for _ in 0..<150 {
            let field = "f.n\(Int.random(in: 10..<40, using: &random))"
            let (epoch, byte) = (UInt32.random(in: 1...50, using: &random), UInt8.random(in: 0...255, using: &random))
            try set.merge(field, epoch: epoch, keyOf: byte)
            if epoch > expected[field]?.epoch ?? 0 { expected[field] = (epoch, byte) }
        }
        let lines = expected.sorted { $0.key < $1.key }.map { "\($0.key)@\($0.value.epoch):\($0.value.byte)" }
        #expect(try set.listed() == lines)
    }

    @Test func `a field that is not held has no key and no epoch`() throws {
        let set = try keySet([("a.a", 2, 2)])
        #expect(set.epoch(of: "a.b") == nil)
        #expect(set.epoch(of: "a.a") == 2)
        let isHeld = if let _ = try set.key(for: "a.b") { true } else { false }
        #expect(!isHeld)
    }

    @Test func `a set is empty until the first key`() throws {
        var set = try FieldKeySet(capacity: 3)
        let before = set.isEmpty
        try set.merge("a.a", epoch: 1, keyOf: 1)
        let after = set.isEmpty
        #expect(before && !after)
    }

    @Test func `a subset holds the fields asked for and no others`() throws {
        let set = try keySet([("a.a", 1, 1), ("b.b", 2, 2), ("c.c", 3, 3)])
        #expect(try set.subset { $0.field != "b.b" }.listed() == ["a.a@1:1", "c.c@3:3"])
        #expect(try set.subset { _ in false }.isEmpty)
        #expect(try set.listed() == ["a.a@1:1", "b.b@2:2", "c.c@3:3"])
    }

    @Test(arguments: [0, 31, 33])
    func `a key of another length is refused`(length: Int) throws {
        var set = try FieldKeySet(capacity: 1)
        let key = try SecretBytes(zeroed: length)
        #expect(throws: CryptoError.wrongLength(expected: 32, found: length)) {
            try key.withBytes { bytes throws(CryptoError) in try set.merge("a.a", epoch: 1, key: bytes) }
        }
        let isEmpty = set.isEmpty
        #expect(isEmpty)
    }
}
