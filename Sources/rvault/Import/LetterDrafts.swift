internal import Glibc
internal import VaultCrypto
internal import VaultModel

/// The codes and login names of an import that has not ended, in `LETTERS.partial`.
///
/// The vault keeps no code, so a code that was sent and lost would lock its resident out. Each is durable here before
/// it is sent: whatever ends an import, the next run with the same letters finds them. A draft whose person was never
/// enrolled is of no use to anybody.
struct LetterDrafts: ~Copyable {
    private let path: String
    private let descriptor: Int32

    /// Opens the drafts of an earlier run, or begins new ones, and keeps other imports away from them.
    ///
    /// - Throws: `Failure(.refused)` if the file cannot be made, is not private, or is in use.
    init(letters: String) throws(Failure) {
        path = letters + ".partial"
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.failure(.cannotCreate, path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0
        else { throw Failure(.refused, Sentence(Faults.notPrivate, path), hint: Sentence(Hints.makePrivate, path)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure(.refused, Sentence(Faults.lettersInUse, path), hint: Sentence(Hints.oneImport))
        }
        PrivateFile.syncDirectory(of: path)
        // A power cut may have left half a line; what follows must not be glued to it.
        if try codes().endsInsideLine {
            try append("\n".utf8.withContiguousStorageIfAvailable { UnsafeRawBufferPointer($0) })
        }
    }

    deinit { close(descriptor) }

    /// Appends lines of login and code; durable when this returns.
    borrowing func append(_ lines: borrowing SecretBytes) throws(Failure) {
        try lines.withBytes { bytes throws(Failure) in try append(bytes) }
    }

    private borrowing func append(_ bytes: UnsafeRawBufferPointer?) throws(Failure) {
        guard let bytes, Descriptor.write(bytes, to: descriptor), fsync(descriptor) == 0 else {
            throw PrivateFile.failure(.cannotWrite, path)
        }
    }

    /// All drafts there are.
    borrowing func codes() throws(Failure) -> DraftedCodes { DraftedCodes(try SourceFile.read(path)) }

    /// The letters are written: the drafts may go.
    borrowing func remove() { unlink(path) }
}

/// The content of the drafts: codes by login name.
struct DraftedCodes: ~Copyable {
    private var bytes: [UInt8]
    private var places: [String: Range<Int>] = [:]

    init(_ bytes: consuming [UInt8]) {
        self.bytes = bytes
        var start = 0
        for end in self.bytes.indices where self.bytes[end] == UInt8(ascii: "\n") {
            let line = self.bytes[start..<end]
            if line.count > 10, line[start + 9] == UInt8(ascii: " ") {
                places[String(decoding: line.prefix(9), as: UTF8.self)] = (start + 10)..<end
            }
            start = end + 1
        }
    }

    deinit {
        bytes.withUnsafeBytes {
            if let base = $0.baseAddress { explicit_bzero(UnsafeMutableRawPointer(mutating: base), $0.count) }
        }
    }

    var endsInsideLine: Bool { !bytes.isEmpty && bytes.last != UInt8(ascii: "\n") }

    borrowing func contains(_ login: LoginName) -> Bool { places[login.text] != nil }

    /// The code's text; empty if there is none.
    borrowing func code(of login: LoginName) -> ArraySlice<UInt8> { places[login.text].map { bytes[$0] } ?? [] }
}
