package import VaultModel
internal import GRDB

extension Snapshot {
    // MARK: cells and write keys

    package func cell(resident: ResidentReference, field: FieldName) throws -> CellRow? {
        if let draft { return try draft.cells(of: resident).first { $0.field == field } }
        guard let id = try names.id(of: field.text, in: self) else { return nil }
        return try first(
            "SELECT field, epoch, revision, source, time, blob FROM cell WHERE resident = ? AND field = ?",
            [resident.number, id]
        ) { try cell($0, field: field, resident: resident) }
    }

    /// A resident's cells of some fields. Their rows lie side by side, so that walking over those between costs less than
    /// looking for each.
    ///
    /// - Parameter isWanted: says of a position in `fields` whether its cell is asked for.
    /// - Returns: a cell or nil for each field, in the order given.
    package func cells(
        of resident: ResidentReference, fields: [FieldName], where isWanted: (Int) -> Bool = { _ in true }
    ) throws -> [CellRow?] {
        try requireStored()
        var cells = [CellRow?](repeating: nil, count: fields.count)
        // Zero stands for none: names have numbers from one, and a row that says otherwise is not ours.
        var numbers = [Int64](repeating: 0, count: fields.count)
        var (least, most) = (Int64.max, Int64(0))
        for position in fields.indices where isWanted(position) {
            guard let number = try names.id(of: fields[position].text, in: self), number > 0 else { continue }
            numbers[position] = number
            (least, most) = (min(least, number), max(most, number))
        }
        guard most > 0 else { return cells }
        let mask = Self.mask(of: numbers, from: least, to: most)
        try db.run(
            Self.cellsBetween,
            binding: {
                $0.bind(resident.number)
                $0.bind(least)
                $0.bind(most)
                $0.bind(mask)
            }
        ) { row in
            if let place = numbers.firstIndex(of: row[0]) {
                cells[place] = try cell(row, field: fields[place], resident: resident)
            }
            return true
        }
        return cells
    }

    /// A bit for each number that is wanted spares SQLite to hand over the rows between.
    private static let cellsBetween = """
        SELECT field, epoch, revision, source, time, blob FROM cell
        WHERE resident = ?1 AND field BETWEEN ?2 AND ?3 AND (?4 >> (field - ?2)) & 1
        """

    /// All bits where they do not suffice: SQLite shifts the sign in.
    private static func mask(of numbers: [Int64], from least: Int64, to most: Int64) -> Int64 {
        guard most - least < 63 else { return -1 }
        return numbers.reduce(0) { $1 == 0 ? $0 : $0 | 1 << ($1 - least) }
    }

    /// From the columns field, epoch, revision, source, time, blob.
    private func cell(_ row: StoredRow, field: FieldName, resident: ResidentReference) throws -> CellRow {
        CellRow(
            resident: resident, field: field, epoch: try required(UInt32(exactly: row[1] as Int64), CellRow.table),
            revision: UInt64(bitPattern: row[2]), source: try names.text(of: row[3], in: self),
            time: Instant(milliseconds: row[4]), blob: (row[5] as Blob).bytes)
    }

    /// All cells of a resident, in byte order of the fields.
    package func cells(of resident: ResidentReference) throws -> [CellRow] {
        if let draft { return try draft.cells(of: resident) }
        return try rows(
            "SELECT field, epoch, revision, source, time, blob FROM cell WHERE resident = ?", [resident.number]
        ) { row in
            let field = try required(FieldName(try names.text(of: row[0], in: self)), CellRow.table)
            return try cell(row, field: field, resident: resident)
        }.sorted { $0.field < $1.field }
    }

    package func writeKeys(of resident: ResidentReference) throws -> [WriteKeyRow] {
        if let draft { return try draft.writeKeys(of: resident) }
        return try rows("SELECT epoch, blob, seal FROM write_key WHERE resident = ? ORDER BY epoch", [resident.number]) { row in
            try checked(
                WriteKeyRow(
                    resident: resident, epoch: try required(UInt32(exactly: row[0] as Int64), WriteKeyRow.table),
                    blob: (row[1] as Blob).bytes),
                seal: row[2])
        }
    }

    /// The fields of which a resident has a value, or a proposal of one.
    package func fieldsPresent(of resident: ResidentReference) throws -> Set<FieldName> {
        let proposed: [FieldName?] = try rows("SELECT field FROM proposal WHERE resident = ?", [resident.number]) { FieldName($0[0]) }
        let held: [FieldName?] = try rows("SELECT field FROM cell WHERE resident = ?", [resident.number]) {
            FieldName(try names.text(of: $0[0], in: self))
        }
        return Set((held + proposed).compactMap(\.self))
    }

