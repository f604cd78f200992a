package import VaultModel

/// Changes of residents that are worked out in memory over a reader's view, to be written later by the writer in one go.
///
/// The rules of a change are the same code in a batch of the writer's and here: a `Snapshot` and `Changes` over a draft answer
/// and take what a resident's own change reads and writes, and refuse everything else with `beyondDraft`, so that a rule
/// that needs more runs under the writer. Each resident's rows are read once, each with its seal checked, and encoded once
/// for the state. A draft lives in the closure that lends its view.
package final class Draft {
    /// The view as it was read, without what was drafted.
    let stored: Snapshot
    private var content = Content()

    private struct Content {
        var residents: [Int64: DraftedResident] = [:]
        var bundles: [GrantID: BundleRow?] = [:]
        var supplements: [GrantID: [SupplementRow]] = [:]
        var asked: [RequestID: AccessRequestRow?] = [:]
        var writes = DraftedWrites()
    }

    init(over stored: Snapshot) { self.stored = stored }

    /// What came of it.
    package var writes: DraftedWrites {
        var writes = content.writes
        writes.residents = Array(content.residents.keys)
        return writes
    }

    /// The dates that rules can have compared with their moment: when one of them has passed, the rules are asked again.
    package var dates: [Instant] {
        content.residents.values.flatMap { $0.grants.map(\.row.until) }
            + content.writes.premises.flatMap { [$0.row?.expires, $0.row?.until].compactMap(\.self) }
    }

    /// Runs a part that can fail alone.
    func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        let before = content
        do { return try body() } catch {
            // What was read stays a premise.
            let (residents, premises) = (content.residents.keys, content.writes.premises)
            content = before
            for number in residents where content.residents[number] == nil { _ = try resident(number) }
            content.writes.premises = premises
            throw error
        }
    }

    // MARK: what rules read

    func resident(number: Int64) throws -> ResidentRow? { try resident(number)?.row.row }

    func resident(id: ResidentID) throws -> ResidentRow? {
        guard let row = try stored.resident(id: id) else { return nil }
        return try resident(number: row.reference.number)
    }

    private func resident(_ number: Int64) throws -> DraftedResident? {
        if let held = content.residents[number] { return held }
        guard let row = try stored.resident(number: number) else { return nil }
        let read: DraftedResident
        // Rules differ in what they make of a damaged row.
        do { read = try DraftedResident(row, in: stored) } catch StoreError.rowSeal, StoreError.malformedRow {
            throw StoreError.beyondDraft
        }
        content.residents[number] = read
        return read
    }

    private func required(_ resident: ResidentReference) throws -> DraftedResident {
        guard let held = try self.resident(resident.number), held.row.row.reference == resident else { throw StoreError.beyondDraft }
        return held
    }

    func cells(of resident: ResidentReference) throws -> [CellRow] { try required(resident).cells.map(\.row) }
    func grants(of resident: ResidentReference) throws -> [GrantRow] { try required(resident).grants.map(\.row) }
    func writeKeys(of resident: ResidentReference) throws -> [WriteKeyRow] { try required(resident).writeKeys.map(\.row) }
    func pairwiseRows(of resident: ResidentReference) throws -> [PairwiseRow] { try required(resident).pairwise.map(\.row) }

    func grant(id: GrantID) throws -> GrantRow? {
        for resident in content.residents.values {
            if let grant = resident.grants.first(where: { $0.row.id == id }) { return grant.row }
        }
        guard let owner = try stored.grant(id: id)?.resident else { return nil }
        return try required(owner).grants.first { $0.row.id == id }?.row
    }

    func bundle(grant: GrantID) throws -> BundleRow? {
        if let held = content.bundles[grant] { return held }
        let row = try stored.bundle(grant: grant)
        content.bundles[grant] = .some(row)
        return row
    }

    func supplements(grant: GrantID) throws -> [SupplementRow] {
        if let held = content.supplements[grant] { return held }
        let rows = try stored.supplements(grant: grant)
        content.supplements[grant] = rows
        return rows
    }

    func accessRequest(id: RequestID) throws -> AccessRequestRow? {
        if let held = content.asked[id] { return held }
        let row = try stored.accessRequest(id: id)
        content.asked[id] = .some(row)
        content.writes.premises.append((id, row))
        return row
    }

    /// See `Snapshot.stateBytes`.
    func stateBytes(of resident: ResidentRow) throws -> [UInt8] {
        try required(resident.reference).stateBytes(with: resident)
    }

    // MARK: what rules write

    /// Keeps a write, and shows it to what is read from here on.
    func take(_ change: DraftedWrite, _ statement: DraftedStatement) throws {
        switch change {
        case .bundle(let row): content.bundles[row.grant] = .some(row)
        case .noBundle(let grant): content.bundles[grant] = .some(nil)
        case .supplement(let row):
            let others = try supplements(grant: row.grant).filter { $0.epoch != row.epoch }
            content.supplements[row.grant] = (others + [row]).sorted { $0.epoch < $1.epoch }
        case .noSupplement(let grant, let epoch):
            content.supplements[grant] = try supplements(grant: grant).filter { $0.epoch != epoch }
        case .noSupplements(let grant): content.supplements[grant] = []
        case .request(let row):
            // Only one whose row will be held against the stored one again.
            guard content.asked[row.id] != nil else { throw StoreError.beyondDraft }
            content.asked[row.id] = .some(row)
        case .state(let resident, let change):
            _ = try required(resident)
            // In place: a resident's rows are not copied for each of them that changes.
            content.residents[resident.number]?.take(change)
        }
        content.writes.statements.append(statement)
    }
}

/// One write of a draft as what is read later must show it.
enum DraftedWrite {
    /// Of a row that belongs to the resident's state.
    case state(ResidentReference, DraftedStateChange)
    case bundle(BundleRow)
    case noBundle(GrantID)
    case supplement(SupplementRow)
    case noSupplement(GrantID, UInt32)
    case noSupplements(GrantID)
    case request(AccessRequestRow)
}

/// A write that waits for the writer: its SQL and what is bound to it, sealed already.
struct DraftedStatement: Sendable {
    let sql: String
    let arguments: [(any StoredColumn)?]

    /// Whether it leaves a row, and does not only take some away.
    var puts: Bool { sql.hasPrefix("INSERT") }
}

/// What a draft comes to. It stands while the residents it read and the requests it rests on are as they were.
package struct DraftedWrites: Sendable {
    var statements: [DraftedStatement] = []
    /// Everyone whose rows were read.
    package fileprivate(set) var residents: [Int64] = []
    /// Requests as they were read: no resident's revision tells when one is answered.
    var premises: [(id: RequestID, row: AccessRequestRow?)] = []
}
