import Foundation
import Testing
import VaultCrypto
import VaultModel
import VaultTestSupport

/// Every known answer of `Vectors/formats.json` that this room or VaultModel must give. The row's encoding is the
/// store's: here only the seal over it is compared.
struct `Format vectors` {
    let vectors: FormatVectors

    init() throws { vectors = try FormatVectors.load() }

    @Test func `the file holds as many cases of each kind as it is known to hold`() throws {
        let top = try JSONParser.parse(Array(Data(contentsOf: FormatVectors.file))).object
        #expect(top.map { Set($0.keys) } == FormatVectors.kinds)
        #expect(vectors.kdf.count == 13)
        #expect(vectors.pad.count == 11)
        #expect(vectors.field_key.count == 3)
        #expect(vectors.cell.count == 3)
        #expect(vectors.token.bad.count == 5)
        #expect(vectors.bundle.keys.count == 2)
        #expect(vectors.canonical_json.good.count == 2)
        #expect(vectors.canonical_json.bad.count == 8)
        #expect(vectors.blind_index.count == 6)
        #expect(vectors.subject_tag.count == 3)
        #expect(vectors.state_tag.count == 3)
        #expect(vectors.envelope.map(\.kind) == EnvelopeKind.allCases.map(\.rawValue))
    }

    @Test(.enabled(if: SharedVectors.has("formats.json"), Comment(rawValue: SharedVectors.absence)))
    func `the file is the one that lies in the shared folder`() throws {
        let shared = try Data(contentsOf: SharedVectors.folder.appending(path: "formats.json"))
        #expect(try Data(contentsOf: FormatVectors.file) == shared)
    }

    @Test(arguments: try FormatVectors.load().kdf)
    func `subkeys are those of the model`(_ vector: FormatVectors.KeyDerivation) throws {
        let key = try ServiceKey(copying: vector.key.bytes)
        let derived: Seed =
            switch vector.ctx {
            case "rvsrv_v1": try key.derive(vector.id, "rvsrv_v1")
            case "rvres_v1": try key.derive(vector.id, "rvres_v1")
            case "rvapp_v1": try key.derive(vector.id, "rvapp_v1")
            case "rvpwd_v1": try key.derive(vector.id, "rvpwd_v1")
            default: throw CryptoError.malformed("context of the vector")
            }
        #expect(copied(derived) == vector.out.bytes)
    }

