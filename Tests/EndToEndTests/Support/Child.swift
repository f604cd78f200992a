import Foundation

/// A program run as another process. What it writes goes to files that have no name any more, so that neither a full
/// pipe nor a descriptor that some other child inherited can hold anything up.
struct Child: Sendable {
    let pid: pid_t
    private let out: Int32
    private let errors: Int32

    /// How it ended.
    struct Outcome: Sendable {
        /// The exit status, or 128 and the signal's number.
        let status: Int32
        let output: String
        let errors: String

        /// Both streams, for messages of tests.
        var all: String { "status \(status)\n\(output)\(errors)" }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - secrets: lines for the descriptors 3, 4 …, each in a pipe of its own, as a shell's `3<file` would give them.
    ///   - environment: added to a plain one: English, and nothing of this terminal's.
    ///   - errorFile: where standard error goes, to be read while it runs.
    static func start(
        _ program: String, _ arguments: [String], secrets: [String] = [], environment: [String: String] = [:],
        errorFile: String? = nil
    ) throws -> Child {
        let out = try nameless()
        let errors = try errorFile.map { open($0, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) } ?? nameless()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, out, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        let pipes = try secrets.map { try filledPipe($0 + "\n") }
        defer { pipes.forEach { close($0) } }
        for (position, pipe) in pipes.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, pipe, Int32(3 + position))
        }
        let path = program.contains("/") ? program : Machine.tool(program) ?? program
        var child = pid_t()
        let status = vector([path] + arguments) { argv in
            vector(plainEnvironment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&child, path, &actions, nil, argv, environment)
            }
        }
        guard status == 0 else {
            close(out)
            close(errors)
            throw Unexpected("cannot run \(path): \(String(cString: strerror(status)))")
        }
        return Child(pid: child, out: out, errors: errors)
    }

    private static let plainEnvironment: [String: String] = {
        let own = ProcessInfo.processInfo.environment
        var plain = ["PATH": own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", "LANG": "en_US.UTF-8", "HOME": "/nonexistent"]
        plain["LD_LIBRARY_PATH"] = own["LD_LIBRARY_PATH"]
        return plain
    }()

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Waits for its end and gives back what it wrote. A child that does not end in good time is killed: a test must
    /// fail rather than hang.
    func finish(seconds: Double = 120) -> Outcome {
        let deadline = Date(timeIntervalSinceNow: seconds)
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            if Date() > deadline {
                kill(pid, SIGKILL)
                waitpid(pid, &status, 0)
                break
            }
            usleep(2_000)
        }
        let signal = status & 0x7f
        defer {
            close(out)
            close(errors)
        }
        return Outcome(
            status: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: Self.content(out), errors: Self.content(errors))
    }

    /// Whether it runs still. One that ended stays to be finished.
    var isRunning: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo == 0
    }

    private static func nameless() throws -> Int32 {
        var template = Array("/tmp/rv-out-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Unexpected("cannot make a file under /tmp") }
        unlink(&template)
        // High, so that it is none of the child's own numbers before it is duplicated.
        let high = fcntl(descriptor, F_DUPFD_CLOEXEC, 64)
        close(descriptor)
        return high
    }

    private static func content(_ descriptor: Int32) -> String {
        let size = lseek(descriptor, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: max(0, Int(size)))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// A pipe's reading end with the text in it and nobody writing. A pipe holds 4,096 bytes and more without a reader.
    private static func filledPipe(_ text: String) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Unexpected("cannot make a pipe") }
        // High numbers, so that no child's 3 or 4 is one of them before it is duplicated.
        let (reading, writing) = (fcntl(ends[0], F_DUPFD_CLOEXEC, 64), fcntl(ends[1], F_DUPFD_CLOEXEC, 64))
        ends.forEach { close($0) }
        let bytes = Array(text.utf8)
        let written = write(writing, bytes, bytes.count)
        close(writing)
        guard reading >= 0, written == bytes.count else { throw Unexpected("cannot fill a pipe") }
        return reading
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
