internal import Foundation
internal import VaultAudit
package import VaultModel
internal import VaultStore

/// What a backup holds, in words that need no secret.
package struct BackupDescription: Sendable {
    package let id: RequestID
    package let vault: VaultID
    /// The log's origin.
    package let name: String
    package let made: Instant
    /// From this moment no `restore` takes it.
    package let end: Instant
    package let residents: Int64
    /// The log's size and root.
    package let size: UInt64
    package let root: [UInt8]
    /// The file's bytes.
    package let bytes: Int64

    init(_ row: BackupRow, bytes: Int64) {
        id = row.id
        vault = row.vault
        name = row.name
        made = row.made
        end = row.end
        residents = row.residents
        size = row.size
        root = row.root
        self.bytes = bytes
    }
}

/// Checks a backup with public keys alone: it needs no daemon, no vault and no secret.
package enum BackupVerification {
    /// Checks the file itself, the log in it against its signed checkpoint, every resident's rows against the log, and its
    /// age against its life.
    ///
    /// - Parameters:
    ///   - key: the log's verifier key kept elsewhere; the backup's own word if nil.
    ///   - kept: checkpoints kept elsewhere that the log in the backup must continue.
    /// - Throws: `VaultError.setup` for a file that is no backup of this version.
    package static func verify(
        _ path: String, key: String? = nil, kept: [[UInt8]] = [], now: Instant
    ) throws -> (description: BackupDescription, report: VerificationReport) {
        func reader() throws -> StoreReader { try open(path, sealer: NoSealer()) }
        return try SharedView.read(try reader(), with: try SharedView.helpers(reader)) { snapshot, view in
            try verify(snapshot, view, at: path, key: key, kept: kept, now: now, checksSeals: false)
        }
    }

    /// Opens a backup.
    ///
    /// - Throws: `VaultError.setup` for anything else.
    static func open(_ path: String, sealer: any RowSealing) throws -> StoreReader {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw VaultError(.setup, "there is no file \(path)")
        }
        guard BackupFile.isBackup(path) else {
            throw VaultError(.setup, "\(path) is not a backup of a vault", hint: "backups are made with: rvault backup FILE")
        }
        do { return try BackupFile.open(path, sealer: sealer) } catch let error as StoreError {
            switch error {
            case .schema:
                throw VaultError(
                    .setup, "\(path) is a backup of another version, or its tables were changed",
                    hint: "use the version of rvault that made it")
            case .database: throw VaultError(.integrity, "\(path) cannot be read as a database: it is damaged or cut off")
            default: throw error
            }
        }
    }

    /// The checks over a backup in hand.
    static func verify(
        _ snapshot: Snapshot, _ view: SharedView, at path: String, key: String?, kept: [[UInt8]], now: Instant, checksSeals: Bool
    ) throws -> (description: BackupDescription, report: VerificationReport) {
        guard let row = try snapshot.backup() else { throw VaultError(.integrity, "\(path) does not say what it is") }
        var status = stat()
        let bytes = stat(path, &status) == 0 ? Int64(status.st_size) : 0
        let faults = try snapshot.integrityFaults()
        // The word of the rows counts only once the file itself is whole.
        guard faults == 0 else {
            throw VaultError(
                .integrity, "the file \(path) is damaged: SQLite finds \(faults == 100 ? "over 99" : "\(faults)") faults in it",
                hint: "take another copy of this backup, or an older one")
        }
        let text = key ?? row.key
        let verifierKey = try VerifierKey(parsing: text.split(separator: "\n").first.map(String.init) ?? "")
        var report = try VaultVerification.verify(
            snapshot, view, checkpoint: row.checkpoint, key: verifierKey, kept: kept, data: true, checksSeals: checksSeals)
        report.add(try findings(row, snapshot, now: now))
        return (BackupDescription(row, bytes: bytes), report)
    }

    /// What the backup says of itself against the log in it, and its age.
    private static func findings(_ row: BackupRow, _ snapshot: Snapshot, now: Instant) throws -> [LogFinding] {
        var findings: [LogFinding] = []
        func add(_ message: String) { findings.append(LogFinding(place: .file("backup"), kind: .file, message: message)) }
        let vault = try snapshot.unchecked().vault()
        if vault?.id != row.vault || vault?.name != row.name { add("it is described as another vault's than its rows") }
        if try snapshot.logCount() != row.size { add("its log has another length than its checkpoint") }
        if try snapshot.countedResidents() != row.residents { add("it is described with another number of residents") }
        // The log says when it was made and how long it lives; whoever holds the file could write what they like beside it.
        if try !isLogged(row, snapshot) { add("no entry of its log made it: its date or its life was changed") }
        if now >= row.end {
            add("its life ended on \(row.end.localDay): no restore takes it, and it must be destroyed")
        }
        return findings
    }

    /// Whether an entry near the log's end names just this backup. Others may have come between the entry and the copy.
    private static func isLogged(_ row: BackupRow, _ snapshot: Snapshot) throws -> Bool {
        var end = row.size
        while end > 0 {
            let start = end > 1000 ? end - 1000 : 0
            for (_, bytes) in try snapshot.logEntries(from: start, limit: Int(end - start)).reversed() {
                guard let entry = try? LogEntry(decoding: bytes), entry.action == .backedUp,
                    entry.change?["backup"]?.string == row.id.base64
                else { continue }
                return entry.time == row.made && entry.change?["days"]?.integer == Int64(row.days)
            }
            end = start
        }
        return false
    }
}
