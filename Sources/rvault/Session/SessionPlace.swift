internal import Foundation
internal import VaultCrypto
internal import VaultModel

/// Where the session of one terminal and one vault is kept between commands.
struct SessionPlace: Sendable {
    /// The session's file; what `consent list` showed lies beside it.
    let path: String

    /// The file that numbers shown by `consent list` are kept in.
    var listing: String { path + ".list" }

    /// - Parameters:
    ///   - file: the `--session` option.
    ///   - socket: the daemon's socket, so that two vaults have two sessions.
    /// - Throws: `Failure(.refused)` if there is no directory that is this user's alone.
    init(file: String?, socket: String, environment: [String: String] = ProcessInfo.processInfo.environment)
        throws(Failure)
    {
        if let file {
            path = file
            return
        }
        let folder = try Self.folder(environment)
        // The same terminal device may be another person's tomorrow, so the login session counts as well.
        let name = "\(Self.controllingTerminal())/\(getsid(0))/\(URL(fileURLWithPath: socket).standardizedFileURL.path)"
        let digest = Hash.blake2b256(Array(name.utf8)).prefix(12)
        path = "\(folder)/rvault-\(Hex.encode(Array(digest))).session"
    }

    /// The number of the terminal this process is controlled by, 0 for none; the seventh field of `/proc/self/stat`.
    /// The name of a descriptor's terminal would change with a redirection.
    private static func controllingTerminal() -> String {
        guard let bytes = try? SourceFile.read("/proc/self/stat", limit: 4096) else { return "0" }
        // The second field is the program's name in parentheses and may hold anything.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 4 ? String(fields[4]) : "0"
    }

    static func folder(_ environment: [String: String]) throws(Failure) -> String {
        for place in [environment["XDG_RUNTIME_DIR"] ?? "", "/run/user/\(geteuid())"] where isPrivate(place) {
            return place
        }
        let shared = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let own = "\(shared)/rvault-\(geteuid())"
        mkdir(own, 0o700)
        // Somebody else may have made it first, or a link in its place.
        guard isPrivate(own) else {
            throw Failure(.refused, Sentence(Faults.notPrivate, own), hint: Sentence(Hints.useSessionFile))
        }
        return own
    }

    private static func isPrivate(_ path: String) -> Bool {
        var status = stat()
        return path.hasPrefix("/") && lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    }
}
