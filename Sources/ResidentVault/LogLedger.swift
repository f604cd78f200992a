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
    private(set) var enrolled: Int64 = 0
    private(set) var erased: Int64 = 0
    /// Who is enrolled, by the tag of their own entries, with the entry that enrolled them.
    private(set) var living: [[UInt8]: UInt64] = [:]
    /// Entries that erase somebody who was not enrolled at that time.
    private(set) var strayErasures: [UInt64] = []
    /// The digest that the newest entry carries.
    private(set) var config: [UInt8] = []
    /// The newest entry's time.
    private(set) var newest = Instant(milliseconds: 0)
    /// The members of the first config, and the changes since.
    private(set) var first: JSON?
    private(set) var changes: [JSON] = []
    /// Entries of changes that widen access without the custodians' signatures.
    private(set) var unapproved: [UInt64] = []
    /// Entries of endings that went on over rows which the log did not vouch for.
    private(set) var differing: [UInt64] = []

    mutating func take(_ seq: UInt64, _ entry: LogEntry) {
        config = entry.config
        newest = entry.time
        // A login changes nothing: whether the rows still differ is looked at now.
        if entry.reason == Transaction.stateDiffers, entry.subjects.contains(where: { $0.state != nil }) { differing.append(seq) }
        switch entry.action {
        case .initialized:
            first = entry.change
            if let key = entry.change?["keys"]?["issuing"]?.string.flatMap(Base64URL.decode) { issuers.insert(key) }
        case .config:
            guard let change = entry.change else { break }
            if !isApproved(change) { unapproved.append(seq) }
            changes.append(change)
        case .enrolled:
            enrolled += Int64(entry.subjects.count)
            for subject in entry.subjects { living[subject.tag] = seq }
        case .erased:
            for subject in entry.subjects where subject.grant == nil {
                erased += 1
                if living.removeValue(forKey: subject.tag) == nil { strayErasures.append(seq) }
            }
        default: break
        }
        for subject in entry.subjects {
            if let tag = subject.stateTag { states[tag] = State(seq: seq, digest: subject.state) }
            if let sign = subject.keys?.sign { signers[subject.tag, default: []].insert(sign) }
            if entry.action == .erased, let id = subject.grant {
                grants[id]?.isErased = true
                grants[id]?.changed = seq
            }
            guard let id = subject.grant, let state = Self.state(after: entry.action) else { continue }
            if entry.action == .given {
                grants[id] = Grant(statement: subject.statement ?? [], seq: seq, state: state, changed: seq)
            } else {
                grants[id]?.state = state
                grants[id]?.changed = seq
            }
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

    /// Whether a change that widens access carries the signatures of k custodians, as the first config names them.
    private func isApproved(_ change: JSON) -> Bool {
        guard change["op"] == "app_add", let first, let custodians = first["custodians"], let k = first["k"]?.integer, k > 0
        else { return true }
        guard let custodianship = try? Custodianship(json: custodians, threshold: k) else { return false }
        var signed = change.object ?? [:]
        let approvals = signed.removeValue(forKey: "approvals")?.object ?? [:]
        guard let bytes = try? CanonicalJSON.encode(.object(signed)) else { return false }
        let valid = approvals.filter { name, signature in
            guard let custodian = CustodianName(name), let record = custodianship.custodians[custodian],
                let key = try? SigningPublicKey(record.sign), let signature = signature.string.flatMap(Base64URL.decode)
            else { return false }
            return (try? key.verify(signature, type: ConfigChange.type, object: bytes)) != nil
        }
        return valid.count >= custodianship.threshold
    }

    /// The auditors that the changes leave, as the config names them.
    var auditors: [String: JSON] {
        var auditors = first?["auditors"]?.object ?? [:]
        for change in changes {
            guard let name = change["auditor"]?.string else { continue }
            auditors[name] = change["op"] == "auditor_add" ? change["record"] : nil
        }
        return auditors
    }

    /// The apps that the changes leave registered, as the config names them.
    var apps: [String: JSON] {
        var apps = first?["apps"]?.object ?? [:]
        for change in changes {
            guard let name = change["app"]?.string else { continue }
            switch change["op"] {
            case "app_add": apps[name] = change["record"]
            case "app_remove":
                var record = apps[name]?.object ?? [:]
                record["live"] = false
                apps[name] = .object(record)
            default: break
            }
        }
        return apps
    }
}
