internal import Glibc
internal import VaultCrypto

/// Files that only their owner may read, written whole or not at all.
enum PrivateFile {
    /// Makes a file that must not exist yet. It is durable when this returns, and gone again if that fails.
    ///
    /// - Throws: `Failure(.refused)` naming the path and the reason.
    static func create(_ path: String, mode: mode_t = 0o600, _ bytes: UnsafeRawBufferPointer) throws(Failure) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(Faults.cannotCreate, path) }
        let written = fchmod(descriptor, mode) == 0 && Descriptor.write(bytes, to: descriptor) && fsync(descriptor) == 0
        let fault = written ? nil : failure(Faults.cannotWrite, path)
        close(descriptor)
        if let fault {
            unlink(path)
            throw fault
        }
        syncDirectory(of: path)
    }

    /// The same for bytes in an array.
    static func create(_ path: String, mode: mode_t = 0o600, _ bytes: [UInt8]) throws(Failure) {
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(Failure) in try create(path, mode: mode, bytes) }
        }
        try outcome.get()
    }

    /// Makes the public file beside a secret one that was just made; if that fails the secret one goes too, because half a
    /// key is none.
    static func createPublic(_ path: String, _ bytes: [UInt8], beside secret: String) throws(Failure) {
        do throws(Failure) { try create(path, mode: 0o644, bytes) } catch {
            unlink(secret)
            throw error
        }
    }

    /// Makes a file of a secret and a line end.
    static func create(_ path: String, _ secret: borrowing SecretBytes) throws(Failure) {
        var line: SecretBytes
        do { line = try SecretBytes(zeroed: secret.count + 1) } catch { throw Failure(error) }
        secret.withBytes { from in
            line.withMutableBytes { to in
                to.copyMemory(from: from)
                to[from.count] = UInt8(ascii: "\n")
            }
        }
        try line.withBytes { bytes throws(Failure) in try create(path, bytes) }
    }

    /// Puts new content in a file's place in one step: readers see the old or the new, also after a power cut.
    static func replace(_ path: String, _ bytes: UnsafeRawBufferPointer) throws(Failure) {
        let temporary = "\(path).new-\(getpid())"
        unlink(temporary)
        try create(temporary, bytes)
        guard rename(temporary, path) == 0 else {
            let fault = failure(Faults.cannotWrite, path)
            unlink(temporary)
            throw fault
        }
        syncDirectory(of: path)
    }

    /// Opens a file of ours for reading; nil if there is none.
    ///
    /// - Throws: `Failure(.refused)` for a file of somebody else, or one that others may read.
    static func open(_ path: String) throws(Failure) -> Int32? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(Faults.cannotRead, path)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0
        else {
            close(descriptor)
            throw Failure(.refused, Sentence(Faults.notPrivate, path), hint: Sentence(Hints.makePrivate, path))
        }
        return descriptor
    }

    /// A new name is durable only when its directory is.
    static func syncDirectory(of path: String) {
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// A failure with the reason that `errno` holds now.
    static func failure(_ fault: Faults, _ path: String) -> Failure {
        let number = errno
        let hint: Sentence? = number == EEXIST ? Sentence(Hints.chooseAnotherFile) : nil
        return Failure(.refused, Sentence(fault, path, String(cString: strerror(number))), hint: hint)
    }
}
