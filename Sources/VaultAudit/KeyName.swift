/// Names of keys and logs: not empty, no Unicode space, no plus sign (C2SP signed-note), and no control character,
/// which a note could not carry.
enum KeyName {
    static func isValid(_ name: String) -> Bool {
        // Nearly every name is ASCII, whose only other spaces are control characters.
        if name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "+") }) { return !name.isEmpty }
        return name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && scalar.value >= 0x20 && scalar.value != 0x7f && !scalar.properties.isWhitespace
            }
    }
}
