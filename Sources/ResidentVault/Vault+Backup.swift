internal import Foundation
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Copies the vault to a backup while it serves (design, section 9): rows as they are, encrypted, and the whole log. It
    /// needs no secret to be made, holds none, and opens nothing.
    ///
    /// It is logged first. The copy lies in the vault's own directory, without a name once it is whole, so it goes with
    /// the stream that reads it; one that was cut off before is removed at the next start.
    ///
    /// - Throws: `VaultError` with `conflict` while another backup is being made or sent, `logUnavailable` if the disk
    ///   has no room for the copy, `integrity` if the copy's log does not fit its sealed head.
    package func backUp(uid: UInt32) throws -> BackupStream {
        let draft = try beginBackup(uid: uid)
        do { return try copy(draft) } catch BackupFault.keyChanged {
            // Once: by now the rotation is under way, and refused, or it is over.
            draft.keys = try settledKeys()
            do { return try copy(draft) } catch BackupFault.keyChanged { throw Self.keyIsChanging }
        }
    }

    /// Takes the place of the one backup that may be made, and logs it.
    func beginBackup(uid: UInt32) throws -> BackupDraft {
        let lease = try BackupLease(copying)
        let keys = try settledKeys()
        try requireRoomForCopy()
        let id = RequestID.random()
        let (made, days) = try writer.perform { transaction in
            let days = transaction.config.config.policies.backupDays
            var entry = transaction.entry(.backedUp, request: .random())
            entry.role = .operator
            entry.uid = uid
            entry.change = ["backup": .string(id.base64), "days": .integer(Int64(days))]
            try transaction.append(entry)
            let end = transaction.now.advanced(bySeconds: Int64(days) * 86_400)
            if try transaction.snapshot.moment(.backupsEnd).map({ $0 < end }) ?? true {
                try transaction.changes.put(MomentRow(.backupsEnd, end))
            }
            try transaction.changes.put(MomentRow(.backedUp, transaction.now))
            return (transaction.now, days)
        }
        return BackupDraft(id: id, made: made, days: days, keys: keys, lease: lease)
    }

    /// The keys in force, while all rows are under the one service key.
    private func settledKeys() throws(VaultError) -> KeySet {
        let inForce = keys.now
        guard inForce.alsoAccepted == nil else { throw Self.keyIsChanging }
        return inForce
    }

    private static let keyIsChanging = VaultError(
        .conflict, "the service key is being rotated: its rows are under two keys, and a restore takes one",
        hint: "make the backup when the rotation is done")

    /// Copies one moment of the database and makes a backup of it.
    ///
    /// - Throws: `BackupFault.keyChanged` if that moment is not wholly under the service key of the draft.
    func copy(_ draft: BackupDraft) throws -> BackupStream {
        let path = directory.backupCopy
        directory.removeBackupCopy()
        defer { directory.removeBackupCopy() }
        try VaultDirectory.writeNew(UnsafeRawBufferPointer(start: nil, count: 0), to: path, mode: 0o600)
        try store.reader().copy(to: path)
        let service = draft.keys.service
        let row = try BackupFile.complete(
            path, sealer: draft.keys, archive: ArchiveDirectory(path: directory.archive)
        ) { snapshot in
            // A rotation can have begun, or begun and ended, since the draft's keys were looked at.
            guard let body = try snapshot.unchecked().config()?.body,
                try VaultConfig(body: body).logKey == service.log.publicKey.bytes,
                try snapshot.rotation(.serviceKey).map({ $0.finished != nil }) ?? true
            else { throw BackupFault.keyChanged }
            // What is signed is the head of the rows that were copied; the writer may be ahead of it by now.
            let head = try LogHead(checking: snapshot)
            let checkpoint = try Checkpoint(origin: name, frontier: head.frontier)
            return BackupRow(
                id: draft.id, vault: id, name: name, made: draft.made, days: draft.days,
                residents: try snapshot.countedResidents(), size: checkpoint.size, root: checkpoint.root,
                checkpoint: try checkpoint.signedNote(with: service.log),
                key: try VerifierKey(name: name, publicKey: service.log.publicKey).text)
        }
        return try BackupStream(path: path, id: row.id, lease: draft.lease, elapsed: elapsedTime)
    }

    /// The copy must not fill the disk that the log is written to.
    private func requireRoomForCopy() throws(VaultError) {
        var needed: Int64 = SpaceReserve.bytes
        // The archived tiles go into the copy too.
        let archived = FileManager.default.subpaths(atPath: directory.archive) ?? []
        for file in [directory.database, directory.database + "-wal"] + archived.map({ directory.archive + "/" + $0 }) {
            var status = stat()
            if stat(file, &status) == 0 { needed += Int64(status.st_size) }
        }
        var space = statvfs()
        guard statvfs(directory.path, &space) == 0 else { throw VaultDirectory.failure("cannot look at the disk of", directory.path) }
        let free = Int64(space.f_bavail) * Int64(space.f_frsize)
        guard free > needed else {
            throw VaultError(
                .logUnavailable, "a backup needs \(needed >> 20) MiB of free space beside the database, there are \(free >> 20)",
                hint: "free space on the vault's disk; the copy is gone again when the backup has been sent")
        }
    }
}

