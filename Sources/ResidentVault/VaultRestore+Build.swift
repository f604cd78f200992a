internal import Foundation
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

extension VaultRestore {
    /// Residents a transaction: an entry holds 300, and nobody waits for this writer.
    private static let pageSize = 300
    /// Entries a transaction.
    private static let batchSize: UInt64 = 1024

    /// Fills the directory: the backup's rows, the whole log, and what happened since the backup done again.
    func build(
        _ row: BackupRow, _ exported: ExportedLog, _ log: RestoredLog, config: ConfigInForce, _ made: LogBreak,
        at place: VaultDirectory, _ keys: KeyRing, _ clocks: Clocks
    ) throws -> RestoreReport {
        let store = try VaultDatabase(path: place.database, creating: true, sealer: keys)
        try store.takeRows(fromBackup: backup)
        let vault = VaultRow(id: row.vault, name: made.origin, created: try created(keys))
        let tile = try fill(store, vault, exported, log, config, keys)
        let (now, elapsed) = (clocks.wall(), clocks.elapsed())
        if let older = keys.now.alsoAccepted {
            try beginMove(from: older, to: keys.service, vault: row.vault, in: store, at: now)
        }
        guard let clock = try store.reader().read({ try $0.clock() }) else {
            throw VaultError(.integrity, "the backup does not say how far its clock was trusted")
        }
        let writer = Writer(
            store: store, keys: keys, vault: vault, config: config, frontier: log.frontier, tile: tile, newest: log.newest,
            steady: SteadyTime(clock, newest: log.newest, now: now),
            counts: DailyCounts(day: log.newest.localDayNumber, size: log.frontier.size), note: [],
            checkpoints: try CheckpointFile(place.checkpointDraft), reserve: SpaceReserve(place.reserve),
            started: (now, elapsed), clocks: clocks)
        var report = RestoreReport(made: row.made, origin: made.origin)
        report.configChanges = log.configChanges
        report.writesLost = log.written
        try replay(log, writer, store, &report)
        report.grantsLost = try closeLost(log, writer, store)
        try store.commit { try $0.sealing(with: keys.now).recount() }
        report.residents = try store.reader().read { try $0.residentCount() }
        report.residentsLost = max(0, log.enrolled - (log.erased - report.erasedAgain))
        let residents = Int(report.residents)
        report.entries = try writer.perform { transaction in
            var entry = transaction.entry(.restored, request: .random())
            entry.role = .operator
            entry.uid = geteuid()
            entry.residents = residents
            entry.change = made.json
            return try transaction.append(entry) + 1
        }
        let note = writer.note
        writer.close()
        try finish(store, note, made, at: place, keys)
        return report
    }

    private func created(_ keys: KeyRing) throws -> Instant {
        try BackupVerification.open(backup, sealer: keys).read { snapshot in
            guard let vault = try snapshot.vault() else { throw VaultError(.integrity, "the backup holds no vault") }
            return vault.created
        }
    }

    /// Writes the vault's name, its rules, and the log with everything that is made of it.
    private func fill(
        _ store: VaultDatabase, _ vault: VaultRow, _ exported: ExportedLog, _ log: RestoredLog, _ config: ConfigInForce,
        _ keys: KeyRing
    ) throws -> OpenTile {
        try store.commit { changes in
            try changes.put(vault)
            try changes.put(ConfigRow(number: config.config.number, body: config.body))
            for row in log.ledger.formerCustodians { try changes.put(row) }
            // Backups made since are out there too.
            if let end = log.ledger.backupsEnd { try changes.put(MomentRow(.backupsEnd, end)) }
        }
        var tile = OpenTile()
        var batch: [(UInt64, [UInt8])] = []
        func write() throws {
            let entries = batch
            batch = []
            try store.commit { changes in
                for (index, bytes) in entries {
                    let entry = try LogEntry(decoding: bytes)
                    try changes.appendLog(seq: index, entry: bytes)
                    for subject in entry.subjects {
                        guard let tag = subject.stateTag else { continue }
                        try changes.append(StateRow(tag: tag, seq: index, state: subject.state))
                    }
                    if let whole = tile.take(entry, seq: index, leaf: MerkleHash.leaf(bytes)) { try changes.store(whole) }
                }
            }
        }
        try exported.forEachEntry { index, entry in
            batch.append((index, entry))
            if UInt64(batch.count) == Self.batchSize { try write() }
        }
        try write()
        // What was verified is what was written, even if somebody changed the files in between.
        guard try tile.edge.root == log.frontier.root else {
            throw VaultError(.integrity, "the exported log changed while it was read")
        }
        try store.commit { changes in
            try changes.put(LogHeadRow(frontier: log.frontier.encoded, time: log.newest, config: config.digest))
        }
        return tile
    }

