import Testing
import VaultCrypto
import VaultTestSupport

struct `Activation codes` {
    /// ASCII from the space to the tilde.
    static let printable = Array(0x20...0x7e as ClosedRange<UInt8>)

    static func text(_ bytes: [UInt8]) throws -> String {
        String(decoding: copied(try ActivationCode(bytes: try SecretBytes(copying: bytes)).text()), as: UTF8.self)
    }

    static func bytes(_ text: String) throws -> [UInt8] { copied(try ActivationCode(typed: try typed(text)).secret) }

    /// Computed by a few lines of Python from Crockford's description.
    @Test(arguments: [
        ("00000000000000000000000000000000", "00000-00000-00000-00000-00000-00"),
        ("ffffffffffffffffffffffffffffffff", "7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z*"),
        ("000102030405060708090a0b0c0d0e0f", "00041-06105-0R3GG-28A1C-60T3G-F6"),
        ("808182838485868788898a8b8c8d8e8f", "40G61-87145-GT3RH-2CAHE-68V3M-FJ"),
        ("0123456789abcdeffedcba9876543210", "014D2-PF2DB-SQQZX-Q5TK1-V58CG-GA"),
        ("00000000000000000000000000000020", "00000-00000-00000-00000-00001-0*"),
        ("00000000000000000000000000000021", "00000-00000-00000-00000-00001-1~"),
        ("00000000000000000000000000000022", "00000-00000-00000-00000-00001-2$"),
        ("00000000000000000000000000000023", "00000-00000-00000-00000-00001-3="),
        ("00000000000000000000000000000024", "00000-00000-00000-00000-00001-4U"),
    ])
    func `a code is printed as Crockford describes`(bytes: String, text: String) throws {
        #expect(try Self.text(try hex(bytes)) == text)
        #expect(try Self.bytes(text) == hex(bytes))
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `a random code reads back`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = random.bytes(16)
        #expect(try Self.bytes(try Self.text(bytes)) == bytes)
    }

    @Test func `new codes are unlike each other`() throws {
        let codes = try (0..<100).map { _ in copied(try ActivationCode.random().secret) }
        #expect(Set(codes).count == 100)
    }

    @Test(arguments: [
        "40g61-87145-gt3rh-2cahe-68v3m-fj", "40G6187145GT3RH2CAHE68V3MFJ", "4OG6L-87I45-GT3RH-2CAHE-68V3M-FJ",
        "4og6l 87i45 gt3rh 2cahe 68v3m fj", "  40G61--87145-GT3RH-2CAHE-68V3M-FJ ",
    ])
    func `a person may type it in their own way`(_ text: String) throws {
        #expect(try Self.bytes(text) == hex("808182838485868788898a8b8c8d8e8f"))
    }

    /// Which digit Crockford reads from a character; the same digit written another way is no mistake.
    static func digit(_ character: UInt8) -> Int? {
        let upper = Character(Unicode.Scalar(character)).uppercased()
        let read = ["O": "0", "I": "1", "L": "1"][upper] ?? upper
        return Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U").firstIndex { String($0) == read }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `every single wrong character is refused`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let good = Array(try Self.text(random.bytes(16)).utf8)
        for position in good.indices {
            for character in Self.printable where Self.digit(character) != Self.digit(good[position]) {
                var altered = good
                altered[position] = character
                // A hyphen and a space are both left out, so one for the other is no mistake either.
                if good[position] == UInt8(ascii: "-"), character == UInt8(ascii: " ") { continue }
                let text = try SecretBytes(copying: altered)
                #expect(throws: CryptoError.malformed("activation code"), "position \(position), byte \(character)") {
                    _ = try ActivationCode(typed: text)
                }
            }
        }
    }

    @Test func `two neighbours exchanged are refused`() throws {
        let good = Array("40G6187145GT3RH2CAHE68V3MFJ".utf8)
        for position in 0..<(good.count - 1) where good[position] != good[position + 1] {
            var altered = good
            altered.swapAt(position, position + 1)
            let text = try SecretBytes(copying: altered)
            #expect(throws: CryptoError.malformed("activation code"), "position \(position)") {
                _ = try ActivationCode(typed: text)
            }
        }
    }

    @Test(arguments: [
        "", "-", "40G61-87145-GT3RH-2CAHE-68V3M-F", "40G61-87145-GT3RH-2CAHE-68V3M-FJJ",
        "0G61-87145-GT3RH-2CAHE-68V3M-FJ",
        "80000-00000-00000-00000-00000-00", "４0G61-87145-GT3RH-2CAHE-68V3M-FJ", "40G61-87145-GT3RH-2CAHE-68V3M-FJ\n",
        "U0000-00000-00000-00000-00000-00", "0000*-00000-00000-00000-00000-00",
    ])
    func `anything else is refused`(_ text: String) throws {
        let text = try typed(text)
        #expect(throws: CryptoError.malformed("activation code")) { _ = try ActivationCode(typed: text) }
    }

    @Test(arguments: [0, 15, 17, 32])
    func `a code has 16 bytes`(length: Int) {
        #expect(throws: CryptoError.wrongLength(expected: 16, found: length)) {
            _ = try ActivationCode(bytes: try SecretBytes(zeroed: length))
        }
    }
}
