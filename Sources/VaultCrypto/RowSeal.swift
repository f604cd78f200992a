/// A keyed BLAKE2b-128 over a database row, so that whoever can write the file but lacks the service key cannot move,
/// swap or forge a row unseen. The input is built by the store, which holds no key.
package enum RowSeal {
    package static let byteCount = 16

    package static func seal(_ input: [UInt8], key: borrowing RowSealKey) -> [UInt8] {
        Hash.keyed(key, input, count: byteCount)
    }
}