    // MARK: envelopes, shares, proposals

    private static let envelopeColumns = "kind, salt, auth, commitment, until, used, custody_set, pepper, blob, seal"

    package func envelope(resident: ResidentReference, kind: String) throws -> EnvelopeRow? {
        try first(
            "SELECT \(Self.envelopeColumns) FROM envelope WHERE resident = ? AND kind = ?", [resident.number, kind]
        ) { try envelope($0, resident: resident) }
    }

    package func envelopes(of resident: ResidentReference) throws -> [EnvelopeRow] {
        try rows("SELECT \(Self.envelopeColumns) FROM envelope WHERE resident = ?", [resident.number]) {
            try envelope($0, resident: resident)
        }
    }

    /// The activation envelope that a code opens, found by the digest of the code's auth key, used ones included.
    package func activationEnvelope(auth: [UInt8]) throws -> EnvelopeRow? {
        let number: Int64? = try first(
            "SELECT resident FROM envelope WHERE auth = ? AND kind = 'activation'", [Blob(auth)]) { $0[0] }
        guard let number, let resident = try resident(number: number) else { return nil }
        return try envelope(resident: resident.reference, kind: "activation")
    }

    private func envelope(_ row: StoredRow, resident: ResidentReference) throws -> EnvelopeRow {
        try checked(
            EnvelopeRow(
                resident: resident, kind: row[0], salt: (row[1] as Blob?)?.bytes, auth: (row[2] as Blob).bytes,
                commitment: (row[3] as Blob).bytes, until: (row[4] as Int64?).map(Instant.init(milliseconds:)),
                used: (row[5] as Int64?).map(Instant.init(milliseconds:)), custodySet: (row[6] as Blob?)?.bytes,
                pepper: try (row[7] as Int64?).map { try required(UInt32(exactly: $0), EnvelopeRow.table) },
                blob: (row[8] as Blob).bytes),
            seal: row[9])
    }

    package func proposals(of resident: ResidentReference) throws -> [ProposalRow] {
        try rows("SELECT field, app, time, blob, seal FROM proposal WHERE resident = ? ORDER BY field, time", [resident.number]) { row in
            try checked(
                ProposalRow(
                    resident: resident, field: try required(FieldName(row[0]), ProposalRow.table), app: row[1],
                    time: Instant(milliseconds: row[2]), blob: (row[3] as Blob).bytes),
                seal: row[4])
        }
    }

    // MARK: the resident's state

    /// The bytes that `state` in a log entry is the hash of: the resident's row and their write keys, cells, grants
    /// (ended ones too), pairwise ids, index rows, envelopes, proposals and shares, by table name, then row id. Bundles,
    /// supplements, counters and sessions stay out, because re-wrapping and merging change no state.
    ///
    /// A damaged row does not stop it, because it must not stop a revocation.
    package func stateBytes(of resident: ResidentRow) throws -> [UInt8] {
        if let draft { return try draft.stateBytes(of: resident) }
        var asStored = self
        asStored.checksSeals = false
        return try asStored.stateParts(of: resident).joined
    }

    private func stateParts(of resident: ResidentRow) throws -> StateParts {
        let reference = resident.reference
        return StateParts(
            index: try indexRows(of: reference).map(RowEncoding.encode),
            cells: try cells(of: reference).map(\.stateBytes),
            envelopes: try envelopes(of: reference).map(RowEncoding.encode),
            grants: try grants(of: reference).map(RowEncoding.encode),
            pairwise: try pairwiseRows(of: reference).map(RowEncoding.encode),
            proposals: try proposals(of: reference).map(RowEncoding.encode), resident: RowEncoding.encode(resident),
            shares: try shares(of: reference).map(\.stateBytes),
            writeKeys: try writeKeys(of: reference).map(RowEncoding.encode))
    }

    /// The bytes of a resident's state as it is, and as it will be with another row of theirs and other rows of the index.
    package func stateBytes(
        of resident: ResidentRow, then next: ResidentRow, index: [IndexRow]
    ) throws -> (now: [UInt8], next: [UInt8]) {
        let parts = try stateParts(of: resident)
        let after = StateParts(
            index: index.map(RowEncoding.encode), cells: parts.cells, envelopes: parts.envelopes, grants: parts.grants,
            pairwise: parts.pairwise, proposals: parts.proposals, resident: RowEncoding.encode(next), shares: parts.shares,
            writeKeys: parts.writeKeys)
        return (parts.joined, after.joined)
    }
}
