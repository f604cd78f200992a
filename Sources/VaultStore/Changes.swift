package import VaultModel
internal import GRDB
internal import GRDBSQLite

/// The inside of a write transaction: everything a snapshot reads, and the writes. It lives in the closure that lends it.
package struct Changes {
    package var snapshot: Snapshot

    var db: Database { snapshot.db }

    func run(_ sql: String, _ arguments: [(any StoredColumn)?]) throws {
        try snapshot.requireStored()
        try requireTransaction()
        try db.run(sql, arguments)
    }

    /// A full disk or a failing one can make SQLite undo the whole transaction by itself. What was run after that would
    /// become durable piece by piece.
    func requireTransaction() throws {
        guard db.isInsideTransaction else { throw StoreError.database(code: SQLITE_ABORT) }
    }

    /// The same for what a draft can take.
    private func run(_ change: DraftedWrite, _ sql: String, _ arguments: [(any StoredColumn)?]) throws {
        guard let draft = snapshot.draft else { return try run(sql, arguments) }
        try draft.take(change, DraftedStatement(sql: sql, arguments: arguments))
    }

    func seal(_ row: some SealedRow) -> Blob { Blob(snapshot.sealer.seal(row.sealInput)) }

    /// The same with rows sealed under another key from here on.
    package func sealing(with sealer: any RowSealing) -> Changes {
        var changes = self
        changes.snapshot = snapshot.sealing(with: sealer)
        return changes
    }

    /// Runs a part that can fail alone: its writes are undone if it throws, the others of the transaction stay.
    package func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        if let draft = snapshot.draft { return try draft.attempt(body) }
        return try VaultDatabase.translating {
            try requireTransaction()
            try db.run("SAVEPOINT part", [])
            do {
                let value = try body()
                try db.run("RELEASE part", [])
                return value
            } catch {
                // A full disk can have ended the whole transaction.
                if db.isInsideTransaction {
                    try db.run("ROLLBACK TO part", [])
                    try db.run("RELEASE part", [])
                }
                throw error
            }
        }
    }

    /// Runs a part that throws only before it has written, so that nothing is set aside to undo it. One that breaks its word
    /// is a failure of the whole transaction, as are a full disk and the like.
    package func attemptUnmarked<Value>(_ body: () throws -> Value) throws -> Value {
        try requireTransaction()
        let written = db.totalChangesCount
        do { return try VaultDatabase.translating(body) } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch {
            guard db.totalChangesCount == written else { throw StoreError.database(code: SQLITE_ABORT) }
            throw error
        }
    }

    // MARK: vault and residents

    package func put(_ row: VaultRow) throws {
        try run("INSERT INTO vault VALUES (?, ?, ?, ?)", [Blob(row.id.bytes), row.name, row.created.milliseconds, seal(row)])
    }

    package func put(_ row: ConfigRow) throws {
        try run("DELETE FROM config", [])
        try run("INSERT INTO config VALUES (?, ?, ?)", [row.number, Blob(row.body), seal(row)])
    }

    /// The number that the next resident will get. Numbers are given in order and never again, so that nothing that was
    /// left behind of an erased resident becomes a later one's.
    package func nextResidentNumber() throws -> Int64 {
        try snapshot.first("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'resident'", []) { $0[0] } ?? 1
    }

    package func put(_ row: ResidentRow) throws { try put(row, of: row.reference, as: .state(row.reference, .resident(row))) }

    private func put<Row: WrittenRow>(_ row: Row, of resident: ResidentReference, as write: DraftedWrite) throws {
        try run(write, Row.insertion, row.values(number: resident.number, seal: seal(row)))
    }

    private func put<Row: WrittenRow>(_ row: Row, of resident: ResidentReference) throws {
        try run(Row.insertion, row.values(number: resident.number, seal: seal(row)))
    }

    package func put(_ row: PairwiseRow) throws { try put(row, of: row.resident, as: .state(row.resident, .pairwise(row))) }

    package func put(_ row: IndexRow) throws { try put(row, of: row.resident) }

    /// Removes a field's index rows before its new value's are put.
    package func deleteIndex(resident: ResidentReference, field: FieldName) throws {
        try run("DELETE FROM blind_index WHERE resident = ? AND field = ?", [resident.number, field.text])
    }

    package func put(_ row: ClockRow) throws {
        try run("INSERT OR REPLACE INTO clock VALUES (0, ?, ?)", [Blob(row.encoded), seal(row)])
    }

    // MARK: cells and keys

    package func put(_ row: CellRow) throws {
        try run(
            .state(row.resident, .cell(row)),
            CellRow.insertion,
            [
                row.resident.number, try nameID(row.field.text), Int64(row.epoch), Int64(bitPattern: row.revision),
                try nameID(row.source), row.time.milliseconds, Blob(row.blob),
            ])
    }

    /// The number of a field's or a source's name, which is given one at its first use.
    func nameID(_ text: String) throws -> Int64 {
        if let id = try snapshot.names.id(of: text, in: snapshot.stored) { return id }
        try run("INSERT INTO name (text) VALUES (?)", [text])
        return db.lastInsertedRowID
    }

    package func put(_ row: WriteKeyRow) throws { try put(row, of: row.resident, as: .state(row.resident, .writeKey(row))) }

    /// Removes write keys of epochs that no cell is at any more.
    package func pruneWriteKeys(of resident: ResidentReference) throws {
        if let draft = snapshot.draft {
            let used = Set(try draft.cells(of: resident).map(\.epoch))
            for row in try draft.writeKeys(of: resident) where !used.contains(row.epoch) {
                try run(
                    .state(resident, .noWriteKey(row.epoch)), "DELETE FROM write_key WHERE resident = ? AND epoch = ?",
                    [resident.number, Int64(row.epoch)])
            }
            return
        }
        try run(
            """
            DELETE FROM write_key WHERE resident = ?1
            AND epoch NOT IN (SELECT epoch FROM cell WHERE resident = ?1)
            """, [resident.number])
    }

    package func put(_ row: EnvelopeRow) throws { try put(row, of: row.resident) }

    package func deleteEnvelope(of resident: ResidentReference, kind: String) throws {
        try run("DELETE FROM envelope WHERE resident = ? AND kind = ?", [resident.number, kind])
    }

    /// Puts the shares of a split in place of all that the resident has.
    package func replaceShares(of resident: ResidentReference, by shares: [ShareRow]) throws {
        try run("DELETE FROM share WHERE resident = ?", [resident.number])
        for row in shares { try put(row) }
    }

    package func put(_ row: ShareRow) throws { try put(row, of: row.resident) }

    package func put(_ row: ProposalRow) throws {
        try run(
            "INSERT OR REPLACE INTO proposal VALUES (?, ?, ?, ?, ?, ?)",
            [row.resident.number, row.field.text, row.app, row.time.milliseconds, Blob(row.blob), seal(row)])
    }

    package func deleteProposal(_ row: ProposalRow) throws {
        try run(
            "DELETE FROM proposal WHERE resident = ? AND field = ? AND app = ?",
            [row.resident.number, row.field.text, row.app])
    }

    // MARK: grants

    package func put(_ row: GrantRow) throws { try put(row, of: row.resident, as: .state(row.resident, .grant(row))) }

    /// Puts a grant's bundle under the grant's number.
    ///
    /// - Throws: `StoreError.malformedRow` if there is no such grant.
    package func put(_ row: BundleRow) throws {
        // It lies under its grant, so that no resident's number is asked for.
        try run(.bundle(row), BundleRow.insertion, row.values(number: 0, seal: seal(row)))
        // A draft's is written, and looked at, later.
        guard snapshot.draft != nil || db.changesCount == 1 else { throw StoreError.malformedRow(table: BundleRow.table) }
    }

    package func put(_ row: SupplementRow) throws {
        try run(
            .supplement(row),
            "INSERT OR REPLACE INTO supplement VALUES (?, ?, ?, ?, ?, ?)",
            [
                Blob(row.grant.bytes), Int64(row.epoch), FieldList.text(row.fields), Blob(row.box), Blob(row.blob), seal(row),
            ])
    }

    /// Removes a grant's keys: the bundle and every supplement.
    package func deleteKeys(grant: GrantID) throws {
        try run(.noBundle(grant), "DELETE FROM bundle WHERE \(Snapshot.underGrant)", [Blob(grant.bytes)])
        try run(.noSupplements(grant), "DELETE FROM supplement WHERE grant_id = ?", [Blob(grant.bytes)])
    }

    package func deleteSupplement(grant: GrantID, epoch: UInt32) throws {
        try run(.noSupplement(grant, epoch), "DELETE FROM supplement WHERE grant_id = ? AND epoch = ?", [Blob(grant.bytes), Int64(epoch)])
    }

    package func put(_ row: AccessRequestRow) throws {
        try run(
            .request(row),
            "INSERT OR REPLACE INTO access_request VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                Blob(row.id.bytes), row.resident?.number, row.app.text, row.purpose.text, row.version,
                FieldList.text(row.fields), row.form?.rawValue, row.until?.milliseconds, row.created.milliseconds,
                row.expires.milliseconds, row.state.rawValue, row.decided?.milliseconds, (row.grant?.bytes).map(Blob.init),
                seal(row),
            ])
    }

    // MARK: log

    /// Adds an entry under the next sequence number.
    package func appendLog(seq: UInt64, entry: [UInt8]) throws {
        try run("INSERT INTO log VALUES (?, ?)", [Int64(bitPattern: seq), Blob(entry)])
    }

    package func put(_ row: LogHeadRow) throws {
        try run(
            "INSERT OR REPLACE INTO log_head VALUES (0, ?, ?, ?, ?)",
            [Blob(row.frontier), row.time.milliseconds, Blob(row.config), seal(row)])
    }

    /// Records what the log says of a resident at a revision.
    ///
    /// - Throws: `StoreError.stateTagRepeated` if it stands in the log already.
    package func append(_ row: StateRow) throws {
        do {
            try run(
                "INSERT INTO state_tag VALUES (?, ?, ?, ?)",
                [Blob(row.tag), Int64(bitPattern: row.seq), row.state.map(Blob.init), seal(row)])
        } catch StoreError.constraint {
            throw StoreError.stateTagRepeated
        }
    }
}
