internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// A read that is decided and opened but not yet logged: the answer waits here until its entry is durable.
struct PreparedRead: Sendable {
    /// The JSON of the answer.
    var body: [UInt8] = []
    /// The view it was decided on.
    let moment: UInt64
    let config: ConfigInForce
    var residents: [Int64] = []
    /// The earliest end of a grant that it rests on.
    var until = Instant(milliseconds: .max)
    var counts: [(grant: GrantID, limit: Int)] = []
    var rewraps: [Rewrap] = []
    var subjects: [LogEntry.Subject] = []
    var released: Set<FieldName> = []
    /// Of the resident who was added last.
    var lastReleased: [FieldName] = []
    /// The most revealing form that anything was shown in; what was asked may be more.
    var form: DisclosureForm?
    var withheld: Set<FieldName> = []
    /// A row of someone's did not verify or did not open.
    var isDamaged = false
    /// Somebody was asked for whom the view does not know.
    var namesUnknown = false

    /// The writer's last word: whether everything it was decided on still stands, then limits, keys and the entry.
    ///
    /// - Returns: false if it must be decided again.
    func commit(_ request: ReadRequest, caller: AppRecord, uid: UInt32, in transaction: Transaction) throws -> Bool {
        try transaction.requireLive(caller)
        guard transaction.config === config, transaction.unchanged(since: moment, residents: residents),
            transaction.now < until
        else { return false }
        // The entry counts them.
        for (grant, limit) in counts where transaction.used(grant) >= limit { return false }
        for rewrap in rewraps { try rewrap.apply(in: transaction) }
        var entry = transaction.entry(.read, request: request.id)
        entry.role = .app
        entry.app = caller.name
        entry.party = caller.party
        entry.uid = uid
        entry.initiator = request.initiator
        entry.caseReference = request.caseReference.map(PreparedRead.caseDigest)
        if let purpose = config.config.policies.purposes[request.purpose] {
            entry.purpose = purpose.name
            entry.version = purpose.version
            entry.basis = purpose.basis
        }
        entry.form = form
        entry.actions = [.read]
        entry.fields = request.fields
        entry.released = released.sorted()
        entry.withheld = withheld.sorted()
        entry.decision = released.isEmpty ? "refused" : "released"
        if isDamaged { entry.reason = VaultError.Code.integrity.rawValue }
        entry.subjects = subjects
        try transaction.append(entry)
        return true
    }

    /// A case's text could name a person; the log takes a digest under a fresh salt, and the caller keeps the text.
    private static func caseDigest(_ text: String) -> String {
        let salt = Sodium.randomBytes(16)
        return Base64URL.encode(salt) + "." + Base64URL.encode(Hash.blake2b256(salt + Array(text.utf8)))
    }
}
