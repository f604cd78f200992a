/// A letter's one-time code: 128 random bits as 26 symbols of Crockford base32 and a check symbol modulo 37, printed in
/// groups. Crockford's alphabet leaves out I, L, O and U, and reads o, i and l as 0, 1 and 1, for people who copy from
/// paper.
package struct ActivationCode: ~Copyable, Sendable {
    package static let byteCount = 16
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U".utf8)

    /// The sixteen bytes that the envelope key is made from.
    package let secret: SecretBytes

    package static func random() throws(CryptoError) -> ActivationCode {
        ActivationCode(secret: try SecretBytes.random(byteCount))
    }

    /// - Throws: `CryptoError.wrongLength` for anything but 16 bytes.
    package init(bytes: consuming SecretBytes) throws(CryptoError) {
        let found = bytes.count
        guard found == Self.byteCount else { throw .wrongLength(expected: Self.byteCount, found: found) }
        secret = bytes
    }

    private init(secret: consuming SecretBytes) { self.secret = secret }

    /// Reads what a person typed: any case, spaces and hyphens anywhere.
    ///
    /// - Throws: `CryptoError.malformed("activation code")` for a wrong length, symbol or check symbol.
    package init(typed text: borrowing SecretBytes) throws(CryptoError) {
        var plain = try SecretBytes(zeroed: Self.byteCount)
        try text.withBytes { typed throws(CryptoError) in
            var symbols = 0
            var held: UInt32 = 0
            var bits = 0
            var filled = 0
            var checkSymbol: UInt8?
            for unsafe byte in unsafe typed where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
                guard checkSymbol == nil, let digit = Self.digit(byte) else { throw .malformed("activation code") }
                if symbols == 26 {
                    checkSymbol = digit
                    continue
                }
                guard digit < 32 else { throw .malformed("activation code") }
                // 26 symbols carry 130 bits: the first symbol holds only three of them.
                guard symbols > 0 || digit < 8 else { throw .malformed("activation code") }
                held = held << 5 | UInt32(digit)
                bits += symbols == 0 ? 3 : 5
                symbols += 1
                if bits >= 8 {
                    bits -= 8
                    plain.withMutableBytes { unsafe $0[filled] = UInt8(truncatingIfNeeded: held >> UInt32(bits)) }
                    filled += 1
                    held &= (1 << UInt32(bits)) - 1
                }
            }
            guard symbols == 26, filled == Self.byteCount, let checkSymbol, checkSymbol == Self.check(plain) else {
                throw .malformed("activation code")
            }
        }
        secret = plain
    }

    /// 27 symbols in groups of five, with hyphens, in locked memory.
    package borrowing func text() throws(CryptoError) -> SecretBytes {
        var symbols = try SecretBytes(zeroed: 32)
        let check = Self.check(secret)
        secret.withBytes { bytes in
            symbols.withMutableBytes { target in
                var position = 0
                func put(_ digit: Int) {
                    if position % 6 == 5 {
                        unsafe target[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    unsafe target[position] = Self.alphabet[digit]
                    position += 1
                }
                for symbol in 0..<26 {
                    // Symbol s holds bits 5s-2 … 5s+2 of the 128, counted from the most significant.
                    var digit = 0
                    for bit in (symbol * 5 - 2)...(symbol * 5 + 2) {
                        digit = unsafe digit << 1 | (bit < 0 ? 0 : Int(bytes[bit / 8] >> UInt8(7 - bit % 8) & 1))
                    }
                    put(digit)
                }
                put(Int(check))
            }
        }
        return symbols
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        let upper = (97...122).contains(byte) ? byte - 32 : byte
        switch upper {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: return alphabet.firstIndex(of: upper).map(UInt8.init)
        }
    }

    /// The 128-bit number modulo 37 (Crockford, "Base 32 encoding", check symbol).
    private static func check(_ secret: borrowing SecretBytes) -> UInt8 {
        secret.withBytes { bytes in unsafe UInt8(bytes.reduce(0) { ($0 << 8 | Int($1)) % 37 }) }
    }
}
