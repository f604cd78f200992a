package import VaultCrypto
internal import VaultModel

/// The public half of a log's or a witness's key in the C2SP form `name+id+base64(type ‖ key)`, which other tools read as
/// it is.
package struct VerifierKey: Hashable, Sendable {
    /// What the key signs; the raw value is the type byte of C2SP signed-note.
    package enum Role: UInt8, Sendable {
        /// Ed25519 over the note's text: a log's own signature.
        case log = 0x01
        /// Timestamped Ed25519 over a checkpoint: a witness's cosignature.
        case witness = 0x04
    }

    package let role: Role
    /// The key's name, which for a log's key is also the log's origin.
    package let name: String
    /// The Ed25519 key.
    package let publicKey: SigningPublicKey

    /// - Throws: `AuditError.badKeyName`.
    package init(name: String, publicKey: SigningPublicKey, role: Role = .log) throws(AuditError) {
        guard KeyName.isValid(name) else { throw .badKeyName }
        self.role = role
        self.name = name
        self.publicKey = publicKey
    }

    /// Reads the form of `text`. The id is computed anew and must be the one that stands there.
    ///
    /// - Parameter role: what the key must be for.
    /// - Throws: `AuditError.badKeyName`, or `.malformedKey` for anything else, keys of other types included.
    package init(parsing text: String, role: Role = .log) throws(AuditError) {
        // The base64 may itself hold plus signs, so only the first two divide.
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = PaddedBase64.decode(parts[2]), payload.first == role.rawValue else {
            throw .malformedKey
        }
        let publicKey: SigningPublicKey
        do throws(CryptoError) { publicKey = try SigningPublicKey(Array(payload[1...])) } catch { throw .malformedKey }
        try self.init(name: String(decoding: parts[0], as: UTF8.self), publicKey: publicKey, role: role)
        guard Hex.encode(keyID).utf8.elementsEqual(parts[1]) else { throw .malformedKey }
    }

    /// The C2SP text, one line without its end.
    package var text: String { "\(name)+\(Hex.encode(keyID))+\(PaddedBase64.encode([role.rawValue] + publicKey.bytes))" }

    /// The first four bytes of `SHA-256(name ‖ 0x0A ‖ type ‖ key)`.
    package var keyID: [UInt8] {
        Array(Hash.sha256(Array(name.utf8) + [0x0a, role.rawValue] + publicKey.bytes).prefix(4))
    }
}
