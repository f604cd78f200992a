internal import Foundation

/// The newest signed checkpoint, kept beside the database: what makes a rolled-back database show at the next start.
///
/// It is written in place with one `pwrite`: the note is far smaller than a disk sector and never gets shorter, because
/// the log's size never does. No sync: after a power cut an older checkpoint is still a prefix of the log, which a
/// start accepts.
final class CheckpointFile: Sendable {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws(VaultError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw VaultDirectory.failure("cannot open", path) }
        // The directory keeps others out; the note itself is for everyone, whatever the umask says.
        guard fchmod(descriptor, 0o644) == 0 else { throw VaultDirectory.failure("cannot set mode 0644 on", path) }
    }

    deinit { close(descriptor) }

    func write(_ note: [UInt8]) throws(VaultError) {
        guard pwrite(descriptor, note, note.count, 0) == note.count else {
            throw VaultError(.logUnavailable, "the checkpoint could not be written to \(path)")
        }
    }

    /// The kept note; empty if there is none.
    func read() throws(VaultError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw VaultDirectory.failure("cannot read", path) }
        return Array(bytes[..<count])
    }
}
