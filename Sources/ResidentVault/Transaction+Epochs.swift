internal import VaultPolicy
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A value on its way into a cell.
struct NewValue {
    let field: FieldName
    /// UTF-8 JSON.
    let value: [UInt8]
    /// Set when a value is only moved to a new key: re-keying keeps revision, source and time.
    var kept: (revision: UInt64, source: String, time: Instant)?
}

extension Transaction {
    /// Starts an epoch for some fields of a resident: a new write key sealed to them, their cells under it, supplements to
    /// every live grant that names and may read them, and then the write key is forgotten. Only public keys are needed,
    /// so whoever may write can do it without being able to read back.
    func startEpoch(_ resident: inout ResidentRow, _ values: [NewValue], source: String) throws {
        guard !values.isEmpty else { return }
        guard resident.epoch < UInt32.max else { throw VaultError(.integrity, "a resident's epochs are used up") }
        resident.epoch += 1
        let epoch = resident.epoch
        let write = try WriteKey.random()
        var keys = try FieldKeySet(capacity: values.count)
        for new in values {
            let key = try write.fieldKey(new.field.text, epoch: epoch)
            try key.withBytes { try keys.merge(new.field.text, epoch: epoch, key: $0) }
            try putCell(resident, new, epoch: epoch, source: source, key: key)
        }
        try changes.put(
            WriteKeyRow(
                resident: resident.reference, epoch: epoch,
                blob: try SealedWriteKey.seal(
                    write, vault: vault.id.bytes, resident: resident.reference.id.bytes, epoch: epoch,
                    to: try BoxPublicKey(resident.box))))
        resident.stale.subtract(values.map(\.field))
        try supply(keys, epoch: epoch, to: resident)
        try prune(resident.reference)
    }

    /// Writes one cell under a key that someone holds.
    func putCell(
        _ resident: ResidentRow, _ new: NewValue, epoch: UInt32, source: String, key: borrowing FieldKey
    ) throws {
        let kept = new.kept ?? (revision: resident.revision + 1, source: source, time: now)
        let context = CellContext(
            vault: vault.id.bytes, resident: resident.reference.id.bytes, field: new.field.text, epoch: epoch,
            revision: kept.revision, source: kept.source, time: UInt64(bitPattern: kept.time.milliseconds))
        try changes.put(
            CellRow(
                resident: resident.reference, field: new.field, epoch: epoch, revision: kept.revision,
                source: kept.source, time: kept.time, blob: Cell.seal(new.value, key: key, context: context)))
        guard new.kept == nil else { return }
        try index(resident.reference, field: new.field, value: new.value)
    }

    /// Replaces a field's blind indexes, if its policy has any.
    func index(_ resident: ResidentReference, field: FieldName, value: [UInt8]) throws {
        guard let definition = config.config.policies.fields[field], definition.lookup else { return }
        try changes.deleteIndex(resident: resident, field: field)
        for text in definition.lookupValues(of: try JSONParser.parse(value)) {
            try changes.put(
                IndexRow(resident: resident, field: field, value: keys.index(field, text), generation: keys.generation))
        }
    }

    private func supply(_ keys: borrowing FieldKeySet, epoch: UInt32, to resident: ResidentRow) throws {
        for grant in try snapshot.grants(of: resident.reference) where grant.state.isLive && grant.until > now {
            let statement = try GrantStatement(decoding: grant.statement)
            guard statement.actions.contains(.read), let box = try boxKey(of: statement.recipient) else { continue }
            let mine = try keys.subset { FieldName($0.field).map { statement.fields[$0] != nil } ?? false }
            guard !mine.isEmpty else { continue }
            let header = bundleHeader(grant, recipient: box, serial: epoch)
            try changes.put(
                SupplementRow(
                    grant: grant.id, epoch: epoch, fields: Set(mine.entries.compactMap { FieldName($0.field) }),
                    box: BoxMark.of(box), blob: try Bundle.seal(mine, header: header)))
        }
    }

    /// Drops write keys and supplements of epochs that no cell is at any more.
    func prune(_ resident: ResidentReference) throws {
        try changes.pruneWriteKeys(of: resident)
        let cells = Dictionary(uniqueKeysWithValues: try snapshot.cells(of: resident).map { ($0.field, $0.epoch) })
        for grant in try snapshot.grants(of: resident) where grant.state.isLive {
            for supplement in try snapshot.supplements(grant: grant.id)
            where !supplement.fields.contains(where: { cells[$0] == supplement.epoch }) {
                try changes.deleteSupplement(grant: grant.id, epoch: supplement.epoch)
            }
        }
    }

    /// Moves fields to a new epoch with their keys in hand: what a grant that ended could open, it opens no more.
    func rekey(_ resident: inout ResidentRow, keys: borrowing FieldKeySet, fields: Set<FieldName>) throws {
        var values: [NewValue] = []
        let cells = try snapshot.cells(of: resident.reference)
        for cell in cells where fields.contains(cell.field) {
            guard let value = try FieldKeys.open(cell, vault: vault.id, keys: keys) else { continue }
            values.append(
                NewValue(field: cell.field, value: value, kept: (cell.revision, cell.source, cell.time)))
        }
        try startEpoch(&resident, values, source: "")
        // A field without a cell has nothing to move.
        resident.stale.formIntersection(Set(cells.map(\.field)))
    }

    /// Moves everything stale if it can be opened; false if it cannot, and then it stays stale.
    func rekeyIfPossible(_ resident: inout ResidentRow, box: borrowing BoxKeyPair) throws -> Bool {
        var moved = resident
        do {
            try changes.attempt {
                let keys = try FieldKeys.all(
                    of: moved.reference, fields: moved.stale, vault: vault.id, box: box, in: snapshot)
                try rekey(&moved, keys: keys, fields: moved.stale)
            }
            resident = moved
            return moved.stale.isEmpty
        } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch {
            // In a draft it may be for want of memory; the writer tries again before it says so.
            try snapshot.requireStored()
            return false
        }
    }

    func bundleHeader(_ grant: GrantRow, recipient: BoxPublicKey, serial: UInt32) -> BundleHeader {
        BundleHeader(
            vault: vault.id.bytes, grant: grant.id.bytes, recipient: recipient,
            statement: Hash.blake2b256(grant.statement), resident: grant.resident.id.bytes, serial: serial)
    }
}
