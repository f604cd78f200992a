/// Names of keys and logs: not empty, no Unicode space, no plus sign (C2SP signed-note), and no control character,
/// which a note could not carry.
enum KeyName {
    static func isValid(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && scalar.value >= 0x20 && scalar.value != 0x7f && !scalar.properties.isWhitespace
            }
    }
}
