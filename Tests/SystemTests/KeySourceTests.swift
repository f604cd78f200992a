import Foundation
import Testing

/// Where the daemon's keys come from, with the real programs.
@Suite struct KeySourceTests {
    private func made() throws -> Scenario {
        let scenario = try Scenario()
        try scenario.succeed(
            """
            rvault init --dir $V --policies $REPO/Policies
            printf 'six words nobody else has here\\n' >$K/words
            """)
        return scenario
    }

    /// Starts the daemon with a shell in front, so that it gets descriptors of its own.
    private func start(_ scenario: Scenario, _ redirection: String, _ arguments: String = "") throws {
        try scenario.start([], under: ["bash", "-c", "exec \"$0\" \"$@\" \(arguments) \(redirection)"])
    }

    @Test func `the daemon's first line says where the service key came from, and doctor says it too`() throws {
        let scenario = try made()
        try scenario.start()
        #expect(scenario.daemonLog.split(separator: "\n").first?.contains("from=the files \(scenario.dir)/service.key") == true)
        #expect(try scenario.succeed("rvault doctor --dir $V --lang en").contains("in files that a start reads by itself"))
        scenario.stop()
        try scenario.succeed("rvault keys lock --dir $V --passphrase-fd 3 3<$K/words; test ! -e $V/service.key; test ! -e $V/pepper")
        try start(scenario, "3<\(scenario.keys)/words", "--passphrase-fd 3")
        #expect(scenario.daemonLog.split(separator: "\n").first?.contains("service.key.locked, opened by its passphrase") == true)
        #expect(try scenario.succeed("rvault doctor --dir $V --lang en").contains("each start asks for the passphrase"))
        // Neither the passphrase nor its descriptor stays with the process.
        let seen = try scenario.bash(
            "tr '\\0' ' ' </proc/\(scenario.daemonPID)/cmdline; ls -l /proc/\(scenario.daemonPID)/fd; cat /proc/\(scenario.daemonPID)/environ")
        #expect(!seen.out.contains("six words") && !seen.out.contains("k/words"))
        // The daemon is not dumpable, so that its own user is not let in; root is, and saw all of it.
        #expect((seen.status == 0) == Scenario.isRoot)
        scenario.stop()
        try scenario.succeed("rvault keys unlock --dir $V --passphrase-fd 3 3<$K/words; test ! -e $V/service.key.locked")
        try scenario.start()
        scenario.stop()
    }

    @Test func `systemd's credentials start the daemon, and nothing of the environment reaches what it says`() throws {
        let scenario = try made()
        try scenario.succeed(
            """
            mkdir -m 700 $K/credentials
            mv $V/service.key $K/credentials/rvault.service-key; mv $V/pepper $K/credentials/rvault.pepper
            chmod 400 $K/credentials/*
            """)
        try scenario.start(under: ["env", "CREDENTIALS_DIRECTORY=\(scenario.keys)/credentials"])
        #expect(scenario.daemonLog.contains("systemd's credentials"))
        #expect(try scenario.succeed("rvault doctor --dir $V --lang en").contains("handed over by systemd"))
        scenario.stop()
        let without = try scenario.bash("rvaultd --dir $V")
        #expect(without.status == 1)
        #expect(without.err.contains("there is no service key") && without.err.contains("hint:"))
    }

