internal import Glibc
internal import VaultCrypto

/// A JSON body with secrets in it, written byte by byte so that none of them becomes a string. Whoever makes one
/// scrubs it.
struct SecretBody {
    private(set) var bytes: [UInt8]

    /// An object of texts. Room for every byte escaped is taken first: a growing array would leave copies behind.
    init(capacity: Int = 16_384) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Zeroes the bytes where they lie, for every array that shares them: a request made of them is of no use
    /// afterwards.
    func scrub() {
        bytes.withUnsafeBytes {
            if let base = $0.baseAddress { explicit_bzero(UnsafeMutableRawPointer(mutating: base), $0.count) }
        }
    }

    /// Adds a member.
    mutating func add(_ key: StaticString, _ secret: borrowing SecretBytes) {
        begin(key)
        secret.withBytes { for byte in $0 { append(escaping: byte) } }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds a member that is no secret.
    mutating func add(_ key: StaticString, _ text: String) {
        begin(key)
        for byte in text.utf8 { append(escaping: byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func end() { bytes.append(UInt8(ascii: "}")) }

    private mutating func begin(_ key: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: "\":\"".utf8)
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            let digits: StaticString = "0123456789abcdef"
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(digits.utf8Start[Int(byte >> 4)])
            bytes.append(digits.utf8Start[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
}
