internal import VaultModel

/// One resident's rows in a draft: what they were, with what the draft has changed.
struct DraftedResident {
    private(set) var row: Encoded<ResidentRow>
    /// In byte order of the fields.
    private(set) var cells: [Encoded<CellRow>]
    private(set) var grants: [Encoded<GrantRow>]
    private(set) var pairwise: [Encoded<PairwiseRow>]
    private(set) var writeKeys: [Encoded<WriteKeyRow>]
    /// The rest of the state, which no draft changes.
    private let index: [[UInt8]]
    private let envelopes: [[UInt8]]
    private let proposals: [[UInt8]]
    private let shares: [[UInt8]]

    /// Reads every row of a resident's state.
    ///
    /// - Throws: `StoreError.rowSeal` or `.malformedRow` for a damaged one.
    init(_ row: ResidentRow, in snapshot: Snapshot) throws {
        let resident = row.reference
        self.row = Encoded(row)
        cells = try snapshot.cells(of: resident).map { Encoded($0) }
        grants = try snapshot.grants(of: resident).map { Encoded($0) }
        pairwise = try snapshot.pairwiseRows(of: resident).map { Encoded($0) }
        writeKeys = try snapshot.writeKeys(of: resident).map { Encoded($0) }
        index = try snapshot.indexRows(of: resident).map(RowEncoding.encode)
        envelopes = try snapshot.envelopes(of: resident).map(RowEncoding.encode)
        proposals = try snapshot.proposals(of: resident).map(RowEncoding.encode)
        shares = try snapshot.shares(of: resident).map(\.stateBytes)
    }

    mutating func take(_ change: DraftedStateChange) {
        switch change {
        case .resident(let row): self.row = Encoded(row)
        case .cell(let row):
            cells.removeAll { $0.row.field == row.field }
            cells.insert(Encoded(row), at: cells.firstIndex { row.field < $0.row.field } ?? cells.count)
        case .grant(let row):
            grants.removeAll { $0.row.id == row.id }
            grants.append(Encoded(row))
        case .pairwise(let row): pairwise.append(Encoded(row))
        case .writeKey(let row): writeKeys.append(Encoded(row))
        case .noWriteKey(let epoch): writeKeys.removeAll { $0.row.epoch == epoch }
        }
    }

    /// See `Snapshot.stateBytes`.
    ///
    /// - Parameter resident: the resident's row as the state has it.
    func stateBytes(with resident: ResidentRow) -> [UInt8] {
        StateParts(
            index: index, cells: cells.map(\.bytes), envelopes: envelopes, grants: grants.map(\.bytes),
            pairwise: pairwise.map(\.bytes), proposals: proposals,
            resident: resident == row.row ? row.bytes : RowEncoding.encode(resident), shares: shares,
            writeKeys: writeKeys.map(\.bytes)
        ).joined
    }
}

/// A change of a row that belongs to a resident's state.
enum DraftedStateChange {
    case resident(ResidentRow)
    case cell(CellRow)
    case grant(GrantRow)
    case pairwise(PairwiseRow)
    case writeKey(WriteKeyRow)
    case noWriteKey(UInt32)
}

/// A row with its bytes in the state, written once.
struct Encoded<Row> {
    let row: Row
    let bytes: [UInt8]
}

extension Encoded where Row: SealedRow {
    init(_ row: Row) { self.init(row: row, bytes: RowEncoding.encode(row)) }
}

extension Encoded where Row == CellRow {
    init(_ row: CellRow) { self.init(row: row, bytes: row.stateBytes) }
}
