internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// How keys are found again: by the resident through their write keys, by an app through its bundle.
enum FieldKeys {
    /// Every field's key, opened with the resident's own box key: one sealed write key an epoch in use.
    ///
    /// - Parameter fields: the fields whose keys are needed; all if nil. Opening an epoch's write key is an X25519
    ///   operation, so epochs of other fields stay closed.
    static func all(
        of resident: ResidentReference, fields: Set<FieldName>? = nil, vault: VaultID, box: borrowing BoxKeyPair,
        in snapshot: Snapshot
    ) throws -> FieldKeySet {
        let cells = try snapshot.cells(of: resident).filter { fields?.contains($0.field) ?? true }
        var set = try FieldKeySet(capacity: cells.count)
        for row in try snapshot.writeKeys(of: resident) {
            let fields = cells.filter { $0.epoch == row.epoch }
            guard !fields.isEmpty else { continue }
            let write = try SealedWriteKey.open(
                row.blob, vault: vault.bytes, resident: resident.id.bytes, epoch: row.epoch, with: box)
            for cell in fields {
                let key = try write.fieldKey(cell.field.text, epoch: row.epoch)
                try key.withBytes { try set.merge(cell.field.text, epoch: row.epoch, key: $0) }
            }
        }
        return set
    }

    /// Opens one cell with a key set.
    ///
    /// - Returns: nil if the set holds no key of the cell's own epoch: the field is then `unavailable`.
    static func open(_ cell: CellRow, vault: VaultID, keys: borrowing FieldKeySet) throws -> [UInt8]? {
        var scope = CellScope(vault: vault.bytes, resident: cell.resident.id.bytes)
        return try open(cell, keys: keys, in: &scope)
    }

    /// The same for several cells of one resident.
    static func open(_ cell: CellRow, keys: borrowing FieldKeySet, in scope: inout CellScope) throws -> [UInt8]? {
        try keys.open(
            cell.blob, field: cell.field.text, epoch: cell.epoch, revision: cell.revision, source: cell.source,
            time: UInt64(bitPattern: cell.time.milliseconds), in: &scope)
    }
}

extension CellRow {
    func context(vault: VaultID) -> CellContext {
        CellContext(
            vault: vault.bytes, resident: resident.id.bytes, field: field.text, epoch: epoch, revision: revision,
            source: source, time: UInt64(bitPattern: time.milliseconds))
    }
}

/// An app's keys for one grant, and what opening them changed. Shared by reference within one request, because the
/// keys cannot be copied.
final class OpenedBundle: Sendable {
    let keys: FieldKeySet
    /// The newest epoch that was merged.
    let serial: UInt32
    /// What is to be stored in the bundle's place, if supplements were merged or it was still sealed.
    let rewrap: Rewrap?

    private init(keys: consuming FieldKeySet, serial: UInt32, rewrap: Rewrap?) {
        self.keys = keys
        self.serial = serial
        self.rewrap = rewrap
    }
}

/// A re-wrapped bundle on its way to the writer. It is dropped if the bundle has changed since it was read.
struct Rewrap: Sendable {
    let replaces: BundleRow
    let row: BundleRow
    /// The supplements that were merged; only these are deleted.
    let merged: [UInt32]

    /// Stores it, unless someone was faster. No state changes: bundles and supplements stay out of it.
    func apply(in transaction: Transaction) throws {
        guard try transaction.snapshot.bundle(grant: replaces.grant) == replaces else { return }
        try transaction.changes.put(row)
        for epoch in merged { try transaction.changes.deleteSupplement(grant: replaces.grant, epoch: epoch) }
    }
}

extension OpenedBundle {
    /// Opens a live grant's bundle with the app's own secret and merges its supplements.
    ///
    /// - Throws: `CryptoError` for another grant's bundle or an altered one, `VaultError.integrity` for one that is
    ///   wider than the statement.
    static func open(
        grant: GrantRow, granted: GrantedFields, secret: borrowing AppSecret, recipient: BoxPublicKey, vault: VaultID,
        in snapshot: Snapshot
    ) throws -> OpenedBundle? {
        try open(grant: grant, granted: granted, secret: secret, wrap: secret.wrapKey(), recipient: recipient,
            mark: BoxMark.of(recipient), vault: vault, in: snapshot)
    }

