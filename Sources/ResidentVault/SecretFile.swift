internal import Foundation
internal import VaultCrypto

/// A file of the vault's own that holds a secret: read only if nobody else can read it, written whole or not at all,
/// overwritten before it goes.
struct SecretFile: Sendable, Equatable {
    let path: String

    init(_ path: String) { self.path = path }

    /// Whether something has this name, a broken link too: what cannot be read must not pass for absent.
    var exists: Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// - Parameter lent: by systemd, whose credentials may belong to root and carry an access list, which shows as the
    ///   group's right to read.
    /// - Throws: `VaultError` with code `setup` for a file that is somebody else's, that others can read, or over `limit`.
    func read(limit: Int, lent: Bool = false) throws -> SecretBytes {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw VaultDirectory.failure("cannot open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_mode & (lent ? 0o037 : 0o077) == 0
        else { throw VaultError(.setup, "\(path) must be a file of mode 0600", hint: "chmod 600 \(path)") }
        guard status.st_uid == geteuid() || lent && status.st_uid == 0 else {
            throw VaultError(.setup, "\(path) must belong to the daemon's user", hint: "look whose it is; then chown it")
        }
        guard status.st_size <= limit else {
            throw VaultError(.setup, "\(path) holds \(status.st_size) bytes, \(limit) at most are right")
        }
        let size = Int(status.st_size)
        var secret = try SecretBytes(zeroed: size)
        let count = secret.withMutableBytes { Foundation.read(descriptor, $0.baseAddress, size) }
        guard count == size else { throw VaultDirectory.failure("cannot read", path) }
        return secret
    }

    /// Reads a key of exactly 32 bytes.
    func readKey<Role>(as: Role.Type = Role.self, lent: Bool = false) throws -> SymmetricKey<Role> {
        let secret = try read(limit: 4096, lent: lent)
        let found = secret.count
        guard found == 32 else { throw VaultError(.setup, "\(path) must hold 32 bytes, it holds \(found)") }
        return try SymmetricKey<Role>(secret)
    }

    /// Makes a file that must not exist yet, mode 0600; durable when it returns.
    func create(_ bytes: UnsafeRawBufferPointer) throws {
        try VaultDirectory.writeNew(bytes, to: path, mode: 0o600)
        try syncFolder()
    }

    /// Puts the file in place, or in another's place, in one step and durably.
    func replace(with bytes: UnsafeRawBufferPointer) throws {
        let draft = SecretFile(path + Self.draftSuffix)
        try draft.destroy()
        try draft.create(bytes)
        // What is replaced is overwritten through a descriptor, once no name leads to it any more.
        let replaced = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        defer { if replaced >= 0 { close(replaced) } }
        guard rename(draft.path, path) == 0 else { throw VaultDirectory.failure("cannot replace", path) }
        try syncFolder()
        var status = stat()
        guard replaced >= 0, fstat(replaced, &status) == 0, status.st_nlink == 0, status.st_size <= 1 << 16 else { return }
        let zeros = [UInt8](repeating: 0, count: Int(status.st_size))
        guard pwrite(replaced, zeros, zeros.count, 0) == zeros.count, fsync(replaced) == 0 else {
            throw VaultDirectory.failure("cannot overwrite what was replaced at", path)
        }
    }

    /// Overwrites and removes the file and what an earlier `replace` or `shred` that was cut off left. It gets another
    /// name first, durably: a key half overwritten must never be found under its own.
    ///
    /// On a disk that writes elsewhere what is overwritten (flash, copy-on-write) the old bytes can outlive this.
    func shred() throws {
        try shredLeftovers()
        guard exists else { return }
        let grave = SecretFile(path + Self.graveSuffix)
        guard rename(path, grave.path) == 0 else { throw VaultDirectory.failure("cannot remove", path) }
        try syncFolder()
        try grave.destroy()
    }

    /// Removes what a `replace` or `shred` that was cut off left beside a file that is to stay.
    func shredLeftovers() throws {
        try SecretFile(path + Self.graveSuffix).destroy()
        try SecretFile(path + Self.draftSuffix).destroy()
    }

    /// Whether `shred` or `replace` was cut off here and left key material under another name.
    var hasLeftovers: Bool {
        SecretFile(path + Self.graveSuffix).exists || SecretFile(path + Self.draftSuffix).exists
    }

    static let graveSuffix = ".shred"
    static let draftSuffix = ".draft"

    private func destroy() throws {
        guard exists else { return }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw VaultDirectory.failure("cannot overwrite", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= 1 << 16 else {
            throw VaultError(.setup, "\(path) is no key file", hint: "look what it is and move it away")
        }
        let zeros = [UInt8](repeating: 0, count: Int(status.st_size))
        guard pwrite(descriptor, zeros, zeros.count, 0) == zeros.count, fsync(descriptor) == 0, unlink(path) == 0 else {
            throw VaultDirectory.failure("cannot overwrite", path)
        }
        try syncFolder()
    }

    private func syncFolder() throws {
        let cut = path.lastIndex(of: "/")
        let name = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw VaultDirectory.failure("cannot open the directory of", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw VaultDirectory.failure("cannot sync the directory of", path) }
    }
}
