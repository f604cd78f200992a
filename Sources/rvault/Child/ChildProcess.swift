internal import CLinux
internal import Foundation
internal import VaultCrypto

/// A program run by this one. Secrets reach it through pipes on descriptors of its own, never as arguments or in the
/// environment, where `ps` and `/proc` would show them. (Foundation's `Process` passes on no such descriptors.)
struct ChildProcess: Sendable {
    /// Its process id.
    let pid: pid_t
    /// The reading end of what it writes; -1 if that goes elsewhere.
    private let output: Int32

    /// Where standard output and standard error go.
    enum Output {
        /// Both into one pipe, read by `finish()`.
        case captured
        /// Both appended to a file (0600).
        case file(String)
    }

    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - inputs: lines for the descriptors 3, 4 … in this order; each is a pipe's content, at most 4,096 bytes.
    /// - Throws: `Fault` naming the program and the reason.
    static func start(
        _ program: String, _ arguments: [String], inputs: borrowing ChildInputs = ChildInputs(),
        output: Output = .captured
    ) throws(Fault) -> ChildProcess {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var reading: Int32 = -1
        var writing: Int32 = -1
        switch output {
        case .captured:
            (reading, writing) = try pipe()
            posix_spawn_file_actions_adddup2(&actions, writing, 1)
        case .file(let path):
            posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for (position, descriptor) in inputs.descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(3 + position))
        }
        // Whatever else is open here stays here, also what a library opened without saying so.
        var status = rv_spawn_close_from(&actions, Int32(3 + inputs.descriptors.count))
        var child = pid_t()
        if status == 0 {
            status = vector([program] + arguments) { argv in
                vector(ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }) { environment in
                    posix_spawn(&child, program, &actions, nil, argv, environment)
                }
            }
        }
        if writing >= 0 { close(writing) }
        guard status == 0 else {
            if reading >= 0 { close(reading) }
            throw Fault(description: "cannot run \(program): \(String(cString: strerror(status)))")
        }
        return ChildProcess(pid: child, output: reading)
    }

    /// Reads what it writes until it ends, and gives back both.
    func finish() -> (status: Int32, output: [UInt8]) {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 14)
        while output >= 0 {
            let count = read(output, &part, part.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes.append(contentsOf: part[..<count])
        }
        if output >= 0 { close(output) }
        return (wait(), bytes)
    }

    /// Waits for its end: the exit status, or 128 and the number of the signal that ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { guard errno == EINTR else { return -1 } }
        return Self.exitStatus(status)
    }

    /// Its status if it has ended; nil while it runs.
    func ended() -> Int32? {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid ? Self.exitStatus(status) : nil
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    private static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    /// A pipe that no other child inherits, on numbers that no child uses for its own.
    fileprivate static func pipe() throws(Fault) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { throw Fault(description: "cannot make a pipe") }
        let high = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
        ends.forEach { close($0) }
        guard high.allSatisfy({ $0 >= 0 }) else { throw Fault(description: "cannot make a pipe") }
        return (high[0], high[1])
    }

    private static func vector<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        pointers.append(nil)
        defer { pointers.forEach { free($0) } }
        // The array holds at least the closing nil, so it has an address.
        return pointers.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
    }
}

/// Secrets on their way to a child, each already in its pipe.
struct ChildInputs: ~Copyable {
    fileprivate private(set) var descriptors: [Int32] = []

    init() {}

    deinit { descriptors.forEach { close($0) } }

    /// Puts a secret and a line end into a pipe of its own. A pipe holds 4,096 bytes and more without a reader.
    mutating func add(_ secret: borrowing SecretBytes) throws(ChildProcess.Fault) {
        let (reading, writing) = try ChildProcess.pipe()
        descriptors.append(reading)
        let written = secret.withBytes { Descriptor.write($0, to: writing) } && Descriptor.write("\n", to: writing)
        close(writing)
        guard written else { throw ChildProcess.Fault(description: "cannot fill a pipe") }
    }
}