    @Test(arguments: try FormatVectors.load().pad)
    func `values are padded to the lengths of the model`(_ vector: FormatVectors.Pad) throws {
        let context = CellContext(
            vault: Sample.vault, resident: Sample.resident, field: "a.b", epoch: 1, revision: 1, source: "~", time: 0)
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: vector.length)
        let key = try FieldKey.random()
        let cell = Cell.seal(value, key: key, context: context)
        #expect(cell.count == AEAD.nonceBytes + vector.padded + AEAD.tagBytes)
        #expect(try AEAD.openValue(cell, key: key, additionalData: context.additionalData) == vector.out.bytes)
        #expect(try Cell.open(cell, key: key, context: context) == value)
    }

    @Test(arguments: try FormatVectors.load().field_key)
    func `field keys are those of the model`(_ vector: FormatVectors.FieldKeyCase) throws {
        let key = try WriteKey(copying: vector.write_key.bytes).fieldKey(vector.field, epoch: vector.epoch)
        #expect(copied(key) == vector.out.bytes)
    }

    @Test(arguments: try FormatVectors.load().cell)
    func `cells are those of the model`(_ vector: FormatVectors.CellCase) throws {
        let key = try WriteKey(copying: vector.write_key.bytes).fieldKey(vector.field, epoch: vector.epoch)
        let context = CellContext(
            vault: vectors.vault_id.bytes, resident: vectors.resident_id.bytes, field: vector.field,
            epoch: vector.epoch, revision: vector.revision, source: vector.source, time: vector.time)
        #expect(context.additionalData == vector.aad.bytes)
        let value = Array(vector.value.utf8)
        #expect(Cell.sealWithNonce(value, key: key, context: context, nonce: vector.nonce.bytes) == vector.cell.bytes)
        #expect(try Cell.open(vector.cell.bytes, key: key, context: context) == value)
    }

    @Test func `an app's token gives the keys of the model`() throws {
        let vector = vectors.token
        let token = try Credential(parsing: try typed(vector.text), kind: .app)
        #expect(token.name == vector.app)
        #expect(copied(token.secret) == vector.secret.bytes)
        #expect(copied(try token.text()) == Array(vector.text.utf8))
        let keys = try AppKeys(token.secret)
        #expect(keys.box.publicKey.bytes == vector.box_public.bytes)
        #expect(try BoxKeyPair(seed: try Seed(copying: vector.box_seed.bytes)).publicKey == keys.box.publicKey)
        #expect(copied(keys.wrap) == vector.wrap_key.bytes)
        #expect(keys.authDigest == vector.auth_digest.bytes)
        #expect(Hash.blake2b256(vector.auth_key.bytes) == vector.auth_digest.bytes)
    }

    @Test(arguments: try FormatVectors.load().token.bad)
    func `bad tokens are refused`(_ text: String) throws {
        let bytes = try typed(text)
        #expect(throws: CryptoError.malformed("credential")) { _ = try Credential(parsing: bytes, kind: .app) }
    }

    @Test func `a grant's bundle is the model's, sealed and wrapped`() throws {
        let vector = vectors.bundle
        let statement = Array(vector.statement.utf8)
        #expect(try CanonicalJSON.encode(try CanonicalJSON.decode(statement)) == statement)
        #expect(Hash.blake2b256(statement) == vector.statement_digest.bytes)
        let app = try AppKeys(try AppSecret(copying: vectors.token.secret.bytes))
        let header = BundleHeader(
            vault: vectors.vault_id.bytes, grant: vectors.grant_id.bytes, recipient: app.box.publicKey,
            statement: vector.statement_digest.bytes, resident: vectors.resident_id.bytes, serial: vector.serial)
        var keys = try FieldKeySet(capacity: vector.keys.count)
        for (field, held) in vector.keys {
            let key = try SecretBytes(copying: held.key.bytes)
            try key.withBytes { bytes throws(CryptoError) in try keys.merge(field, epoch: held.epoch, key: bytes) }
        }
        let plain = try Bundle.encode(keys, header: header)
        #expect(copied(plain) == vector.bundle.bytes)

        #expect(Bundle.wrapContext(header) == vector.wrap_aad.bytes)
        let wrapped = plain.withBytes {
            AEAD.sealWithNonce(
                $0, key: app.wrap, nonce: vector.nonce.bytes, additionalData: Bundle.wrapContext(header))
        }
        #expect(wrapped == vector.wrapped.bytes)

        let opened = try Bundle.openSealed(vector.sealed_example.bytes, header: header, with: app.box)
        #expect(copied(try Bundle.encode(opened, header: header)) == vector.bundle.bytes)
        let unwrapped = try Bundle.openWrapped(vector.wrapped.bytes, header: header, key: app.wrap)
        #expect(copied(try Bundle.encode(unwrapped, header: header)) == vector.bundle.bytes)
    }

    @Test func `a write key sealed by the model opens for its resident`() throws {
        let vector = vectors.write_key_seal
        let resident = try ResidentKeys(try Seed(copying: vector.resident_seed.bytes))
        #expect(resident.box.publicKey.bytes == vector.box_public.bytes)
        let key = try SealedWriteKey.open(
            vector.sealed_example.bytes, vault: vectors.vault_id.bytes, resident: vectors.resident_id.bytes,
            epoch: vector.epoch, with: resident.box)
        let plain = try SealedWriteKey.plain(
            key, vault: vectors.vault_id.bytes, resident: vectors.resident_id.bytes, epoch: vector.epoch)
        #expect(copied(plain) == vector.plain.bytes)
    }

    @Test func `a signature over a typed object is the model's`() throws {
        let vector = vectors.signature
        let pair = try SigningKeyPair(seed: try Seed(copying: vector.seed.bytes))
        let object = Array(vector.object.utf8)
        let type = try #require(try CanonicalJSON.decode(object)["type"]?.string)
        #expect(pair.publicKey.bytes == vector.public.bytes)
        #expect(pair.sign(type: type, object: object) == vector.signature.bytes)
        #expect(pair.sign(vector.signed_input.bytes) == vector.signature.bytes)
        try pair.publicKey.verify(vector.signature.bytes, type: type, object: object)
    }

    @Test(arguments: try FormatVectors.load().canonical_json.good)
    func `canonical texts stay as they are`(_ text: String) throws {
        #expect(try CanonicalJSON.encode(try CanonicalJSON.decode(Array(text.utf8))) == Array(text.utf8))
    }

    @Test(arguments: try FormatVectors.load().canonical_json.bad)
    func `texts that are not canonical are refused`(_ text: String) throws {
        #expect(throws: JSONError.self) { try CanonicalJSON.decode(Array(text.utf8)) }
    }

    @Test(arguments: try FormatVectors.load().blind_index)
    func `blind indexes are those of the model`(_ vector: FormatVectors.BlindIndexCase) throws {
        let root = try BlindIndexRoot(copying: vector.root.bytes)
        #expect(BlindIndex.make(field: vector.field, value: vector.value, root: root) == vector.out.bytes)
    }

    @Test(arguments: try FormatVectors.load().subject_tag)
    func `subject tags are those of the model`(_ vector: FormatVectors.SubjectTagCase) throws {
        #expect(SubjectTag.make(app: vector.app, key: try TagKey(copying: vector.tag_key.bytes)) == vector.out.bytes)
    }

    @Test(arguments: try FormatVectors.load().state_tag)
    func `state tags are those of the model`(_ vector: FormatVectors.StateTagCase) throws {
        let key = try TagKey(copying: vector.tag_key.bytes)
        #expect(StateTag.make(revision: vector.revision, key: key) == vector.out.bytes)
    }

    @Test func `the seal over a row's bytes is the model's`() throws {
        let key = try RowSealKey(copying: vectors.row_seal.key.bytes)
        #expect(RowSeal.seal(vectors.row_seal.input.bytes, key: key) == vectors.row_seal.out.bytes)
    }

    @Test(arguments: try FormatVectors.load().envelope)
    func `envelopes are those of the model`(_ vector: FormatVectors.EnvelopeCase) throws {
        let kind = try #require(EnvelopeKind(rawValue: vector.kind))
        let secret = try SecretBytes(copying: vector.secret.bytes)
        let key: EnvelopeKey =
            switch kind {
            case .passphrase:
                try EnvelopeKey.passphrase(
                    secret, salt: try #require(vector.salt).bytes,
                    pepper: try Pepper(copying: try #require(vector.pepper).bytes))
            case .activation: try EnvelopeKey.activation(secret)
            case .custodians: try EnvelopeKey(copying: vector.secret.bytes)
            }
        let (vault, resident) = (vectors.vault_id.bytes, vectors.resident_id.bytes)
        #expect(Envelope.context(kind: kind, vault: vault, resident: resident) == vector.aad.bytes)
        let sealed = try Envelope.seal(
            try Seed(copying: vector.content.bytes), key: key, kind: kind, vault: vault, resident: resident,
            nonce: vector.nonce.bytes)
        #expect(sealed.authDigest == vector.auth_digest.bytes)
        #expect(sealed.commitment == vector.commitment.bytes)
        #expect(sealed.sealed == vector.envelope.bytes)
        #expect(try Envelope.authDigest(of: key) == vector.auth_digest.bytes)
        let content = try sealed.open(key: key, kind: kind, vault: vault, resident: resident)
        #expect(copied(content) == vector.content.bytes)
    }

    @Test func `the digest that names a custodian's share is the model's`() throws {
        let vector = vectors.share_digest
        let digest = try ShareDigest.make(
            resident: vectors.resident_id.bytes, set: vector.set_id.bytes, x: vector.x,
            y: try SecretBytes(copying: vector.y.bytes))
        #expect(digest == vector.out.bytes)
    }
}
