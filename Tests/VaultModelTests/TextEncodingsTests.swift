import Testing
import VaultModel
import VaultTestSupport

struct `Text encodings` {
    /// RFC 4648, section 10, without padding and, for base32, in lower case.
    @Test(arguments: [
        ("", "", "", ""), ("f", "Zg", "my", "66"), ("fo", "Zm8", "mzxq", "666f"), ("foo", "Zm9v", "mzxw6", "666f6f"),
        ("foob", "Zm9vYg", "mzxw6yq", "666f6f62"), ("fooba", "Zm9vYmE", "mzxw6ytb", "666f6f6261"),
        ("foobar", "Zm9vYmFy", "mzxw6ytboi", "666f6f626172"),
    ])
    func `the RFC's examples`(text: String, base64: String, base32: String, hexadecimal: String) {
        let bytes = Array(text.utf8)
        #expect(Base64URL.encode(bytes) == base64 && Base64URL.decode(base64) == bytes)
        #expect(Base32.encode(bytes) == base32 && Base32.decode(base32) == bytes)
        #expect(Hex.encode(bytes) == hexadecimal && Hex.decode(hexadecimal) == bytes)
    }

    @Test func `every byte value has its own text`() {
        let all = Array(UInt8.min...UInt8.max)
        #expect(Base64URL.decode(Base64URL.encode(all)) == all)
        #expect(Base32.decode(Base32.encode(all)) == all)
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Base64URL.encode([0xfb, 0xff, 0xbf]) == "-_-_")
    }

    @Test(arguments: 0...64)
    func `random bytes of every length read back`(length: Int) {
        var random = SeededGenerator(seed: UInt64(length))
        for _ in 0..<20 {
            let bytes = random.bytes(length)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "A", "Zg==", "Zg=", "Zm9vY", "Zh", "Zm9", "Z+8", "Z/8", "Zg ", " Zg", "Zg\n", "Z.g", "Zg\u{0}", "Zｇ", "é",
    ])
    func `other texts are no base64url`(_ text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test(arguments: ["m", "mzx", "mzxw6y", "MY", "My", "mz", "m1", "m0", "m8", "my======", "my ", "mｙ", "ı"])
    func `other texts are no base32`(_ text: String) { #expect(Base32.decode(text) == nil) }

    @Test(arguments: ["6", "666", "6G", "6F", "0x66", "66 ", " 66", "6\u{660}", "６６"])
    func `other texts are no hexadecimal`(_ text: String) { #expect(Hex.decode(text) == nil) }

    /// One text for each value: of all texts of two symbols, as many are read as there are bytes, each differently.
    @Test func `trailing bits cannot make a second text for a value`() {
        let letters = (0x20..<0x7f as Range<UInt8>).map { Character(Unicode.Scalar($0)) }
        let pairs = letters.flatMap { first in letters.map { String([first, $0]) } }
        let asBase64 = pairs.compactMap(Base64URL.decode)
        let asBase32 = pairs.compactMap(Base32.decode)
        let asHex = pairs.compactMap(Hex.decode)
        for read in [asBase64, asBase32, asHex] {
            #expect(read.count == 256)
            #expect(Set(read).count == 256)
        }
    }
}
