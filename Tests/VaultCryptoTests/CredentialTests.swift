import Testing
import VaultCrypto

struct `Credentials` {
    /// The alphabet of the secret part, the separators, and characters from outside.
    static let characters = Array("ABCXYZabcxyz0189-_+/= .\n~\u{0}".utf8) + [0x80, 0xff]

    /// A secret of zeros, whose text is mostly `A`: a foreign character read as zero would not change its checksum
    /// (0x190a55ad, by zlib's crc32).
    static let zeros = Array("rva_parking_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAZClWt".utf8)

    static func make(_ kind: Credential.Kind = .app, name: String = "parking") throws -> [UInt8] {
        copied(try Credential.random(kind, name: name).text())
    }

    @Test(
        arguments: Credential.Kind.allCases,
        ["a", "parking", "p-2", "wcy3fm5uww3lpofzxk53zpn6x4", "2abc", String(repeating: "z", count: 32)])
    func `a credential reads back as it was made`(kind: Credential.Kind, name: String) throws {
        let made = try Credential.random(kind, name: name)
        let text = try made.text()
        #expect(copied(text).starts(with: Array("\(kind.rawValue)_\(name)_".utf8)))
        #expect(text.count == kind.rawValue.utf8.count + name.utf8.count + 2 + 48)
        let read = try Credential(parsing: text, kind: kind)
        #expect(read.kind == kind && read.name == name)
        #expect(copied(read.secret) == copied(made.secret))
    }

    @Test(arguments: Credential.Kind.allCases, Credential.Kind.allCases)
    func `a credential is of its own kind only`(made: Credential.Kind, read: Credential.Kind) throws {
        let text = try SecretBytes(copying: try Self.make(made))
        if made == read {
            _ = try Credential(parsing: text, kind: read)
        } else {
            #expect(throws: CryptoError.malformed("credential")) { _ = try Credential(parsing: text, kind: read) }
        }
    }

    @Test func `a secret of zeros is read`() throws {
        let text = try SecretBytes(copying: Self.zeros)
        #expect(copied(try Credential(parsing: text, kind: .app).secret) == [UInt8](repeating: 0, count: 32))
    }

    @Test(arguments: [zeros, try make()])
    func `every single wrong character before or after the name is refused`(good: [UInt8]) throws {
        let name = 4..<11
        #expect(Array(good[name]) == Array("parking".utf8))
        for position in good.indices where !name.contains(position) {
            for character in Self.characters where character != good[position] {
                var altered = good
                altered[position] = character
                let text = try SecretBytes(copying: altered)
                #expect(throws: CryptoError.malformed("credential"), "position \(position), byte \(character)") {
                    _ = try Credential(parsing: text, kind: .app)
                }
            }
        }
    }

    /// The name is not secret and has no check of its own: a wrong letter names another app, whose key does not match.
    @Test func `a wrong character in the name is refused or gives another name`() throws {
        let good = try Self.make()
        for position in 4..<11 {
            for character in Self.characters where character != good[position] {
                var altered = good
                altered[position] = character
                let name = try? Credential(parsing: try SecretBytes(copying: altered), kind: .app).name
                let isNameLetter = (97...122).contains(character) || (48...57).contains(character)
                let isKept = isNameLetter || character == UInt8(ascii: "-") && position > 4
                #expect(name == (isKept ? String(decoding: altered[4..<11], as: UTF8.self) : nil))
            }
        }
    }

    @Test func `every cut and every longer text is refused`() throws {
        let good = try Self.make()
        for altered in good.indices.map({ Array(good[..<$0]) }) + [good + [65], good + [10], [32] + good] {
            let text = try SecretBytes(copying: altered)
            #expect(throws: CryptoError.malformed("credential")) { _ = try Credential(parsing: text, kind: .app) }
        }
    }

    @Test(arguments: ["", "-a", "A", "a_b", "a.b", "é", "a b", String(repeating: "z", count: 33)])
    func `names outside the syntax are refused`(name: String) throws {
        let secret = try Self.make().suffix(48)
        let text = try SecretBytes(copying: Array("rva_\(name)_".utf8) + secret)
        #expect(throws: CryptoError.malformed("credential")) { _ = try Credential(parsing: text, kind: .app) }
    }

    @Test func `an app's three keys differ from each other and from another app's`() throws {
        let first = try AppKeys(try AppSecret.random())
        let second = try AppKeys(try AppSecret.random())
        let values = [
            first.box.publicKey.bytes, copied(first.wrap), first.authDigest, second.box.publicKey.bytes,
            copied(second.wrap), second.authDigest,
        ]
        #expect(Set(values).count == values.count)
    }
}
