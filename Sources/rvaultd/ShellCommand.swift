internal import Foundation

/// A shell command with input, bounded output and a deadline. It runs in a process group of its own, so that whatever it
/// started ends with it: a child that keeps the output open must not hold the daemon.
enum ShellCommand {
    /// - Parameter seconds: how long it may take, from start to the end of its output.
    /// - Returns: what it wrote; nil if it could not be run, wrote too much, took too long, or wrote nothing.
    static func run(_ command: String, input: [UInt8], limit: Int, seconds: Int) -> [UInt8]? {
        guard let (stdin, stdout) = pipes() else { return nil }
        defer { close(stdout.reading) }
        let child = start(command, stdin: stdin.reading, stdout: stdout.writing)
        close(stdin.reading)
        close(stdout.writing)
        guard let child else {
            close(stdin.writing)
            return nil
        }
        defer { end(child) }
        // A request is a few kilobytes and a pipe holds 64; SIGPIPE is ignored by the daemon.
        let written = input.withUnsafeBytes { write(stdin.writing, $0.baseAddress, $0.count) }
        close(stdin.writing)
        guard written == input.count else { return nil }
        let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
        var output: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            var waited = pollfd(fd: stdout.reading, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(clamping: left.components.seconds * 1000 + 1000)
            guard poll(&waited, 1, milliseconds) > 0 else { return nil }
            let count = read(stdout.reading, &part, part.count)
            if count < 0 { return nil }
            if count == 0 { return output.isEmpty ? nil : output }
            output += part[..<count]
            guard output.count <= limit else { return nil }
        }
    }

    private static func pipes() -> (stdin: (reading: Int32, writing: Int32), stdout: (reading: Int32, writing: Int32))? {
        guard let stdin = pipe() else { return nil }
        guard let stdout = pipe() else {
            close(stdin.reading)
            close(stdin.writing)
            return nil
        }
        return (stdin, stdout)
    }

    private static func pipe() -> (reading: Int32, writing: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func start(_ command: String, stdin: Int32, stdout: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var arguments = vector(["sh", "-c", command])
        // A bare environment: nothing of the daemon's own, such as where systemd put its credentials.
        var environment = vector(["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"])
        defer { for text in arguments + environment { free(text) } }
        var child = pid_t()
        return posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, &environment) == 0 ? child : nil
    }

    private static func vector(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }

    /// Ends the whole group, and takes the shell's status so that no zombie stays.
    private static func end(_ child: pid_t) {
        kill(-child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
    }
}
