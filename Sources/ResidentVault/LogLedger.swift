internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// What the entries alone say that the vault must now hold: the last state of every resident, every grant and how it
/// stands, who may sign, and the config in force.
struct LogLedger {
    /// The order of the members keeps it at 56 bytes: a city has millions.
    struct Grant {
        /// The entry that last changed it.
        fileprivate(set) var changed: UInt64
        let seq: UInt64
        /// H(statement); none if its entry does not name it.
        let statement: Digest32?
        fileprivate(set) var state: GrantState
        /// It went with its resident.
        fileprivate(set) var isErased = false
        /// The enrolment whose request its own entry carries: its number, or 0.
        fileprivate let enrolment: UInt32

        /// Whether the database must hold it: one that ended may have gone with its resident.
        var mustBeHere: Bool { !isErased && (state.isLive || state == .paused) }
    }

    struct State {
        let seq: UInt64
        /// None after an erasure.
        let digest: Digest32?
    }

    /// Somebody who was enrolled, by the tag of their own entries.
    struct Person {
        /// The entry that enrolled them.
        fileprivate(set) var entry: UInt64
        /// The number of the request that did.
        fileprivate var enrolment: UInt32
        /// Neither erased nor lost in a restore.
        fileprivate(set) var isLiving = true
    }

    /// By state tag.
    private(set) var states = KeyTable<State>()
    private(set) var grants = KeyTable<Grant>()
    /// The issuing keys.
    private(set) var issuers: Set<[UInt8]> = []
    /// Residents' signing keys since their activation: H(tag of their own entries ‖ key), sixteen bytes of it.
    private var signers = KeyTable<Void>()
    /// Since the last restore, whose number counts.
    private(set) var enrolled: Int64 = 0
    private(set) var erased: Int64 = 0
    private(set) var people = KeyTable<Person>()
    /// The requests that enrolled somebody, numbered from 1: an import's is that of many.
    private var enrolments: [RequestID: UInt32] = [:]
    /// Who was enrolled and not erased, and is not in the vault, because its rows come from a backup made before: the tag of
    /// their own entries, with the entry that enrolled them and the restore that lost them. A restore from another backup
    /// can bring them back.
    private var absent: [Key16: (enrolled: UInt64, lost: UInt64)] = [:]
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
            let enrolment = number(ofEnrolment: entry.request)
            for subject in entry.subjects { enrol(Key16(bytes: subject.tag), in: seq, enrolment) }
        case .ceremony, .ceremonyClosed: ceremonies.take(seq, entry, under: replayed?.config.custodianship ?? .none)
        case .erased:
            for subject in entry.subjects where subject.grant == nil {
                erased += 1
                let number = people.number(of: Key16(bytes: subject.tag))
                if let number, people[number].isLiving { people[number].isLiving = false } else { strayErasures.append(seq) }
            }
        case .restored: restore(seq, entry)
        case .backedUp:
            let days = entry.change?["days"]?.integer.map { min(max(0, $0), 36_500) } ?? 0
            let end = entry.time.advanced(bySeconds: days * 86_400)
            backupsEnd = max(backupsEnd ?? end, end)
        default: break
        }
        if entry.role == .custodian { ceremonies.checkWork(seq, entry) }
        for subject in entry.subjects { take(seq, entry, subject) }
    }

    private mutating func take(_ seq: UInt64, _ entry: LogEntry, _ subject: LogEntry.Subject) {
        if let tag = subject.stateTag {
            let state = State(seq: seq, digest: subject.state.flatMap(Digest32.init))
            let (number, isNew) = states.insert(Key16(bytes: tag), state)
            if !isNew { states[number] = state }
        }
        if let sign = subject.keys?.sign { _ = signers.insert(Self.signer(sign, subject.tag)) }
        guard let id = subject.grant else { return }
        let key = Key16(bytes: id.bytes)
        if entry.action == .erased, let number = grants.number(of: key) {
            grants[number].isErased = true
            grants[number].changed = seq
        }
        guard let state = Self.state(after: entry.action) else { return }
        if entry.action == .given {
            let grant = Grant(
                changed: seq, seq: seq, statement: subject.statement.flatMap(Digest32.init), state: state,
                enrolment: entry.request.flatMap { enrolments[$0] } ?? 0)
            let (number, isNew) = grants.insert(key, grant)
            if !isNew { grants[number] = grant }
        } else if let number = grants.number(of: key) {
            grants[number].state = state
            grants[number].changed = seq
        }
    }

    private mutating func number(ofEnrolment request: RequestID?) -> UInt32 {
        guard let request else { return 0 }
        let number = enrolments[request] ?? UInt32(enrolments.count + 1)
        enrolments[request] = number
        return number
    }

    private mutating func enrol(_ tag: Key16, in seq: UInt64, _ enrolment: UInt32) {
        let person = Person(entry: seq, enrolment: enrolment)
        let (number, isNew) = people.insert(tag, person)
        if !isNew { people[number] = person }
    }

    /// From a restore on its number counts, and whoever was enrolled after its backup is lost.
    private mutating func restore(_ seq: UInt64, _ entry: LogEntry) {
        enrolled = Int64(entry.residents ?? 0)
        erased = 0
        guard let made = entry.change.flatMap(LogBreak.init) else { return }
        let size = made.backup.size
        // A backup from before an earlier restore holds whom that restore had lost.
        for (tag, who) in absent where who.enrolled < size && who.lost >= size {
            if let number = people.number(of: tag) {
                people[number].entry = who.enrolled
                people[number].isLiving = true
            }
            absent[tag] = nil
        }
        for number in 0..<people.count where people[number].isLiving && people[number].entry >= size {
            people[number].isLiving = false
            absent[people.key(number)] = (people[number].entry, seq)
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

    // MARK: what it is asked

    /// Grants that the database must hold, other than some: their numbers in the order of the log, of one entry in that of
    /// their ids.
    func missingGrants(but seen: NumberSet) -> [Int] {
        (0..<grants.count).filter { !seen.contains($0) && grants[$0].mustBeHere }
            .sorted { (grants[$0].seq, grants.key($0)) < (grants[$1].seq, grants.key($1)) }
    }

    /// Who is enrolled, other than some: the numbers in the order of the log, of one entry in that of the tags.
    func missingPeople(but met: NumberSet) -> [Int] {
        (0..<people.count).filter { !met.contains($0) && people[$0].isLiving }
            .sorted { (people[$0].entry, people.key($0)) < (people[$1].entry, people.key($1)) }
    }

    func grant(_ id: GrantID) -> Grant? { grants[Key16(bytes: id.bytes)] }

    func state(_ tag: [UInt8]) -> State? { states[Key16(bytes: tag)] }

    /// Whether a key has been the signing key of the resident whose own entries have this tag.
    func isSigner(_ key: [UInt8], ofTag tag: [UInt8]) -> Bool { signers.number(of: Self.signer(key, tag)) != nil }

    private static func signer(_ key: [UInt8], _ tag: [UInt8]) -> Key16 { Key16(bytes: Hash.blake2b256(tag + key)) }

    /// Whether a grant was given in the same breath as the resident with this tag was enrolled.
    func isEnrolments(_ grant: Grant, ofTag tag: [UInt8]) -> Bool {
        grant.enrolment > 0 && people[Key16(bytes: tag)]?.enrolment == grant.enrolment
    }
}

/// A digest that lies in a table by the million.
struct Digest32: Equatable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Nil for anything but 32 bytes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    static func == (left: Digest32, right: Digest32) -> Bool { left.words == right.words }
}
