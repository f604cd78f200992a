import VaultCrypto

/// A secret's bytes in ordinary memory: tests compare values that everyone knows.
func copied(_ secret: borrowing SecretBytes) -> [UInt8] { secret.withBytes { Array($0) } }

func copied<Role>(_ key: borrowing SymmetricKey<Role>) -> [UInt8] { key.withBytes { Array($0) } }

/// A text as someone types or pastes it.
func typed(_ text: String) throws(CryptoError) -> SecretBytes { try SecretBytes(copying: Array(text.utf8)) }

/// A set with these keys; each key is one byte repeated.
func keySet(_ keys: [(field: String, epoch: UInt32, byte: UInt8)]) throws(CryptoError) -> FieldKeySet {
    var set = try FieldKeySet(capacity: keys.count)
    for key in keys { try set.merge(key.field, epoch: key.epoch, keyOf: key.byte) }
    return set
}

extension FieldKeySet {
    /// Merges a key that is one byte repeated.
    mutating func merge(_ field: String, epoch: UInt32, keyOf byte: UInt8) throws(CryptoError) {
        let key = try SecretBytes(copying: [UInt8](repeating: byte, count: 32))
        try key.withBytes { bytes throws(CryptoError) in try merge(field, epoch: epoch, key: bytes) }
    }

    /// `field@epoch:key` of every entry, in the set's order, the key by its first byte: what a test compares.
    borrowing func listed() throws(CryptoError) -> [String] {
        var lines: [String] = []
        for entry in entries {
            guard let key = try key(for: entry.field) else { continue }
            lines.append("\(entry.field)@\(entry.epoch):\(copied(key)[0])")
        }
        return lines
    }
}

/// Every way to change one byte of a small sample by one bit, and every way to cut it short or make it longer by one.
func corruptions(of sample: [UInt8]) -> [[UInt8]] {
    var out: [[UInt8]] = []
    for position in sample.indices {
        for bit in 0..<8 {
            var altered = sample
            altered[position] ^= 1 << UInt8(bit)
            out.append(altered)
        }
        out.append(Array(sample[..<position]))
    }
    return out + [sample + [0]]
}

/// Ids that differ from each other in every byte.
enum Sample {
    static let vault = [UInt8](repeating: 0xa1, count: 16)
    static let resident = [UInt8](repeating: 0xb2, count: 16)
    static let grant = [UInt8](repeating: 0xc3, count: 16)
    static let other = [UInt8](repeating: 0xd4, count: 16)
}
