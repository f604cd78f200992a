internal import VaultAPI
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel

/// Verifies a log without its vault: an exported directory, or what the socket serves.
struct TileVerification {
    let key: VerifierKey
    var witnesses: [VerifierKey] = []
    /// Notes of checkpoints kept elsewhere.
    var kept: [[UInt8]] = []

    /// Checks an exported directory: every entry, every byte of every tile, the checkpoint, and that nothing else lies
    /// there.
    ///
    /// - Throws: `Failure(.refused)` without a checkpoint, or for a file that cannot be read.
    func verify(_ directory: TileDirectory) throws -> LogVerification {
        let files = directory.contents()
        guard let note = try directory.read(TileDirectory.checkpointName) else {
            throw Failure(.refused, Sentence(AuditFaults.noCheckpoint, directory.path), hint: Sentence(AuditHints.emptyDirectory))
        }
        var tiles = TileComparison(directory)
        var check = LogVerifier(vault: nil, key: key, witnesses: witnesses, kept: kept)
            .start(checkpoint: note) { _, entry, leaf in try tiles.take(entry, leaf: leaf) }
        // Without a checkpoint there is nothing to hold the files against.
        guard let size = check.checkpoint?.size else { return try finish(&check, directory) }
        // A size without files behind it must not cost more than the files: each holds 256 entries at most.
        guard size <= UInt64(files.count) * UInt64(TilePath.fullWidth) else { return try finish(&check, directory) }
        try checkFiles(directory, files, size: size, check)
        var index: UInt64 = 0
        for path in TilePath.bundles(size: size) {
            let entries: [[UInt8]]
            do throws(AuditError) {
                // A missing file is a finding already.
                guard let bundle = try? directory.read(path.text) else { break }
                entries = try EntryBundle.entries(bundle, width: path.width)
            } catch {
                check.add(.tile(path.text), .tile, error.description)
                break
            }
            for entry in entries {
                try check.take(index, entry)
                index += 1
            }
        }
        var verification = try check.finish(stored: size)
        try tiles.finish()
        verification.findings = try tiles.findings + keyFindings(directory, verification.keys) + verification.findings
        return verification
    }

    /// What is wrong where no entry is read.
    private func finish(_ check: inout LogCheck, _ directory: TileDirectory) throws -> LogVerification {
        var verification = try check.finish(stored: 0)
        verification.findings = try keyFindings(directory, verification.keys) + verification.findings
        return verification
    }

    /// Reads the whole log over the socket.
    func verify(_ calls: AuditCalls, progress: (UInt64, UInt64) -> Void) async throws -> LogVerification {
        let note = try await calls.bytes(.checkpoint)
        var check = LogVerifier(vault: nil, key: key, witnesses: witnesses, kept: kept).start(checkpoint: note)
        let size = check.checkpoint?.size ?? 0
        var index: UInt64 = 0
        for path in TilePath.bundles(size: size) {
            let bundle = try await calls.bytes(.tile, id: String(path.text.dropFirst("tile/".count)))
            let entries: [[UInt8]]
            do throws(AuditError) { entries = try EntryBundle.entries(bundle, width: path.width) } catch {
                check.add(.tile(path.text), .tile, error.description)
                break
            }
            for entry in entries {
                try check.take(index, entry)
                index += 1
            }
            progress(index, size)
        }
        return try check.finish(stored: size)
    }

    private func checkFiles(_ directory: TileDirectory, _ files: [String], size: UInt64, _ check: LogCheck) throws {
        let expected = Set(TilePath.all(size: size).map(\.text) + [TileDirectory.checkpointName, TileDirectory.keyName])
        let found = Set(files)
        for name in expected.subtracting(found).sorted() { check.add(.file(name), .file, "it is missing") }
        for name in found.subtracting(expected).sorted() { check.add(.file(name), .file, "it does not belong here") }
    }

    /// The key beside the tiles is the one that was given, or another that the log's own entries lead to.
    private func keyFindings(_ directory: TileDirectory, _ chain: LogKeyChain) throws -> [LogFinding] {
        guard let held = try directory.read(TileDirectory.keyName) else { return [] }
        var known = [key]
        // After a restore the directory names the log's new name; the key is the same.
        let named = try? KeyFile.verifierKey(held, at: TileDirectory.keyName)
        if let named { known.append(try VerifierKey(name: named.name, publicKey: key.publicKey)) }
        if chain.keys.contains(key.publicKey.bytes) {
            known += try chain.keys.map { try VerifierKey(name: named?.name ?? key.name, publicKey: try SigningPublicKey($0)) }
        }
        if known.contains(where: { Array("\($0.text)\n".utf8) == held }) { return [] }
        return [LogFinding(place: .file(TileDirectory.keyName), kind: .file, message: "it is not the key that was given")]
    }
}

/// Holds the tiles of a directory against the tiles that its entries make.
private struct TileComparison {
    private let directory: TileDirectory
    private var builder = TileBuilder()
    private(set) var findings: [LogFinding] = []

    init(_ directory: TileDirectory) { self.directory = directory }

    mutating func take(_ entry: [UInt8], leaf: [UInt8]) throws {
        var made: [(TilePath, [UInt8])] = []
        try builder.append(entry, leaf: leaf) { made.append(($0, $1)) }
        for (path, bytes) in made { try compare(path, bytes) }
    }

    mutating func finish() throws {
        for (path, bytes) in builder.partial { try compare(path, bytes) }
    }

    private mutating func compare(_ path: TilePath, _ bytes: [UInt8]) throws {
        guard path.content != .entries, findings.count < LogVerifier.findingLimit,
            let stored = try directory.read(path.text), stored != bytes
        else { return }
        let position = zip(stored, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(stored.count, bytes.count)
        let first = (path.number << 8) + UInt64(position / MerkleHash.byteCount)
        let what = if case .hashes(level: 0) = path.content { "entry \(first)" } else { "its hash \(position / MerkleHash.byteCount)" }
        findings.append(
            LogFinding(place: .tile(path.text), kind: .tile, message: "it does not hold what the entries make, from \(what) on"))
    }
}
