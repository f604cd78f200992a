internal import VaultModel

/// Base64 with padding (RFC 4648, section 4) as C2SP notes use it, strict: what does not print back to the same text is
/// refused, because lenient decoders let one signature stand in several texts.
enum PaddedBase64 {
    static func encode(_ bytes: [UInt8]) -> String {
        var text = [UInt8](Base64URL.encode(bytes).utf8)
        for position in text.indices {
            if text[position] == UInt8(ascii: "-") { text[position] = UInt8(ascii: "+") }
            if text[position] == UInt8(ascii: "_") { text[position] = UInt8(ascii: "/") }
        }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything that `encode` would not have written.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0, !text.contains(UInt8(ascii: "-")), !text.contains(UInt8(ascii: "_")) else {
            return nil
        }
        var symbols: [UInt8] = []
        symbols.reserveCapacity(text.count)
        for symbol in text where symbol != UInt8(ascii: "=") {
            switch symbol {
            case UInt8(ascii: "+"): symbols.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): symbols.append(UInt8(ascii: "_"))
            default: symbols.append(symbol)
            }
        }
        guard let bytes = Base64URL.decode(String(decoding: symbols, as: UTF8.self)),
            encode(bytes).utf8.elementsEqual(text)
        else { return nil }
        return bytes
    }
}
