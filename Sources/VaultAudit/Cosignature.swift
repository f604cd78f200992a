package import VaultCrypto

/// A witness's word that it saw a checkpoint at a time and that it continues the last one it saw (C2SP tlog-cosignature,
/// signature type 0x04).
///
/// The signed message does not hold the witness's name, so a key belongs to one witness alone, and never also to a log.
package enum Cosignature {
    /// Signs a checkpoint's text as a witness.
    ///
    /// - Parameter time: seconds since 1970, UTC.
    /// - Throws: `AuditError.badKeyName`.
    package static func sign(
        _ text: [UInt8], time: UInt64, name: String, key: borrowing SigningKeyPair
    ) throws(AuditError) -> SignedNote.Signature {
        let verifier = try VerifierKey(name: name, publicKey: key.publicKey, role: .witness)
        let stamp = withUnsafeBytes(of: time.bigEndian) { Array($0) }
        return SignedNote.Signature(
            name: name, keyID: verifier.keyID, signature: stamp + key.sign(message(text, time: time)))
    }

    /// Checks a cosignature line.
    ///
    /// - Returns: when it was given, in seconds since 1970.
    /// - Throws: `AuditError.badSignature`.
    static func verify(_ line: SignedNote.Signature, of text: [UInt8], by key: VerifierKey) throws(AuditError) -> UInt64 {
        // Eight bytes of time, then Ed25519.
        guard key.role == .witness, line.signature.count == 8 + 64 else { throw .badSignature }
        let time = line.signature[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard time <= UInt64(Int64.max) else { throw .badSignature }
        do throws(CryptoError) {
            try key.publicKey.verify(Array(line.signature[8...]), of: message(text, time: time))
        } catch { throw .badSignature }
        return time
    }

    private static func message(_ text: [UInt8], time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n".utf8) + text
    }
}

extension SignedNote {
    /// When a witness cosigned this note's text; nil without a line of theirs.
    ///
    /// - Throws: `AuditError.badSignature` for a line in their name and id that does not verify.
    package func cosigned(by witness: VerifierKey) throws(AuditError) -> UInt64? {
        guard let line = signatures.first(where: { $0.name == witness.name && $0.keyID == witness.keyID }) else { return nil }
        return try Cosignature.verify(line, of: text, by: witness)
    }

    /// The note with further lines; one that stands already in the same name and id is replaced.
    package func adding(_ lines: [Signature]) -> SignedNote {
        let kept = signatures.filter { old in !lines.contains { $0.name == old.name && $0.keyID == old.keyID } }
        return SignedNote(text: text, signatures: kept + lines)
    }

    /// Reads signature lines that stand alone, as a witness answers them.
    ///
    /// - Throws: `AuditError.malformedNote` for none, more than a hundred, or a line that is not one.
    package static func lines(parsing bytes: [UInt8]) throws(AuditError) -> [Signature] {
        let text = Array("x\n".utf8)
        let note = try SignedNote(parsing: text + [0x0a] + bytes)
        // A blank line among them would make what stands above it part of the text.
        guard note.text == text else { throw .malformedNote }
        return note.signatures
    }
}