    @Test func `without a terminal or a descriptor a locked vault refuses at once, and one key option alone is wrong usage`() throws {
        let scenario = try made()
        try scenario.succeed("rvault keys lock --dir $V --passphrase-fd 3 3<$K/words")
        let outcome = try scenario.bash("setsid --wait rvaultd --dir $V </dev/null")
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("no terminal to ask") && outcome.err.contains("--passphrase-fd"))
        #expect(try scenario.bash("rvaultd --dir $V --service-key $V/service.key").status == 2)
        #expect(try scenario.bash("rvaultd --dir $V --passphrase-fd 9").status == 2)
        let wrong = try scenario.bash("echo 'not the right phrase' >$K/wrong; rvaultd --dir $V --passphrase-fd 3 3<$K/wrong")
        #expect(wrong.status == 1)
        #expect(wrong.err.contains("not the passphrase"))
    }

    @Test(.enabled(if: Scenario.has("python3"), "needs python3"))
    func `on a terminal the passphrase is asked for and not shown, and a Ctrl-C puts the terminal back`() throws {
        let scenario = try made()
        let out = try scenario.succeed(
            """
            cat >$K/terminal.py <<'PY'
            import os, pty, sys, termios, time, select
            words = b"six words nobody else has here\\n"
            def run(arguments, answers, interrupt=False):
                child, terminal = pty.fork()
                if child == 0: os.execvp(arguments[0], arguments)
                seen, answers, closed = b"", list(answers), False
                until = time.time() + 60
                while time.time() < until:
                    ready, _, _ = select.select([terminal], [], [], 0.2)
                    if ready:
                        try: part = os.read(terminal, 4096)
                        except OSError: break
                        if not part: break
                        seen += part
                    if seen.rstrip(b" ").endswith(b":") and answers and not (termios.tcgetattr(terminal)[3] & termios.ECHO):
                        os.write(terminal, answers.pop(0)); seen += b"|"
                    if b"service key was read" in seen: os.kill(child, 15)
                if time.time() >= until: os.kill(child, 9)
                _, status = os.waitpid(child, 0)
                return seen.decode(errors="replace"), os.waitstatus_to_exitcode(status)
            seen, status = run(["rvault", "keys", "lock", "--dir", os.environ["V"]], [words, words])
            print("lock", status, "six words" in seen, "once more" in seen)
            seen, status = run(["rvaultd", "--dir", os.environ["V"]], [words])
            print("serve", status in (0, -15), "six words" in seen, "passphrase of this vault" in seen)
            seen, status = run(["rvaultd", "--dir", os.environ["V"]], [b"\\x03"])
            print("interrupt", status, "was read" in seen)
            seen, status = run(["rvault", "keys", "unlock", "--dir", os.environ["V"]], [words])
            print("unlock", status, "six words" in seen)
            # An interrupted shell's terminal echoes again.
            script = 'rvault keys lock --dir "$V"; stty -a | grep -o -e "-\\\\?echo "; :'
            seen, status = run(["bash", "-c", "trap : INT; " + script], [b"\\x03"])
            print("echo", "-echo" not in seen and "echo " in seen)
            PY
            python3 $K/terminal.py
            """)
        #expect(out == "lock 0 False True\nserve True False True\ninterrupt -2 False\nunlock 0 False\necho True\n")
        #expect(try scenario.succeed("ls $V | grep -c -e service.key -e pepper") == "2\n")
    }

    @Test(.enabled(if: Machine.canTrace, "needs strace, and the right to trace"))
    func `a lock or an unlock killed at any of its file steps leaves a vault that starts, and is completed by a second run`() throws {
        let scenario = try made()
        let key = try scenario.succeed("sha256sum <$V/service.key; sha256sum <$V/pepper")
        for command in ["lock", "unlock"] {
            for call in ["rename", "unlink", "fsync", "pwrite64"] {
                for step in 1...12 {
                    let outcome = try scenario.bash(
                        """
                        strace -f -qq -o /dev/null -e trace=\(call) -e inject=\(call):signal=KILL:when=\(step) \
                            rvaultd keys \(command) --dir $V --passphrase-fd 3 3<$K/words
                        """)
                    if outcome.status == 0 { break }
                    // Killed: one form or the other opens, and gives the same keys.
                    let verified = try scenario.bash("rvaultd verify --dir $V --data --passphrase-fd 3 3<$K/words")
                    #expect(verified.status == 0 && !verified.err.contains("seals were not checked"), "\(command) \(call) \(step): \(verified.err)")
                    try scenario.succeed(
                        """
                        rvaultd keys \(command) --dir $V --passphrase-fd 3 3<$K/words
                        rvaultd keys \(command == "lock" ? "unlock" : "lock") --dir $V --passphrase-fd 3 3<$K/words
                        """)
                    #expect(try scenario.succeed("ls $V | grep -c -e shred -e draft || true") == "0\n")
                }
                // Back to where this command begins.
                let other = command == "lock" ? "unlock" : "lock"
                try scenario.succeed("rvaultd keys \(other) --dir $V --passphrase-fd 3 3<$K/words || true")
            }
            try scenario.succeed("rvaultd keys \(command) --dir $V --passphrase-fd 3 3<$K/words")
        }
        #expect(try scenario.succeed("sha256sum <$V/service.key; sha256sum <$V/pepper") == key)
    }
}