    /// The same for one of many grants to the same app.
    ///
    /// - Parameters:
    ///   - wrap: the secret's wrap key.
    ///   - mark: the recipient's.
    static func open(
        grant: GrantRow, granted: GrantedFields, secret: borrowing AppSecret, wrap: borrowing WrapKey, recipient: BoxPublicKey,
        mark: [UInt8], vault: VaultID, in snapshot: Snapshot
    ) throws -> OpenedBundle? {
        // What is for the app's other key, while two count, is none of this token's.
        guard let stored = try snapshot.keys(of: grant), stored.bundle.box == mark else { return nil }
        let bundle = stored.bundle
        let supplements = stored.supplements.filter { $0.box == mark }
        let header = BundleHeader(
            vault: vault.bytes, grant: grant.id.bytes, recipient: recipient, statement: Hash.blake2b256(grant.statement),
            resident: grant.resident.id.bytes, serial: bundle.serial)
        if bundle.form == .wrapped, supplements.isEmpty {
            let keys = try Bundle.openWrapped(bundle.blob, header: header, key: wrap)
            try check(keys, within: granted)
            return OpenedBundle(keys: keys, serial: bundle.serial, rewrap: nil)
        }
        let pair = try secret.boxPair()
        var keys =
            switch bundle.form {
            case .wrapped: try Bundle.openWrapped(bundle.blob, header: header, key: wrap)
            case .sealed: try Bundle.openSealed(bundle.blob, header: header, with: pair)
            }
        var serial = bundle.serial
        for supplement in supplements {
            let more = try Bundle.openSealed(supplement.blob, header: header.with(serial: supplement.epoch), with: pair)
            try keys.merge(more)
            serial = max(serial, supplement.epoch)
        }
        try check(keys, within: granted)
        let wrapped = try Bundle.wrap(keys, header: header.with(serial: serial), key: wrap)
        let rewrap = Rewrap(
            replaces: bundle, row: BundleRow(
                grant: grant.id, form: .wrapped, serial: serial, box: mark, blob: wrapped),
            merged: supplements.map(\.epoch))
        return OpenedBundle(keys: keys, serial: serial, rewrap: rewrap)
    }

    /// Opens a live delegation's bundle with the delegate's own box key and merges its supplements. It is sealed to the
    /// same key again, never wrapped.
    ///
    /// - Returns: nil if it has no bundle.
    /// - Throws: as for an app's.
    static func open(
        delegation grant: GrantRow, granted: GrantedFields, with pair: borrowing BoxKeyPair, vault: VaultID,
        in snapshot: Snapshot
    ) throws -> OpenedBundle? {
        guard let bundle = try snapshot.bundle(grant: grant.id) else { return nil }
        guard bundle.form == .sealed else { throw VaultError(.integrity, "a delegation's bundle is wrapped under an app's key") }
        let header = BundleHeader(
            vault: vault.bytes, grant: grant.id.bytes, recipient: pair.publicKey,
            statement: Hash.blake2b256(grant.statement), resident: grant.resident.id.bytes, serial: bundle.serial)
        var keys = try Bundle.openSealed(bundle.blob, header: header, with: pair)
        var serial = bundle.serial
        let supplements = try snapshot.supplements(grant: grant.id)
        for supplement in supplements {
            try keys.merge(
                try Bundle.openSealed(supplement.blob, header: header.with(serial: supplement.epoch), with: pair))
            serial = max(serial, supplement.epoch)
        }
        try check(keys, within: granted)
        guard !supplements.isEmpty else { return OpenedBundle(keys: keys, serial: serial, rewrap: nil) }
        let sealed = try Bundle.seal(keys, header: header.with(serial: serial))
        let rewrap = Rewrap(
            replaces: bundle, row: BundleRow(
                grant: grant.id, form: .sealed, serial: serial, box: BoxMark.of(pair.publicKey), blob: sealed),
            merged: supplements.map(\.epoch))
        return OpenedBundle(keys: keys, serial: serial, rewrap: rewrap)
    }

    /// - Parameter granted: the fields of the statement, in byte order like the keys.
    static func check(_ keys: borrowing FieldKeySet, within granted: GrantedFields) throws(VaultError) {
        var names = granted.names[...]
        for entry in keys.entries {
            guard let place = names.firstIndex(of: entry.field) else {
                throw VaultError(.integrity, "a bundle holds more than its statement grants")
            }
            names = names[(place + 1)...]
        }
    }
}

/// Tells which box key a bundle or supplement is for, without opening it.
enum BoxMark {
    static func of(_ key: BoxPublicKey) -> [UInt8] { of(key.bytes) }
    static func of(_ bytes: [UInt8]) -> [UInt8] { Array(Hash.blake2b256(bytes).prefix(8)) }
}
