internal import Foundation
internal import Synchronization

/// 64 MiB set aside, so that on a full disk revocations and other endings, with their entries, can still be written
/// (design, section 6). When the disk fills, the file goes; while it is gone everything but endings is refused; when
/// there is room again, it is set aside anew.
final class SpaceReserve: Sendable {
    static let bytes: Int64 = 64 << 20
    /// Room beyond the reserve before it is set aside again, so that it does not come and go with every write.
    private static let slack: Int64 = 16 << 20

    private let path: String
    private let held: Mutex<Bool>

    init(_ path: String) {
        self.path = path
        held = Mutex(false)
        _ = hold()
    }

    /// Whether everything may be written. Tries to set the space aside again if it is gone.
    func hold() -> Bool {
        held.withLock { held in
            if !held { held = Self.setAside(path) }
            return held
        }
    }

    /// Gives the space up.
    func release() {
        held.withLock { held in
            unlink(path)
            held = false
        }
    }

    private static func setAside(_ path: String) -> Bool {
        var status = stat()
        if stat(path, &status) == 0, status.st_size == bytes, Int64(status.st_blocks) * 512 >= bytes { return true }
        var space = statvfs()
        guard statvfs(path.isEmpty ? "/" : (path as NSString).deletingLastPathComponent, &space) == 0,
            Int64(space.f_bavail) * Int64(space.f_frsize) >= bytes + slack
        else { return false }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard posix_fallocate(descriptor, 0, off_t(bytes)) == 0 else {
            unlink(path)
            return false
        }
        return true
    }
}
