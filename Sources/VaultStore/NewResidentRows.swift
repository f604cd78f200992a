internal import VaultModel

/// All rows of a new resident, with their seals and their part in the state's bytes worked out: what the writer would
/// otherwise do for each of thousands in an import. Nothing of it depends on the resident's number, which only the writer
/// can give; the rows have the number 0 until then, and the resident's own row is not among them.
package struct NewResidentRows: Sendable {
    struct Sealed<Row: SealedRow>: Sendable {
        let row: Row
        let seal: [UInt8]

        init(_ row: Row, _ sealer: any RowSealing) {
            self.row = row
            seal = sealer.seal(row.sealInput)
        }
    }

    let cells: [CellRow]
    let indexes: [Sealed<IndexRow>]
    let envelopes: [Sealed<EnvelopeRow>]
    let shares: [Sealed<ShareRow>]
    let pairwise: [Sealed<PairwiseRow>]
    let grants: [Sealed<GrantRow>]
    let bundles: [Sealed<BundleRow>]
    let writeKeys: [Sealed<WriteKeyRow>]
    /// With an empty row in the resident's place.
    private let state: StateParts

    /// - Parameter sealer: makes the rows' seals; they are good only while its key is in force.
    package init(
        cells: [CellRow], indexes: [IndexRow], envelopes: [EnvelopeRow], shares: [ShareRow], pairwise: [PairwiseRow],
        grants: [GrantRow], bundles: [BundleRow], writeKeys: [WriteKeyRow], sealer: any RowSealing
    ) {
        self.cells = cells.sorted { $0.field < $1.field }
        self.indexes = indexes.map { Sealed($0, sealer) }
        self.envelopes = envelopes.map { Sealed($0, sealer) }
        self.shares = shares.map { Sealed($0, sealer) }
        self.pairwise = pairwise.map { Sealed($0, sealer) }
        self.grants = grants.map { Sealed($0, sealer) }
        self.bundles = bundles.map { Sealed($0, sealer) }
        self.writeKeys = writeKeys.map { Sealed($0, sealer) }
        state = StateParts(
            index: indexes.map(RowEncoding.encode), cells: self.cells.map(\.stateBytes),
            envelopes: envelopes.map(RowEncoding.encode), grants: grants.map(RowEncoding.encode),
            pairwise: pairwise.map(RowEncoding.encode), proposals: [], resident: [],
            shares: shares.sorted { $0.x < $1.x }.map(\.stateBytes), writeKeys: writeKeys.map(RowEncoding.encode))
    }

    /// What `Snapshot.stateBytes` gives once the rows are stored, provided that nobody put others beside them.
    package func stateBytes(of resident: ResidentRow) -> [UInt8] {
        var parts = state
        parts.resident = RowEncoding.encode(resident)
        return parts.joined
    }
}
