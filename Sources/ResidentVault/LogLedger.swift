internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// What the entries alone say that the vault must now hold: the last state of every resident, every grant and how it
/// stands, who may sign, and the config in force.
struct LogLedger {
    struct Grant {
        let statement: [UInt8]
        let seq: UInt64
        /// Of the entry that gave it: an enrolment's own, or a ceremony's.
        let request: RequestID?
        var state: GrantState
        /// The entry that last changed it.
        var changed: UInt64
        /// It went with its resident.
        var isErased = false

        /// Whether the database must hold it: one that ended may have gone with its resident.
        var mustBeHere: Bool { !isErased && (state.isLive || state == .paused) }
    }

    struct State {
        let seq: UInt64
        /// None after an erasure.
        let digest: [UInt8]?
    }

    /// By state tag.
    private(set) var states: [[UInt8]: State] = [:]
    private(set) var grants: [GrantID: Grant] = [:]
    /// The issuing keys.
    private(set) var issuers: Set<[UInt8]> = []
    /// Residents' signing keys since their activation, by the tag of their own entries.
    private(set) var signers: [[UInt8]: Set<[UInt8]>] = [:]
    /// Since the last restore, whose number counts.
    private(set) var enrolled: Int64 = 0
    private(set) var erased: Int64 = 0
    /// Who is enrolled, by the tag of their own entries, with the entry that enrolled them.
    private(set) var living: [[UInt8]: UInt64] = [:]
    /// Who was enrolled and not erased, and is not in the vault, because its rows come from a backup made before: the tag of
    /// their own entries, with the entry that enrolled them and the restore that lost them. A restore from another backup
    /// can bring them back.
    private var absent: [[UInt8]: (enrolled: UInt64, lost: UInt64)] = [:]
    /// The request that enrolled somebody, by the tag of their own entries.
    private(set) var enrolments: [[UInt8]: RequestID] = [:]
    /// Entries that erase somebody who was not enrolled at that time.
    private(set) var strayErasures: [UInt64] = []
    /// When the last backup's life ends, by what the rules said when each was made; nil before the first one.
    private(set) var backupsEnd: Instant?
    /// The digest that the newest entry carries.
    private(set) var config: [UInt8] = []
    /// The newest entry's time.
    private(set) var newest = Instant(milliseconds: 0)
    /// The config that the entries leave in force, replayed from the first one; nil if that is not in its form.
    private(set) var replayed: ConfigInForce?
    /// Custodians' keys that were in force before.
    private(set) var formerCustodians: [FormerCustodianRow] = []
    /// Entries of changes that no honest vault made, with what is wrong with each.
    private(set) var faults: [(seq: UInt64, message: String)] = []
    /// Whether the replayed config is the one that the entries name. After a first fault it need not be any more.
    private var follows = true
    /// What custodians were asked, and whether what was done in their name is what they signed.
    private(set) var ceremonies = CeremonyLedger()
    /// Entries of endings that went on over rows which the log did not vouch for.
    private(set) var differing: [UInt64] = []

    mutating func take(_ seq: UInt64, _ entry: LogEntry) {
        config = entry.config
        newest = entry.time
        // A login changes nothing: whether the rows still differ is looked at now.
        if entry.reason == Transaction.stateDiffers, entry.subjects.contains(where: { $0.state != nil }) { differing.append(seq) }
        switch entry.action {
        case .initialized: begin(seq, entry)
        case .config: replay(seq, entry)
        case .enrolled:
            enrolled += Int64(entry.subjects.count)
            for subject in entry.subjects {
                living[subject.tag] = seq
                enrolments[subject.tag] = entry.request
            }
        case .ceremony, .ceremonyClosed: ceremonies.take(seq, entry, under: replayed?.config.custodianship ?? .none)
        case .erased:
            for subject in entry.subjects where subject.grant == nil {
                erased += 1
                if living.removeValue(forKey: subject.tag) == nil { strayErasures.append(seq) }
            }
        case .restored: restore(seq, entry)
        case .backedUp:
            let days = entry.change?["days"]?.integer.map { min(max(0, $0), 36_500) } ?? 0
            let end = entry.time.advanced(bySeconds: days * 86_400)
            backupsEnd = max(backupsEnd ?? end, end)
        default: break
        }
        if entry.role == .custodian { ceremonies.checkWork(seq, entry) }
        for subject in entry.subjects {
            if let tag = subject.stateTag { states[tag] = State(seq: seq, digest: subject.state) }
            if let sign = subject.keys?.sign { signers[subject.tag, default: []].insert(sign) }
            if entry.action == .erased, let id = subject.grant {
                grants[id]?.isErased = true
                grants[id]?.changed = seq
            }
            guard let id = subject.grant, let state = Self.state(after: entry.action) else { continue }
            if entry.action == .given {
                grants[id] = Grant(
                    statement: subject.statement ?? [], seq: seq, request: entry.request, state: state, changed: seq)
            } else {
                grants[id]?.state = state
                grants[id]?.changed = seq
            }
        }
    }

    /// From a restore on its number counts, and whoever was enrolled after its backup is lost.
    private mutating func restore(_ seq: UInt64, _ entry: LogEntry) {
        enrolled = Int64(entry.residents ?? 0)
        erased = 0
        guard let made = entry.change.flatMap(LogBreak.init) else { return }
        let size = made.backup.size
        // A backup from before an earlier restore holds whom that restore had lost.
        for (tag, who) in absent where who.enrolled < size && who.lost >= size {
            living[tag] = who.enrolled
            absent[tag] = nil
        }
        for (tag, enrolled) in living where enrolled >= size {
            living[tag] = nil
            absent[tag] = (enrolled, seq)
        }
    }

    private static func state(after action: LogAction) -> GrantState? {
        switch action {
        case .given, .resumed: .given
        case .paused: .paused
        case .withdrawn: .withdrawn
        case .expired: .expired
        case .terminated: .terminated
        case .invalidated: .invalidated
        default: nil
        }
    }

    private mutating func begin(_ seq: UInt64, _ entry: LogEntry) {
        guard let change = entry.change, let body = try? CanonicalJSON.encode(change),
            let config = try? ConfigInForce(VaultConfig(body: body)), config.digest == entry.config
        else { return faults.append((seq, "the first config is not the one that its entry names")) }
        replayed = config
        issuers.insert(config.config.issuingKey)
    }

    /// Makes a change anew, by the rules that the writer makes it by.
    private mutating func replay(_ seq: UInt64, _ entry: LogEntry) {
        guard let before = replayed, let json = entry.change else { return }
        do throws(VaultError) {
            let (change, approvals) = try ConfigChange.logged(json, for: before)
            let next = try ConfigInForce(try change.operation.applied(to: before.config))
            do throws(VaultError) { _ = try change.requireApproval(approvals, under: before.config) } catch {
                faults.append((seq, "it came in without the signatures of enough custodians: \(error.detail)"))
            }
            if follows, next.digest != entry.config {
                faults.append((seq, "the config it names is not the one that its change makes"))
                follows = false
            }
            formerCustodians += before.config.custodianship.replaced(by: next.config.custodianship)
            replayed = next
            issuers.insert(next.config.issuingKey)
        } catch {
            // What it did is not known, so that later entries cannot be held against it.
            if follows { faults.append((seq, "its change cannot be made of the config before it: \(error.detail)")) }
            follows = false
        }
    }

    /// Whether an app may still do anything, after all changes.
    func isLive(_ app: String) -> Bool { AppName(app).flatMap { replayed?.config.liveApp($0) } != nil }
}
