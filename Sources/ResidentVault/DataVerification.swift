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
    private let vault: VaultID
    private let ledger: LogLedger
    /// Whether `snapshot` can check seals.
    private let checksSeals: Bool
    private let size: UInt64
    private(set) var findings: [LogFinding] = []
    private var seen: Set<GrantID> = []
    /// Who is enrolled and was not met yet.
    private var missing: [[UInt8]: UInt64] = [:]

    init(_ snapshot: Snapshot, vault: VaultID, ledger: LogLedger, size: UInt64, checksSeals: Bool) {
        self.snapshot = snapshot
        self.vault = vault
        self.ledger = ledger
        self.size = size
        self.checksSeals = checksSeals
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
        for (id, grant) in ledger.grants.sorted(by: { $0.value.seq < $1.value.seq }) where grant.mustBeHere && !seen.contains(id) {
            add(.bundle, "the grant \(id.base64), given in entry \(grant.seq), is not in the database")
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

    private mutating func checkResidents() throws {
        missing = ledger.living
        var last: Int64 = 0
        var count: Int64 = 0
        while true {
            let numbers = try snapshot.residentNumbers(after: last, limit: 500)
            guard let end = numbers.last else { break }
            for number in numbers {
                count += 1
                do {
                    guard let resident = try snapshot.unchecked().resident(number: number) else { continue }
                    try check(resident)
                } catch let fault as StoreError where !fault.endsBatch {
                    // A row that is not in its form is named, and the others are looked at.
                    add(.resident, "resident \(number): \(fault)")
                }
            }
            last = end
        }
        if try (snapshot.unchecked().residentTally() ?? 0) != count {
            add(.lookup, "the table tally is not what the rows make: it counts other residents than there are")
        }
        let expected = ledger.enrolled - ledger.erased
        if count != expected { add(.resident, "the database holds \(count) residents, the log says \(expected)") }
        for (tag, seq) in missing.sorted(by: { $0.value < $1.value }) {
            add(.resident, "the resident with the tag \(Hex.encode(tag)), enrolled in entry \(seq), is missing: no entry erased them")
        }
    }

    private mutating func check(_ resident: ResidentRow) throws {
        // The tag of the resident's own entries: an auditor finds them by it, and it tells nobody who it is.
        let ownTag = try resident.ownTag()
        let name = "resident \(resident.reference.number) (tag \(Hex.encode(ownTag)))"
        missing[ownTag] = nil
        let before = findings.count
        if checksSeals {
            for table in try snapshot.damagedTables(of: resident.reference) {
                add(.seal, "\(name): a row of the table \(table) does not fit its seal")
            }
        }
        if let newer = ledger.states[try resident.stateTag(revision: resident.revision + 1)] {
            add(
                .resident, newer.digest == nil
                    ? "\(name): entry \(newer.seq) erased them, and their rows are here again"
                    : "\(name): the row was rolled back; entry \(newer.seq) changed it since")
        }
        let grants = try snapshot.unchecked().grants(of: resident.reference)
        let cells = try snapshot.unchecked().cells(of: resident.reference)
        let given = GivenGrants(resident: resident, grants: grants)
        for grant in grants { try check(grant, of: given, cells, name) }
        let state = ledger.states[try resident.stateTag(revision: resident.revision)]
        if state == nil { add(.resident, "\(name): no entry of the log made this row: it was inserted") }
        guard let state, state.digest != Hash.blake2b256(try snapshot.stateBytes(of: resident)) else { return }
        try nameDifference(resident, cells, name)
        if findings.count == before {
            add(.resident, "\(name): a row is not as entry \(state.seq) left it; neither cell dates nor grants tell which")
        }
    }

    /// The rows differ from the logged state: says which cells cannot be what the log's writes left.
    private mutating func nameDifference(_ resident: ResidentRow, _ cells: [CellRow], _ name: String) throws {
        let writes = try lastWrites(of: resident)
        for cell in cells {
            if let write = writes.fields[cell.field] {
                guard cell.time != write.time else { continue }
                add(
                    .resident,
                    "\(name): the cell \(cell.field) was \(cell.time < write.time ? "rolled back" : "replaced"): entry \(write.seq) wrote it last")
            } else if let enrolled = writes.enrolled, cell.time > enrolled {
                add(.resident, "\(name): the cell \(cell.field) was replaced: no entry wrote it since the enrolment")
            }
        }
        for field in writes.fields.keys.sorted() where !cells.contains(where: { $0.field == field }) {
            add(.resident, "\(name): the cell \(field) is missing")
        }
        let epochs = Set(cells.map(\.epoch))
        let held = Set(try snapshot.unchecked().writeKeys(of: resident.reference).map(\.epoch))
        for epoch in epochs.subtracting(held).sorted() { add(.resident, "\(name): the write key of epoch \(epoch) is missing") }
        for epoch in held.subtracting(epochs).sorted() { add(.resident, "\(name): a write key of epoch \(epoch) was inserted") }
    }

    /// When the log last wrote each field of a resident, and when they were enrolled.
    private func lastWrites(
        of resident: ResidentRow
    ) throws -> (fields: [FieldName: (time: Instant, seq: UInt64)], enrolled: Instant?) {
        let apps = Set((ledger.replayed?.config.apps.keys).map { $0.map(\.text) } ?? []).union((try? snapshot.unchecked().cells(of: resident.reference).map(\.source)) ?? [])
        let tags = Set(try apps.union([""]).map { try resident.tag($0) })
        var fields: [FieldName: (time: Instant, seq: UInt64)] = [:]
        var erased: Set<FieldName> = []
        var enrolled: Instant?
        var cursor: UInt64? = size
        while let end = cursor {
            let candidates = try Vault.candidates(tags: Array(tags), below: end, from: 0, size: size, snapshot)
            for seq in candidates.sequences {
                guard let bytes = try snapshot.logEntry(seq) else { continue }
                let entry = try LogEntry(decoding: bytes)
                guard entry.subjects.contains(where: { tags.contains($0.tag) }) else { continue }
                if entry.action == .enrolled { enrolled = entry.time }
                if entry.action == .fieldsErased {
                    // Newest first: an older write of such a field left nothing that must be here.
                    erased.formUnion(entry.fields.filter { fields[$0] == nil })
                }
                guard entry.action == .written else { continue }
                for field in entry.fields where fields[field] == nil && !erased.contains(field) { fields[field] = (entry.time, seq) }
            }
            cursor = candidates.hasMore ? candidates.sequences.last : nil
        }
        return (fields, enrolled)
    }

    // MARK: grants

    private mutating func check(
        _ grant: GrantRow, of given: GivenGrants, _ cells: [CellRow], _ resident: String
    ) throws {
        let name = "\(resident): the grant \(grant.id.base64)"
        seen.insert(grant.id)
        guard let logged = ledger.grants[grant.id] else { return add(.bundle, "\(name) was inserted: no entry gave it") }
        if logged.isErased { add(.bundle, "\(name): entry \(logged.changed) erased it, and it is here again") }
        if logged.statement != Hash.blake2b256(grant.statement) {
            add(.bundle, "\(name): its statement is not the one that entry \(logged.seq) gave")
        }
        let stored = grant.state == .renewed ? GrantState.given : grant.state
        if stored != logged.state {
            add(.bundle, "\(name) is \(grant.state.rawValue) here and \(logged.state.rawValue) since entry \(logged.changed)")
        }
        guard let statement = try? GrantStatement(decoding: grant.statement) else {
            return add(.bundle, "\(name): its statement is not in its form")
        }
        for fault in try DelegationCheck(ledger, given, in: snapshot.unchecked()).faults(of: statement, logged) {
            add(.bundle, "\(name) \(fault)")
        }
        let signer = try? SigningPublicKey(statement.signer)
        if (try? signer?.verify(grant.signature, type: "grant", object: grant.statement)) == nil {
            add(.bundle, "\(name): its signature does not verify")
        }
        try checkKeys(of: grant, statement, cells, name)
    }

    private mutating func checkKeys(
        of grant: GrantRow, _ statement: GrantStatement, _ cells: [CellRow], _ name: String
    ) throws {
        let rows = snapshot.unchecked()
        let bundle = try rows.bundle(grant: grant.id)
        let supplements = try rows.supplements(grant: grant.id)
        guard grant.state.isLive else {
            if bundle != nil || !supplements.isEmpty { add(.bundle, "\(name) has ended and still has keys: they were put back") }
            return
        }
        guard let bundle else { return add(.bundle, "\(name): its bundle is missing") }
        guard statement.actions.contains(.read) else { return }
        for cell in cells where statement.fields[cell.field] != nil && cell.epoch > bundle.serial {
            guard supplements.contains(where: { $0.epoch == cell.epoch && $0.fields.contains(cell.field) }) else {
                // One past its date, or of an app that is gone, is not supplied any more, and only waits for its end.
                if grant.until <= ledger.newest { continue }
                if case .app(let app) = statement.recipient, !ledger.isLive(app.text) { continue }
                add(.bundle, "\(name): no key reaches \(cell.field): a supplement is missing or the bundle is an old one")
                continue
            }
        }
    }

    // MARK: tables that only help to find things

    private mutating func checkLookups() throws {
        var count = 0
        var wrong = 0
        do {
            try (checksSeals ? snapshot : snapshot.unchecked()).states { row in
                count += 1
                let logged = ledger.states[row.tag]
                if logged?.seq != row.seq || logged?.digest != row.state { wrong += 1 }
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
