internal import Glibc

/// The programs that were installed together with this one.
enum Companion {
    /// This program's own file.
    static var program: String { link("/proc/self/exe") ?? CommandLine.arguments[0] }

    /// The daemon beside it. Not looked up in `PATH`: another `rvaultd` might be of another version, or nobody's.
    static var daemon: String { folder + "/rvaultd" }

    /// The directory both lie in.
    static var folder: String { program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "." }

    /// Becomes the daemon's program: only it can open the database (design, section 8).
    ///
    /// - Throws: `Failure(.refused)` if it cannot be run; on success nothing returns.
    static func becomeDaemon(_ arguments: [String]) throws(Failure) -> Never {
        let path = daemon
        var vector: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        vector.append(nil)
        // This thread may be one of Dispatch's, which block every signal, and a program inherits that: Ctrl-C would not end it.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        execv(path, vector)
        let reason = String(cString: strerror(errno))
        throw Failure(.refused, Sentence(Faults.cannotRun, path, reason), hint: Sentence(Hints.installTogether))
    }

    private static func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        // The buffer is not empty, so it has an address.
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { readlink(path, $0.baseAddress.unsafelyUnwrapped, $0.count) }
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
