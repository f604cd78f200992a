internal import Foundation

/// The vault's directory and what lies in it. One daemon holds its lock; nothing else writes here.
package struct VaultDirectory: Sendable {
    package let path: String

    package init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Rows and log.
    package var database: String { path + "/vault.db" }
    /// 32 bytes, 0600; never in a backup.
    package var serviceKey: String { path + "/service.key" }
    /// 32 bytes beside it: stretches passphrases, so that the database alone cannot test guesses.
    package var pepper: String { path + "/pepper" }
    /// Both under a passphrase, instead of the two files.
    package var lockedKeys: String { path + "/service.key.locked" }
    /// Held by the daemon for as long as it runs.
    package var lock: String { path + "/lock" }
    /// Space for the day the disk is full.
    package var reserve: String { path + "/reserve" }
    /// The newest checkpoint that was signed.
    package var checkpoint: String { path + "/checkpoint" }
    /// The newest checkpoint that witnesses cosigned.
    package var cosigned: String { path + "/cosigned" }
    /// Old entries, as whole tiles.
    package var archive: String { path + "/archive" }
    /// A custodian's shares of the service key and the pepper, sealed to them: to be handed to them.
    package func keyShares(of custodian: String) -> String { path + "/" + Self.keySharePrefix + custodian }
    private static let keySharePrefix = "key-shares-"
    /// Says until the next start who put the vault's keys together again.
    package var restoredKeys: String { path + "/restored-keys" }

    func removeRestoredKeys() throws(VaultError) {
        guard unlink(restoredKeys) == 0 else { throw Self.failure("cannot remove", restoredKeys) }
    }

    /// The log's public key, to be handed out.
    package var logKey: String { path + "/log.vkey" }

    /// Makes the directory, mode 0700, or takes an empty one of ours and narrows it. A mark says that the vault in it is
    /// not whole yet.
    ///
    /// - Throws: `VaultError` with code `setup` if something lies in it, or it cannot be made.
    package func create() throws(VaultError) {
        if mkdir(path, 0o700) != 0 {
            guard errno == EEXIST else { throw Self.failure("cannot make the directory", path) }
            guard let content = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                throw VaultError(.setup, "\(path) exists and is not a directory that can be read")
            }
            // An init that was cut off left only files of ours, and this mark among them: it begins again.
            let isUnfinished = content.contains(Self.markName) && content.allSatisfy(Self.isOwn)
            guard content.isEmpty || isUnfinished else {
                throw VaultError(
                    .setup, "\(path) is not empty", hint: "a vault is made in a directory of its own; choose another --dir")
            }
            if isUnfinished { return }
        }
        guard chmod(path, 0o700) == 0 else { throw Self.failure("cannot set mode 0700 on", path) }
        try Self.writeNew(UnsafeRawBufferPointer(start: nil, count: 0), to: path + "/" + Self.markName, mode: 0o600)
    }

    /// Removes what an init that was cut off left. Call it with the lock held: another init may be under way.
    ///
    /// - Throws: `VaultError` with code `setup` for a vault that was made whole and used, whatever the mark says.
    package func clearUnfinished() throws(VaultError) {
        guard access(path + "/" + Self.markName, F_OK) == 0 else {
            throw VaultError(.setup, "\(path) holds a vault already", hint: "a vault is made in a directory of its own; choose another --dir")
        }
        if let note = try? FileBytes.read(checkpoint) {
            let size = note.split(separator: 0x0a, omittingEmptySubsequences: false).dropFirst().first
            guard size.map({ $0.elementsEqual("1".utf8) }) ?? true else {
                throw VaultError(
                    .setup, "\(path) holds a vault that has been used", hint: "remove \(path)/\(Self.markName), then start rvaultd")
            }
        }
        let content = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in content where Self.isOwn(name) && name != Self.markName && name != "lock" { unlink(path + "/" + name) }
    }

    /// Takes the mark away: the vault is whole. Durable before it returns, with everything made before it.
    package func finish() throws(VaultError) {
        for name in ["checkpoint", "."] {
            let descriptor = open(path + "/" + name, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0, fsync(descriptor) == 0 else { throw Self.failure("cannot sync", path) }
            close(descriptor)
        }
        guard unlink(path + "/" + Self.markName) == 0 else { throw Self.failure("cannot finish", path) }
        // The mark must not come back with a power cut: a second init would clear a vault in use.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, fsync(descriptor) == 0 else { throw Self.failure("cannot sync", path) }
        close(descriptor)
    }

    private static func isOwn(_ name: String) -> Bool { ownNames.contains(name) || name.hasPrefix(keySharePrefix) }

    /// Whether the vault in it is not whole yet.
    var isUnfinished: Bool { Self.exists(path + "/" + Self.markName) }

    private static let markName = "unfinished"
    private static let ownNames: Set<String> = [
        markName, "vault.db", "vault.db-journal", "vault.db-wal", "vault.db-shm", "service.key", "pepper",
        "service.key.old", "pepper.old", "service.key.locked", "lock", "reserve", "checkpoint", "log.vkey", "checkpoint.draft", "restoring",
    ]

    /// Checks what a start rests on: the directory is ours alone.
    package func check() throws(VaultError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw VaultError(.setup, "there is no vault at \(path)", hint: "make one with: rvault init --dir \(path)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o077 == 0, status.st_uid == geteuid() else {
            throw VaultError(
                .setup, "\(path) must be a directory of mode 0700 that belongs to the daemon's user",
                hint: "chmod 700 \(path) and chown it to the user that runs rvaultd")
        }
        guard access(path + "/" + Self.markName, F_OK) != 0 else {
            throw VaultError(
                .setup, "making the vault at \(path) was cut off",
                hint: "run again what made it: rvault init, or rvault restore")
        }
        guard access(database, F_OK) == 0 else {
            throw VaultError(.setup, "there is no vault at \(path)", hint: "make one with: rvault init --dir \(path)")
        }
    }

    /// Takes the lock; it is free again when the value ends, or the process does.
    package func takeLock() throws(VaultError) -> DirectoryLock { try DirectoryLock(lock) }

    /// Writes a file that must not exist yet, durable before it returns.
    package static func writeNew(_ bytes: UnsafeRawBufferPointer, to path: String, mode: UInt32) throws(VaultError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("cannot make", path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0, write(descriptor, bytes.baseAddress, bytes.count) == bytes.count,
            fsync(descriptor) == 0
        else { throw failure("cannot write", path) }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Puts a file in another's place at once and durably: readers see the old one or the new one, whole.
    package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws {
        let draft = path + ".new"
        unlink(draft)
        try bytes.withUnsafeBytes { try writeNew($0, to: draft, mode: mode) }
        guard rename(draft, path) == 0 else { throw failure("cannot replace", path) }
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        guard folder >= 0, fsync(folder) == 0 else { throw failure("cannot sync the directory of", path) }
        close(folder)
    }

    static func failure(_ what: String, _ path: String) -> VaultError {
        VaultError(.setup, "\(what) \(path): \(String(cString: strerror(errno)))")
    }
}

/// An exclusive `flock` on the directory's lock file. The kernel releases it with the process, even after kill -9.
package struct DirectoryLock: ~Copyable {
    private let descriptor: Int32

    init(_ path: String) throws(VaultError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw VaultDirectory.failure("cannot open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw VaultError(
                .setup, "another rvaultd serves this directory",
                hint: "stop it first, or use the socket it serves; the lock is \(path)")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
