internal import Glibc
internal import Synchronization

/// A file that only its owner may read, written piece by piece under another name and given its own when it is whole: what
/// bears the name was never cut off. It goes with the value unless it was completed.
final class GrowingFile: Sendable {
    private struct State {
        var bytes: Int64 = 0
        /// `errno` of the first write that failed.
        var fault: Int32?
        var isComplete = false
    }

    private let path: String
    private let draft: String
    private let descriptor: Int32
    private let state = Mutex(State())

    /// - Throws: `Failure(.refused)` if the file is there already or cannot be made.
    init(_ path: String) throws(Failure) {
        guard access(path, F_OK) != 0 else {
            errno = EEXIST
            throw PrivateFile.failure(.cannotCreate, path)
        }
        self.path = path
        draft = "\(path).part-\(getpid())"
        descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.failure(.cannotCreate, draft) }
    }

    deinit {
        close(descriptor)
        if !state.withLock({ $0.isComplete }) { unlink(draft) }
    }

    var bytes: Int64 { state.withLock { $0.bytes } }

    /// Adds a piece; false once a write failed.
    func append(_ piece: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            guard state.fault == nil else { return false }
            guard Descriptor.write(piece, to: descriptor) else {
                state.fault = errno
                return false
            }
            state.bytes += Int64(piece.count)
            return true
        }
    }

    /// - Throws: `Failure(.refused)` if a write failed.
    func check() throws(Failure) {
        guard let fault = state.withLock({ $0.fault }) else { return }
        errno = fault
        throw PrivateFile.failure(.cannotWrite, path)
    }

    /// Gives the file its name, durably; never over another that came in the meantime.
    func complete() throws(Failure) {
        try check()
        guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else { throw PrivateFile.failure(.cannotWrite, path) }
        // A link refuses to replace; a stick's file system may know no links.
        if link(draft, path) == 0 {
            unlink(draft)
        } else {
            guard errno != EEXIST, access(path, F_OK) != 0, rename(draft, path) == 0 else {
                errno = errno == 0 ? EEXIST : errno
                throw PrivateFile.failure(.cannotCreate, path)
            }
        }
        state.withLock { $0.isComplete = true }
        PrivateFile.syncDirectory(of: path)
    }
}
