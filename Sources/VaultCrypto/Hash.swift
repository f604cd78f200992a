internal import CSodium

/// BLAKE2b (RFC 7693), the vault's own hash, and SHA-256, which the log's public formats ask for.
package enum Hash {
    /// `H` of the design: BLAKE2b-256, unkeyed.
    package static func blake2b256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(count: 32) { out in unsafe crypto_generichash(out, 32, bytes, UInt64(bytes.count), nil, 0) }
    }

    /// Unkeyed BLAKE2b of another length, 16 to 64 bytes.
    static func blake2b(_ bytes: [UInt8], count: Int) -> [UInt8] {
        unsafe digest(count: count) { out in unsafe crypto_generichash(out, count, bytes, UInt64(bytes.count), nil, 0) }
    }

    /// H of a secret, for digests that are stored in its place.
    package static func blake2b256(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { bytes in
            unsafe digest(count: 32) { out in
                unsafe crypto_generichash(out, 32, bytes.octets, UInt64(bytes.count), nil, 0)
            }
        }
    }

    /// Keyed BLAKE2b with an output of 16 to 64 bytes.
    package static func keyed<Role>(_ key: borrowing SymmetricKey<Role>, _ bytes: [UInt8], count: Int) -> [UInt8] {
        key.withBytes { key in
            unsafe digest(count: count) { out in
                unsafe crypto_generichash(
                    out, count, bytes, UInt64(bytes.count), key.octets, key.count)
            }
        }
    }

    /// Keyed BLAKE2b-256 whose output is itself a key and stays in locked memory.
    static func keyed<Role, Derived>(
        _ key: borrowing SymmetricKey<Role>, secretOutput bytes: [UInt8], as: Derived.Type = Derived.self
    ) throws(CryptoError) -> SymmetricKey<Derived> {
        var out = try SecretBytes(zeroed: 32)
        out.withMutableBytes { target in
            key.withBytes { key in
                _ = unsafe crypto_generichash(target.octets, 32, bytes, UInt64(bytes.count), key.octets, key.count)
            }
        }
        return try SymmetricKey<Derived>(out)
    }

    /// The same over a secret.
    static func keyed<Role, Derived>(
        _ key: borrowing SymmetricKey<Role>, secretOutput bytes: UnsafeRawBufferPointer, as: Derived.Type = Derived.self
    ) throws(CryptoError) -> SymmetricKey<Derived> {
        var out = try SecretBytes(zeroed: 32)
        out.withMutableBytes { target in
            key.withBytes { key in
                _ = unsafe crypto_generichash(
                    target.octets, 32, bytes.octets,
                    UInt64(bytes.count), key.octets, key.count)
            }
        }
        return try SymmetricKey<Derived>(out)
    }

    /// SHA-256 (FIPS 180-4), for RFC 6962 trees and C2SP key ids only.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(count: 32) { out in unsafe crypto_hash_sha256(out, bytes, UInt64(bytes.count)) }
    }

    private static func digest(count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int32) -> [UInt8] {
        // On the stack and copied: the array's own initialiser looks its type up at each call.
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer in
            // Neither function can fail for the lengths used here; libsodium returns 0 or aborts.
            if let base = buffer.baseAddress { _ = unsafe fill(base) }
            return unsafe Array(UnsafeBufferPointer(buffer))
        }
    }
}
