internal import Glibc
internal import Synchronization

/// A terminal that does not echo, put back as it was afterwards, also when a signal ends the process meanwhile.
struct QuietTerminal {
    private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// What the signal handler needs, at an address that stays: it may touch nothing that locks or allocates.
    private struct Saved {
        let descriptor: Int32
        var settings: termios
    }

    /// Address of the `Saved` in force; 0 for none. Lock-free, so a signal handler may read it.
    private static let saved = Atomic<UInt>(0)

    private let address: UnsafeMutablePointer<Saved>
    private let former: [(signal: Int32, action: sigaction)]

    /// Turns the echo off; nil if the descriptor is no terminal.
    init?(_ descriptor: Int32) {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return nil }
        address = .allocate(capacity: 1)
        address.initialize(to: Saved(descriptor: descriptor, settings: settings))
        Self.saved.store(UInt(bitPattern: address), ordering: .sequentiallyConsistent)
        former = Self.endings.map { number in
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in QuietTerminal.restoreAndEnd(number) }
            var old = sigaction()
            sigaction(number, &action, &old)
            return (number, old)
        }
        settings.c_lflag &= ~tcflag_t(ECHO)
        // The line end is still shown, and backspace removes a whole character of UTF-8.
        settings.c_lflag |= tcflag_t(ECHONL)
        settings.c_iflag |= tcflag_t(IUTF8)
        tcsetattr(descriptor, TCSAFLUSH, &settings)
    }

    /// Puts terminal and signals back.
    func restore() {
        tcsetattr(address.pointee.descriptor, TCSAFLUSH, &address.pointee.settings)
        Self.saved.store(0, ordering: .sequentiallyConsistent)
        for (number, action) in former {
            var action = action
            sigaction(number, &action, nil)
        }
        address.deallocate()
    }

    /// Runs in the signal handler: `tcsetattr`, `signal` and `raise` are async-signal-safe (POSIX, 2.4.3).
    private static func restoreAndEnd(_ number: Int32) {
        if let address = UnsafeMutablePointer<Saved>(bitPattern: saved.load(ordering: .sequentiallyConsistent)) {
            tcsetattr(address.pointee.descriptor, TCSANOW, &address.pointee.settings)
        }
        signal(number, SIG_DFL)
        raise(number)
    }
}
