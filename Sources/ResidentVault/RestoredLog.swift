internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// What a log says that a backup cannot know: everything since it was made.
struct RestoredLog {
    /// A change of one resident since the backup, by the tag of the revision that it made.
    struct Change {
        let action: LogAction
        let fields: [FieldName]
    }

    /// A grant that was given since the backup.
    struct Given {
        let tag: [UInt8]
        /// None for a delegation.
        let app: AppName?
        let party: String?
        let purpose: PurposeName?
    }

    private(set) var ledger = LogLedger()
    private(set) var frontier = Frontier()
    private(set) var changes: [[UInt8]: Change] = [:]
    private(set) var given: [GrantID: Given] = [:]
    /// Residents enrolled and erased since the backup, whoever they are.
    private(set) var enrolled = 0
    private(set) var erased = 0
    /// Writes since the backup, whose values are lost.
    private(set) var written = 0
    /// Changes of the rules since the backup.
    private(set) var configChanges = 0
    /// When the log says the backup was made, and for how many days it lives: the fewest that the rules allowed at any time
    /// since. A limit that was lowered and raised again must not bring back what certificates said is gone.
    private(set) var backup: (made: Instant, days: Int)?
    private(set) var breaks: [LogBreak] = []
    private let start: UInt64
    private let id: String

    init(since row: BackupRow) {
        start = row.size
        id = row.id.base64
    }

    mutating func take(_ index: UInt64, _ entry: LogEntry, leaf: [UInt8]) {
        frontier.append(leaf: leaf)
        ledger.take(index, entry)
        if entry.action == .backedUp, entry.change?["backup"]?.string == id, let days = entry.change?["days"]?.integer {
            backup = (entry.time, Int(clamping: days))
        }
        if let (made, days) = backup, let limit = ledger.replayed?.config.policies.backupDays {
            backup = (made, min(days, limit))
        }
        if entry.action == .restored, let made = entry.change.flatMap(LogBreak.init) { breaks.append(made) }
        guard index >= start else { return }
        switch entry.action {
        case .config: configChanges += 1
        case .enrolled: enrolled += entry.subjects.count
        case .erased: erased += entry.subjects.count { $0.grant == nil }
        case .written, .imported: written += entry.subjects.count { $0.stateTag != nil }
        default: break
        }
        for subject in entry.subjects {
            if let tag = subject.stateTag { changes[tag] = Change(action: entry.action, fields: entry.fields) }
            guard let grant = subject.grant else { continue }
            if entry.action == .given {
                given[grant] = Given(tag: subject.tag, app: entry.app, party: entry.party, purpose: entry.purpose)
            } else if entry.action == .erased {
                given[grant] = nil
            }
        }
    }

    /// The newest entry's time.
    var newest: Instant { ledger.newest }

    /// A resident's changes since the backup, in order.
    func changes(of resident: ResidentRow) throws -> [Change] {
        var found: [Change] = []
        var revision = resident.revision
        while let change = changes[try resident.stateTag(revision: revision + 1)] {
            found.append(change)
            revision += 1
        }
        return found
    }

    /// The break that a restore of now makes.
    func nextBreak(of row: BackupRow, origin: String) -> LogBreak {
        let epoch = breaks.count + 2
        return LogBreak(
            backup: LogBreak.Source(id: row.id, made: row.made, size: row.size, root: row.root), size: frontier.size,
            root: frontier.root, epoch: epoch, previous: origin,
            origin: LogBreak.origin(
                of: breaks.first?.previous ?? origin, epoch: epoch, mark: Sodium.randomBytes(LogBreak.markBytes)))
    }
}
