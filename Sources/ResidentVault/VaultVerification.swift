internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

/// What a verification found, for people and programs.
package struct VerificationReport: Sendable {
    package struct Finding: Sendable {
        /// The index of the first bad entry; nil when the checkpoint is at fault.
        package let entry: UInt64?
        package let kind: String
        /// Place and reason in one line.
        package let text: String

        init(_ finding: LogFinding) {
            if case .entry(let index) = finding.place { entry = index } else { entry = nil }
            kind = finding.kind.rawValue
            text = finding.description
        }
    }

    package let size: UInt64
    package let root: [UInt8]
    /// Whether row seals were checked; nil if the data was not looked at.
    package var sealsChecked: Bool?
    /// The size that the checkpoint names, if it opened.
    package let checkpoint: UInt64?
    package private(set) var findings: [Finding]
    /// Restores from backups: how many entries each went on from, the log's name since, and the backup's day.
    package let breaks: [(size: UInt64, origin: String, made: Instant)]
    /// Further findings that were counted and not listed.
    package let leftOut: UInt64
    /// Entries by action.
    package let counts: [String: UInt64]

    /// Adds what holding the data against the log found.
    mutating func add(_ more: [LogFinding]) { findings += more.map(Finding.init) }

    init(_ verification: LogVerification) {
        size = verification.size
        root = verification.root
        checkpoint = verification.checkpoint?.size
        findings = verification.findings.map(Finding.init)
        leftOut = verification.findingsLeftOut
        breaks = verification.breaks.map { ($0.size, $0.origin, $0.backup.made) }
        counts = Dictionary(uniqueKeysWithValues: verification.counts.map { ($0.key.rawValue, $0.value) })
    }

    package var isSound: Bool { findings.isEmpty }
}

/// Verification of a directory's log from the stored rows, with public keys alone: it needs no daemon, no service key
/// and no lock, and computes everything itself.
package enum VaultVerification {
    /// - Parameters:
    ///   - kept: checkpoints kept elsewhere that the log must continue.
    ///   - key: the log's verifier key; `log.vkey` of the directory if nil. Take one from outside the house to trust
    ///     nothing in it.
    ///   - data: holds every resident's rows, keys and grants against the log too. Row seals are checked if the service
    ///     key can be read; only one that the caller named must be.
    package static func verify(
        directory path: String, source: ServiceKeySource? = nil, kept: [[UInt8]] = [], key: String? = nil, data: Bool = false
    ) throws -> VerificationReport {
        let directory = VaultDirectory(path)
        let text = try key ?? String(decoding: FileBytes.read(directory.logKey), as: UTF8.self)
        let verifierKey = try VerifierKey(parsing: text.split(separator: "\n").first.map(String.init) ?? "")
        let sealer = data ? try SealChecker.open(source ?? ServiceKeySource(directory), directory) : nil
        func reader() throws -> StoreReader {
            try VaultDatabase.openForReading(
                path: directory.database, sealer: sealer ?? NoSealer(), archive: ArchiveDirectory(path: directory.archive))
        }
        let (first, helpers) = (try reader(), data ? try SharedView.helpers(reader) : [])
        var note = try FileBytes.read(directory.checkpoint)
        // A running daemon overwrites the note in place: a torn read is read again.
        if (try? Checkpoint.open(note, key: verifierKey)) == nil { note = try FileBytes.read(directory.checkpoint) }
        return try SharedView.read(first, with: helpers) { snapshot, view in
            try verify(snapshot, view, checkpoint: note, key: verifierKey, kept: kept, data: data, checksSeals: sealer != nil)
        }
    }

    /// The same over rows in hand, of a vault or of a backup.
    ///
    /// - Parameter view: the same rows for several cores.
    static func verify(
        _ snapshot: Snapshot, _ view: SharedView, checkpoint note: [UInt8], key verifierKey: VerifierKey, kept: [[UInt8]],
        data: Bool, checksSeals: Bool
    ) throws -> VerificationReport {
        let size = try snapshot.logCount()
        var ledger = LogLedger()
        var tiles = StoredTiles(snapshot)
        var tags = StoredTags(snapshot, indexed: min(try snapshot.indexedCount(), (size >> 8) << 8))
        let receiver = LogReceiver(
            leaf: data
                ? { index, entry, _ in
                    // One that is not in its form is a finding of the check.
                    guard let entry = try? LogEntry(decoding: entry) else { return }
                    ledger.take(index, entry)
                    try tags.take(index, entry)
                } : nil,
            tile: { try tiles.compare($0, $1) })
        var check = LogVerifier(vault: nil, key: verifierKey, kept: kept).start(checkpoint: note, receiver: receiver)
        do {
            try StoredLog(snapshot).forEachEntry { index, entry in try check.take(index, entry) }
        } catch StoreError.archiveMissing(let number) {
            check.add(.tile(TilePath(.entries, number: number).text), .tile, "it is not in the archive")
        } catch let error as AuditError {
            check.add(.file("archive"), .tile, error.description)
        }
        var report = VerificationReport(try check.finish(stored: size))
        try tiles.finish(check.openTiles)
        report.add(tiles.findings)
        guard data else { return report }
        guard try snapshot.unchecked().vault() != nil else { throw VaultError(.integrity, "the database holds no vault") }
        var verification = DataVerification(snapshot, view, ledger: ledger, size: size, checksSeals: checksSeals)
        try verification.run()
        report.add(verification.findings)
        report.add(try tags.finish())
        report.sealsChecked = checksSeals
        return report
    }
}

