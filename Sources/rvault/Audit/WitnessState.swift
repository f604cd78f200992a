internal import Glibc
internal import VaultAudit
internal import VaultCrypto

/// A witness's directory: `witness.key` (its seed, 0600), `witness.vkey`, `log.vkey` of the one log it watches, and
/// `latest`, the checkpoint it cosigned last.
struct WitnessState {
    let path: String

    private func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes a witness for a log.
    ///
    /// - Returns: its public key.
    static func make(at path: String, name: String, log: VerifierKey) throws -> VerifierKey {
        let state = WitnessState(path: path)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw PrivateFile.failure(.cannotCreate, path) }
        guard access(state.file("witness.key"), F_OK) != 0 else {
            throw Failure(.refused, Sentence(AuditFaults.witnessExists, path))
        }
        let seed = try Seed.random()
        let key = try VerifierKey(name: name, publicKey: SigningKeyPair(seed: seed).publicKey, role: .witness)
        try PrivateFile.create(state.file("log.vkey"), mode: 0o644, Array("\(log.text)\n".utf8))
        try PrivateFile.create(state.file("witness.vkey"), mode: 0o644, Array("\(key.text)\n".utf8))
        // The key goes last: without it there is no witness, and the command can be given again.
        try seed.withBytes { bytes throws(Failure) in try PrivateFile.create(state.file("witness.key"), bytes) }
        return key
    }

    /// Decides on a request and cosigns. What it cosigns is kept durably before anything is answered, and under a lock, so
    /// that no two requests are decided on the same past.
    ///
    /// - Parameter time: seconds since 1970.
    /// - Returns: the signature line.
    /// - Throws: `Witness.Refusal`; `Failure` if its own files are not in order.
    func cosign(_ request: [UInt8], time: UInt64) throws -> [UInt8] {
        let descriptor = open(file("lock"), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Failure(.refused, Sentence(AuditFaults.noWitness, path), hint: Sentence(AuditHints.makeWitness))
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw PrivateFile.failure(.cannotWrite, file("lock")) }
        guard let log = try KeyFile.read(file("log.vkey")).first,
            let own = try KeyFile.read(file("witness.vkey"), role: .witness).first
        else { throw Failure(.refused, Sentence(AuditFaults.noWitness, path), hint: Sentence(AuditHints.makeWitness)) }
        let pair = try SigningKeyPair(seed: try seed())
        guard own.publicKey == pair.publicKey else {
            throw Failure(.refused, Sentence(AuditFaults.noWitness, path), hint: Sentence(AuditHints.makeWitness))
        }
        let latest = try latest(of: log)
        let (_, note) = try Witness(log: log).decide(request, latest: latest)
        let kept = note.encoded
        let outcome = kept.withUnsafeBytes { bytes in
            Result { () throws(Failure) in try PrivateFile.replace(file("latest"), bytes) }
        }
        try outcome.get()
        let line = try Cosignature.sign(note.text, time: time, name: own.name, key: pair)
        return SignedNote.encoded([line])
    }

    /// Takes another key of its log's, if an exported log leads from the one it trusts to that, and continues what it
    /// cosigned last. From then on that export's checkpoint is the latest.
    ///
    /// - Returns: the new key.
    /// - Throws: `Failure` if the log does not lead there.
    func rekey(by tiles: TileDirectory) throws -> VerifierKey {
        guard let old = try KeyFile.read(file("log.vkey")).first else {
            throw Failure(.refused, Sentence(AuditFaults.noWitness, path), hint: Sentence(AuditHints.makeWitness))
        }
        let kept = access(file("latest"), F_OK) == 0 ? [try SourceFile.read(file("latest"), limit: SignedNote.byteLimit)] : []
        let verification = try TileVerification(key: old, kept: kept).verify(tiles)
        guard verification.isSound, let note = try tiles.read(TileDirectory.checkpointName),
            let new = try KeyFile.read("\(tiles.path)/\(TileDirectory.keyName)").first,
            verification.keys.keys.last == new.publicKey.bytes
        else {
            throw Failure(.refused, Sentence(AuditFaults.noWayToKey, tiles.path), hint: Sentence(AuditHints.verifyExport))
        }
        // The checkpoint first: cut off between the two, the witness refuses, and this is done again.
        let outcome = note.withUnsafeBytes { bytes in
            Result { () throws(Failure) in try PrivateFile.replace(file("latest"), bytes) }
        }
        try outcome.get()
        let text = Array("\(new.text)\n".utf8)
        let written = text.withUnsafeBytes { bytes in
            Result { () throws(Failure) in try PrivateFile.replace(file("log.vkey"), bytes) }
        }
        try written.get()
        return new
    }

    /// The checkpoint cosigned last. Only a file that is not there means that there was none: one that cannot be read must
    /// not let the witness begin anew.
    private func latest(of log: VerifierKey) throws -> Checkpoint? {
        if access(file("latest"), F_OK) != 0, errno == ENOENT { return nil }
        return try Checkpoint.open(try SourceFile.read(file("latest"), limit: SignedNote.byteLimit), key: log)
    }

    private func seed() throws -> Seed {
        guard let descriptor = try PrivateFile.open(file("witness.key")) else {
            throw Failure(.refused, Sentence(AuditFaults.noWitness, path), hint: Sentence(AuditHints.makeWitness))
        }
        defer { close(descriptor) }
        var secret = try SecretBytes(zeroed: 32)
        let count = secret.withMutableBytes { read(descriptor, $0.baseAddress, 32) }
        guard count == 32 else { throw Failure(.refused, Sentence(AuditFaults.noWitness, path), hint: Sentence(AuditHints.makeWitness)) }
        return try Seed(secret)
    }
}
