package import VaultModel

/// Checks a log from its raw entries: it computes every hash itself and believes nothing that the store derived.
///
/// What it checks, each kind of finding with its rules:
/// - The checkpoint's note opens with the log's key, and its origin is the key's name. `checkpoint`
/// - The stored log is not shorter than the checkpoint says (`truncated`) and has its root at its size (`root`). It may
///   be longer: the entries after it are new ones, which the next checkpoint covers.
/// - The stored indexes count from zero without gap, and are as many as the store says. `sequence`
/// - Every entry is canonical, complete and within the limits, and all its names are known. `form`
/// - The rules of `LogEpochs`: `epoch`. A kept checkpoint of an older epoch counts up to the break that ended it; beyond
///   it, it names what is lost (`lost`).
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
    private let witnesses: [VerifierKey]
    private let kept: [[UInt8]]

    /// - Parameters:
    ///   - vault: whose log it must be; nil takes the first entry's word, and holds the others to it.
    ///   - witnesses: each must have cosigned the checkpoint.
    ///   - kept: notes of checkpoints kept elsewhere, such as from a notice board; the log must continue each. They are
    ///     what finds a log that was rewritten by whoever holds its key.
    package init(vault: VaultID?, key: VerifierKey, witnesses: [VerifierKey] = [], kept: [[UInt8]] = []) {
        self.vault = vault
        self.key = key
        self.witnesses = witnesses
        self.kept = kept
    }

    /// Reads the whole log and compares it with a signed checkpoint.
    ///
    /// - Throws: only what the source throws. What is wrong with the log is in the result.
    package func verify(_ source: some LogSource, checkpoint note: [UInt8]) throws -> LogVerification {
        var check = start(checkpoint: note)
        let stored = try source.entryCount
        // Its body cannot throw: nobody receives anything.
        try source.forEachEntry { index, entry in try check.take(index, entry) }
        return try check.finish(stored: stored)
    }

    /// Begins a check whose entries come one by one.
    ///
    /// - Parameter receiver: gets what the check makes on its way; what it throws ends the check.
    package func start(checkpoint note: [UInt8], receiver: LogReceiver = LogReceiver()) -> LogCheck {
        LogCheck(vault: vault, key: key, witnesses: witnesses, note: note, kept: kept, receiver: receiver)
    }

    /// The same for leaves alone.
    package func start(
        checkpoint note: [UInt8], eachLeaf: @escaping (UInt64, [UInt8], [UInt8]) throws -> Void
    ) -> LogCheck {
        start(checkpoint: note, receiver: LogReceiver(leaf: eachLeaf))
    }
}

/// What wants to see more of a log than a check's findings, on the thread that gives the check its entries.
package struct LogReceiver {
    /// Gets each entry's index, bytes and leaf hash, in order.
    let leaf: ((UInt64, [UInt8], [UInt8]) throws -> Void)?
    /// Gets each tile of hashes that has become full; it comes before the leaf that made it full.
    let tile: ((TilePath, [UInt8]) throws -> Void)?

    package init(
        leaf: ((UInt64, [UInt8], [UInt8]) throws -> Void)? = nil, tile: ((TilePath, [UInt8]) throws -> Void)? = nil
    ) {
        self.leaf = leaf
        self.tile = tile
    }
}