    /// Brings every resident up to the log, a page a transaction.
    private func replay(
        _ log: RestoredLog, _ writer: Writer, _ store: VaultDatabase, _ report: inout RestoreReport
    ) throws {
        let reader = try store.reader()
        var last: Int64 = 0
        while true {
            let (start, before) = (last, report)
            let page = try reader.read { try $0.residents(after: start, limit: Self.pageSize) }
            guard let end = page.last else { return }
            report = try writer.perform { transaction in
                var report = before
                try transaction.rebase(page, by: log, &report)
                return report
            }
            last = end.reference.number
        }
    }

    /// Ends, in the log, the grants that no row here has any more.
    private func closeLost(_ log: RestoredLog, _ writer: Writer, _ store: VaultDatabase) throws -> Int {
        var lost: [String: [(id: GrantID, given: RestoredLog.Given)]] = [:]
        try store.reader().read { snapshot in
            for (id, given) in log.given {
                guard let state = log.ledger.grant(id)?.state, state.isLive || state == .paused,
                    try snapshot.grant(id: id) == nil
                else { continue }
                lost[given.app?.text ?? "", default: []].append((id, given))
            }
        }
        for app in lost.keys.sorted() {
            let grants = (lost[app] ?? []).sorted { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) }
            for start in stride(from: 0, to: grants.count, by: Self.pageSize) {
                let some = Array(grants[start..<min(start + Self.pageSize, grants.count)])
                try writer.perform { try $0.closeLost(some) }
            }
        }
        return lost.values.reduce(0) { $0 + $1.count }
    }

    /// Checks the whole as a verification would, and puts the public files beside it.
    private func finish(
        _ store: VaultDatabase, _ note: [UInt8], _ made: LogBreak, at place: VaultDirectory, _ keys: KeyRing
    ) throws {
        let key = try VerifierKey(name: made.origin, publicKey: keys.service.log.publicKey)
        let helpers = try SharedView.helpers { try store.reader() }
        let report = try SharedView.read(try store.reader(), with: helpers) { snapshot, view in
            try VaultVerification.verify(snapshot, view, checkpoint: note, key: key, kept: [], data: true, checksSeals: true)
        }
        guard report.isSound else {
            throw VaultError(
                .integrity, "what was put back is not what the log says: " + (report.findings.first?.text ?? ""),
                hint: "nothing was made; tell the makers of this program")
        }
        // What was erased again must not stay in the write-ahead log.
        guard try store.checkpointAndTruncate() else { throw VaultError(.busy, "the new database is in use") }
        var page: UInt32 = 0
        scrubbing: while true {
            switch try store.scrub(from: page, for: .seconds(1)) {
            case .next(let following): page = following
            case .done: break scrubbing
            case .busy: throw VaultError(.busy, "the new database is in use")
            }
        }
        try store.close()
        try Array((key.text + "\n").utf8).withUnsafeBytes { bytes in
            try VaultDirectory.writeNew(bytes, to: place.logKey, mode: 0o644)
        }
        guard rename(place.checkpointDraft, place.checkpoint) == 0 else {
            throw VaultDirectory.failure("cannot name", place.checkpoint)
        }
    }
}
