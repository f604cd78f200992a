internal import Glibc
internal import VaultCrypto

/// The person at the controlling terminal, wherever standard input and output lead.
struct Terminal: ~Copyable {
    private let descriptor: Int32
    private let console: Console

    /// - Throws: `Failure(.usage)` without a controlling terminal; the hint names the options that take its place.
    init(_ console: Console, without hint: Sentence) throws(Failure) {
        descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        self.console = console
        guard descriptor >= 0 else { throw Failure(.usage, Sentence(Faults.noTerminal), hint: hint) }
    }

    deinit { close(descriptor) }

    /// Shows a line.
    borrowing func show(_ sentence: Sentence) { write(sentence.text(in: console.language) + "\n") }

    /// Asks for a line that may be seen.
    ///
    /// - Throws: `Failure(.refused)` at the end of input.
    borrowing func ask(_ sentence: Sentence) throws(Failure) -> String {
        write(sentence.text(in: console.language))
        let line = try line()
        return line.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The same, but nil if nothing is typed for so long.
    borrowing func ask(_ sentence: Sentence, patienceSeconds: Int32) throws(Failure) -> String? {
        write(sentence.text(in: console.language))
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // The terminal gives whole lines, so what is ready can be read without waiting again.
        while poll(&waiting, 1, patienceSeconds * 1000) <= 0 {
            guard waiting.revents != 0 || errno == EINTR else { return nil }
        }
        let line = try line()
        return line.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Empties the screen and what can be scrolled back to.
    borrowing func clear() { Descriptor.write("\u{1b}[2J\u{1b}[3J\u{1b}[H", to: descriptor) }

    /// Asks for a line that is not shown while it is typed.
    borrowing func askSecret(_ sentence: Sentence) throws(Failure) -> SecretBytes {
        write(sentence.text(in: console.language))
        guard let quiet = QuietTerminal(descriptor) else { throw Failure(.refused, Sentence(Faults.noTerminal)) }
        defer { quiet.restore() }
        return try line()
    }

    private borrowing func line() throws(Failure) -> SecretBytes {
        do throws(SecretInput.Fault) {
            return try SecretInput.line(from: descriptor)
        } catch {
            throw Failure(.refused, Sentence(error == .tooLong ? Faults.secretTooLong : Faults.cancelled))
        }
    }

    private borrowing func write(_ text: String) { Descriptor.write(Console.printable(text), to: descriptor) }
}
