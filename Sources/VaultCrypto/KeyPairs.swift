internal import CSodium

/// The public half of an X25519 box key: whom something is sealed to.
package struct BoxPublicKey: Hashable, Sendable {
    package static let byteCount = 32
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongLength(expected: Self.byteCount, found: bytes.count) }
        self.bytes = bytes
    }
}

/// An X25519 key pair made from a seed (`crypto_box_seed_keypair`).
package struct BoxKeyPair: ~Copyable, Sendable {
    package let publicKey: BoxPublicKey
    let secret: SecretBytes

    package init(seed: borrowing Seed) throws(CryptoError) {
        // What `crypto_box_seed_keypair` does, but for the way to the public key.
        var digest = try SecretBytes(zeroed: 64)
        digest.withMutableBytes { target in
            seed.withBytes { seed in _ = unsafe crypto_hash_sha512(target.octets, seed.octets, UInt64(seed.count)) }
        }
        let secret = try digest.withBytes { bytes throws(CryptoError) in
            try unsafe SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[..<32]))
        }
        publicKey = try X25519.publicKey(of: secret)
        self.secret = secret
    }

    /// A key for one message: nobody keeps it.
    init(ephemeral: Void) throws(CryptoError) {
        try Sodium.start()
        let secret = try SecretBytes.random(32)
        publicKey = try X25519.publicKey(of: secret)
        self.secret = secret
    }
}

/// Public keys by way of `crypto_scalarmult` with the base point (RFC 7748, section 6.1: X25519(a, 9)), which is what
/// `crypto_scalarmult_base` is defined to give. libsodium 1.0.18 has vector code for the former alone: measured, 31 µs
/// and 93 µs, and a sealed box needs one.
private enum X25519 {
    private static let basePoint: [UInt8] = [9] + [UInt8](repeating: 0, count: 31)

    static func publicKey(of secret: borrowing SecretBytes) throws(CryptoError) -> BoxPublicKey {
        var bytes = [UInt8](repeating: 0, count: BoxPublicKey.byteCount)
        let status = secret.withBytes { secret in unsafe crypto_scalarmult(&bytes, secret.octets, basePoint) }
        guard status == 0 else { throw .malformed("box secret key") }
        return try BoxPublicKey(bytes)
    }
}

/// Sealed boxes (X25519, XSalsa20-Poly1305): anyone may seal, only the key's holder opens. They authenticate no
/// sender and bind no context, so every plaintext of ours starts with a label and the ids it belongs to.
package enum SealedBox {
    package static let overhead = 48

    /// What `crypto_box_seal` makes, byte for byte: a key for this message alone, its public half in front, the nonce from
    /// both public keys. It is put together here because `crypto_box_seal` goes the slow way to the public half (`X25519`).
    ///
    /// - Throws: `CryptoError.malformed("box public key")` for a low-order key, which makes no shared secret.
    package static func seal(
        _ message: UnsafeRawBufferPointer, to key: BoxPublicKey, sharing round: SealingRound? = nil
    ) throws(CryptoError) -> [UInt8] {
        guard let round, round.claim(key) else {
            return try unsafe seal(message, to: key, from: try BoxKeyPair(ephemeral: ()))
        }
        return try unsafe seal(message, to: key, from: round.pair)
    }

    private static func seal(
        _ message: UnsafeRawBufferPointer, to key: BoxPublicKey, from own: borrowing BoxKeyPair
    ) throws(CryptoError) -> [UInt8] {
        var shared = try SecretBytes(zeroed: Int(crypto_box_BEFORENMBYTES))
        let status = shared.withMutableBytes { target in
            own.secret.withBytes { secret in unsafe crypto_box_beforenm(target.octets, key.bytes, secret.octets) }
        }
        guard status == 0 else { throw .malformed("box public key") }
        let nonce = Hash.blake2b(own.publicKey.bytes + key.bytes, count: Int(crypto_box_NONCEBYTES))
        return unsafe [UInt8](unsafeUninitializedCapacity: message.count + overhead) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            unsafe base.update(from: own.publicKey.bytes, count: BoxPublicKey.byteCount)
            shared.withBytes { shared in
                _ = unsafe crypto_box_easy_afternm(
                    base + BoxPublicKey.byteCount, message.octets, UInt64(message.count), nonce, shared.octets)
            }
            initialized = buffer.count
        }
    }

    package static func seal(
        _ message: borrowing SecretBytes, to key: BoxPublicKey, sharing round: SealingRound? = nil
    ) throws(CryptoError) -> [UInt8] {
        try message.withBytes { bytes throws(CryptoError) in try unsafe seal(bytes, to: key, sharing: round) }
    }

    package static func open(_ sealed: [UInt8], with pair: borrowing BoxKeyPair) throws(CryptoError) -> SecretBytes {
        guard sealed.count >= overhead else { throw .wrongLength(expected: overhead, found: sealed.count) }
        var out = try SecretBytes(zeroed: sealed.count - overhead)
        let status = out.withMutableBytes { target in
            pair.secret.withBytes { secret in
                unsafe crypto_box_seal_open(
                    target.octets, sealed, UInt64(sealed.count), pair.publicKey.bytes,
                    secret.octets)
            }
        }
        guard status == 0 else { throw .authenticationFailed }
        return out
    }
}

