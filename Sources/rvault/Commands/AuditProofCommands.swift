internal import ArgumentParser
internal import VaultAPI
internal import VaultAudit
internal import VaultModel

struct AuditProveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a proof that an entry stands in the log.",
        discussion: """
            The file (C2SP tlog-proof) carries the entry, and can be checked without the vault.

            Example: rvault audit prove 4711 --out 4711.tlog-proof
            """)

    @OptionGroup var audit: AuditOptions
    var global: GlobalOptions { audit.global }

    @Argument(help: ArgumentHelp("The entry's number.", valueName: "number"))
    var number: String

    @Option(help: ArgumentHelp("The file to write (NUMBER.tlog-proof if absent).", valueName: "file"))
    var out: String?

    func perform(_ console: Console) async throws {
        let number = try AuditIndex.read(number)
        let calls = try audit.calls()
        let proof = try await calls.bytes(.inclusion, id: "\(number)")
        // What is handed out is checked here first.
        let key = try KeyFile.verifierKey(try await calls.bytes(.logKey), at: "audit/vkey")
        do throws(AuditError) {
            let file = try ProofFile(parsing: proof)
            guard file.index == number else { throw .badProof }
            _ = try file.verify(key: key)
        } catch { throw Failure(.refused, Sentence(AuditFaults.proofBad, error.description)) }
        let path = out ?? "\(number).tlog-proof"
        try PrivateFile.create(path, mode: 0o644, proof)
        if console.json { return console.answer(["proof": .string(path)]) }
        console.say(AuditText.proofWritten, "\(number)", path)
    }
}

struct AuditConsistencyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Write a proof that the log of NEW entries continues the log of OLD entries.",
        discussion: """
            Anyone may ask for it. Check it with the checkpoint of OLD entries that you kept.

            Example: rvault audit consistency 1200 3400 --out 1200-3400.proof
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: ArgumentHelp("The older size.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The newer size.", valueName: "new"))
    var new: String

    @Option(help: ArgumentHelp("The file to write (OLD-NEW.consistency if absent).", valueName: "file"))
    var out: String?

    func perform(_ console: Console) async throws {
        let (old, new) = (try AuditIndex.read(old), try AuditIndex.read(new))
        let query = [(name: "old", value: "\(old)"), (name: "new", value: "\(new)")]
        let calls = AuditCalls(global.publicClient)
        let proof = try await calls.bytes(.consistency, query: query)
        let key = try KeyFile.verifierKey(try await calls.bytes(.logKey), at: "audit/vkey")
        do throws(AuditError) {
            let update = try CheckpointUpdate(parsing: proof)
            guard update.oldSize == old, try Checkpoint.open(update.note, key: key).size == new else { throw .badProof }
        } catch { throw Failure(.refused, Sentence(AuditFaults.proofBad, error.description)) }
        let path = out ?? "\(old)-\(new).consistency"
        try PrivateFile.create(path, mode: 0o644, proof)
        if console.json { return console.answer(["proof": .string(path)]) }
        console.say(AuditText.consistencyWritten, "\(old)", "\(new)", path)
    }
}

struct AuditCheckProofCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-proof",
        abstract: "Check a proof file, without the vault.",
        discussion: """
            Example: rvault audit check-proof 4711.tlog-proof --vkey log.vkey
            Example: rvault audit check-proof 1200-3400.consistency --vkey log.vkey --old checkpoint-1200
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: ArgumentHelp("The proof.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The log's key, from the notice board or an export.", valueName: "file"))
    var vkey: String

    @Option(help: ArgumentHelp("The entry's bytes, where the proof carries none.", valueName: "file"))
    var entry: String?

    @Option(help: ArgumentHelp("The older checkpoint, for a proof of consistency.", valueName: "file"))
    var old: String?

    func perform(_ console: Console) async throws {
        guard let key = try KeyFile.read(vkey).first else { return }
        let bytes = try SourceFile.read(file, limit: 1 << 21)
        if bytes.starts(with: "old ".utf8) { return try checkConsistency(bytes, key, console) }
        let proof: ProofFile
        do { proof = try ProofFile(parsing: bytes) } catch { throw Failure(.refused, Sentence(AuditFaults.notProof, file)) }
        let entry = try entry.map { try SourceFile.read($0, limit: LogEntry.byteLimit) }
        let checkpoint: Checkpoint
        do { checkpoint = try proof.verify(entry: entry, key: key) } catch {
            throw Failure(.refused, Sentence(AuditFaults.proofBad, error.description))
        }
        if console.json { return console.answer(["good": true, "index": .integer(Int64(proof.index)), "size": .integer(Int64(checkpoint.size))]) }
        console.say(AuditText.proofGood, "\(proof.index)", "\(checkpoint.size)")
        if let bytes = entry ?? proof.entry, let line = try? LogText.line(LogEntry(decoding: bytes)) { console.say(line) }
    }

    private func checkConsistency(_ bytes: [UInt8], _ key: VerifierKey, _ console: Console) throws {
        guard let old else { throw Failure(.usage, Sentence(AuditFaults.oldNeeded)) }
        do throws(AuditError) {
            let update = try CheckpointUpdate(parsing: bytes)
            let older: [UInt8]
            do throws(Failure) { older = try SourceFile.read(old, limit: SignedNote.byteLimit) } catch { throw .malformedCheckpoint }
            let new = try update.verify(from: try Checkpoint.open(older, key: key), key: key)
            if console.json {
                return console.answer(["good": true, "old": .integer(Int64(update.oldSize)), "new": .integer(Int64(new.size))])
            }
            console.say(AuditText.consistencyGood, "\(update.oldSize)", "\(new.size)")
        } catch { throw Failure(.refused, Sentence(AuditFaults.proofBad, error.description)) }
    }
}

/// Numbers of entries and sizes, as arguments.
enum AuditIndex {
    static func read(_ text: String) throws(Failure) -> UInt64 {
        guard let number = UInt64(text), number <= UInt64(Int64.max), String(number) == text else {
            throw Failure(.usage, Sentence(AuditFaults.malformedIndex, text), hint: Sentence(AuditHints.indexForm))
        }
        return number
    }
}
