package import VaultModel

/// Checks a log from its raw entries: it computes every hash itself and believes nothing that the store derived.
///
/// What it checks, each kind of finding with its rules:
/// - The checkpoint's note opens with the log's key, and its origin is the key's name. `checkpoint`
/// - The stored log is not shorter than the checkpoint says (`truncated`) and has its root at its size (`root`). It may
///   be longer: the entries after it are new ones, which the next checkpoint covers.
/// - The stored indexes count from zero without gap, and are as many as the store says. `sequence`
/// - Every entry is canonical, complete and within the limits, and all its names are known. `form`
/// - The rules of `ChainRules`: `beginning`, `vault`, `time`, `config`, `state`.
/// - The rules of `GrantRules`: `grant`, `access`.
///
/// One pass; the memory it needs grows with the grants, state tags and configs in the log, not with its entries. It
/// cannot know of entries that were rewritten together with a checkpoint by whoever holds the log's key: against that,
/// compare with a checkpoint kept elsewhere.
package struct LogVerifier: Sendable {
    /// As many findings as are kept.
    package static let findingLimit = 1_000

    private let vault: VaultID?
    private let key: VerifierKey

    /// - Parameter vault: whose log it must be; nil takes the first entry's word, and holds the others to it.
    package init(vault: VaultID?, key: VerifierKey) {
        self.vault = vault
        self.key = key
    }

    /// Reads the whole log and compares it with a signed checkpoint.
    ///
    /// - Throws: only what the source throws. What is wrong with the log is in the result.
    package func verify(_ source: some LogSource, checkpoint note: [UInt8]) throws -> LogVerification {
        var checkpoint: Checkpoint?
        var malformed: AuditError?
        do throws(AuditError) { checkpoint = try Checkpoint.open(note, key: key) } catch { malformed = error }
        var pass = LogPass(vault: vault, checkpointSize: checkpoint?.size)
        if let malformed { pass.add(.checkpoint, .checkpoint, malformed.description) }
        let stored = try source.entryCount
        try source.forEachEntry { index, entry in pass.take(index, entry) }
        let rules = pass.finish()
        var findings = rules.findings
        let size = pass.frontier.size
        if size != stored {
            findings.add(.entry(size), .sequence, "the store counts \(stored) entries and holds \(size)")
        }
        if let checkpoint {
            if size < checkpoint.size {
                findings.add(
                    .checkpoint, .truncated,
                    "the log has \(size) entries, the checkpoint \(checkpoint.size): cut or rolled back")
            } else if pass.rootAtCheckpoint != checkpoint.root {
                findings.add(.checkpoint, .root, "the entries do not hash to the signed root: the log was altered")
            }
        }
        return LogVerification(
            size: size, root: pass.frontier.root, checkpoint: checkpoint, findings: findings.findings,
            findingsLeftOut: findings.leftOut, counts: rules.replay.counts)
    }
}
