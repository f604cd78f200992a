internal import Foundation
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// Puts a vault back from a backup and a newer copy of its log (design, section 6, "Erasure ledger").
///
/// Before anything is written, the backup is checked whole, and the log that is shown must be signed by this service key,
/// continue the backup's and every checkpoint that is shown. The directory stays marked as unfinished until all of it is
/// there; cut off at any point, the restore is run again and begins anew. No daemon serves it before.
package struct VaultRestore {
    /// The backup.
    package let backup: String
    /// The new directory.
    package let directory: String
    /// The exported log.
    package let tiles: String
    /// Notes of checkpoints kept elsewhere, which the log must continue.
    package let checkpoints: [[UInt8]]

    package init(backup: String, directory: String, tiles: String, checkpoints: [[UInt8]]) {
        self.backup = backup
        self.directory = directory
        self.tiles = tiles
        self.checkpoints = checkpoints
    }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - serviceKey, pepper: files of 32 bytes, mode 0600. They are copied into the directory.
    ///   - olderServiceKey: the one that the backup's rows are under, if it was rotated since: `serviceKey` is the one that
    ///     signed the log.
    ///   - olderPepper: the pepper before, if passphrases in the backup are still under it.
    /// - Returns: nil if a run before this one had put everything in its place and was cut off before it could say so.
    /// - Throws: `VaultError` with `setup` or `integrity`, saying what was expected and found.
    package func run(
        serviceKey: String, pepper: String, olderServiceKey: String? = nil, olderPepper: String? = nil, clocks: Clocks = .system
    ) throws -> RestoreReport? {
        try Vault.requireLockedMemory()
        if try VaultDirectory(directory).finishRestore() { return nil }
        let secrets = ServiceSecrets(
            serviceKey: try SecretFile(serviceKey).readKey(), pepper: try SecretFile(pepper).readKey())
        let olderService = try olderServiceKey.map { try OlderService(try SecretFile($0).readKey()) }
        let service = try ServiceKeys(secrets.serviceKey)
        let keys = KeyRing(KeySet(service: service, alsoAccepting: olderService?.keys))
        let row = try checkedBackup(under: olderService?.keys ?? service)
        let peppers = try BackupVerification.open(backup, sealer: keys).read { try $0.peppers() }
        try checkPepper(secrets.pepper, of: row.vault, peppers)
        let older = try olderPepper.map { try checkedOlder($0, of: row.vault, peppers) }
        let exported = try ExportedLog(tiles)
        let log = try checkedLog(exported, since: row, keys)
        // The changes in the log, made anew from the first config on, must lead to the one that its newest entry names.
        guard let config = log.ledger.replayed, config.digest == log.ledger.config else {
            throw VaultError(
                .integrity, "the changes in the log do not lead to the config that its newest entry names",
                hint: "use the version of rvault that wrote this log")
        }
        try Self.checkAge(row, log, now: clocks.wall())
        guard config.config.logKey == service.log.publicKey.bytes else { throw Self.wrongKey }

        let place = VaultDirectory(directory)
        try place.create()
        let lock = try place.takeLock()
        try place.clearUnfinished()
        try VaultDirectory.writeNew(UnsafeRawBufferPointer(start: nil, count: 0), to: place.restoreMark, mode: 0o600)
        try secrets.serviceKey.withBytes { try SecretFile(place.serviceKey).create($0) }
        try secrets.pepper.withBytes { try SecretFile(place.pepper).create($0) }
        if older != nil || olderService != nil {
            // A start takes them as a pair.
            let (serviceFile, pepperFile) = (SecretFile(place.serviceKey + ".old"), SecretFile(place.pepper + ".old"))
            if let olderService { try olderService.key.withBytes { try serviceFile.create($0) } } else {
                try secrets.serviceKey.withBytes { try serviceFile.create($0) }
            }
            if let older { try older.key.withBytes { try pepperFile.create($0) } } else {
                try secrets.pepper.withBytes { try pepperFile.create($0) }
            }
        }
        let made = log.nextBreak(of: row, origin: exported.checkpoint.origin)
        var report = try build(row, exported, log, config: config, made, at: place, keys, clocks)
        if let newest = peppers.last, older == nil {
            report.underLostPepper = try VaultDatabase.openForReading(path: place.database, sealer: keys)
                .read { try $0.envelopes(olderThanPepper: newest.generation) }
        }
        try place.finish()
        unlink(place.restoreMark)
        _ = consume lock
        return report
    }

    private static let wrongKey = VaultError(
        .setup, "the service key is not this vault's, or not the one of the backup's day",
        hint: "it is kept with the operator, or by k custodians in shares; if it was rotated since the backup, give the newest "
            + "as --service-key and the backup's as --service-key-old")

    /// The backup, after every check that there is, with the service key's own.
    private func checkedBackup(under service: ServiceKeys) throws -> BackupRow {
        func reader() throws -> StoreReader { try BackupVerification.open(backup, sealer: KeySet(service: service)) }
        return try SharedView.read(try reader(), with: try SharedView.helpers(reader)) { snapshot, view in
            do { _ = try snapshot.vault() } catch StoreError.rowSeal { throw Self.wrongKey }
            guard let row = try snapshot.backup() else {
                throw VaultError(.integrity, "\(backup) does not say what it is")
            }
            let name = try VerifierKey(parsing: row.key).name
            let key = try VerifierKey(name: name, publicKey: service.log.publicKey)
            // Its age is looked at when the log has said what it is.
            let (_, report) = try BackupVerification.verify(
                snapshot, view, at: backup, key: key.text, kept: [], now: .init(milliseconds: 0), checksSeals: true)
            guard report.isSound else {
                throw VaultError(
                    .integrity, "the backup is not as its vault wrote it: " + Self.first(report.findings.map(\.text)),
                    hint: "see all with: rvault backup verify \(backup); then use another backup")
            }
            return row
        }
    }

    /// - Throws: `VaultError.setup` for a pepper that the backup's passphrases are not under: with it nobody could log in.
    private func checkPepper(_ pepper: borrowing Pepper, of vault: VaultID, _ rows: [PepperRow]) throws {
        guard let newest = rows.last else { return }
        guard Sodium.equal(pepper.digest(vault: vault.bytes, generation: newest.generation), newest.digest) else {
            throw VaultError(
                .setup, "the pepper is not the one that the backup's passphrases are under",
                hint: "give the pepper that was in force when the backup was made")
        }
    }

    /// The pepper before: whoever had not logged in since it was replaced is still under it.
    ///
    /// - Throws: `VaultError.setup` for any other.
    private func checkedOlder(_ path: String, of vault: VaultID, _ rows: [PepperRow]) throws -> PepperKey {
        let pepper: Pepper = try SecretFile(path).readKey()
        let row = rows.dropLast().first { row in
            row.retired == nil && Sodium.equal(pepper.digest(vault: vault.bytes, generation: row.generation), row.digest)
        }
        guard let row else {
            throw VaultError(
                .setup, "no passphrase in the backup is under the older pepper that was given",
                hint: "give pepper.old as it was when the backup was made, or leave --pepper-old out")
        }
        return PepperKey(generation: row.generation, key: pepper)
    }

    /// The log, after every check: form, chain, grants, signature, and that it continues what is known of it.
    private func checkedLog(_ exported: ExportedLog, since row: BackupRow, _ keys: KeyRing) throws -> RestoredLog {
        let key = try VerifierKey(name: exported.checkpoint.origin, publicKey: keys.service.log.publicKey)
        var log = RestoredLog(since: row)
        var check = LogVerifier(vault: row.vault, key: key, kept: [row.checkpoint] + checkpoints)
            .start(checkpoint: exported.note) { index, bytes, leaf in
                guard let entry = try? LogEntry(decoding: bytes) else { return }
                log.take(index, entry, leaf: leaf)
            }
        try exported.forEachEntry { index, entry in try check.take(index, entry) }
        let verification = try check.finish(stored: exported.checkpoint.size)
        guard verification.findings.isEmpty else { throw Self.refusal(verification.findings) }
        return log
    }

    /// The one finding that says most, in the words of a restore.
    private static func refusal(_ findings: [LogFinding]) -> VaultError {
        let elsewhere = "look for a newer copy of the log: other parties' exports, the notice board, receipts, witnesses"
        func finding(_ kinds: LogFinding.Kind..., at isThere: (LogFinding.Place) -> Bool) -> LogFinding? {
            findings.first { kinds.contains($0.kind) && isThere($0.place) }
        }
        func isKept(_ place: LogFinding.Place) -> Bool { if case .kept = place { true } else { false } }
        if let found = finding(.checkpoint, .witness, at: { $0 == .checkpoint }) {
            return VaultError(
                .integrity, "the log is not signed by this service key: \(found.message)",
                hint: "the log must be this vault's, and --service-key the newest one, which signed it")
        }
        if let found = finding(.vault, at: { _ in true }) { return VaultError(.integrity, "the log is another vault's: \(found.message)") }
        if let found = finding(.truncated, at: isKept) {
            return VaultError(.integrity, "the log is older than the backup or than a checkpoint that is shown: \(found)", hint: elsewhere)
        }
        if let found = finding(.lost, at: isKept) {
            return VaultError(
                .integrity, "the backup or a checkpoint that is shown is from beyond a break of this log: \(found.message)",
                hint: "take the log as it was before that restore, if anyone has it: what was erased there is lost in this one. "
                    + "If not, use another backup, or leave that checkpoint out")
        }
        let isAltered = finding(.root, at: { $0 == .checkpoint }) != nil
        if !isAltered, let found = finding(.root, .checkpoint, at: isKept) {
            return VaultError(
                .integrity, "the log does not continue the backup's log, or a checkpoint that is shown: \(found)",
                hint: "one of them is another log's, or was altered; " + elsewhere)
        }
        return VaultError(.integrity, "the log does not verify: " + first(findings.map(\.description)), hint: elsewhere)
    }

    private static func first(_ texts: [String]) -> String {
        (texts.first ?? "") + (texts.count > 1 ? " (and \(texts.count - 1) more)" : "")
    }

    /// By the log's word: when it was made, and how long it lives.
    private static func checkAge(_ row: BackupRow, _ log: RestoredLog, now: Instant) throws(VaultError) {
        guard let logged = log.backup else { throw VaultError(.integrity, "no entry of the log made this backup") }
        guard now.advanced(bySeconds: 300) >= log.newest else {
            throw VaultError(.clock, "the clock is behind the log's newest entry", hint: "set the system's clock, then try again")
        }
        let end = logged.made.advanced(bySeconds: Int64(logged.days) * 86_400)
        guard max(now, log.newest) < end else {
            throw VaultError(
                .forbidden, "the backup is too old: it was made on \(logged.made.localDay), and may be used for \(logged.days) days",
                hint: "use a newer backup. Who was erased was promised that no copy lives longer")
        }
    }
}