/// The keys that check row seals, for a verification on the vault's own machine: the service key in force and, while rows
/// move to it, the one before.
private enum SealChecker {
    /// Nil if the service key cannot be read and the caller did not say where it is.
    static func open(_ source: ServiceKeySource, _ directory: VaultDirectory) throws -> KeySet? {
        let shelf: KeyShelf
        do { shelf = try KeyShelf(reading: source) } catch {
            guard source.isNamed else { return nil }
            throw error
        }
        let ring = KeyRing(try shelf.any())
        let reader = try VaultDatabase.openForReading(path: directory.database, sealer: ring)
        // Whoever damaged the rows that name the keys must not switch the check off with it.
        return try (try? reader.read { try shelf.inForce(by: $0) }) ?? shelf.any()
    }
}

/// Holds the stored tiles of hashes against those that the entries make.
private struct StoredTiles {
    private let snapshot: Snapshot
    private var count: Int64 = 0
    private(set) var findings: [LogFinding] = []

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    mutating func compare(_ path: TilePath, _ hashes: [UInt8]) throws {
        guard case .hashes(let level) = path.content else { return }
        count += 1
        guard try snapshot.tile(level: level, number: path.number) != hashes, findings.count < LogVerifier.findingLimit else { return }
        findings.append(
            LogFinding(place: .tile(path.text), kind: .tile, message: "the stored hashes are not what the entries make"))
    }

    /// - Parameter open: the tiles that are not full. The lowest is not stored: the entries' own hashes are in it.
    mutating func finish(_ open: [(path: TilePath, bytes: [UInt8])]) throws {
        for (path, hashes) in open where path.content != .hashes(level: 0) { try compare(path, hashes) }
        if try snapshot.tileCount() != count {
            findings.append(LogFinding(place: .data, kind: .lookup, message: "the table tile holds other tiles than the log's"))
        }
    }
}

/// Holds the index of subject tags against the entries: a place that is missing hides an entry from the resident's history.
private struct StoredTags {
    private let snapshot: Snapshot
    private let indexed: UInt64
    private var run = SubjectRun()
    private var tile: (number: UInt64, places: [TagPlace])?
    private var count: Int64 = 0
    private var missing = 0

    init(_ snapshot: Snapshot, indexed: UInt64) {
        self.snapshot = snapshot
        self.indexed = indexed
    }

    mutating func take(_ index: UInt64, _ entry: LogEntry) throws {
        guard index < indexed else { return }
        if tile?.number != index >> 8 {
            try endTile()
            tile = (index >> 8, [])
        }
        for subject in entry.subjects { tile?.places.append(TagPlace(tag: subject.tag, seq: index)) }
    }

    /// The same steps that the writer takes.
    private mutating func endTile() throws {
        guard let tile else { return }
        run.add(tile.places, tile: tile.number << 8)
        guard run.isWhole else { return }
        try compare(run.runRows)
        run = SubjectRun()
    }

    private mutating func compare(_ rows: [SubjectRun.Row]) throws {
        count += Int64(rows.count)
        for row in rows where try !snapshot.has(row) { missing += 1 }
    }

    mutating func finish() throws -> [LogFinding] {
        try endTile()
        try compare(run.tileRows)
        guard try missing > 0 || snapshot.subjectRowCount() != count else { return [] }
        return [LogFinding(place: .data, kind: .lookup, message: "the table subject_tag is not what the entries make")]
    }
}