/// The public half of an Ed25519 key.
package struct SigningPublicKey: Hashable, Sendable {
    package static let byteCount = 32
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongLength(expected: Self.byteCount, found: bytes.count) }
        self.bytes = bytes
    }

    /// Verifies an Ed25519 signature (RFC 8032). libsodium 1.0.18 refuses non-canonical S and small-order points.
    ///
    /// - Throws: `CryptoError.wrongLength` for anything but 64 bytes, `.badSignature` otherwise.
    package func verify(_ signature: [UInt8], of message: [UInt8]) throws(CryptoError) {
        guard signature.count == 64 else { throw .wrongLength(expected: 64, found: signature.count) }
        guard unsafe crypto_sign_verify_detached(signature, message, UInt64(message.count), bytes) == 0 else {
            throw .badSignature
        }
    }

    /// Verifies a signature over one of the vault's typed objects; see `SigningKeyPair.sign(type:object:)`.
    package func verify(_ signature: [UInt8], type: String, object: [UInt8]) throws(CryptoError) {
        try verify(signature, of: SigningKeyPair.input(type: type, object: object))
    }
}

/// An Ed25519 key pair made from a seed.
package struct SigningKeyPair: ~Copyable, Sendable {
    package let publicKey: SigningPublicKey
    private let secret: SecretBytes

    package init(seed: borrowing Seed) throws(CryptoError) {
        var secret = try SecretBytes(zeroed: 64)
        var bytes = [UInt8](repeating: 0, count: SigningPublicKey.byteCount)
        secret.withMutableBytes { target in
            seed.withBytes { seed in
                _ = unsafe crypto_sign_seed_keypair(
                    &bytes, target.octets, seed.octets)
            }
        }
        publicKey = try SigningPublicKey(bytes)
        self.secret = secret
    }

    package borrowing func sign(_ message: [UInt8]) -> [UInt8] {
        secret.withBytes { secret in
            unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, initialized in
                _ = unsafe crypto_sign_detached(
                    UnsafeMutableRawBufferPointer(buffer).octets, nil, message, UInt64(message.count), secret.octets)
                initialized = 64
            }
        }
    }

    /// Signs one of the vault's objects. Its type stands before the bytes, so that a signature over one kind of object
    /// can never be shown for another.
    package borrowing func sign(type: String, object: [UInt8]) -> [UInt8] {
        sign(Self.input(type: type, object: object))
    }

    /// `str(type) ‖ bytes` (design, section 4).
    static func input(type: String, object: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: type.utf8.count + 2 + object.count)
        writer.string(type)
        writer.raw(object)
        return writer.bytes
    }
}
