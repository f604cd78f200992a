package import VaultModel
internal import GRDB

/// One consistent view of the rows: a read transaction, or the inside of a write transaction. It lives in the closure
/// that lends it. Every sealed row is checked as it is read; a mismatch refuses (promise 4).
package struct Snapshot {
    let db: Database
    private(set) var sealer: any RowSealing
    let names: NameTable
    let archive: (any EntryArchive)?
    /// Off only while a state is computed: the state says what the rows are, sound or not, and each row's seal is
    /// checked at its use and by the verification.
    var checksSeals = true
    /// Changes that are worked out over this view; what they concern is read from them.
    private(set) var draft: Draft?

    /// The same view without seals of an older key.
    package var underNewestKey: Snapshot { sealing(with: sealer.newest) }

    /// The same view under another key.
    package func sealing(with sealer: any RowSealing) -> Snapshot {
        var snapshot = self
        snapshot.sealer = sealer
        return snapshot
    }

    /// The same view with what a draft changes in it.
    func drafting(_ draft: Draft) -> Snapshot {
        var snapshot = self
        snapshot.draft = draft
        return snapshot
    }

    /// The rows as they are stored, where no draft changes them.
    var stored: Snapshot { draft?.stored ?? self }

    /// What a draft could have changed must not be read past it.
    package func requireStored() throws { if draft != nil { throw StoreError.beyondDraft } }

    /// Runs a cached statement and reads its rows.
    func rows<Value>(
        _ sql: String, _ arguments: [(any StoredColumn)?], _ read: (StoredRow) throws -> Value
    ) throws -> [Value] {
        try requireStored()
        var values: [Value] = []
        try db.run(sql, arguments) { row in
            values.append(try read(row))
            return true
        }
        return values
    }

    /// Runs a cached statement and reads its first row.
    func first<Value>(
        _ sql: String, binding: (inout RowBinder) -> Void, _ read: (StoredRow) throws -> Value
    ) throws -> Value? {
        try requireStored()
        return try db.first(sql, binding: binding, read: read)
    }

    /// The same for arguments in a list.
    func first<Value>(
        _ sql: String, _ arguments: [(any StoredColumn)?], _ read: (StoredRow) throws -> Value
    ) throws -> Value? {
        try requireStored()
        return try db.first(sql, binding: { $0.bind(all: arguments) }, read: read)
    }

    /// Compares a row with its seal.
    func checked<Sealed: SealedRow>(_ row: Sealed, seal: Blob) throws -> Sealed {
        guard !checksSeals || sealer.accepts(seal.bytes, of: row.sealInput) else { throw StoreError.rowSeal(table: Sealed.table) }
        return row
    }

    /// A column that the schema promises; its absence means that the row was not written by us.
    func required<Value>(_ value: Value?, _ table: String) throws -> Value {
        guard let value else { throw StoreError.malformedRow(table: table) }
        return value
    }

    // MARK: vault and configuration

    package func vault() throws -> VaultRow? {
        try first("SELECT id, name, created, seal FROM vault", []) { row in
            try checked(
                VaultRow(
                    id: try required(VaultID((row[0] as Blob).bytes), "vault"), name: row[1],
                    created: Instant(milliseconds: row[2])),
                seal: row[3])
        }
    }

    /// The configuration in force: the one with the highest number.
    package func config() throws -> ConfigRow? {
        try first("SELECT number, body, seal FROM config ORDER BY number DESC LIMIT 1", []) { row in
            try checked(ConfigRow(number: row[0], body: (row[1] as Blob).bytes), seal: row[2])
        }
    }

    package func clock() throws -> ClockRow? {
        try first("SELECT readings, seal FROM clock WHERE id = 0", []) { row in
            try checked(
                try required(ClockRow(encoded: (row[0] as Blob).bytes), ClockRow.table), seal: row[1])
        }
    }

    // MARK: residents

    private static let residentColumns =
        "number, id, login, box, sign, tag_key, revision, epoch, stale, restricted, enrolled, seal"

    /// Put together once: a read asks it for each resident.
    private static let residentOfPairwise = """
        SELECT \(residentColumns.split(separator: ", ").map { "resident.\($0)" }.joined(separator: ", ")), pairwise.seal
        FROM pairwise JOIN resident ON resident.number = pairwise.resident WHERE pairwise.id = ? AND pairwise.recipient = ?
        """

    package func resident(number: Int64) throws -> ResidentRow? {
        if let draft { return try draft.resident(number: number) }
        return try first("SELECT \(Self.residentColumns) FROM resident WHERE number = ?", [number], resident)
    }

    package func resident(id: ResidentID) throws -> ResidentRow? {
        if let draft { return try draft.resident(id: id) }
        return try first("SELECT \(Self.residentColumns) FROM resident WHERE id = ?", [Blob(id.bytes)], resident)
    }

    package func resident(login: LoginName) throws -> ResidentRow? {
        try first("SELECT \(Self.residentColumns) FROM resident WHERE login = ?", [login.text], resident)
    }

    package func loginTaken(_ login: LoginName) throws -> Bool {
        try first("SELECT 1 FROM resident WHERE login = ?", [login.text]) { _ in true } ?? false
    }

    /// Residents in the order of their numbers, a page at a time.
    package func residents(after number: Int64, limit: Int) throws -> [ResidentRow] {
        try rows(
            "SELECT \(Self.residentColumns) FROM resident WHERE number > ? ORDER BY number LIMIT ?", [number, limit],
            resident)
    }

    private func resident(_ row: StoredRow) throws -> ResidentRow {
        let table = ResidentRow.table
        return try checked(
            ResidentRow(
                reference: ResidentReference(
                    number: row[0], id: try required(ResidentID((row[1] as Blob).bytes), table)),
                login: try required(LoginName(row[2]), table), box: (row[3] as Blob).bytes, sign: (row[4] as Blob?)?.bytes,
                tagKey: (row[5] as Blob).bytes, revision: UInt64(bitPattern: row[6]),
                epoch: try required(UInt32(exactly: row[7] as Int64), table),
                stale: try required(FieldList.parse(row[8]), table), restricted: (row[9] as Int64) != 0,
                enrolled: Instant(milliseconds: row[10])),
            seal: row[11])
    }

    /// The residents whose indexed field has this value: several people can share a phone.
    ///
    /// - Parameter values: the value's index in each generation, for a row may not have been made anew yet.
    package func residents(field: FieldName, index values: [[UInt8]]) throws -> [ResidentRow] {
        var numbers: Set<Int64> = []
        for value in values {
            numbers.formUnion(
                try rows(
                    "SELECT resident FROM blind_index WHERE value = ? AND field = ? ORDER BY resident LIMIT 20",
                    [Blob(value), field.text]
                ) { $0[0] as Int64 })
        }
        return try numbers.sorted().prefix(20).compactMap { number in
            guard let resident = try resident(number: number) else { return nil }
            // The index row is sealed with the resident's id, so a planted row is found here.
            let isSealed = try indexRows(of: resident.reference).contains { $0.field == field && values.contains($0.value) }
            return isSealed ? resident : nil
        }
    }

    package func indexRows(of resident: ResidentReference) throws -> [IndexRow] {
        try rows("SELECT field, value, generation, seal FROM blind_index WHERE resident = ?", [resident.number]) { row in
            try checked(
                IndexRow(
                    resident: resident, field: try required(FieldName(row[0]), IndexRow.table),
                    value: (row[1] as Blob).bytes,
                    generation: try required(UInt32(exactly: row[2] as Int64), IndexRow.table)),
                seal: row[3])
        }
    }

    // MARK: pairwise ids

    package func pairwise(resident: ResidentReference, recipient: String) throws -> PairwiseRow? {
        if let draft { return try draft.pairwiseRows(of: resident).first { $0.recipient == recipient } }
        return try first(
            "SELECT id, seal FROM pairwise WHERE resident = ? AND recipient = ?", [resident.number, recipient]
        ) { row in
            try checked(
                PairwiseRow(
                    resident: resident, recipient: recipient,
                    id: try required(PairwiseID((row[0] as Blob).bytes), PairwiseRow.table)),
                seal: row[1])
        }
    }

    package func pairwiseRows(of resident: ResidentReference) throws -> [PairwiseRow] {
        try rows("SELECT recipient, id, seal FROM pairwise WHERE resident = ?", [resident.number]) { row in
            try checked(
                PairwiseRow(
                    resident: resident, recipient: row[0],
                    id: try required(PairwiseID((row[1] as Blob).bytes), PairwiseRow.table)),
                seal: row[2])
        }
    }

    /// The resident whom one recipient knows by this id; nil if it is nobody's, or another recipient's.
    package func resident(pairwise id: PairwiseID, recipient: String) throws -> ResidentRow? {
        try first(
            Self.residentOfPairwise,
            binding: {
                $0.bind(id)
                $0.bind(recipient)
            }
        ) { row in
            let resident = try resident(row)
            _ = try checked(PairwiseRow(resident: resident.reference, recipient: recipient, id: id), seal: row[12])
            return resident
        }
    }
}
