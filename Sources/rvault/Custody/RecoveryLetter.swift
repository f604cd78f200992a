internal import Glibc
internal import VaultCrypto
internal import VaultModel

/// The letter of a recovery: one code in a file (0600). Nobody but whoever asks knows the code, so it is durable before
/// anyone is asked: a ceremony for a code that was lost would shut its resident out once more.
struct RecoveryLetter: ~Copyable {
    let path: String
    private let code: SecretBytes
    /// H(auth key) of the code, which custodians sign.
    let digest: [UInt8]

    /// Makes a code and writes it down.
    ///
    /// - Throws: `Failure(.refused)` if the file is there already, or cannot be made.
    static func make(_ path: String, login: LoginName?) throws -> RecoveryLetter {
        let code = try ActivationCode.random()
        let letter = RecoveryLetter(
            path: path, code: try code.text(), digest: try Envelope.authDigest(of: try EnvelopeKey.activation(code.secret)))
        try letter.put(login) { bytes throws(Failure) in try PrivateFile.create(path, bytes) }
        return letter
    }

    private init(path: String, code: consuming SecretBytes, digest: [UInt8]) {
        self.path = path
        self.code = code
        self.digest = digest
    }

    /// Writes the letter anew, now that the login name is known.
    borrowing func complete(_ login: LoginName) throws(Failure) {
        let path = path
        try put(login) { bytes throws(Failure) in try PrivateFile.replace(path, bytes) }
    }

    /// The request was refused, so the code opens nothing.
    borrowing func discard() { unlink(path) }

    private borrowing func put(
        _ login: LoginName?, _ write: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var content: [UInt8] = []
        // Room for everything, so that growing leaves no copy of the code behind.
        content.reserveCapacity(8192)
        code.withBytes { code in
            var code = Array(code)
            defer { code.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } } }
            if let login {
                // Whoever hands it over knows the door; the vault did not tell the name.
                let address = LetterAddress(login: login, name: "", home: [], forGuardian: false)
                Letter(today: ImportCommand.today).write(address, code: code[...], to: &content)
            } else {
                content += Letter.codeLabel.utf8
                content += code
                content += "\n".utf8
            }
        }
        let outcome = content.withUnsafeMutableBytes { bytes -> Result<Void, Failure> in
            defer { if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) } }
            return Result { () throws(Failure) in try write(UnsafeRawBufferPointer(bytes)) }
        }
        try outcome.get()
    }

    /// The code in a letter's file.
    ///
    /// - Throws: `Failure(.refused)` for a file that others may read, or that does not hold one letter.
    static func code(in path: String) throws(Failure) -> SecretBytes {
        guard let descriptor = try PrivateFile.open(path) else { throw PrivateFile.failure(.cannotRead, path) }
        close(descriptor)
        var bytes = try SourceFile.read(path, limit: 65_536)
        defer { bytes.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } } }
        let label = Array(Letter.codeLabel.utf8)
        var found: Range<Int>?
        var start = 0
        for end in bytes.indices where bytes[end] == UInt8(ascii: "\n") {
            if bytes[start..<end].starts(with: label) {
                guard found == nil else { throw Self.notLetter(path) }
                found = (start + label.count)..<end
            }
            start = end + 1
        }
        guard let found else { throw Self.notLetter(path) }
        var secret: SecretBytes
        do { secret = try SecretBytes(zeroed: found.count) } catch { throw Failure(error) }
        secret.withMutableBytes { $0.copyBytes(from: bytes[found]) }
        return secret
    }

    private static func notLetter(_ path: String) -> Failure {
        Failure(.refused, Sentence(CeremonyFaults.notLetter, path), hint: Sentence(CeremonyHints.letterOrCode))
    }
}
