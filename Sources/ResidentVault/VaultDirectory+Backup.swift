internal import Foundation
internal import VaultStore

extension VaultDirectory {
    /// The newest checkpoint while a restore is under way; it gets its own name when all is there.
    var checkpointDraft: String { path + "/checkpoint.draft" }

    /// Takes away the mark of a restore that was cut off after its last step: the checkpoint gets its name when all else
    /// is there. An `init` makes its first checkpoint before its last step, and has no new epoch.
    ///
    /// - Returns: whether there was such a restore here.
    func finishRestore() throws(VaultError) -> Bool {
        guard Self.exists(restoreMark), Self.exists(checkpoint), !Self.exists(checkpointDraft) else { return false }
        let lock = try takeLock()
        if isUnfinished { try finish() }
        unlink(restoreMark)
        _ = consume lock
        return true
    }

    /// Forgets a restore that was cut off after its last step: a vault that is served is nobody's to finish.
    func forgetRestore() { unlink(restoreMark) }

    /// Tells the unfinished directory of a restore from that of an `init`.
    var restoreMark: String { path + "/restoring" }

    /// Where a backup lies while it is made.
    var backupCopy: String { path + "/backup.tmp" }

    /// Removes what a backup left, cut off or not. Its bytes are the vault's own, encrypted; but they would outlive an
    /// erasure.
    func removeBackupCopy() {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(backupCopy + suffix) }
    }

    /// - Throws: `VaultError.setup` for a backup in the database's place: it is older than its vault, and what was erased
    ///   and revoked since lives in it.
    func refuseBackup() throws(VaultError) {
        guard BackupFile.isBackup(database) else { return }
        throw VaultError(
            .setup, "\(database) is a backup and not a vault: what was erased or revoked since lives in it",
            hint: "put it back with: rvault restore FILE --dir NEW --log TILES --service-key FILE --pepper FILE")
    }
}
