internal import VaultModel

// How the rows that a resident is made of are written. The columns stand in the order of the schema.

extension ResidentRow: WrittenRow {
    static let insertion = "INSERT OR REPLACE INTO resident VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    /// Of one whose login name must be nobody's.
    static let firstInsertion = "INSERT INTO resident VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(number)
        row.bind(reference.id.bytes)
        row.bind(login.text)
        row.bind(box)
        row.bind(sign)
        row.bind(tagKey)
        row.bind(Int64(bitPattern: revision))
        row.bind(Int64(epoch))
        row.bind(FieldList.text(stale))
        row.bind(Int64(restricted ? 1 : 0))
        row.bind(enrolled.milliseconds)
        row.bind(seal)
    }
}

extension WriteKeyRow: WrittenRow {
    static let insertion = "INSERT INTO write_key VALUES (?, ?, ?, ?)"

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(number)
        row.bind(Int64(epoch))
        row.bind(blob)
        row.bind(seal)
    }
}

extension PairwiseRow: WrittenRow {
    static let insertion = "INSERT INTO pairwise VALUES (?, ?, ?, ?)"

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(number)
        row.bind(recipient)
        row.bind(id.bytes)
        row.bind(seal)
    }
}

extension IndexRow: WrittenRow {
    static let insertion = "INSERT OR REPLACE INTO blind_index VALUES (?, ?, ?, ?, ?)"

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(value)
        row.bind(field.text)
        row.bind(number)
        row.bind(Int64(generation))
        row.bind(seal)
    }
}

extension EnvelopeRow: WrittenRow {
    static let insertion = "INSERT OR REPLACE INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(number)
        row.bind(kind)
        row.bind(salt)
        row.bind(auth)
        row.bind(commitment)
        row.bind(until?.milliseconds)
        row.bind(used?.milliseconds)
        row.bind(custodySet)
        row.bind(pepper.map { Int64($0) })
        row.bind(blob)
        row.bind(seal)
    }
}

extension ShareRow: WrittenRow {
    static let insertion = "INSERT OR REPLACE INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(number)
        row.bind(Int64(x))
        row.bind(custodian)
        row.bind(custodySet)
        row.bind(Int64(threshold))
        row.bind(digest)
        row.bind(box)
        row.bind(blob)
        row.bind(seal)
    }
}

extension GrantRow: WrittenRow {
    // In its place if it is there: a new number would part it from its bundle.
    static let insertion = """
        INSERT INTO "grant" (id, resident, recipient, purpose, state, until, ended, statement, signature, seal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
        resident = excluded.resident, recipient = excluded.recipient, purpose = excluded.purpose, state = excluded.state,
        until = excluded.until, ended = excluded.ended, statement = excluded.statement, signature = excluded.signature,
        seal = excluded.seal
        """

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(id.bytes)
        row.bind(number)
        row.bind(recipient)
        row.bind(purpose)
        row.bind(state.rawValue)
        row.bind(until.milliseconds)
        row.bind(ended?.milliseconds)
        row.bind(statement)
        row.bind(signature)
        row.bind(seal)
    }
}

extension BundleRow: WrittenRow {
    /// Under the grant's number; nothing is written if there is no such grant.
    static let insertion = "INSERT OR REPLACE INTO bundle SELECT number, id, ?, ?, ?, ?, ? FROM \"grant\" WHERE id = ?"

    func bind(number: Int64, seal: [UInt8], to row: inout RowBinder) {
        row.bind(form.rawValue)
        row.bind(Int64(serial))
        row.bind(box)
        row.bind(blob)
        row.bind(seal)
        row.bind(grant.bytes)
    }
}

extension CellRow {
    static let insertion = "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)"

    /// - Parameters:
    ///   - field: the number of the field's name.
    ///   - source: the number of the source's name.
    func bind(number: Int64, field: Int64, source: Int64, to row: inout RowBinder) {
        row.bind(number)
        row.bind(field)
        row.bind(Int64(epoch))
        row.bind(Int64(bitPattern: revision))
        row.bind(source)
        row.bind(time.milliseconds)
        row.bind(blob)
    }
}
