internal import Glibc

/// A file of lines that only its owner may read (0600), written as the lines come; gone again unless it is finished.
final class PrivateLines {
    private let path: String
    private let descriptor: Int32
    private var isFinished = false

    /// - Throws: `Failure(.refused)` if it is there already, or cannot be made.
    init(_ path: String) throws(Failure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.failure(.cannotCreate, path) }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(path) }
    }

    func append(_ line: [UInt8]) throws(Failure) {
        let written = (line + [UInt8(ascii: "\n")]).withUnsafeBytes { Descriptor.write($0, to: descriptor) }
        guard written else { throw PrivateFile.failure(.cannotWrite, path) }
    }

    /// Makes it durable.
    func finish() throws(Failure) {
        guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else { throw PrivateFile.failure(.cannotWrite, path) }
        PrivateFile.syncDirectory(of: path)
        isFinished = true
    }
}
