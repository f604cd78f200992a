internal import Synchronization
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// The daemon's keys, shared by reference. What is in force is an immutable set that a rotation replaces whole; a request
/// takes it once. None of them opens a field (promise 1).
final class KeyRing: Sendable, RowSealing {
    private let held: Mutex<KeySet>

    init(_ set: KeySet) { held = Mutex(set) }

    /// The set in force.
    var now: KeySet { held.withLock { $0 } }

    /// Puts another set in force. What it rests on must be durable.
    func install(_ set: KeySet) { held.withLock { $0 = set } }

    var service: ServiceKeys { now.service }

    func seal(_ input: [UInt8]) -> [UInt8] { now.seal(input) }
    func accepts(_ seal: [UInt8], of input: [UInt8]) -> Bool { now.accepts(seal, of: input) }
    var inForce: any RowSealing { now }
    var newest: any RowSealing { now.newest }
}

/// The root of one generation of blind indexes. A class, because keys cannot be copied.
final class IndexRoot: Sendable {
    /// In a generation's place: not a root, but the first service key's decoy key, which is kept as the roots are.
    static let decoy: UInt32 = 0

    let generation: UInt32
    let key: BlindIndexRoot

    init(generation: UInt32, key: consuming BlindIndexRoot) {
        self.generation = generation
        self.key = key
    }
}

/// The decoy key of the first service key.
final class FirstDecoy: Sendable {
    let key: DecoyKey

    init(_ key: consuming DecoyKey) { self.key = key }
}

/// One pepper with its number.
final class PepperKey: Sendable {
    let generation: UInt32
    let key: Pepper

    init(generation: UInt32, key: consuming Pepper) {
        self.generation = generation
        self.key = key
    }
}

/// The keys in force at one moment.
final class KeySet: Sendable, RowSealing {
    let service: ServiceKeys
    /// Another service key whose row seals are taken: the one before, while rows move to the new one; or the next one, for
    /// the moment at which it comes into force.
    let alsoAccepted: ServiceKeys?
    /// The index roots of older service keys, oldest first, numbered from one.
    let roots: [IndexRoot]
    /// The peppers that passphrases' envelopes need, the newest last.
    let peppers: [PepperKey]
    /// What decoys are made with since the first rotation.
    let firstDecoy: FirstDecoy?

    init(
        service: ServiceKeys, alsoAccepting other: ServiceKeys? = nil, roots: [IndexRoot] = [], peppers: [PepperKey] = [],
        firstDecoy: FirstDecoy? = nil
    ) {
        self.firstDecoy = firstDecoy
        self.service = service
        alsoAccepted = other
        self.roots = roots
        self.peppers = peppers
    }

    /// The same that takes another key's row seals too.
    func accepting(_ other: ServiceKeys) -> KeySet {
        KeySet(service: service, alsoAccepting: other, roots: roots, peppers: peppers, firstDecoy: firstDecoy)
    }

    func with(peppers: [PepperKey]) -> KeySet {
        KeySet(service: service, alsoAccepting: alsoAccepted, roots: roots, peppers: peppers, firstDecoy: firstDecoy)
    }

    /// The same when every row has moved to the newest service key.
    var alone: KeySet { KeySet(service: service, roots: roots, peppers: peppers, firstDecoy: firstDecoy) }

    /// Whether `.old` holds something that is still needed.
    var needsOld: Bool { alsoAccepted != nil || peppers.count > 1 }

    // MARK: row seals

    var newest: any RowSealing { alone }

    func seal(_ input: [UInt8]) -> [UInt8] { RowSeal.seal(input, key: service.rows) }

    func accepts(_ seal: [UInt8], of input: [UInt8]) -> Bool {
        if self.seal(input) == seal { return true }
        guard let alsoAccepted else { return false }
        return RowSeal.seal(input, key: alsoAccepted.rows) == seal
    }

    // MARK: blind indexes

    /// The newest generation, of which new indexes are.
    var generation: UInt32 { UInt32(roots.count) + 1 }

    /// The blind index of a value in every generation, the newest last: rows may still be of an older one.
    func indexes(_ field: FieldName, _ value: String) -> [[UInt8]] {
        guard let first = roots.first else {
            return [BlindIndex.make(field: field.text, value: value, root: service.index)]
        }
        var indexes = [BlindIndex.make(field: field.text, value: value, root: first.key)]
        for root in roots.dropFirst() {
            indexes.append(
                BlindIndex.layer(
                    indexes[indexes.count - 1], field: field.text, generation: root.generation, root: root.key))
        }
        indexes.append(
            BlindIndex.layer(
                indexes[indexes.count - 1], field: field.text, generation: generation, root: service.index))
        return indexes
    }

    /// The blind index of a value, in the newest generation.
    func index(_ field: FieldName, _ value: String) -> [UInt8] { indexes(field, value).last ?? [] }

    /// The blind index of a value in the first generation: the same after every rotation. For what is counted or named and
    /// never looked up.
    func lastingIndex(_ field: FieldName, _ value: String) -> [UInt8] { indexes(field, value).first ?? [] }

    /// A tag for someone the vault does not know. It stays the same after every rotation as a resident's does: one that
    /// changed would tell whoever reads the log that nobody stands behind it.
    func decoy(app: AppName, subject: [UInt8]) -> [UInt8] {
        guard let firstDecoy else { return SubjectTag.decoy(app: app.text, subject: subject, key: service.decoy) }
        return SubjectTag.decoy(app: app.text, subject: subject, key: firstDecoy.key)
    }

    /// A stored index brought to the newest generation, without the value.
    func raised(_ index: [UInt8], field: FieldName, from start: UInt32) -> [UInt8] {
        var value = index
        for root in roots where root.generation > start {
            value = BlindIndex.layer(value, field: field.text, generation: root.generation, root: root.key)
        }
        guard generation > start else { return value }
        return BlindIndex.layer(value, field: field.text, generation: generation, root: service.index)
    }

    // MARK: peppers

    /// The pepper that new envelopes are made with.
    ///
    /// - Throws: `VaultError.setup` if none is open, which an opened vault never is.
    var pepper: PepperKey {
        get throws(VaultError) {
            guard let newest = peppers.last else { throw VaultError(.setup, "no pepper is open") }
            return newest
        }
    }

    /// The pepper that an envelope was made with.
    ///
    /// - Throws: `VaultError.integrity` for one that is gone.
    func pepper(_ generation: UInt32) throws(VaultError) -> PepperKey {
        guard let pepper = peppers.first(where: { $0.generation == generation }) else {
            throw VaultError(
                .integrity, "the pepper of this passphrase is no longer here",
                hint: "the operator puts pepper.old back, or custodians let you in anew")
        }
        return pepper
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
