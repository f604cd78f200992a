internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// Holds the vault's rows against its log (design, section 6, "State"): finds a cell, key, grant, policy or app that was
/// rolled back, replaced or inserted behind the daemon's back, and names it.
///
/// It needs public keys and ciphertext only. Row seals are checked beside it where the service key can be read; the
/// caller says when they were not.
struct DataVerification {
    /// Everything is read in one view, so that a daemon can go on meanwhile.
    private let snapshot: Snapshot
    /// The same view, for what the cores share.
    private let view: SharedView
    private let ledger: LogLedger
    /// Whether `snapshot` can check seals.
    private let checksSeals: Bool
    private let size: UInt64
    private(set) var findings: [LogFinding] = []
    /// The log's grants that are here, by number.
    private var seen: NumberSet
    /// Who of the enrolled is here, by number.
    private var met: NumberSet

    init(_ snapshot: Snapshot, _ view: SharedView, ledger: LogLedger, size: UInt64, checksSeals: Bool) {
        self.snapshot = snapshot
        self.view = view
        self.ledger = ledger
        self.size = size
        self.checksSeals = checksSeals
        seen = NumberSet(count: ledger.grants.count)
        met = NumberSet(count: ledger.people.count)
    }

    private mutating func add(_ kind: LogFinding.Kind, _ message: String) {
        guard findings.count < LogVerifier.findingLimit else { return }
        findings.append(LogFinding(place: .data, kind: kind, message: message))
    }

    /// Checks everything there is.
    mutating func run() throws {
        try checkConfig()
        try checkMoments()
        try checkFormerCustodians()
        for (seq, message) in ledger.faults {
            findings.append(LogFinding(place: .entry(seq), kind: .config, message: message))
        }
        for (seq, message) in ledger.ceremonies.faults {
            findings.append(LogFinding(place: .entry(seq), kind: .config, message: message))
        }
        for seq in ledger.differing {
            findings.append(
                LogFinding(
                    place: .entry(seq), kind: .resident, message: "it went on over rows that the log did not vouch for"))
        }
        for seq in ledger.strayErasures {
            findings.append(LogFinding(place: .entry(seq), kind: .resident, message: "it erases somebody who is not enrolled"))
        }
        try checkResidents()
        for number in ledger.missingGrants(but: seen) {
            let (id, seq) = (ledger.grants.key(number).bytes, ledger.grants[number].seq)
            add(.bundle, "the grant \(Base64URL.encode(id)), given in entry \(seq), is not in the database")
        }
        for (table, count) in try snapshot.orphans() {
            add(.resident, "the table \(table) holds \(count) rows of nobody: they were inserted")
        }
        try checkLookups()
    }

    // MARK: config

    private mutating func checkConfig() throws {
        guard let body = try snapshot.unchecked().config()?.body else { return add(.config, "there is no config") }
        if checksSeals {
            do { _ = try snapshot.config() } catch StoreError.rowSeal { add(.seal, "the config's row does not fit its seal") }
        }
        guard Hash.blake2b256(body) != ledger.config else { return }
        guard let stored = try? CanonicalJSON.decode(body) else { return add(.config, "the config is not in its form") }
        let before = findings.count
        if let expected = ledger.replayed?.config.json { nameDifference(stored, expected) }
        if findings.count == before { add(.config, "the config is not the one that the newest entry names") }
    }

    /// Says which parts of the stored config are not what the log's changes leave.
    private mutating func nameDifference(_ stored: JSON, _ expected: JSON) {
        for (part, noun) in [("apps", "app"), ("auditors", "auditor"), ("custodians", "custodian")] {
            let (held, logged) = (stored[part]?.object ?? [:], expected[part]?.object ?? [:])
            for name in Set(held.keys).union(logged.keys).sorted() where held[name] != logged[name] {
                if held[name] == nil {
                    add(.config, "the \(noun) \(name) is missing")
                } else if logged[name] == nil {
                    add(.config, "the \(noun) \(name) was inserted")
                } else {
                    add(.config, "the \(noun) \(name) is not as the log's changes leave it")
                }
            }
        }
        for part in ["parties", "fields", "purposes"] {
            let (held, logged) = (stored["policies"]?[part]?.object ?? [:], expected["policies"]?[part]?.object ?? [:])
            for name in Set(held.keys).union(logged.keys).sorted() where held[name] != logged[name] {
                add(.config, "the policies' \(part), \(name): not as in the log")
            }
        }
        let rest = [
            ("k", "the number of custodians who act together"), ("keys", "the vault's public keys"),
            ("retired", "the dropped purposes"), ("succeeded", "the parties that handed over"),
        ]
        for (part, words) in rest where stored[part] != expected[part] {
            add(.config, "\(words): not as the log's changes leave them")
        }
        for setting in ["log_retention_days", "backup_days"]
        where stored["policies"]?[setting] != expected["policies"]?[setting] {
            add(.config, "the policies' \(setting): not as in the log")
        }
    }

