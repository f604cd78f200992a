/// Several fields' keys with their epochs, in one piece of locked memory, kept in byte order of the fields' names.
package struct FieldKeySet: ~Copyable, Sendable {
    package struct Entry: Sendable {
        package let field: String
        package let epoch: UInt32
    }

    package private(set) var entries: [Entry] = []
    private var keys: SecretBytes

    /// An empty set with room for a number of keys.
    package init(capacity: Int) throws(CryptoError) {
        keys = try SecretBytes(zeroed: max(1, capacity) * 32)
        entries.reserveCapacity(capacity)
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// The epoch of the key held for a field; nil if none is held.
    package borrowing func epoch(of field: String) -> UInt32? { position(of: field).map { entries[$0].epoch } }

    /// Adds a key, or replaces the one held for the field if this one's epoch is higher: per field the highest counts.
    package mutating func merge(_ field: String, epoch: UInt32, key: UnsafeRawBufferPointer) throws(CryptoError) {
        guard key.count == 32 else { throw .wrongLength(expected: 32, found: key.count) }
        // Bundles list their fields in order, so most keys come after all that are held.
        let isLast = entries.last.map { ByteOrder.precedes($0.field, field) } ?? true
        if !isLast, let position = position(of: field) {
            guard epoch > entries[position].epoch else { return }
            entries[position] = Entry(field: field, epoch: epoch)
            unsafe store(key, at: position)
            return
        }
        if (entries.count + 1) * 32 > keys.count {
            var larger = try SecretBytes(zeroed: keys.count * 2)
            larger.withMutableBytes { target in keys.withBytes { unsafe target.copyMemory(from: $0) } }
            keys = larger
        }
        if isLast {
            entries.append(Entry(field: field, epoch: epoch))
            return unsafe store(key, at: entries.count - 1)
        }
        let position = entries.firstIndex { ByteOrder.precedes(field, $0.field) } ?? entries.count
        keys.withMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let slot = unsafe base + position * 32
            unsafe (slot + 32).copyMemory(from: slot, byteCount: (entries.count - position) * 32)
        }
        entries.insert(Entry(field: field, epoch: epoch), at: position)
        unsafe store(key, at: position)
    }

    /// Adds every key of another set, by the same rule.
    package mutating func merge(_ other: borrowing FieldKeySet) throws(CryptoError) {
        for position in other.entries.indices {
            let entry = other.entries[position]
            try other.withKey(at: position) { key throws(CryptoError) in
                try unsafe merge(entry.field, epoch: entry.epoch, key: key)
            }
        }
    }

    /// The key held for a field, as a key of its own; nil if none is held.
    package borrowing func key(for field: String) throws(CryptoError) -> FieldKey? {
        guard let position = position(of: field) else { return nil }
        return try withKey(at: position) { bytes throws(CryptoError) in try unsafe FieldKey(copying: bytes) }
    }

    /// Opens a cell with the key held for its field; the parameters are those of `CellContext`.
    ///
    /// - Parameter scope: the resident's.
    /// - Returns: nil if no key is held for the field, or one of another epoch than the cell's.
    /// - Throws: `CryptoError` as `Cell.open`.
    package borrowing func open(
        _ cell: [UInt8], field: String, epoch: UInt32, revision: UInt64, source: String, time: UInt64,
        in scope: inout CellScope
    ) throws(CryptoError) -> [UInt8]? {
        guard let position = position(of: field), entries[position].epoch == epoch else { return nil }
        let additionalData = scope.additionalData(field: field, epoch: epoch, revision: revision, source: source, time: time)
        return try withKey(at: position) { key throws(CryptoError) in
            try unsafe Cell.open(cell, keyBytes: key, additionalData: additionalData)
        }
    }

    /// A copy that holds only the named fields: what a grant's bundle is made from.
    package borrowing func subset(where keep: (Entry) -> Bool) throws(CryptoError) -> FieldKeySet {
        var out = try FieldKeySet(capacity: entries.count)
        for position in entries.indices where keep(entries[position]) {
            let entry = entries[position]
            try withKey(at: position) { key throws(CryptoError) in
                try unsafe out.merge(entry.field, epoch: entry.epoch, key: key)
            }
        }
        return out
    }

    @safe borrowing func withKey<Result: ~Copyable>(
        at position: Int, _ body: (UnsafeRawBufferPointer) throws(CryptoError) -> Result
    ) throws(CryptoError) -> Result {
        try keys.withBytes { bytes throws(CryptoError) in
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[(position * 32)..<(position * 32 + 32)]))
        }
    }

    /// A record has a few dozen fields at most; a scan beats a dictionary.
    private borrowing func position(of field: String) -> Int? {
        entries.firstIndex { ByteOrder.areEqual($0.field, field) }
    }

    private mutating func store(_ key: UnsafeRawBufferPointer, at position: Int) {
        keys.withMutableBytes { bytes in
            let slot = unsafe bytes[(position * 32)..<(position * 32 + 32)]
            unsafe UnsafeMutableRawBufferPointer(rebasing: slot).copyMemory(from: key)
        }
    }
}
