/// What can go wrong in this room. Callers above tell a remote party only that access was refused: which of these it
/// was would help someone who is guessing.
package enum CryptoError: Error, Equatable, Sendable {
    /// `sodium_init` failed: no random source.
    case libraryUnavailable
    /// The operating system would not lock memory for secrets (`RLIMIT_MEMLOCK`), or there is none left.
    case memoryLockUnavailable
    /// A key, nonce, signature or ciphertext of another length.
    case wrongLength(expected: Int, found: Int)
    /// A tag, seal or commitment does not match: wrong key, wrong context or altered bytes.
    case authenticationFailed
    /// A signature does not verify.
    case badSignature
    /// Bytes that opened but are not in the expected format, which is named.
    case malformed(String)
}
