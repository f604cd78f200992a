internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// The daemon's keys, shared by reference because everything that holds them lives as long as the process. None of them
/// opens a field (promise 1).
final class KeyRing: Sendable, RowSealing {
    let service: ServiceKeys
    let pepper: Pepper

    init(_ secrets: borrowing ServiceSecrets) throws(CryptoError) {
        let keys = try ServiceKeys(secrets.serviceKey)
        let pepper = try secrets.pepper.duplicate()
        service = keys
        self.pepper = pepper
    }

    func seal(_ input: [UInt8]) -> [UInt8] { RowSeal.seal(input, key: service.rows) }

    /// The blind index of a value.
    func index(_ field: FieldName, _ value: String) -> [UInt8] {
        BlindIndex.make(field: field.text, value: value, root: service.index)
    }
}

/// A sealer for rooms that read only the log: it refuses every sealed row, because it has no key to check one with.
struct NoSealer: RowSealing {
    func seal(_ input: [UInt8]) -> [UInt8] { [] }
}

extension ResidentRow {
    /// The resident's tag in an app's entries.
    func tag(_ app: String) throws(CryptoError) -> [UInt8] {
        SubjectTag.make(app: app, key: try TagKey(copying: tagKey))
    }

    /// The tag of what concerns the resident alone.
    func ownTag() throws(CryptoError) -> [UInt8] { try tag("") }

    func stateTag(revision: UInt64) throws(CryptoError) -> [UInt8] {
        StateTag.make(revision: revision, key: try TagKey(copying: tagKey))
    }
}
