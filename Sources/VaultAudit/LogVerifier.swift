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
        var findings = FindingList()
        var checkpoint: Checkpoint?
        do throws(AuditError) {
            checkpoint = try Checkpoint.open(note, key: key)
        } catch {
            findings.add(.checkpoint, .checkpoint, error.description)
        }
        let stored = try source.entryCount
        var frontier = Frontier()
        var rootThen = checkpoint?.size == 0 ? frontier.root : nil
        var replay = LogReplay(vault: vault)
        var next: UInt64 = 0
        try source.forEachEntry { index, entry in
            if index != next { findings.add(.entry(index), .sequence, "entry \(next) should stand here") }
            next = index &+ 1
            frontier.append(leaf: MerkleHash.leaf(entry))
            if frontier.size == checkpoint?.size { rootThen = frontier.root }
            replay.take(entry, at: .entry(index), &findings)
        }
        if frontier.size != stored {
            findings.add(
                .entry(frontier.size), .sequence, "the store counts \(stored) entries and holds \(frontier.size)")
        }
        if let checkpoint {
            if frontier.size < checkpoint.size {
                findings.add(
                    .checkpoint, .truncated,
                    "the log has \(frontier.size) entries, the checkpoint \(checkpoint.size): cut or rolled back")
            } else if rootThen != checkpoint.root {
                findings.add(.checkpoint, .root, "the entries do not hash to the signed root: the log was altered")
            }
        }
        return LogVerification(
            size: frontier.size, root: frontier.root, checkpoint: checkpoint, findings: findings.findings,
            findingsLeftOut: findings.leftOut, counts: replay.counts)
    }
}

/// Takes entries one by one through form, chain and grants.
private struct LogReplay {
    private let scanner = EntryScanner()
    private var scan = ScannedEntry()
    private var vocabulary = EntryVocabulary()
    private var chain: ChainRules
    private var grants = GrantRules()
    /// By the number of the action in the vocabulary.
    private var countsByNumber: [UInt64] = []

    init(vault: VaultID?) {
        chain = ChainRules(vault: vault.map { Key16(bytes: $0.bytes) })
    }

    var counts: [LogAction: UInt64] {
        Dictionary(
            uniqueKeysWithValues: countsByNumber.indices.map { (vocabulary.actions.meanings[$0], countsByNumber[$0]) })
    }

    mutating func take(_ entry: [UInt8], at place: LogFinding.Place, _ findings: inout FindingList) {
        entry.withUnsafeBufferPointer { bytes in
            do throws(AuditError) {
                try take(EntryText(bytes: bytes), at: place, &findings)
            } catch { findings.add(place, .form, error.description) }
        }
    }

    private mutating func take(
        _ text: EntryText, at place: LogFinding.Place, _ findings: inout FindingList
    ) throws(AuditError) {
        try scanner.scan(text.bytes, into: &scan)
        let meaning = try vocabulary.meaning(of: scan, in: text)
        while countsByNumber.count <= meaning.action { countsByNumber.append(0) }
        countsByNumber[meaning.action] += 1
        chain.check(scan, vocabulary.actions.meanings[meaning.action], in: text, at: place, &findings)
        grants.check(scan, meaning, vocabulary, in: text, at: place, &findings)
    }
}
