/// Base64url without padding (RFC 4648, section 5), strict: what does not print back to the same text is refused,
/// because a decoder that ignores trailing bits accepts several texts for one value.
public enum Base64URL {
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// Encodes bytes without padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        BitGroups.encode(bytes, bitsPerSymbol: 6, alphabet: alphabet)
    }

    /// Decodes; nil for a foreign character, an impossible length or non-zero trailing bits.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    /// The same for bytes that lie elsewhere.
    package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        BitGroups.decode(text, bitsPerSymbol: 6) { symbol in
            switch symbol {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): symbol - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): symbol - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): symbol + 4
            case UInt8(ascii: "-"): 62
            case UInt8(ascii: "_"): 63
            default: nil
            }
        }
    }
}

/// Lower-case base32 without padding (RFC 4648, section 6), strict in the same way as `Base64URL`.
public enum Base32 {
    private static let alphabet: StaticString = "abcdefghijklmnopqrstuvwxyz234567"

    /// Encodes bytes without padding, in lower case.
    public static func encode(_ bytes: [UInt8]) -> String {
        BitGroups.encode(bytes, bitsPerSymbol: 5, alphabet: alphabet)
    }

    /// Decodes; nil for a foreign character (upper case included), an impossible length or non-zero trailing bits.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    /// The same for bytes that lie elsewhere.
    package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        BitGroups.decode(text, bitsPerSymbol: 5) { symbol in
            switch symbol {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): symbol - 97
            case UInt8(ascii: "2")...UInt8(ascii: "7"): symbol - 24
            default: nil
            }
        }
    }
}

/// Lower-case hexadecimal.
public enum Hex {
    /// Two lower-case digits a byte.
    public static func encode(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Decodes lower-case digits only; nil for an odd count or a foreign character.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { text in
            BitGroups.decode(text, bitsPerSymbol: 4) { symbol in
                switch symbol {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): symbol - 48
                case UInt8(ascii: "a")...UInt8(ascii: "f"): symbol - 87
                default: nil
                }
            }
        }
    }
}

/// The shared arithmetic of the encodings above: a bit string cut into groups, most significant bit first.
private enum BitGroups {
    static func encode(_ bytes: [UInt8], bitsPerSymbol width: Int, alphabet: StaticString) -> String {
        String(unsafeUninitializedCapacity: (bytes.count * 8 + width - 1) / width) { text in
            var count = 0
            var held: UInt32 = 0
            var bits = 0
            func put(_ group: UInt32) {
                text[count] = alphabet.utf8Start[Int(group)]
                count += 1
            }
            for byte in bytes {
                held = held << 8 | UInt32(byte)
                bits += 8
                while bits >= width {
                    bits -= width
                    put(held >> UInt32(bits))
                    held &= (1 << UInt32(bits)) - 1
                }
            }
            if bits > 0 { put(held << UInt32(width - bits)) }
            return count
        }
    }

    // Inlined, so that the closure that reads a symbol is no call.
    @inline(__always) static func decode(
        _ text: UnsafeBufferPointer<UInt8>, bitsPerSymbol width: Int, value: (UInt8) -> UInt8?
    ) -> [UInt8]? {
        var held: UInt32 = 0
        var bits = 0
        var isValid = true
        let out = [UInt8](unsafeUninitializedCapacity: text.count * width / 8) { out, count in
            for symbol in text {
                guard let digit = value(symbol) else { return isValid = false }
                held = held << UInt32(width) | UInt32(digit)
                bits += width
                if bits >= 8 {
                    bits -= 8
                    out[count] = UInt8(truncatingIfNeeded: held >> UInt32(bits))
                    count += 1
                    held &= (1 << UInt32(bits)) - 1
                }
            }
        }
        // What is left must be fewer bits than a symbol carries, and zero: one text for each value.
        guard isValid, bits < width, held == 0 else { return nil }
        return out
    }
}
