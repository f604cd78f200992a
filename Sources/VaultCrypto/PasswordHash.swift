internal import CSodium

/// Argon2id (RFC 9106) as libsodium has it: 3 passes over 64 MiB, one lane. About 0.2 s here, so the daemon runs one
/// at a time.
package enum PasswordHash {
    package static let saltBytes = 16
    package static let passes: UInt64 = 3
    package static let memory = 64 << 20

    /// - Throws: `CryptoError.wrongLength` for a salt of another length, `.memoryLockUnavailable` when 64 MiB cannot
    ///   be had.
    static func hash(_ passphrase: borrowing SecretBytes, salt: [UInt8]) throws(CryptoError) -> SecretBytes {
        guard salt.count == saltBytes else { throw .wrongLength(expected: saltBytes, found: salt.count) }
        var out = try SecretBytes(zeroed: 32)
        let status = out.withMutableBytes { target in
            passphrase.withBytes { words in
                unsafe crypto_pwhash(
                    target.octets, 32, UnsafeRawPointer(words.octets).assumingMemoryBound(to: CChar.self),
                    UInt64(words.count), salt, passes, memory, crypto_pwhash_ALG_ARGON2ID13)
            }
        }
        guard status == 0 else { throw .memoryLockUnavailable }
        return out
    }
}
