internal import CSodium

/// libsodium's one-time start. Every entry into this room that needs randomness or locked memory passes here.
package enum Sodium {
    /// Runs `sodium_init` once a process; it is safe to call from any thread, any number of times.
    ///
    /// - Throws: `CryptoError.libraryUnavailable` if the system has no random source.
    package static func start() throws(CryptoError) {
        guard started else { throw .libraryUnavailable }
    }

    /// 0 is done, 1 is done before, -1 is failed (libsodium, "Usage").
    private static let started = sodium_init() >= 0

    /// Fresh random bytes for nonces, salts and ids: public values. Secrets come from `SecretBytes.random`.
    package static func randomBytes(_ count: Int) -> [UInt8] {
        precondition(started, "libsodium has no random source")
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { unsafe randombytes_buf(base, count) }
            initialized = count
        }
    }

    /// Compares without leaking where two values differ.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        unsafe left.count == right.count && sodium_memcmp(left, right, left.count) == 0
    }
}
