import Testing
import VaultCrypto

struct `Tags and seals` {
    @Test func `subject tags differ by resident and app, so that files cannot be joined`() throws {
        let first = try TagKey.random()
        let second = try TagKey.random()
        let tags = ["", "parking", "health", "parkin"].flatMap {
            [SubjectTag.make(app: $0, key: first), SubjectTag.make(app: $0, key: second)]
        }
        #expect(Set(tags).count == tags.count)
        #expect(tags.allSatisfy { $0.count == 16 })
        #expect(SubjectTag.make(app: "parking", key: first) == tags[2])
    }

    @Test func `a decoy tag looks like a tag and stays the same for the same guess`() throws {
        let key = try DecoyKey.random()
        let tag = SubjectTag.decoy(app: "parking", subject: [1, 2, 3], key: key)
        #expect(tag.count == 16)
        #expect(tag == SubjectTag.decoy(app: "parking", subject: [1, 2, 3], key: key))
        #expect(tag != SubjectTag.decoy(app: "health", subject: [1, 2, 3], key: key))
        #expect(tag != SubjectTag.decoy(app: "parking", subject: [1, 2, 4], key: key))
    }

    @Test func `state tags differ by revision and resident`() throws {
        let first = try TagKey.random()
        let second = try TagKey.random()
        let tags = [0, 1, 2, 256, .max].flatMap {
            [StateTag.make(revision: $0, key: first), StateTag.make(revision: $0, key: second)]
        }
        #expect(Set(tags).count == tags.count)
    }

    @Test func `a row's seal depends on every byte and on the key`() throws {
        let key = try RowSealKey.random()
        let row = Array("rvault.row.v1 example".utf8)
        let seals = ([row] + corruptions(of: row)).map { RowSeal.seal($0, key: key) }
        #expect(Set(seals).count == seals.count)
        #expect(seals.allSatisfy { $0.count == RowSeal.byteCount })
        #expect(RowSeal.seal(row, key: try RowSealKey.random()) != seals[0])
    }

    @Test func `a share's digest depends on the resident, the set, the number and the share`() throws {
        func digest(_ resident: [UInt8], _ set: [UInt8], _ x: UInt8, _ y: [UInt8]) throws -> [UInt8] {
            try ShareDigest.make(resident: resident, set: set, x: x, y: try SecretBytes(copying: y))
        }
        let share = [UInt8](repeating: 3, count: 32)
        let digests = [
            try digest(Sample.resident, Sample.grant, 1, share), try digest(Sample.other, Sample.grant, 1, share),
            try digest(Sample.resident, Sample.other, 1, share), try digest(Sample.resident, Sample.grant, 2, share),
            try digest(Sample.resident, Sample.grant, 1, [UInt8](repeating: 4, count: 32)),
            try digest(Sample.grant, Sample.resident, 1, share),
        ]
        #expect(Set(digests).count == digests.count)
    }

    @Test(arguments: [
        ([], [], true), ([1], [1], true), ([1], [2], false), ([1], [1, 0], false), ([], [0], false),
    ] as [([UInt8], [UInt8], Bool)])
    func `public values compare by bytes and length`(left: [UInt8], right: [UInt8], same: Bool) {
        #expect(Sodium.equal(left, right) == same)
    }
}

struct `Blind indexes` {
    static let root = [UInt8](repeating: 0x1d, count: 32)

    static func index(_ value: String, field: String = "contact.phone", root: [UInt8] = root) throws -> [UInt8] {
        BlindIndex.make(field: field, value: value, root: try BlindIndexRoot(copying: root))
    }

    @Test(arguments: [
        ("13800138000", "138 0013 8000"), ("13800138000", "+8613800138000"), ("13800138000", "+86 138 0013 8000"),
        ("13800138000", "１３８００１３８０００"), ("13800138000", "\u{3000}13800138000\u{a0}"),
        ("13800138000", "＋８６１３８００１３８０００"), ("湘G12345", "湘g12345"), ("湘G12345", "湘Ｇ１２３４５"),
        ("99990120200116206X", "99990120200116206x"), ("é", "e\u{301}"), ("玉", "\u{2f5f}"),
    ])
    func `ways to write one value give one index`(plain: String, written: String) throws {
        #expect(try Self.index(plain) == Self.index(written))
    }

    @Test(arguments: [
        ("13800138000", "13800138001"), ("13800138000", "1380013800"), ("13800138000", "8613800138000"),
        ("湘G12345", "湘G1234S"), ("0", "O"), ("", "0"),
    ])
    func `different values give different indexes`(left: String, right: String) throws {
        #expect(try Self.index(left) != Self.index(right))
    }

    @Test func `an index belongs to one field and one root`() throws {
        let index = try Self.index("13800138000")
        #expect(index.count == 16)
        #expect(try index != Self.index("13800138000", field: "contact.mobile"))
        #expect(try index != Self.index("13800138000", root: [UInt8](repeating: 0x1e, count: 32)))
    }

    @Test func `letters cannot move between field and value`() throws {
        #expect(try Self.index("BC", field: "a.a") != Self.index("C", field: "a.aB"))
    }
}
