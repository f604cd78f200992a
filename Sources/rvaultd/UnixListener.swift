internal import Foundation
internal import ResidentVault

/// A listening Unix socket made by hand: a framework's own bind takes over a live socket silently and leaves the mode to
/// the umask. The vault's lock is held before this runs.
struct UnixListener {
    let descriptor: Int32
    /// To be unlinked at the end; nil for a socket that systemd made.
    let path: String?

    /// Linux's `sun_path` is 108 bytes with its end; SwiftNIO refuses over 103.
    static let longestPath = 103

    /// Binds strictly, then widens: the umask is 077 from the start of the process, so there is no moment at which others
    /// could connect before the mode is set.
    static func bind(_ path: String, mode: mode_t, group: gid_t? = nil) throws -> UnixListener {
        guard path.utf8.count <= longestPath else {
            throw VaultError(
                .setup, "the socket's path has \(path.utf8.count) bytes, at most \(longestPath) are possible",
                hint: "choose a shorter directory with --run")
        }
        try clear(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw failure("cannot make a socket", path) }
        let bound = withAddress(path) { Foundation.bind(descriptor, $0, $1) }
        guard bound == 0 else { throw failure("cannot bind", path) }
        if let group, chown(path, uid_t.max, group) != 0 { throw failure("cannot set the group of", path) }
        guard chmod(path, mode) == 0, listen(descriptor, 512) == 0 else { throw failure("cannot listen on", path) }
        return UnixListener(descriptor: descriptor, path: path)
    }

    /// Removes a stale socket. One that answers belongs to another daemon, and anything else is not ours to remove.
    private static func clear(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw VaultError(.setup, "\(path) exists and is not a socket", hint: "move it away")
        }
        // Without waiting: a socket whose queue is full belongs to a live daemon too.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let probe = socket(AF_UNIX, kind, 0)
        defer { close(probe) }
        guard withAddress(path, { connect(probe, $0, $1) }) != 0, errno == ECONNREFUSED else {
            throw VaultError(.setup, "another daemon answers on \(path)", hint: "stop it, or choose another --run")
        }
        guard unlink(path) == 0 else { throw failure("cannot remove the stale socket", path) }
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private static func failure(_ what: String, _ path: String) -> VaultError {
        VaultError(.setup, "\(what) \(path): \(String(cString: strerror(errno)))")
    }
}

/// What systemd passes: sockets it opened, and where to say that we are ready (`sd_listen_fds(3)`, `sd_notify(3)`).
enum Systemd {
    /// The inherited sockets by the last part of their path.
    static func inheritedListeners() -> [String: UnixListener] {
        let environment = ProcessInfo.processInfo.environment
        guard environment["LISTEN_PID"].flatMap(Int32.init) == getpid(),
            let count = environment["LISTEN_FDS"].flatMap(Int32.init), (1...8).contains(count)
        else { return [:] }
        var listeners: [String: UnixListener] = [:]
        for descriptor in 3..<(3 + count) {
            var address = sockaddr_un()
            var length = socklen_t(MemoryLayout<sockaddr_un>.size)
            let known = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
            }
            guard known == 0 else { continue }
            let path = withUnsafeBytes(of: address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            listeners[(path as NSString).lastPathComponent] = UnixListener(descriptor: descriptor, path: nil)
        }
        return listeners
    }

    /// Says READY=1 to whoever started us, if they asked.
    static func ready() {
        guard let target = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], target.utf8.count <= UnixListener.longestPath
        else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(target.utf8)
        // An abstract address starts with a zero byte, which systemd writes as @.
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let message = Array("READY=1\n".utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, 0, $0, length)
            }
        }
    }
}
