internal import VaultAPI
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel

/// Copies the log to a directory and brings it up to date on later runs. It asks the daemon for entries and the
/// checkpoint alone and makes every tile itself, so a directory it completes was checked as it was written.
struct TileExport {
    let directory: TileDirectory
    let calls: AuditCalls
    /// The log's key from elsewhere; the daemon's word, at the first export, if nil.
    let key: VerifierKey?

    struct Outcome {
        let size: UInt64
        /// How many entries are new in the directory.
        let added: UInt64
    }

    /// - Parameter cosigned: ends at the newest checkpoint that witnesses cosigned.
    /// - Throws: `Failure`; the directory is then as it was, at its old checkpoint.
    func run(cosigned: Bool, progress: (UInt64, UInt64) -> Void) async throws -> Outcome {
        let (key, trusted, held) = try await keys()
        // The first reading of an hour is logged; then the checkpoint covers that entry too.
        _ = try await calls.call(.auditEntries, query: [(name: "limit", value: "1")], as: EntryPage.self)
        let note = try await calls.bytes(cosigned ? .cosigned : .checkpoint)
        let new = try open(note, key)
        let old = try directory.read(TileDirectory.checkpointName).map { try open($0, held ?? key) }
        let oldSize = old?.size ?? 0
        if cosigned, oldSize > new.size {
            throw Failure(
                .refused, Sentence(AuditFaults.cosignedOlder, "\(new.size)", "\(oldSize)"),
                hint: Sentence(AuditHints.emptyDirectory))
        }
        guard oldSize <= new.size else {
            throw Failure(
                .refused, Sentence(AuditFaults.logShorter, "\(new.size)", "\(oldSize)"), hint: Sentence(AuditHints.keepExport))
        }
        // A size without files behind it is no export of ours, whoever signed it.
        guard oldSize <= UInt64(directory.contents().count) * UInt64(TilePath.fullWidth) else {
            throw Failure(
                .refused, Sentence(AuditFaults.exportDamaged, directory.path), hint: Sentence(AuditHints.exportAnew))
        }
        try directory.prepare(size: oldSize)
        let damaged = Failure(
            .refused, Sentence(AuditFaults.exportDamaged, directory.path), hint: Sentence(AuditHints.exportAnew))
        var builder: TileBuilder
        do {
            builder = try TileBuilder(size: oldSize) { path in
                guard let bytes = try directory.read(path.text) else {
                    throw Failure(.refused, Sentence(AuditFaults.tileMissing, path.text), hint: Sentence(AuditHints.exportAnew))
                }
                return bytes
            }
        } catch is AuditError { throw damaged }
        guard try old == nil || builder.root == old?.root else {
            throw damaged
        }
        var written: [String] = []
        do {
            try await extend(&builder, to: new.size, &written, progress)
            guard try builder.root == new.root else {
                throw Failure(.refused, Sentence(AuditFaults.notContinued, "\(oldSize)"), hint: Sentence(AuditHints.keepExport))
            }
            for (path, bytes) in builder.partial where !path.belongs(toSize: oldSize) {
                try directory.write(path.text, bytes)
                written.append(path.text)
            }
            if trusted != key { try follow(from: trusted, to: key, size: new.size) }
        } catch {
            written.forEach(directory.remove)
            throw error
        }
        try directory.write(TileDirectory.keyName, Array("\(key.text)\n".utf8))
        try directory.write(TileDirectory.checkpointName, note)
        for path in TilePath.all(size: oldSize) where !path.isFull && !path.belongs(toSize: new.size) {
            directory.remove(path.text)
        }
        directory.removeEmptyFolders()
        return Outcome(size: new.size, added: new.size - oldSize)
    }

