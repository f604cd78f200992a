import Testing
import VaultCrypto

struct `Bundles` {
    static func app() throws -> AppKeys { try AppKeys(try AppSecret(copying: [UInt8](repeating: 1, count: 32))) }
    static func stranger() throws -> AppKeys { try AppKeys(try AppSecret(copying: [UInt8](repeating: 2, count: 32))) }

    let header: BundleHeader

    init() throws {
        header = BundleHeader(
            vault: Sample.vault, grant: Sample.grant, recipient: try Self.app().box.publicKey,
            statement: [UInt8](repeating: 0x5e, count: 32), resident: Sample.resident, serial: 7)
    }

    static let fields: [(field: String, epoch: UInt32, byte: UInt8)] = [
        ("vehicle.plates", 7, 3), ("contact.phone", 1, 1), ("person.name", 2, 2),
    ]

    /// One header for each component, altered in that component alone.
    func altered() throws -> [(component: String, header: BundleHeader)] {
        func with(
            vault: [UInt8]? = nil, grant: [UInt8]? = nil, recipient: BoxPublicKey? = nil, statement: [UInt8]? = nil,
            resident: [UInt8]? = nil
        ) -> BundleHeader {
            BundleHeader(
                vault: vault ?? header.vault, grant: grant ?? header.grant, recipient: recipient ?? header.recipient,
                statement: statement ?? header.statement, resident: resident ?? header.resident, serial: header.serial)
        }
        return [
            ("vault", with(vault: Sample.other)), ("grant", with(grant: Sample.other)),
            ("recipient", with(recipient: try Self.stranger().box.publicKey)),
            ("statement", with(statement: [UInt8](repeating: 0x5f, count: 32))),
            ("resident", with(resident: Sample.other)),
            ("vault and grant exchanged", with(vault: Sample.grant, grant: Sample.vault)),
            ("a later serial", header.with(serial: 8)), ("an earlier serial", header.with(serial: 6)),
        ]
    }

    @Test func `a sealed bundle opens to the same keys, in byte order`() throws {
        let app = try Self.app()
        let sealed = try Bundle.seal(try keySet(Self.fields), header: header)
        let opened = try Bundle.openSealed(sealed, header: header, with: app.box)
        #expect(try opened.listed() == ["contact.phone@1:1", "person.name@2:2", "vehicle.plates@7:3"])
    }

    @Test func `a wrapped bundle opens to the same keys`() throws {
        let app = try Self.app()
        let wrapped = try Bundle.wrap(try keySet(Self.fields), header: header, key: app.wrap)
        let opened = try Bundle.openWrapped(wrapped, header: header, key: app.wrap)
        #expect(try opened.listed() == ["contact.phone@1:1", "person.name@2:2", "vehicle.plates@7:3"])
    }

    @Test func `a bundle of no keys is one`() throws {
        let app = try Self.app()
        let sealed = try Bundle.seal(try FieldKeySet(capacity: 0), header: header)
        #expect(try Bundle.openSealed(sealed, header: header, with: app.box).isEmpty)
    }

    @Test func `a sealed bundle serves no other grant`() throws {
        let app = try Self.app()
        let sealed = try Bundle.seal(try keySet(Self.fields), header: header)
        for (component, other) in try altered() {
            #expect(throws: CryptoError.malformed("bundle"), "\(component)") {
                _ = try Bundle.openSealed(sealed, header: other, with: app.box)
            }
        }
    }

    @Test func `a wrapped bundle serves no other grant`() throws {
        let app = try Self.app()
        let wrapped = try Bundle.wrap(try keySet(Self.fields), header: header, key: app.wrap)
        for (component, other) in try altered() {
            #expect(throws: CryptoError.self, "\(component)") {
                _ = try Bundle.openWrapped(wrapped, header: other, key: app.wrap)
            }
        }
    }

    @Test func `another app opens neither form`() throws {
        let app = try Self.app()
        let stranger = try Self.stranger()
        let keys = try keySet(Self.fields)
        let sealed = try Bundle.seal(keys, header: header)
        let wrapped = try Bundle.wrap(keys, header: header, key: app.wrap)
        #expect(throws: CryptoError.authenticationFailed) {
            _ = try Bundle.openSealed(sealed, header: header, with: stranger.box)
        }
        #expect(throws: CryptoError.authenticationFailed) {
            _ = try Bundle.openWrapped(wrapped, header: header, key: stranger.wrap)
        }
    }

    @Test func `an altered, cut or longer bundle is refused in both forms`() throws {
        let app = try Self.app()
        let keys = try keySet([("a.b", 1, 1)])
        for altered in corruptions(of: try Bundle.seal(keys, header: header)) {
            #expect(throws: CryptoError.self) { _ = try Bundle.openSealed(altered, header: header, with: app.box) }
        }
        for altered in corruptions(of: try Bundle.wrap(keys, header: header, key: app.wrap)) {
            #expect(throws: CryptoError.self) { _ = try Bundle.openWrapped(altered, header: header, key: app.wrap) }
        }
    }

    @Test func `every cut of a bundle's plain form is refused`() throws {
        let plain = copied(try Bundle.encode(try keySet(Self.fields), header: header))
        for length in plain.indices {
            let cut = try SecretBytes(copying: Array(plain[..<length]))
            #expect(throws: CryptoError.malformed("bundle")) { _ = try Bundle.decode(cut, header: header) }
        }
    }

    /// What stands behind the header in a plain form that no writer of ours makes.
    @Test(arguments: [
        ("no count", []), ("a count and nothing behind it", [0, 1]), ("a byte left over", [0, 0, 9]),
        ("more keys counted than any bytes could hold", [0xff, 0xff] + entry(Array("a.a".utf8))),
        ("a name that is not UTF-8", [0, 1] + entry([0xff])),
        ("a name longer than the bytes", [0, 1, 0xff, 0xff]),
        ("names out of order", [0, 2] + entry(Array("b.b".utf8)) + entry(Array("a.a".utf8))),
        ("a name twice", [0, 2] + entry(Array("a.a".utf8)) + entry(Array("a.a".utf8))),
        ("more entries than counted", [0, 1] + entry(Array("a.a".utf8)) + entry(Array("b.b".utf8))),
        ("fewer entries than counted", [0, 2] + entry(Array("a.a".utf8))),
    ] as [(String, [UInt8])])
    func `a malformed list of keys is refused`(fault: String, tail: [UInt8]) throws {
        let empty = copied(try Bundle.encode(try FieldKeySet(capacity: 0), header: header))
        let plain = try SecretBytes(copying: empty.dropLast(2) + tail)
        #expect(throws: CryptoError.malformed("bundle"), "\(fault)") { _ = try Bundle.decode(plain, header: header) }
    }

    /// `str(name) ‖ u32 epoch ‖ key`.
    static func entry(_ name: [UInt8]) -> [UInt8] {
        [0, UInt8(name.count)] + name + [0, 0, 0, 1] + [UInt8](repeating: 4, count: 32)
    }
}
