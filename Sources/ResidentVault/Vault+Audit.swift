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
        // What a planted tile says is not believed beyond the log's own size.
        let indexed = min(try snapshot.indexedCount(), (size >> 8) << 8)
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
        let (note, head) = try signedHead()
        return try reader.store.read { snapshot in
            guard seq < head.size, let entry = try snapshot.logEntry(seq),
                let proof = try Self.unlessDamaged({ try InclusionProof.make(index: seq, size: head.size, hash: snapshot.hash) })
            else { throw VaultError(.notFound, "the log has no entry \(seq); it has \(head.size)") }
            do { try proof.verify(leaf: MerkleHash.leaf(entry), root: head.root) } catch { throw Self.damaged }
            return ProofFile(entry: entry, index: seq, hashes: proof.hashes, note: note).encoded
        }
    }

    /// A proof that the log continued between two sizes, with the signed checkpoint of the newer one.
    ///
    /// - Parameter new: the log's present size if nil.
    /// - Throws: `VaultError.badValue` for sizes out of order or beyond the log.
    package func consistency(from old: UInt64, to new: UInt64?, reader: VaultReader) throws -> [UInt8] {
        try update(from: old, to: new, reader: reader).encoded
    }

    /// Nothing is signed on the rows' word: the head in memory is what this process appended, and the root of an older
    /// size is signed only after a proof that the head continues it.
    func update(from old: UInt64, to new: UInt64?, reader: VaultReader) throws -> CheckpointUpdate {
        let (note, head) = try signedHead()
        let new = new ?? head.size
        guard old <= new, new <= head.size else {
            throw VaultError(.badValue, "sizes must be in order and at most the log's \(head.size)")
        }
        return try reader.store.read { snapshot in
            func root(_ size: UInt64) throws -> [UInt8] {
                try Self.unlessDamaged { try MerkleTree.root(of: 0..<size) { try snapshot.hash($0) } }
            }
            /// Made from rows, and checked against roots.
            func proof(_ from: UInt64, _ to: UInt64, _ oldRoot: [UInt8], _ newRoot: [UInt8]) throws -> ConsistencyProof {
                let made = try Self.unlessDamaged { try ConsistencyProof.make(from: from, to: to, hash: snapshot.hash) }
                guard let made else { throw Self.damaged }
                do { try made.verify(oldRoot: oldRoot, newRoot: newRoot) } catch { throw Self.damaged }
                return made
            }
            let newRoot = new == head.size ? head.root : try root(new)
            var newNote = note
            if new < head.size {
                _ = try proof(new, head.size, newRoot, head.root)
                newNote = try Checkpoint(origin: name, size: new, root: newRoot).signedNote(with: keys.service.log)
            }
            let between = try proof(old, new, old == new ? newRoot : try root(old), newRoot)
            return CheckpointUpdate(oldSize: old, hashes: between.hashes, note: newNote)
        }
    }

    /// The newest checkpoint, signed over the head in memory.
    private func signedHead() throws -> (note: [UInt8], checkpoint: Checkpoint) {
        let note = checkpoint()
        return (note, try Checkpoint(parsing: try SignedNote(parsing: note).text))
    }

    private static let damaged = VaultError(
        .integrity, "the stored log does not lead to its signed head: an entry or a tile was altered",
        hint: "the operator finds it with: rvault audit verify. If only a tile is at fault: rvaultd --remake-tiles")

    /// Rows that no proof can be made of are damaged, whatever is wrong with them.
    private static func unlessDamaged<Value>(_ make: () throws -> Value) throws -> Value {
        do { return try make() } catch is AuditError { throw damaged }
    }

    /// The log's verifier key, in the form that others read.
    package var logKey: String {
        get throws { try VerifierKey(name: name, publicKey: keys.service.log.publicKey).text }
    }
}