    private func extend(
        _ builder: inout TileBuilder, to size: UInt64, _ written: inout [String], _ progress: (UInt64, UInt64) -> Void
    ) async throws {
        while builder.size < size {
            let number = builder.size >> 8
            let width = Int(min(UInt64(TilePath.fullWidth), size - number << 8))
            let bundle = try await calls.bytes(
                .tile, id: String(TilePath(.entries, number: number, width: width).text.dropFirst("tile/".count)))
            let entries = try EntryBundle.entries(bundle, width: width)
            for entry in entries[Int(builder.size & 255)...] {
                try builder.append(entry, leaf: MerkleHash.leaf(entry)) { path, bytes in
                    try directory.write(path.text, bytes)
                    written.append(path.text)
                }
            }
            progress(builder.size, size)
        }
    }

    /// The log's key, the one that is trusted, and the one in the directory. Trusted is the one given, else the directory's,
    /// else what the daemon says this first time; if the log has another now, its own entries must lead there.
    private func keys() async throws -> (served: VerifierKey, trusted: VerifierKey, held: VerifierKey?) {
        let held = try directory.read(TileDirectory.keyName).map { try KeyFile.verifierKey($0, at: TileDirectory.keyName) }
        let served = try KeyFile.verifierKey(try await calls.bytes(.logKey), at: "audit/vkey")
        if let held, held.publicKey == served.publicKey, held.name != served.name {
            throw Failure(.refused, Sentence(AuditFaults.otherEpoch, served.name, held.name), hint: Sentence(AuditHints.keepExport))
        }
        let trusted = key ?? held ?? served
        guard trusted.name == served.name, held == nil || held?.name == served.name else {
            throw Failure(.refused, Sentence(AuditFaults.otherKey), hint: Sentence(AuditHints.keepExport))
        }
        return (served, trusted, held)
    }

    /// Reads the exported entries for the way from one key to another.
    private func follow(from trusted: VerifierKey, to served: VerifierKey, size: UInt64) throws {
        var chain = LogKeyChain(trusting: trusted)
        for path in TilePath.bundles(size: size) {
            guard let bundle = try directory.read(path.text) else { break }
            for (position, bytes) in try EntryBundle.entries(bundle, width: path.width).enumerated() {
                if let entry = try? LogEntry(decoding: bytes) { chain.follow(path.number << 8 + UInt64(position), entry) }
            }
        }
        guard chain.keys.last == served.publicKey.bytes else {
            throw Failure(.refused, Sentence(AuditFaults.otherKey), hint: Sentence(AuditHints.keepExport))
        }
    }

    private func open(_ note: [UInt8], _ key: VerifierKey) throws -> Checkpoint {
        do { return try Checkpoint.open(note, key: key) } catch {
            throw Failure(.refused, Sentence(AuditFaults.badCheckpoint, error.description), hint: Sentence(AuditHints.keepExport))
        }
    }
}

/// Public keys in files: one a line.
enum KeyFile {
    static func verifierKey(_ bytes: [UInt8], at path: String) throws(Failure) -> VerifierKey {
        let keys = try keys(bytes, role: .log, at: path)
        guard keys.count == 1, let key = keys.first else {
            throw Failure(.refused, Sentence(AuditFaults.notKey, path), hint: Sentence(AuditHints.keyForm))
        }
        return key
    }

    /// - Throws: `Failure(.refused)` for a line that is not a key for this use, or no line.
    static func keys(_ bytes: [UInt8], role: VerifierKey.Role, at path: String) throws(Failure) -> [VerifierKey] {
        let bad = Failure(.refused, Sentence(AuditFaults.notKey, path), hint: Sentence(AuditHints.keyForm))
        guard let text = String(validating: bytes, as: UTF8.self) else { throw bad }
        var keys: [VerifierKey] = []
        for line in text.split(separator: "\n") {
            do { keys.append(try VerifierKey(parsing: String(line), role: role)) } catch { throw bad }
        }
        // One key under two names would count as two.
        guard !keys.isEmpty, Set(keys.map(\.publicKey)).count == keys.count else { throw bad }
        return keys
    }

    static func read(_ path: String, role: VerifierKey.Role = .log) throws(Failure) -> [VerifierKey] {
        try keys(try SourceFile.read(path, limit: 65_536), role: role, at: path)
    }
}
