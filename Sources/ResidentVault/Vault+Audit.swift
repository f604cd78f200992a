internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

/// A page of the log: what matched, and where to go on.
package struct LogPage: Sendable {
    package let entries: [(seq: UInt64, entry: JSON)]
    /// The cursor of the next page, `after` or `before` as it was asked; nil on the last. A page can be empty and not the
    /// last, when nothing matched among the entries it looked at.
    package let next: UInt64?
}

extension Vault {
    /// So many entries one page looks at, so that a filter that nothing matches costs little.
    private static let entriesPerPage = 5_000

    /// Entries that match a filter, a page at a time, in either direction.
    package func entries(_ query: LogQuery, reader: VaultReader) throws -> LogPage {
        try reader.store.read { snapshot in
            let size = try snapshot.logCount()
            var range = try Self.range(of: query.filter, size: size, snapshot)
            if let cursor = query.cursor {
                range = query.isNewestFirst
                    ? range.clamped(to: 0..<min(cursor, size))
                    : range.clamped(to: min(cursor, size - 1) + 1..<max(size, min(cursor, size - 1) + 1))
            }
            let candidates = try Self.candidates(query, in: range, size: size, snapshot)
            var found: [(seq: UInt64, entry: JSON)] = []
            for (position, seq) in candidates.sequences.enumerated() {
                guard let bytes = try candidates.bytes(seq, snapshot) else { continue }
                let entry = try LogEntry(decoding: bytes)
                if query.filter.matches(entry) { found.append((seq, entry.json)) }
                if found.count == query.limit {
                    let isLast = position == candidates.sequences.count - 1 && !candidates.hasMore
                    return LogPage(entries: found, next: isLast ? nil : seq)
                }
            }
            return LogPage(entries: found, next: candidates.hasMore ? candidates.sequences.last : nil)
        }
    }

    /// Which entries a page looks at.
    struct Candidates {
        let sequences: [UInt64]
        let hasMore: Bool
        /// Their bytes, where they were read together.
        var known: [UInt64: [UInt8]] = [:]

        func bytes(_ seq: UInt64, _ snapshot: Snapshot) throws -> [UInt8]? { try known[seq] ?? snapshot.logEntry(seq) }
    }

    private static func candidates(
        _ query: LogQuery, in range: Range<UInt64>, size: UInt64, _ snapshot: Snapshot
    ) throws -> Candidates {
        if let tag = query.filter.tag, query.isNewestFirst {
            return try candidates(tags: [tag], below: range.upperBound, from: range.lowerBound, size: size, snapshot)
        }
        let count = min(UInt64(entriesPerPage), UInt64(range.count))
        let part = query.isNewestFirst ? (range.upperBound - count)..<range.upperBound : range.lowerBound..<(range.lowerBound + count)
        var known: [UInt64: [UInt8]] = [:]
        // Not more than a page holds are read at once; a filter that matches much stops early.
        if count <= 1000 {
            for (seq, entry) in try snapshot.logEntries(from: part.lowerBound, limit: Int(count)) { known[seq] = entry }
        }
        let sequences = query.isNewestFirst ? Array(part.reversed()) : Array(part)
        return Candidates(sequences: sequences, hasMore: part.count < range.count, known: known)
    }

    /// The entries that may name one of some tags, newest first: by the index for whole tiles, and the few after them.
    static func candidates(
        tags: [[UInt8]], below end: UInt64, from start: UInt64, size: UInt64, _ snapshot: Snapshot
    ) throws -> Candidates {
        let indexed = Snapshot.indexedCount(of: size)
        let recent = end > indexed ? Array((max(indexed, start)..<max(end, start)).reversed()) : []
        let page = 1000
        let older = try snapshot.sequences(of: tags, below: min(end, indexed), limit: page).filter { $0 >= start }
        return Candidates(sequences: recent + older, hasMore: older.count == page)
    }

    /// The part of the log between two moments.
    private static func range(of filter: LogFilter, size: UInt64, _ snapshot: Snapshot) throws -> Range<UInt64> {
        let start = try filter.from.map { try firstEntry(at: $0, size: size, snapshot) } ?? 0
        return start..<max(start, try filter.to.map { try firstEntry(at: $0, size: size, snapshot) } ?? size)
    }

    /// The first entry at or after a moment, found by bisection: time never goes back.
    static func firstEntry(at moment: Instant, size: UInt64, _ snapshot: Snapshot) throws -> UInt64 {
        var (low, high) = (UInt64(0), size)
        while low < high {
            let middle = (low + high) / 2
            guard let bytes = try snapshot.logEntry(middle) else { break }
            if try LogEntry(decoding: bytes).time < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The bytes of a tile of the log.
    ///
    /// - Throws: `VaultError.notFound` for a tile that the log does not have (yet), or not in this width.
    ///   Also for what is no tile's path.
    package func tile(_ text: String, reader: VaultReader) throws -> [UInt8] {
        guard let path = TilePath(parsing: text) else { throw VaultError(.notFound, "this is no tile's path") }
        let bytes = try reader.store.read { snapshot in try snapshot.tile(path, size: try snapshot.logCount()) }
        guard let bytes else { throw VaultError(.notFound, "the log has no such tile") }
        return bytes
    }

    /// A proof that an entry stands in the log as it is now, with the entry: a tlog-proof file.
    package func inclusionProof(_ seq: UInt64, reader: VaultReader) throws -> [UInt8] {
        try reader.store.read { snapshot in
            let size = try snapshot.logCount()
            guard let proof = try InclusionProof.make(index: seq, size: size, hash: snapshot.hash),
                let entry = try snapshot.logEntry(seq)
            else { throw VaultError(.notFound, "the log has no entry \(seq); it has \(size)") }
            return ProofFile(entry: entry, index: seq, hashes: proof.hashes, note: try checkpoint(size: size, snapshot))
                .encoded
        }
    }

    /// A proof that the log continued between two sizes, with the signed checkpoint of the newer one.
    ///
    /// - Parameter new: the log's present size if nil.
    /// - Throws: `VaultError.badValue` for sizes out of order or beyond the log.
    package func consistency(from old: UInt64, to new: UInt64?, reader: VaultReader) throws -> [UInt8] {
        try update(from: old, to: new, reader: reader).encoded
    }

    func update(from old: UInt64, to new: UInt64?, reader: VaultReader) throws -> CheckpointUpdate {
        try reader.store.read { snapshot in
            let size = try snapshot.logCount()
            let new = new ?? size
            guard new <= size, let proof = try ConsistencyProof.make(from: old, to: new, hash: snapshot.hash) else {
                throw VaultError(.badValue, "sizes must be in order and at most the log's \(size)")
            }
            return CheckpointUpdate(oldSize: old, hashes: proof.hashes, note: try checkpoint(size: new, snapshot))
        }
    }

    /// Signs the checkpoint of a size that is committed. The log's own root at its own size: signing it again says nothing
    /// new.
    private func checkpoint(size: UInt64, _ snapshot: Snapshot) throws -> [UInt8] {
        let root = try MerkleTree.root(of: 0..<size) { try snapshot.hash($0) }
        return try Checkpoint(origin: name, size: size, root: root).signedNote(with: keys.service.log)
    }

    /// The log's verifier key, in the form that others read.
    package var logKey: String {
        get throws { try VerifierKey(name: name, publicKey: keys.service.log.publicKey).text }
    }
}
