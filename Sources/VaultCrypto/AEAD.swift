internal import CSodium

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03). Random 24-byte nonces are safe at any volume a vault reaches;
/// a counter would repeat after a restored backup.
///
/// It is not key-committing: where several keys are tried, a commitment is checked first (`Envelope`).
package enum AEAD {
    package static let nonceBytes = 24
    package static let tagBytes = 16

    /// Encrypts under a fresh random nonce; returns `nonce ‖ ciphertext ‖ tag`.
    package static func seal<Role>(
        _ message: UnsafeRawBufferPointer, key: borrowing SymmetricKey<Role>, additionalData: [UInt8]
    ) -> [UInt8] {
        unsafe sealWithNonce(message, key: key, nonce: Sodium.randomBytes(nonceBytes), additionalData: additionalData)
    }

    /// The same with the nonce given, for known-answer tests. A nonce must never be used twice with one key.
    package static func sealWithNonce<Role>(
        _ message: UnsafeRawBufferPointer, key: borrowing SymmetricKey<Role>, nonce: [UInt8], additionalData: [UInt8]
    ) -> [UInt8] {
        precondition(nonce.count == nonceBytes, "a nonce has 24 bytes")
        let count = nonceBytes + message.count + tagBytes
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            unsafe base.update(from: nonce, count: nonceBytes)
            key.withBytes { key in
                _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                    base + nonceBytes, nil, message.octets, UInt64(message.count),
                    additionalData, UInt64(additionalData.count), nil, nonce, key.octets)
            }
            initialized = buffer.count
        }
    }

    /// Opens `nonce ‖ ciphertext ‖ tag` into locked memory.
    ///
    /// - Throws: `CryptoError.wrongLength` if it is too short to be one, `.authenticationFailed` if the key, the
    ///   additional data or a byte differs.
    package static func open<Role>(
        _ sealed: [UInt8], key: borrowing SymmetricKey<Role>, additionalData: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        try checkLength(sealed)
        var out = try SecretBytes(zeroed: sealed.count - nonceBytes - tagBytes)
        let status = out.withMutableBytes { target in
            key.withBytes { key in unsafe decrypt(sealed, keyBytes: key, additionalData: additionalData, into: target) }
        }
        guard status == 0 else { throw .authenticationFailed }
        return out
    }

    /// Opens a value that is about to be answered to a caller, into ordinary memory, which `CLinux` clears when freed.
    package static func openValue<Role>(
        _ sealed: [UInt8], key: borrowing SymmetricKey<Role>, additionalData: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        try key.withBytes { key throws(CryptoError) in
            try unsafe openValue(sealed, keyBytes: key, additionalData: additionalData)
        }
    }

    /// The same with one of many keys that lie in one piece of memory: a read opens many values, each with its own.
    static func openValue(
        _ sealed: [UInt8], keyBytes: UnsafeRawBufferPointer, additionalData: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        precondition(keyBytes.count == Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES), "a key has 32 bytes")
        try checkLength(sealed)
        var status: Int32 = -1
        let count = sealed.count - nonceBytes - tagBytes
        let out = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            status = unsafe decrypt(
                sealed, keyBytes: keyBytes, additionalData: additionalData,
                into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
            initialized = status == 0 ? count : 0
        }
        guard status == 0 else { throw .authenticationFailed }
        return out
    }

    private static func checkLength(_ sealed: [UInt8]) throws(CryptoError) {
        guard sealed.count >= nonceBytes + tagBytes else {
            throw .wrongLength(expected: nonceBytes + tagBytes, found: sealed.count)
        }
    }

    private static func decrypt(
        _ sealed: [UInt8], keyBytes: UnsafeRawBufferPointer, additionalData: [UInt8],
        into target: UnsafeMutableRawBufferPointer
    ) -> Int32 {
        unsafe sealed.withUnsafeBufferPointer { sealed in
            guard let base = sealed.baseAddress else { return -1 }
            return unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                target.octets, nil, nil, base + nonceBytes, UInt64(sealed.count - nonceBytes), additionalData,
                UInt64(additionalData.count), base, keyBytes.octets)
        }
    }
}
