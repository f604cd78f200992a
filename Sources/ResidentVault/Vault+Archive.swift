internal import Synchronization
internal import VaultAudit
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Moves whole tiles of entries that are older than the policies keep them in the database into the archive. Their
    /// hashes stay, so every proof can still be made, and the verification reads them from the archive.
    ///
    /// The intent is logged first; then each tile is written durably, and only then dropped, one tile a transaction. Cut
    /// off at any point, the next run goes on.
    /// - Returns: how many entries were moved, and the first that still lies in the database.
    /// - Throws: `VaultError.integrity` if an entry does not fit its tile's hashes: then nothing of it is moved.
    package func archive(uid: UInt32) throws -> (moved: UInt64, first: UInt64) {
        guard archiving.withLock({ isRunning in
            defer { isRunning = true }
            return !isRunning
        }) else { throw VaultError(.conflict, "entries are being moved already") }
        defer { archiving.withLock { $0 = false } }
        let reader = try store.reader()
        let (start, end) = try reader.read { snapshot -> (UInt64, UInt64) in
            let size = try snapshot.logCount()
            let cutoff = writer.trusted.advanced(bySeconds: -Int64(config.config.policies.logRetentionDays) * 86_400)
            let old = try Self.firstEntry(at: cutoff, size: size, snapshot)
            // The newest tile stays, whole or not: the head is read from it.
            let last = size == 0 ? 0 : (size - 1) >> 8
            return (try snapshot.firstStored() >> 8, min(old >> 8, last))
        }
        guard start < end else { return (0, start << 8) }
        try writer.perform { transaction in
            var entry = transaction.entry(.archived, request: .random())
            entry.role = .operator
            entry.uid = uid
            entry.count = Int((end - start) << 8)
            try transaction.append(entry)
        }
        let archive = ArchiveDirectory(path: directory.archive)
        for number in start..<end {
            let (bundle, hashes, stored) = try reader.read { snapshot in
                let path = TilePath(.entries, number: number)
                return (try snapshot.tile(path, size: .max), try Self.leaves(of: path, snapshot), try snapshot.tile(level: 0, number: number))
            }
            guard let bundle, hashes == stored else {
                throw VaultError(.integrity, "the entries of tile \(number) do not hash to it", hint: "look with: rvault audit verify")
            }
            try archive.write(bundle, number: number)
            try writer.perform { try $0.changes.dropEntries(before: (number + 1) << 8) }
        }
        return ((end - start) << 8, end << 8)
    }

    private static func leaves(of path: TilePath, _ snapshot: Snapshot) throws -> [UInt8] {
        try snapshot.logEntries(from: path.number << 8, limit: path.width).flatMap { MerkleHash.leaf($0.entry) }
    }
}