/// A backup that is logged and not copied yet.
final class BackupDraft {
    let id: RequestID
    let made: Instant
    let days: Int
    /// Under which every row of the copy must be.
    var keys: KeySet
    let lease: BackupLease

    init(id: RequestID, made: Instant, days: Int, keys: KeySet, lease: BackupLease) {
        self.id = id
        self.made = made
        self.days = days
        self.keys = keys
        self.lease = lease
    }
}

/// Why a copy must be made anew.
enum BackupFault: Error {
    case keyChanged
}

/// Held from the beginning of a backup until its last byte is sent: one at a time, because each takes as much of the disk
/// as the vault.
final class BackupLease: Sendable {
    private let flag: CopyFlag

    init(_ flag: CopyFlag) throws(VaultError) {
        guard flag.take() else {
            throw VaultError(.conflict, "another backup is being made", hint: "wait until it is done")
        }
        self.flag = flag
    }

    deinit { flag.free() }
}

/// Whether a backup is under way.
final class CopyFlag: Sendable {
    private struct State {
        var isTaken = false
        var count: UInt64 = 0
    }

    private let state = Mutex(State())

    /// The number of the backup under way since the start; nil if there is none.
    var current: UInt64? { state.withLock { $0.isTaken ? $0.count : nil } }

    func take() -> Bool {
        state.withLock { state in
            guard !state.isTaken else { return false }
            state.isTaken = true
            state.count += 1
            return true
        }
    }
    func free() { state.withLock { $0.isTaken = false } }
}

/// A finished backup on its way to whoever asked for it. It is read piece by piece and goes when the value does. A reader who
/// is too slow is cut off: the copy lies on the vault's disk meanwhile, no other backup can be made, and no erasure is clean.
package final class BackupStream: Sendable {
    package let id: RequestID
    /// How many bytes there are.
    package let size: Int64
    private let descriptor: Int32
    private let position = Mutex<Int64>(0)
    private let lease: BackupLease
    private let elapsed: @Sendable () -> Duration
    private let deadline: Duration

    /// Who is slower than this, in bytes a second, has not all of it when the deadline comes.
    private static let slowest: Int64 = 256 << 10
    /// What everyone has, however small the backup.
    private static let leastTime = Duration.seconds(600)

    /// Enough for a system call to be worth it, and little memory a backup.
    private static let pieceBytes = 256 << 10

    fileprivate init(
        path: String, id: RequestID, lease: BackupLease, elapsed: @escaping @Sendable () -> Duration
    ) throws(VaultError) {
        self.id = id
        self.lease = lease
        self.elapsed = elapsed
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw VaultDirectory.failure("cannot open", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw VaultDirectory.failure("cannot look at", path)
        }
        size = Int64(status.st_size)
        deadline = elapsed() + Self.leastTime + .seconds(size / Self.slowest)
    }

    deinit { close(descriptor) }

    /// The next piece; empty at the end.
    ///
    /// - Throws: `VaultError.integrity` if the file ends before its size, `busy` after the deadline.
    package func next() throws(VaultError) -> [UInt8] {
        guard elapsed() < deadline else {
            throw VaultError(.busy, "the backup was read too slowly", hint: "write it to a faster disk, then copy it on")
        }
        let start = position.withLock { $0 }
        let wanted = Int(min(Int64(Self.pieceBytes), size - start))
        guard wanted > 0 else { return [] }
        let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, wanted, off_t(start)))
        }
        guard !piece.isEmpty else { throw VaultError(.integrity, "the backup could not be read back") }
        position.withLock { $0 += Int64(piece.count) }
        return piece
    }
}
