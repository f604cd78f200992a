internal import VaultCrypto
package import VaultModel

/// What a resident is given when data of theirs was destroyed: a signed statement, and the proof that the log says the same.
///
/// The entry holds H(certificate), and everything in the certificate stands in the entry too, so whoever has the log's key
/// alone can check it: it needs no other key to be trusted. The signature by the vault's issuing key is for those who have
/// that key from elsewhere.
package struct ErasureCertificate: Equatable, Sendable {
    package static let type = "erasure-certificate"

    /// The canonical bytes, which are signed.
    package let bytes: [UInt8]
    /// What was destroyed; nil for all of a resident.
    package let fields: [FieldName]?
    /// The day in the vault's zone on which the last backup ends that can still hold it.
    package let backupsEnd: String
    package let time: Instant
    /// Whose request it was.
    package let role: LogRole?
    /// Why: `asked`, `moved_out`, `died`, `unlawful`.
    package let ground: String?

    /// Writes the certificate of an erasure.
    ///
    /// - Parameters:
    ///   - entry: an `erased` or `fields_erased` entry about one resident alone, with the day the backups end as `until`.
    ///   - index: where it stands in the log.
    ///   - issuingKey: the public key that signs.
    /// - Throws: `AuditError.malformedEntry` for an entry that certifies nothing.
    package init(_ entry: LogEntry, index: UInt64, issuingKey: [UInt8]) throws(AuditError) {
        guard entry.action == .erased || entry.action == .fieldsErased, entry.subjects.count == 1, let subject = entry.subjects.first,
            subject.grant == nil, let until = entry.until, (entry.action == .erased) == entry.fields.isEmpty
        else { throw .malformedEntry("it is no erasure that is certified") }
        var members: [String: JSON] = [
            "type": .string(Self.type), "vault": .string(entry.vault.base64), "index": .integer(Int64(clamping: index)),
            "time": .integer(entry.time.milliseconds), "tag": .string(Base64URL.encode(subject.tag)),
            "backups_end": .string(until.localDay), "key": .string(Base64URL.encode(issuingKey)),
            "random": .string(Base64URL.encode(entry.random)),
        ]
        members["by"] = entry.role.map { .string($0.rawValue) }
        members["ground"] = entry.rule.map(JSON.string)
        if entry.action == .erased {
            members["everything"] = true
        } else {
            members["fields"] = .array(entry.fields.map { .string($0.text) })
        }
        do { bytes = try CanonicalJSON.encode(.object(members)) } catch { throw .malformedEntry("its erasure") }
        fields = entry.action == .erased ? nil : entry.fields
        backupsEnd = until.localDay
        time = entry.time
        role = entry.role
        ground = entry.rule
    }

    /// What the entry's subject carries as `statement`.
    package var digest: [UInt8] { Hash.blake2b256(bytes) }
}

/// A certificate in one file: a line that names the format, the certificate, the signature, an empty line, and a tlog-proof
/// with the entry.
package struct CertificateFile: Equatable, Sendable {
    private static let header = "rvault-erasure-certificate v1"
    /// No certificate is longer, and a reader stops there.
    package static let byteLimit = 1 << 19

    /// The certificate's canonical bytes.
    package let certificate: [UInt8]
    /// Ed25519, by the key that the certificate names.
    package let signature: [UInt8]
    package let proof: ProofFile

    package init(certificate: [UInt8], signature: [UInt8], proof: ProofFile) {
        self.certificate = certificate
        self.signature = signature
        self.proof = proof
    }

    package var encoded: [UInt8] {
        Array("\(Self.header)\n".utf8) + certificate + Array("\n\(Base64URL.encode(signature))\n\n".utf8) + proof.encoded
    }

    /// Reads the form of `encoded`; nothing is checked before `verify`.
    ///
    /// - Throws: `AuditError.malformedProof`.
    package init(parsing bytes: [UInt8]) throws(AuditError) {
        guard bytes.count <= Self.byteLimit else { throw .malformedProof }
        let parts = bytes.split(separator: 0x0a, maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].elementsEqual(Self.header.utf8), parts[3].isEmpty,
            let signature = Base64URL.decode(String(decoding: parts[2], as: UTF8.self))
        else { throw .malformedProof }
        certificate = Array(parts[1])
        self.signature = signature
        proof = try ProofFile(parsing: Array(parts[4]))
    }

    /// Checks that the log under this key says that this was destroyed, and that the certificate says the same as the log.
    ///
    /// - Parameters:
    ///   - key: the log's verifier key, from outside this file.
    ///   - anyEpoch: also if the log had another name when the certificate was made. Then the entry may have been lost in a
    ///     restore since, and only the log of now says whether it was.
    ///   - issuingKey: the vault's issuing key, if the reader has it from elsewhere; the certificate must then be under it.
    /// - Returns: what was certified, and the checkpoint that the proof leads to.
    /// - Throws: what `ProofFile.verify` throws; `AuditError.malformedProof` if the entry is no erasure or of another
    ///   certificate; `.badSignature`; `.unknownSigner` for another issuing key.
    package func verify(
        key: VerifierKey, anyEpoch: Bool = false, issuingKey: [UInt8]? = nil
    ) throws(AuditError) -> (ErasureCertificate, Checkpoint) {
        let checkpoint = try proof.verify(key: key, anyEpoch: anyEpoch)
        guard let bytes = proof.entry, let json = try? CanonicalJSON.decode(certificate),
            let signer = json["key"]?.string.flatMap(Base64URL.decode)
        else { throw .malformedProof }
        let entry = try LogEntry(decoding: bytes)
        let certified = try ErasureCertificate(entry, index: proof.index, issuingKey: signer)
        guard certified.bytes == certificate, entry.subjects.first?.statement == certified.digest else { throw .malformedProof }
        if let issuingKey, issuingKey != signer { throw .unknownSigner }
        do {
            try SigningPublicKey(signer).verify(signature, type: ErasureCertificate.type, object: certificate)
        } catch { throw .badSignature }
        return (certified, checkpoint)
    }
}
