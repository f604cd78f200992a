internal import CSodium

/// A 32-byte key, typed by its role so that a wrong key does not compile.
package struct SymmetricKey<Role>: ~Copyable, Sendable {
    package static var byteCount: Int { 32 }
    let secret: SecretBytes

    /// - Throws: `CryptoError.wrongLength` for anything but 32 bytes.
    package init(_ secret: consuming SecretBytes) throws(CryptoError) {
        let found = secret.count
        guard found == Self.byteCount else { throw .wrongLength(expected: Self.byteCount, found: found) }
        self.secret = secret
    }

    package init(copying bytes: UnsafeRawBufferPointer) throws(CryptoError) {
        unsafe try self.init(try SecretBytes(copying: bytes))
    }

    package init(copying bytes: [UInt8]) throws(CryptoError) { try self.init(try SecretBytes(copying: bytes)) }

    package static func random() throws(CryptoError) -> Self { try Self(try SecretBytes.random(byteCount)) }

    /// Lends the key's bytes, for the one place that must carry them elsewhere (a sealed bundle, a key file).
    @safe package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result { try secret.withBytes(body) }

    package borrowing func duplicate() throws(CryptoError) -> Self { try Self(try secret.duplicate()) }

    /// Constant-time comparison.
    package borrowing func equals(_ other: borrowing Self) -> Bool { secret.equals(other.secret) }

    /// `crypto_kdf_derive_from_key`: BLAKE2b with the id as salt and the context as personalisation.
    package borrowing func derive<Derived>(
        _ id: UInt64, _ context: StaticString, as: Derived.Type = Derived.self
    ) throws(CryptoError) -> SymmetricKey<Derived> {
        // A shorter context would make libsodium read past its end.
        precondition(context.utf8CodeUnitCount == Int(crypto_kdf_CONTEXTBYTES), "a kdf context has eight bytes")
        var out = try SecretBytes(zeroed: Self.byteCount)
        let status = out.withMutableBytes { target in
            withBytes { key in
                unsafe crypto_kdf_derive_from_key(
                    target.octets, target.count, id,
                    UnsafeRawPointer(context.utf8Start).assumingMemoryBound(to: CChar.self), key.octets)
            }
        }
        guard status == 0 else { throw .malformed("subkey") }
        return try SymmetricKey<Derived>(out)
    }
}

/// What a key is for. The cases hold nothing.
package enum KeyRole {
    package enum Service {}
    package enum Pepper {}
    package enum BlindIndexRoot {}
    package enum RowSeal {}
    package enum Decoy {}
    package enum RootSeal {}
    package enum Seed {}
    package enum Write {}
    package enum Field {}
    package enum Wrap {}
    package enum Authentication {}
    package enum Commitment {}
    package enum Envelope {}
    package enum AppSecret {}
    package enum Tag {}
}

/// The vault's own key (design, section 4): everything the daemon needs, and nothing that opens a field.
package typealias ServiceKey = SymmetricKey<KeyRole.Service>
package typealias Pepper = SymmetricKey<KeyRole.Pepper>
package typealias BlindIndexRoot = SymmetricKey<KeyRole.BlindIndexRoot>
package typealias RowSealKey = SymmetricKey<KeyRole.RowSeal>
package typealias DecoyKey = SymmetricKey<KeyRole.Decoy>
package typealias RootSealKey = SymmetricKey<KeyRole.RootSeal>
/// The seed of a key pair or of a resident.
package typealias Seed = SymmetricKey<KeyRole.Seed>
package typealias WriteKey = SymmetricKey<KeyRole.Write>
package typealias FieldKey = SymmetricKey<KeyRole.Field>
package typealias WrapKey = SymmetricKey<KeyRole.Wrap>
package typealias AuthenticationKey = SymmetricKey<KeyRole.Authentication>
package typealias CommitmentKey = SymmetricKey<KeyRole.Commitment>
/// What an envelope's three keys are derived from.
package typealias EnvelopeKey = SymmetricKey<KeyRole.Envelope>
package typealias AppSecret = SymmetricKey<KeyRole.AppSecret>
package typealias TagKey = SymmetricKey<KeyRole.Tag>