    /// The day that certificates of erasure name rests on it.
    private mutating func checkMoments() throws {
        guard try snapshot.unchecked().moment(.backupsEnd) != ledger.backupsEnd else { return }
        add(.state, "the day on which the last backup ends is not the one that the log's entries of backups make")
    }

    /// That nobody gathers two shares of a split rests on these, and a row that is gone has no seal.
    private mutating func checkFormerCustodians() throws {
        func known(_ rows: [FormerCustodianRow]) -> Set<[UInt8]> { Set(rows.map { Array($0.custodian.utf8) + $0.box + $0.sign }) }
        guard try known(snapshot.unchecked().formerCustodians()) != known(ledger.formerCustodians) else { return }
        add(.config, "the custodians' former keys: not as the log's changes leave them")
    }

    // MARK: residents

    /// Residents are looked at in pages, so that what is in hand stays small whatever their number, and each on its own, by
    /// whichever core is free. What is found is put together in the order of their numbers.
    private mutating func checkResidents() throws {
        var last: Int64 = 0
        var count: Int64 = 0
        while true {
            let numbers = try snapshot.residentNumbers(after: last, limit: Self.pageResidents)
            guard let end = numbers.last else { break }
            count += Int64(numbers.count)
            let pieces = stride(from: 0, to: numbers.count, by: Self.pieceResidents).map {
                numbers[$0..<min($0 + Self.pieceResidents, numbers.count)]
            }
            let done = Mutex([ResidentCheck.Found?](repeating: nil, count: pieces.count))
            try view.forEach(pieces.count, in: snapshot) { [ledger, size, checksSeals] index, snapshot in
                var check = ResidentCheck(snapshot, ledger: ledger, size: size, checksSeals: checksSeals)
                for number in pieces[index] { try check.run(number) }
                let found = check.found
                done.withLock { $0[index] = found }
            }
            for found in done.withLock({ $0 }).compactMap(\.self) {
                findings += found.findings.prefix(max(0, LogVerifier.findingLimit - findings.count))
                for number in found.grants { seen.insert(number) }
                for number in found.people { met.insert(number) }
            }
            last = end
        }
        if try (snapshot.unchecked().residentTally() ?? 0) != count {
            add(.lookup, "the table tally is not what the rows make: it counts other residents than there are")
        }
        let expected = ledger.enrolled - ledger.erased
        if count != expected { add(.resident, "the database holds \(count) residents, the log says \(expected)") }
        for number in ledger.missingPeople(but: met) {
            let (tag, seq) = (ledger.people.key(number).bytes, ledger.people[number].entry)
            add(.resident, "the resident with the tag \(Hex.encode(tag)), enrolled in entry \(seq), is missing: no entry erased them")
        }
    }

    /// Enough for the cores to share.
    private static let pageResidents = 1_024
    private static let pieceResidents = 32

    // MARK: tables that only help to find things

    private mutating func checkLookups() throws {
        var count = 0
        var wrong = 0
        do {
            try (checksSeals ? snapshot : snapshot.unchecked()).states { row in
                count += 1
                let logged = ledger.state(row.tag)
                let state = row.state.flatMap(Digest32.init)
                // A state of another length is none that an entry has.
                if logged?.seq != row.seq || logged?.digest != state || (row.state == nil) != (state == nil) { wrong += 1 }
            }
        } catch StoreError.rowSeal(let table) { add(.seal, "a row of the table \(table) does not fit its seal") }
        if wrong > 0 || count != ledger.states.count {
            add(.lookup, "the table state_tag is not what the entries make")
        }
        guard checksSeals else { return }
        for (table, count) in try snapshot.damagedLooseRows() {
            add(.seal, "\(count) rows of the table \(table) do not fit their seals")
        }
    }
}
