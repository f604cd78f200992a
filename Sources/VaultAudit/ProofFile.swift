/// A proof that an entry stands in the log, in one file that anyone can check later and without us (C2SP tlog-proof).
///
/// Ours carry the entry itself as `extra`: the proof authenticates it, because its hash is the proof's leaf.
package struct ProofFile: Equatable, Sendable {
    /// The first line.
    private static let header = "c2sp.org/tlog-proof@v1"

    /// The entry's bytes, where the file carries them.
    package let entry: [UInt8]?
    package let index: UInt64
    /// From the leaf's sibling up.
    package let hashes: [[UInt8]]
    /// The checkpoint's note as it stands.
    package let note: [UInt8]

    package init(entry: [UInt8]?, index: UInt64, hashes: [[UInt8]], note: [UInt8]) {
        self.entry = entry
        self.index = index
        self.hashes = hashes
        self.note = note
    }

    package var encoded: [UInt8] {
        var text = Self.header + "\n"
        if let entry { text += "extra \(PaddedBase64.encode(entry))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += PaddedBase64.encode(hash) + "\n" }
        return Array(text.utf8) + [0x0a] + note
    }

    /// Reads the form of `encoded`; the checkpoint is only checked by `verify`.
    ///
    /// - Throws: `AuditError.malformedProof`.
    package init(parsing bytes: [UInt8]) throws(AuditError) {
        var reader = ProofReader(bytes)
        guard try reader.line().elementsEqual(Self.header.utf8) else { throw .malformedProof }
        var line = try reader.line()
        if let extra = ProofReader.value(of: line, after: "extra ") {
            guard let bytes = PaddedBase64.decode(extra) else { throw .malformedProof }
            entry = bytes
            line = try reader.line()
        } else {
            entry = nil
        }
        guard let number = ProofReader.value(of: line, after: "index "), let index = NoteNumber.parse(number) else {
            throw .malformedProof
        }
        self.index = index
        hashes = try reader.hashes()
        note = reader.rest
    }

    /// Checks the proof against the log's key.
    ///
    /// - Parameter anyEpoch: also if the log had another name then: what it proves may have been lost since.
    /// - Parameter entry: the entry to check; the file's own if nil.
    /// - Returns: the checkpoint it leads to.
    /// - Throws: what `Checkpoint.open` throws; `AuditError.malformedProof` without an entry; `.badProof`, `.outsideTree`.
    package func verify(
        entry given: [UInt8]? = nil, key: VerifierKey, anyEpoch: Bool = false
    ) throws(AuditError) -> Checkpoint {
        guard let entry = given ?? entry else { throw .malformedProof }
        let checkpoint = try anyEpoch ? Checkpoint.open(note, ofAnyEpochOf: key) : Checkpoint.open(note, key: key)
        try InclusionProof(index: index, size: checkpoint.size, hashes: hashes)
            .verify(leaf: MerkleHash.leaf(entry), root: checkpoint.root)
        return checkpoint
    }
}

/// That a newer checkpoint continues an older one: `old <size>`, the proof's hashes, a blank line, the newer checkpoint.
/// It is the body of C2SP tlog-witness's add-checkpoint, and the file that `rvault audit consistency` writes.
package struct CheckpointUpdate: Equatable, Sendable {
    package let oldSize: UInt64
    package let hashes: [[UInt8]]
    /// The newer checkpoint's note.
    package let note: [UInt8]

    package init(oldSize: UInt64, hashes: [[UInt8]], note: [UInt8]) {
        self.oldSize = oldSize
        self.hashes = hashes
        self.note = note
    }

    package var encoded: [UInt8] {
        let lines = hashes.map { PaddedBase64.encode($0) + "\n" }.joined()
        return Array("old \(oldSize)\n\(lines)\n".utf8) + note
    }

    /// - Throws: `AuditError.malformedProof`.
    package init(parsing bytes: [UInt8]) throws(AuditError) {
        var reader = ProofReader(bytes)
        guard let number = ProofReader.value(of: try reader.line(), after: "old "), let size = NoteNumber.parse(number) else {
            throw .malformedProof
        }
        oldSize = size
        hashes = try reader.hashes()
        note = reader.rest
    }

    /// Checks that the newer checkpoint is the log's and continues the older one.
    ///
    /// - Returns: the newer checkpoint.
    /// - Throws: what `Checkpoint.open` throws, `AuditError.badProof`, `.outsideTree` if the older log is the longer.
    package func verify(from old: Checkpoint, key: VerifierKey) throws(AuditError) -> Checkpoint {
        let new = try Checkpoint.open(note, key: key)
        guard old.origin == new.origin else { throw .wrongOrigin }
        guard old.size == oldSize else { throw .badProof }
        try ConsistencyProof(oldSize: oldSize, newSize: new.size, hashes: hashes).verify(oldRoot: old.root, newRoot: new.root)
        return new
    }
}

/// Reads the lines before a checkpoint.
private struct ProofReader {
    private(set) var rest: [UInt8]

    /// A proof over 2^63 entries has no more, and the witness protocol takes no more.
    private static let hashLimit = 63

    init(_ bytes: [UInt8]) { rest = bytes }

    mutating func line() throws(AuditError) -> ArraySlice<UInt8> {
        guard let end = rest.firstIndex(of: 0x0a) else { throw .malformedProof }
        let line = rest[..<end]
        rest = Array(rest[(end + 1)...])
        return line
    }

    /// Hashes up to the blank line.
    mutating func hashes() throws(AuditError) -> [[UInt8]] {
        var hashes: [[UInt8]] = []
        while true {
            let line = try line()
            if line.isEmpty { return hashes }
            guard hashes.count < Self.hashLimit, let hash = PaddedBase64.decode(line), hash.count == MerkleHash.byteCount
            else { throw .malformedProof }
            hashes.append(hash)
        }
    }

    static func value(of line: ArraySlice<UInt8>, after word: StaticString) -> ArraySlice<UInt8>? {
        let count = word.utf8CodeUnitCount
        guard line.count > count, (0..<count).allSatisfy({ line[line.startIndex + $0] == word.utf8Start[$0] }) else {
            return nil
        }
        return line.dropFirst(count)
    }
}
