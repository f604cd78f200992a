/// A bearer credential: `<kind>_<name>_<base64url(secret 32 ‖ crc32 4)>`.
///
/// The checksum (CRC-32 of IEEE 802.3, big-endian) protects no secret; it tells a mistyped or cut credential from a
/// wrong one before anything is looked up, and lets secret scanners recognise ours.
package struct Credential: ~Copyable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case app = "rva"
        case session = "rvs"
        case auditor = "rvd"
        case custodian = "rvk"
    }

    package let kind: Kind
    /// The app's name, the session's id and the like: not secret.
    package let name: String
    package let secret: AppSecret

    /// Makes a new credential.
    package static func random(_ kind: Kind, name: String) throws(CryptoError) -> Credential {
        Credential(kind: kind, name: name, secret: try AppSecret.random())
    }

    /// A credential whose secret was derived from another.
    init(_ kind: Kind, name: String, secret: consuming AppSecret) throws(CryptoError) {
        self.init(kind: kind, name: name, secret: secret)
    }

    private init(kind: Kind, name: String, secret: consuming AppSecret) {
        self.kind = kind
        self.name = name
        self.secret = secret
    }

    /// Reads a credential of a given kind.
    ///
    /// - Throws: `CryptoError.malformed("credential")` for another kind, a name outside `[a-z0-9-]{1,32}` that starts
    ///   otherwise than with a letter or digit, a wrong length, or a wrong checksum.
    package init(parsing text: borrowing SecretBytes, kind: Kind) throws(CryptoError) {
        let prefix = Array((kind.rawValue + "_").utf8)
        let bar = text.withBytes { bytes -> Int? in
            guard bytes.count > prefix.count, unsafe bytes.prefix(prefix.count).elementsEqual(prefix) else {
                return nil
            }
            return unsafe bytes[prefix.count...].firstIndex(of: UInt8(ascii: "_"))
        }
        guard let bar else { throw .malformed("credential") }
        let name = try text.withBytes { bytes throws(CryptoError) in
            let letters = unsafe bytes[prefix.count..<bar]
            guard unsafe (1...32).contains(letters.count), unsafe letters.first != UInt8(ascii: "-"),
                unsafe letters.allSatisfy({
                    (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
                })
            else { throw .malformed("credential") }
            return unsafe String(decoding: letters, as: UTF8.self)
        }
        let secret = try text.withBytes { bytes throws(CryptoError) in
            try unsafe Self.decodeSecret(UnsafeRawBufferPointer(rebasing: bytes[(bar + 1)...]))
        }
        self.init(kind: kind, name: name, secret: secret)
    }

    /// The credential's text, in locked memory: it is shown or written once.
    package borrowing func text() throws(CryptoError) -> SecretBytes {
        let head = Array("\(kind.rawValue)_\(name)_".utf8)
        var out = try SecretBytes(zeroed: head.count + 48)
        let alphabet = Self.alphabet
        secret.withBytes { secret in
            let check = unsafe Self.crc32(secret)
            func byte(_ index: Int) -> UInt32 {
                unsafe index < 32 ? UInt32(secret[index]) : check >> UInt32(24 - 8 * (index - 32)) & 0xff
            }
            out.withMutableBytes { target in
                unsafe target.copyBytes(from: head)
                for group in 0..<12 {
                    let bits = byte(group * 3) << 16 | byte(group * 3 + 1) << 8 | byte(group * 3 + 2)
                    for symbol in 0..<4 {
                        let digit = Int(bits >> UInt32(18 - 6 * symbol) & 63)
                        unsafe target[head.count + group * 4 + symbol] = alphabet[digit]
                    }
                }
            }
        }
        return out
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func decodeSecret(_ text: UnsafeRawBufferPointer) throws(CryptoError) -> AppSecret {
        guard text.count == 48 else { throw .malformed("credential") }
        var plain = try SecretBytes(zeroed: 36)
        var valid = true
        plain.withMutableBytes { target in
            for group in 0..<12 {
                var bits: UInt32 = 0
                for symbol in 0..<4 {
                    let byte = unsafe text[group * 4 + symbol]
                    let digit: UInt8? =
                        switch byte {
                        case 65...90: byte - 65
                        case 97...122: byte - 71
                        case 48...57: byte + 4
                        case UInt8(ascii: "-"): 62
                        case UInt8(ascii: "_"): 63
                        default: nil
                        }
                    valid = valid && digit != nil
                    bits = bits << 6 | UInt32(digit ?? 0)
                }
                for byte in 0..<3 {
                    unsafe target[group * 3 + byte] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * byte))
                }
            }
        }
        guard valid else { throw .malformed("credential") }
        return try plain.withBytes { bytes throws(CryptoError) in
            let secret = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<32])
            let found = unsafe UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 32, as: UInt32.self))
            guard unsafe found == crc32(secret) else { throw .malformed("credential") }
            return try unsafe AppSecret(copying: secret)
        }
    }

    /// IEEE 802.3, reflected, polynomial 0xEDB88320.
    private static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc: UInt32 = 0xffff_ffff
        for unsafe byte in unsafe bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
        }
        return ~crc
    }
}

/// The three keys of an app's secret (`kdf(secret, …, "rvapp_v1")`).
package struct AppKeys: ~Copyable, Sendable {
    package let box: BoxKeyPair
    package let wrap: WrapKey
    /// H(auth key): what the store keeps to recognise the app.
    package let authDigest: [UInt8]

    package init(_ secret: borrowing AppSecret) throws(CryptoError) {
        let box = try BoxKeyPair(seed: try secret.derive(1, "rvapp_v1", as: KeyRole.Seed.self))
        let wrap = try secret.derive(2, "rvapp_v1", as: KeyRole.Wrap.self)
        let auth = try secret.derive(3, "rvapp_v1", as: KeyRole.Authentication.self)
        self.box = box
        self.wrap = wrap
        authDigest = Hash.blake2b256(auth.secret)
    }
}

extension SymmetricKey where Role == KeyRole.AppSecret {
    /// The box key pair alone. It costs a scalar multiplication, so the reading path asks for it only when something is
    /// still sealed.
    package borrowing func boxPair() throws(CryptoError) -> BoxKeyPair {
        try BoxKeyPair(seed: try derive(1, "rvapp_v1", as: KeyRole.Seed.self))
    }

    /// The wrap key alone.
    package borrowing func wrapKey() throws(CryptoError) -> WrapKey { try derive(2, "rvapp_v1") }

    /// H(auth key) alone, by which the daemon recognises the caller.
    package borrowing func authDigest() throws(CryptoError) -> [UInt8] {
        Hash.blake2b256(try derive(3, "rvapp_v1", as: KeyRole.Authentication.self).secret)
    }
}
