import Testing
import VaultCrypto

struct `Cells` {
    static let value = Array(#""13800138000""#.utf8)

    static func context(
        vault: [UInt8] = Sample.vault, resident: [UInt8] = Sample.resident, field: String = "contact.phone",
        epoch: UInt32 = 3, revision: UInt64 = 9, source: String = "parking", time: UInt64 = 1_764_000_000_000
    ) -> CellContext {
        CellContext(
            vault: vault, resident: resident, field: field, epoch: epoch, revision: revision, source: source,
            time: time)
    }

    @Test func `a value of every length up to a few pads opens to itself`() throws {
        let key = try FieldKey.random()
        for length in Array(0...600) + [4096, 60_000] {
            let value = [UInt8](repeating: 0, count: length)
            let cell = Cell.seal(value, key: key, context: Self.context())
            #expect(try Cell.open(cell, key: key, context: Self.context()) == value)
        }
    }

    /// Padmé's own values (reference file, 4.2), for a length that counts the marker byte.
    @Test(arguments: [
        (1, 32), (32, 32), (33, 36), (65, 72), (100, 104), (129, 144), (200, 208), (255, 256), (257, 272), (500, 512),
        (1000, 1024), (1025, 1088), (4097, 4352), (10_000, 10_240), (65_537, 67_584), (1_000_000, 1_015_808),
    ])
    func `a cell tells only the padded length`(length: Int, padded: Int) throws {
        let value = [UInt8](repeating: UInt8(ascii: "1"), count: length - 1)
        let cell = Cell.seal(value, key: try FieldKey.random(), context: Self.context())
        #expect(cell.count == AEAD.nonceBytes + padded + AEAD.tagBytes)
    }

    @Test(arguments: [
        ("vault", Self.context(vault: Sample.other)), ("resident", Self.context(resident: Sample.other)),
        ("vault and resident exchanged", Self.context(vault: Sample.resident, resident: Sample.vault)),
        ("field", Self.context(field: "contact.phones")), ("epoch", Self.context(epoch: 4)),
        ("revision", Self.context(revision: 10)), ("an earlier revision", Self.context(revision: 8)),
        ("source", Self.context(source: "health")), ("the resident as source", Self.context(source: "~")),
        ("time", Self.context(time: 1_764_000_000_001)),
    ])
    func `a cell opens in no other place`(altered: String, context: CellContext) throws {
        let key = try FieldKey.random()
        let cell = Cell.seal(Self.value, key: key, context: Self.context())
        #expect(try Cell.open(cell, key: key, context: Self.context()) == Self.value)
        #expect(throws: CryptoError.authenticationFailed, "\(altered)") {
            try Cell.open(cell, key: key, context: context)
        }
    }

    @Test func `an altered, cut or longer cell is refused`() throws {
        let key = try FieldKey.random()
        for altered in corruptions(of: Cell.seal(Self.value, key: key, context: Self.context())) {
            #expect(throws: CryptoError.self) { try Cell.open(altered, key: key, context: Self.context()) }
        }
    }

    /// Cells whose tag is right and whose padding is not: what a holder of the field's key could write.
    @Test(arguments: [
        ("nothing at all", []), ("no marker", [UInt8](repeating: 0, count: 32)),
        ("another marker", [1, 0x81] + [UInt8](repeating: 0, count: 30)),
        ("shorter than the floor", [1, 0x80]),
        ("one byte more than the floor", [1, 0x80] + [UInt8](repeating: 0, count: 31)),
        ("a text where the marker belongs", [UInt8](repeating: UInt8(ascii: "x"), count: 32)),
        ("a larger size than the value needs", [1, 0x80] + [UInt8](repeating: 0, count: 34)),
    ])
    func `an authentic cell with wrong padding is refused`(padding: String, plain: [UInt8]) throws {
        let key = try FieldKey.random()
        let cell = plain.withUnsafeBytes { AEAD.seal($0, key: key, additionalData: Self.context().additionalData) }
        #expect(throws: CryptoError.malformed("padding"), "\(padding)") {
            try Cell.open(cell, key: key, context: Self.context())
        }
    }

    @Test func `field keys differ by write key, field and epoch`() throws {
        let first = try WriteKey.random()
        let second = try WriteKey.random()
        let keys = [
            copied(try first.fieldKey("a.b", epoch: 1)), copied(try second.fieldKey("a.b", epoch: 1)),
            copied(try first.fieldKey("a.c", epoch: 1)), copied(try first.fieldKey("a.b", epoch: 2)),
            copied(try first.fieldKey("a.b", epoch: 256)),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(copied(try first.fieldKey("a.b", epoch: 1)) == keys[0])
    }

    @Test func `a later epoch's cell is closed to an earlier epoch's key`() throws {
        let old = try WriteKey.random()
        let new = try WriteKey.random()
        let context = Self.context(epoch: 4)
        let cell = Cell.seal(Self.value, key: try new.fieldKey("contact.phone", epoch: 4), context: context)
        for epoch in [3, 4] as [UInt32] {
            let key = try old.fieldKey("contact.phone", epoch: epoch)
            #expect(throws: CryptoError.authenticationFailed) { try Cell.open(cell, key: key, context: context) }
        }
    }
}
