internal import CLinux
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A change of residents that was worked out on its caller's thread: its rows are sealed and its keys made, and all that is
/// left to the writer is to see that it stands, to write it and to log it.
///
/// The rules are those that run under the writer, over a reader's view. Their last word is the writer's as it is with a
/// read: no resident whose rows they read may have changed since, no request they answer, not the config, not the keys, and
/// no date may have passed. The state that the entry names is that of the rows as they were read, compared with the log, and
/// of what is written over them; so rows that someone altered between the two do not pass for logged ones.
struct DraftedChange<Value: Sendable>: Sendable {
    let value: Value
    private let moment: UInt64
    private let config: ConfigInForce
    private let keys: KeySet
    private let steady: SteadyTime
    private let now: Instant
    private let writes: DraftedWrites
    private let dates: [Instant]
    private let entries: [LogEntry]

    /// Works a change out.
    ///
    /// - Throws: what the rules throw, and `StoreError.beyondDraft` where they need more than a draft holds. Neither is a
    ///   verdict: that is the writer's.
    init(writer: Writer, reader: StoreReader, _ rules: (Transaction) throws -> Value) throws {
        // Before the view is opened: what changes from here on is seen at the end.
        let moment = writer.revisions.now
        let (config, keys, steady, now) = (writer.config, writer.keySet, writer.steady, writer.now)
        (value, writes, dates, entries) = try reader.read { snapshot in
            try snapshot.draft(sealer: keys) { changes, draft in
                let transaction = Transaction(
                    drafting: changes, keys: keys, vault: writer.vault, config: config, now: now,
                    revisions: writer.revisions, counts: writer.counts, steady: steady)
                let value = try rules(transaction)
                return (value, draft.writes, draft.dates, transaction.draftedEntries)
            }
        }
        self.moment = moment
        self.config = config
        self.keys = keys
        self.steady = steady
        self.now = now
    }

    /// The writer's last word: writes and logs the change if it stands.
    ///
    /// - Returns: false if it must be worked out again.
    func commit(in transaction: Transaction) throws -> Bool {
        guard transaction.config === config, transaction.keys === keys, transaction.steady == steady,
            transaction.unchanged(since: moment, residents: writes.residents), isOfThisTime(transaction.now),
            try transaction.snapshot.holdsPremises(of: writes)
        else { return false }
        try transaction.changes.write(writes)
        for number in writes.residents { transaction.unvouched(number) }
        for var entry in entries {
            entry.time = transaction.now
            try transaction.append(entry)
        }
        return true
    }

    /// Whether nothing that has to do with time can have come out otherwise.
    private func isOfThisTime(_ later: Instant) -> Bool {
        now <= later && later.localDay == now.localDay && !dates.contains { now < $0 && $0 <= later }
    }
}

extension Vault {
    /// Makes a change that concerns one resident, or few: worked out here, on the caller's thread, and then written by the
    /// writer. If others change the same people meanwhile it is worked out again, and in the end under the writer itself,
    /// where nobody comes between. So does a change that a draft cannot hold, and every refusal: what only ends something is
    /// never refused because of its draft.
    ///
    /// - Parameters:
    ///   - reader: a connection of the caller's own; a new one if nil.
    ///   - rules: may run several times, here and in a batch; they have no effect but through their transaction.
    func drafted<Value: Sendable>(
        isEnding: Bool = false, reader: VaultReader? = nil, _ rules: @escaping @Sendable (Transaction) throws -> Value
    ) throws -> Value {
        // Keys were on this stack.
        defer { rv_clear_stack() }
        // Someone waits for all views to end, an erasure mostly: what was erased must not wait for what is worked out here.
        if !store.awaitsReaders, let reader = try? reader?.store ?? store.reader() {
            for _ in 0..<Self.drafts {
                guard let draft = try? DraftedChange(writer: writer, reader: reader, rules) else { break }
                do {
                    if try writer.perform(isEnding: isEnding, { try draft.commit(in: $0) }) { return draft.value }
                } catch is StoreError { break }
            }
        }
        return try writer.perform(isEnding: isEnding, rules)
    }

    /// How often a change is worked out anew before it is for the writer.
    private static var drafts: Int { 3 }
}
