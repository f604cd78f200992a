import VaultModel

/// Bytes that stand in a vector file as lower-case hexadecimal digits.
package struct HexBytes: Decodable, Hashable, Sendable {
    package let bytes: [UInt8]

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Hex.decode(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not lower-case hexadecimal")
        }
        self.bytes = bytes
    }
}

/// Bytes written as hexadecimal digits in a test.
///
/// - Throws: `NotHexadecimal` for anything else, so that a slip in a test's own table fails that test.
package func hex(_ text: String) throws(NotHexadecimal) -> [UInt8] {
    guard let bytes = Hex.decode(text) else { throw NotHexadecimal(text: text) }
    return bytes
}

/// A test's own table holds something that is not hexadecimal.
package struct NotHexadecimal: Error {
    package let text: String
}
