package import VaultCrypto

/// A C2SP signed note: a text, and signature lines below the last blank line.
package struct SignedNote: Equatable, Sendable {
    /// One signature line.
    package struct Signature: Equatable, Sendable {
        /// The key's name.
        package let name: String
        /// Four bytes that tell keys of one name apart.
        package let keyID: [UInt8]
        /// What the key's type says; 64 bytes for Ed25519.
        package let signature: [UInt8]
    }

    /// The largest note read. A checkpoint with a hundred signatures is a fiftieth of it.
    package static let byteLimit = 1 << 20
    /// As many as other implementations accept; a hostile note must not cost more.
    package static let signatureLimit = 100

    /// What is signed: everything up to the blank line, with its last line's end.
    package let text: [UInt8]
    package let signatures: [Signature]

    /// Reads a note.
    ///
    /// - Throws: `AuditError.malformedNote` for invalid UTF-8, control characters (a carriage return is one), a missing
    ///   blank line or last line's end, no or more than a hundred signatures, or a line that is not
    ///   `— name base64(id ‖ signature)` in canonical base64.
    package init(parsing bytes: [UInt8]) throws(AuditError) {
        guard bytes.count <= Self.byteLimit, String(validating: bytes, as: UTF8.self) != nil,
            bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }), bytes.last == 0x0a,
            let blank = Self.lastBlankLine(bytes), blank < bytes.count - 1
        else { throw .malformedNote }
        text = Array(bytes[..<blank])
        let lines = bytes[(blank + 1)..<(bytes.count - 1)].split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count <= Self.signatureLimit else { throw .malformedNote }
        var signatures: [Signature] = []
        for line in lines { signatures.append(try Self.signature(line)) }
        self.signatures = signatures
    }

    init(text: [UInt8], signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Signs a text. The text must be one that `init(parsing:)` gives back.
    ///
    /// - Throws: `AuditError.badKeyName`, or `.malformedNote` for a text that no note can carry.
    package static func sign(_ text: [UInt8], name: String, key: borrowing SigningKeyPair) throws(AuditError)
        -> SignedNote
    {
        let note = try signWhole(text, name: name, key: key)
        guard try SignedNote(parsing: note.encoded) == note else { throw .malformedNote }
        return note
    }

    /// Signs a text that was made to be one of a note: lines without control characters, none of them empty.
    ///
    /// - Throws: `AuditError.badKeyName`.
    static func signWhole(_ text: [UInt8], name: String, key: borrowing SigningKeyPair) throws(AuditError) -> SignedNote {
        let verifier = try VerifierKey(name: name, publicKey: key.publicKey)
        return SignedNote(
            text: text, signatures: [Signature(name: name, keyID: verifier.keyID, signature: key.sign(text))])
    }

    /// The note's bytes.
    package var encoded: [UInt8] { text + [0x0a] + Self.encoded(signatures) }

    /// Signature lines as they stand in a note.
    package static func encoded(_ lines: [Signature]) -> [UInt8] {
        lines.flatMap { "\u{2014} \($0.name) \(PaddedBase64.encode($0.keyID + $0.signature))\n".utf8 }
    }

    /// Checks the note against known keys of logs. Lines by others are ignored: witnesses whose keys are not known here sign
    /// too.
    ///
    /// - Throws: `AuditError.badSignature` as soon as a line in a known key's name and id does not verify, even if
    ///   another does: such a note was tampered with. `.unknownSigner` when no known key signed.
    package func verify(by keys: [VerifierKey]) throws(AuditError) {
        var verified = false
        for key in keys where key.role == .log {
            // Of several lines in one key's name the first counts, as in golang.org/x/mod.
            guard let line = signatures.first(where: { $0.name == key.name && $0.keyID == key.keyID }) else { continue }
            do throws(CryptoError) { try key.publicKey.verify(line.signature, of: text) } catch { throw .badSignature }
            verified = true
        }
        guard verified else { throw .unknownSigner }
    }

    /// The position of the newline that is the last blank line: the text ends just before it.
    private static func lastBlankLine(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return (1..<bytes.count).last { bytes[$0] == 0x0a && bytes[$0 - 1] == 0x0a }
    }

    private static func signature(_ line: ArraySlice<UInt8>) throws(AuditError) -> Signature {
        // U+2014 in UTF-8, and a space.
        let dash: [UInt8] = [0xe2, 0x80, 0x94, 0x20]
        guard line.starts(with: dash) else { throw .malformedNote }
        let rest = line.dropFirst(dash.count)
        guard let space = rest.firstIndex(of: 0x20) else { throw .malformedNote }
        let name = String(decoding: rest[..<space], as: UTF8.self)
        guard KeyName.isValid(name), let payload = PaddedBase64.decode(rest[(space + 1)...]), payload.count > 4 else {
            throw .malformedNote
        }
        return Signature(name: name, keyID: Array(payload[..<4]), signature: Array(payload[4...]))
    }
}
