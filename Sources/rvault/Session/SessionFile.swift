internal import Glibc
internal import VaultCrypto

/// The credential of a session in its place: one line, mode 0600, of no use after the session's end.
struct SessionFile: Sendable {
    let place: SessionPlace

    /// Keeps a new session, in place of one that was there.
    func keep(_ session: borrowing SecretBytes) throws(Failure) {
        try session.withBytes { bytes throws(Failure) in try PrivateFile.replace(place.path, bytes) }
    }

    /// The session's credential.
    ///
    /// - Throws: `Failure(.refused)` without one.
    func read() throws(Failure) -> SecretBytes {
        guard let descriptor = try PrivateFile.open(place.path) else {
            throw Failure(.refused, Sentence(Faults.notLoggedIn), hint: Sentence(Hints.login))
        }
        defer { close(descriptor) }
        do throws(SecretInput.Fault) {
            return try SecretInput.line(from: descriptor)
        } catch {
            throw Failure(.refused, Sentence(Faults.notLoggedIn), hint: Sentence(Hints.login))
        }
    }

    /// Removes it. The disk may keep the bytes; the daemon has ended the session they named.
    func remove() {
        unlink(place.path)
        unlink(place.listing)
    }
}
