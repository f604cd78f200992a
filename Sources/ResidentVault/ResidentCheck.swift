internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// Holds some residents' rows, keys and grants against the log: a piece of `DataVerification` that stands alone, so
/// that several cores can each have one.
struct ResidentCheck {
    /// What came of it.
    struct Found: Sendable {
        fileprivate(set) var findings: [LogFinding] = []
        /// The grants that were met, by their numbers in the ledger.
        fileprivate(set) var grants: [Int] = []
        /// The enrolled people who were met, by their numbers in the ledger.
        fileprivate(set) var people: [Int] = []
    }

    private let snapshot: Snapshot
    private let ledger: LogLedger
    private let size: UInt64
    /// Whether `snapshot` can check seals.
    private let checksSeals: Bool
    private(set) var found = Found()

    init(_ snapshot: Snapshot, ledger: LogLedger, size: UInt64, checksSeals: Bool) {
        self.snapshot = snapshot
        self.ledger = ledger
        self.size = size
        self.checksSeals = checksSeals
    }

    private mutating func add(_ kind: LogFinding.Kind, _ message: String) {
        guard found.findings.count < LogVerifier.findingLimit else { return }
        found.findings.append(LogFinding(place: .data, kind: kind, message: message))
    }

    /// Looks at one resident.
    mutating func run(_ number: Int64) throws {
        do {
            guard let resident = try snapshot.unchecked().resident(number: number) else { return }
            try check(resident)
        } catch let fault as StoreError where !fault.endsBatch {
            // A row that is not in its form is named, and the others are looked at.
            add(.resident, "resident \(number): \(fault)")
        }
    }

    private mutating func check(_ resident: ResidentRow) throws {
        // The tag of the resident's own entries: an auditor finds them by it, and it tells nobody who it is.
        let ownTag = try resident.ownTag()
        let name = "resident \(resident.reference.number) (tag \(Hex.encode(ownTag)))"
        if let person = ledger.people.number(of: Key16(bytes: ownTag)) { found.people.append(person) }
        let before = found.findings.count
        if checksSeals {
            for table in try snapshot.damagedTables(of: resident.reference) {
                add(.seal, "\(name): a row of the table \(table) does not fit its seal")
            }
        }
        if let newer = ledger.state(try resident.stateTag(revision: resident.revision + 1)) {
            add(
                .resident, newer.digest == nil
                    ? "\(name): entry \(newer.seq) erased them, and their rows are here again"
                    : "\(name): the row was rolled back; entry \(newer.seq) changed it since")
        }
        let grants = try snapshot.unchecked().grants(of: resident.reference)
        let cells = try snapshot.unchecked().cells(of: resident.reference)
        let given = GivenGrants(resident: resident, grants: grants)
        for grant in grants { try check(grant, of: given, cells, name) }
        let state = ledger.state(try resident.stateTag(revision: resident.revision))
        if state == nil { add(.resident, "\(name): no entry of the log made this row: it was inserted") }
        guard let state, state.digest != Digest32(Hash.blake2b256(try snapshot.stateBytes(of: resident))) else { return }
        try nameDifference(resident, cells, name)
        if found.findings.count == before {
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
        guard let number = ledger.grants.number(of: Key16(bytes: grant.id.bytes)) else {
            return add(.bundle, "\(name) was inserted: no entry gave it")
        }
        found.grants.append(number)
        let logged = ledger.grants[number]
        if logged.isErased { add(.bundle, "\(name): entry \(logged.changed) erased it, and it is here again") }
        if logged.statement != Digest32(Hash.blake2b256(grant.statement)) {
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
}
