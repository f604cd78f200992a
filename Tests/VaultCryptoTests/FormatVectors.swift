import Foundation
import Testing
import VaultTestSupport

/// `Vectors/formats.json`: known answers for every format of the design's section 4, made by an independent model in
/// Python. The names of the properties are the names in the file.
struct FormatVectors: Decodable, Sendable {
    let vault_id: HexBytes
    let resident_id: HexBytes
    let grant_id: HexBytes
    let kdf: [KeyDerivation]
    let pad: [Pad]
    let field_key: [FieldKeyCase]
    let cell: [CellCase]
    let token: Token
    let bundle: BundleCase
    let write_key_seal: WriteKeySeal
    let signature: Signature
    let canonical_json: CanonicalTexts
    let blind_index: [BlindIndexCase]
    let subject_tag: [SubjectTagCase]
    let state_tag: [StateTagCase]
    let row_seal: RowSealCase
    let envelope: [EnvelopeCase]
    let share_digest: ShareDigestCase

    struct KeyDerivation: Decodable, Sendable { let key: HexBytes, id: UInt64, ctx: String, out: HexBytes }
    struct Pad: Decodable, Sendable { let length: Int, padded: Int, out: HexBytes }
    struct FieldKeyCase: Decodable, Sendable { let write_key: HexBytes, field: String, epoch: UInt32, out: HexBytes }
    struct CellCase: Decodable, Sendable {
        let write_key: HexBytes, field: String, epoch: UInt32, revision: UInt64, source: String, time: UInt64
        let value: String, nonce: HexBytes, aad: HexBytes, cell: HexBytes
    }
    struct Token: Decodable, Sendable {
        let text: String, app: String, secret: HexBytes, box_seed: HexBytes, box_public: HexBytes
        let wrap_key: HexBytes, auth_key: HexBytes, auth_digest: HexBytes, bad: [String]
    }
    struct BundleCase: Decodable, Sendable {
        struct Key: Decodable, Sendable { let epoch: UInt32, key: HexBytes }
        let statement: String, statement_digest: HexBytes, serial: UInt32, keys: [String: Key], bundle: HexBytes
        let sealed_example: HexBytes, nonce: HexBytes, wrap_aad: HexBytes, wrapped: HexBytes
    }
    struct WriteKeySeal: Decodable, Sendable {
        let resident_seed: HexBytes, box_public: HexBytes, epoch: UInt32, plain: HexBytes, sealed_example: HexBytes
    }
    struct Signature: Decodable, Sendable {
        let seed: HexBytes, `public`: HexBytes, object: String, signed_input: HexBytes, signature: HexBytes
    }
    struct CanonicalTexts: Decodable, Sendable { let good: [String], bad: [String] }
    struct BlindIndexCase: Decodable, Sendable { let root: HexBytes, field: String, value: String, out: HexBytes }
    struct SubjectTagCase: Decodable, Sendable { let tag_key: HexBytes, app: String, out: HexBytes }
    struct StateTagCase: Decodable, Sendable { let tag_key: HexBytes, revision: UInt64, out: HexBytes }
    struct RowSealCase: Decodable, Sendable { let key: HexBytes, input: HexBytes, out: HexBytes }
    struct EnvelopeCase: Decodable, Sendable {
        let kind: String, secret: HexBytes, salt: HexBytes?, pepper: HexBytes?, auth_digest: HexBytes
        let commitment: HexBytes, nonce: HexBytes, content: HexBytes, aad: HexBytes, envelope: HexBytes
    }
    struct ShareDigestCase: Decodable, Sendable { let set_id: HexBytes, x: UInt8, y: HexBytes, out: HexBytes }

    /// The file's kinds of cases; `about` is its note.
    static let kinds: Set<String> = [
        "about", "vault_id", "resident_id", "grant_id", "kdf", "pad", "field_key", "cell", "token", "bundle",
        "write_key_seal", "signature", "canonical_json", "blind_index", "subject_tag", "state_tag", "row_seal",
        "envelope", "share_digest",
    ]

    static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/formats.json")

    static func load() throws -> FormatVectors {
        try JSONDecoder().decode(FormatVectors.self, from: Data(contentsOf: file))
    }
}

/// What a test run prints for a case, instead of its bytes.
extension FormatVectors.KeyDerivation: CustomTestStringConvertible {
    var testDescription: String { "\(ctx) \(id)" }
}
extension FormatVectors.Pad: CustomTestStringConvertible {
    var testDescription: String { "\(length) bytes" }
}
extension FormatVectors.FieldKeyCase: CustomTestStringConvertible {
    var testDescription: String { "\(field) epoch \(epoch)" }
}
extension FormatVectors.CellCase: CustomTestStringConvertible {
    var testDescription: String { "\(field) from \(source)" }
}
extension FormatVectors.BlindIndexCase: CustomTestStringConvertible {
    var testDescription: String { "\(field) \(value)" }
}
extension FormatVectors.SubjectTagCase: CustomTestStringConvertible {
    var testDescription: String { app }
}
extension FormatVectors.StateTagCase: CustomTestStringConvertible {
    var testDescription: String { "revision \(revision)" }
}
extension FormatVectors.EnvelopeCase: CustomTestStringConvertible {
    var testDescription: String { kind }
}
