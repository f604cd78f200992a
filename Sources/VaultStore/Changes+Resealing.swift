internal import VaultModel
internal import GRDB

/// The tables whose sealed rows are no resident's, in the order in which they move to a new key.
package enum LooseRows: String, CaseIterable, Sendable {
    case accessRequest = "access_request"
    case dailyCount = "daily_count"
    case stateTag = "state_tag"
    /// The few rows that are the vault's own.
    case own

    package static var first: String { Self.accessRequest.rawValue }

    /// What is moved after this.
    package var next: LooseRows? {
        let all = Self.allCases
        return all.firstIndex(of: self).flatMap { $0 + 1 < all.count ? all[$0 + 1] : nil }
    }
}

/// Sealing rows anew under the key in force. A row is read with its seal checked first: what does not fit is left as it
/// is, and counted.
extension Changes {
    /// Seals all rows of a resident and of their grants anew.
    ///
    /// - Returns: false if a row of theirs did not fit its seal.
    /// - Throws: `StoreError.rowSeal` if it was the resident's own.
    package func reseal(residentNumber number: Int64) throws -> Bool {
        guard let resident = try snapshot.resident(number: number) else { return true }
        let reference = resident.reference
        try put(resident)
        let state = try resealState(of: reference) { try run($0, $1) }
        let index = try Self.isWhole {
            try each(try snapshot.indexRows(of: reference), "blind_index", "resident = ? AND field = ? AND value = ?") {
                [number, $0.field.text, Blob($0.value)]
            }
        }
        let keys = try resealKeys(of: reference)
        return state && index && keys
    }

    /// The rows of a resident's state, other than their own and the index's.
    ///
    /// - Parameter write: gets each statement.
    fileprivate func resealState(
        of reference: ResidentReference, _ write: (String, [(any StoredColumn)?]) throws -> Void
    ) throws -> Bool {
        let number = reference.number
        var isWhole = true
        func reseal<Sealed: SealedRow>(
            _ rows: @autoclosure () throws -> [Sealed], _ table: String, _ condition: String,
            _ key: (Sealed) -> [(any StoredColumn)?]
        ) throws {
            guard try Self.isWhole({
                for row in try rows() { try write("UPDATE \(table) SET seal = ? WHERE \(condition)", [seal(row)] + key(row)) }
            }) else { return isWhole = false }
        }
        try reseal(try snapshot.writeKeys(of: reference), "write_key", "resident = ? AND epoch = ?") { [number, Int64($0.epoch)] }
        try reseal(try snapshot.pairwiseRows(of: reference), "pairwise", "resident = ? AND recipient = ?") { [number, $0.recipient] }
        try reseal(try snapshot.envelopes(of: reference), "envelope", "resident = ? AND kind = ?") { [number, $0.kind] }
        try reseal(try snapshot.shares(of: reference), "share", "resident = ? AND x = ?") { [number, Int64($0.x)] }
        try reseal(try snapshot.proposals(of: reference), "proposal", "resident = ? AND field = ? AND app = ?") {
            [number, $0.field.text, $0.app]
        }
        // Each grant alone, so that a damaged one does not keep the others back.
        for id in try snapshot.unchecked().grants(of: reference).map(\.id) {
            try reseal(try snapshot.grant(id: id).map { [$0] } ?? [], "\"grant\"", "id = ?") { [Blob($0.id.bytes)] }
        }
        return isWhole
    }

    /// Seals the keys of a resident's grants anew, which are no part of the state.
    ///
    /// - Returns: false if one did not fit its seal.
    package func resealKeys(of reference: ResidentReference) throws -> Bool {
        var isWhole = true
        for id in try snapshot.unchecked().grants(of: reference).map(\.id) {
            let bundle = try Self.isWhole {
                guard let bundle = try snapshot.bundle(grant: id) else { return }
                try each([bundle], "bundle", Snapshot.underGrant) { [Blob($0.grant.bytes)] }
            }
            let supplements = try Self.isWhole {
                try each(try snapshot.supplements(grant: id), "supplement", "grant_id = ? AND epoch = ?") {
                    [Blob($0.grant.bytes), Int64($0.epoch)]
                }
            }
            isWhole = isWhole && bundle && supplements
        }
        return isWhole
    }

    private static func isWhole(_ body: () throws -> Void) throws -> Bool {
        do { try body() } catch StoreError.rowSeal { return false } catch StoreError.malformedRow { return false }
        return true
    }

    /// Seals a page of loose rows anew.
    ///
    /// - Returns: how many were looked at, how many did not fit, and the last one's id; none at the table's end.
    package func reseal(
        _ table: LooseRows, after cursor: [UInt8], limit: Int
    ) throws -> (count: Int, failed: Int, last: [UInt8]?) {
        var failed = 0
        func attempt(_ body: () throws -> Void) throws {
            do { try body() } catch StoreError.rowSeal { failed += 1 } catch StoreError.malformedRow { failed += 1 }
        }
        switch table {
        case .accessRequest:
            let ids: [[UInt8]] = try snapshot.rows(
                "SELECT id FROM access_request WHERE id > ? ORDER BY id LIMIT ?", [Blob(cursor), limit]
            ) { ($0[0] as Blob).bytes }
            for bytes in ids {
                try attempt {
                    guard let id = RequestID(bytes) else { throw StoreError.malformedRow(table: AccessRequestRow.table) }
                    if let row = try snapshot.accessRequest(id: id) { try put(row) }
                }
            }
            return (ids.count, failed, ids.last)
        case .dailyCount:
            let start = cursor.isEmpty ? -1 : Int64(bitPattern: cursor.reduce(0) { $0 << 8 | UInt64($1) })
            let page = try snapshot.dailyCounts(after: start, limit: min(limit, Self.countsPerPage))
            for (_, row) in page {
                try attempt {
                    guard let row else { throw StoreError.rowSeal(table: DailyCountRow.table) }
                    try each([row], "daily_count", "first = ?") { [Int64(bitPattern: $0.first)] }
                }
            }
            return (page.count, failed, page.last.map { last in withUnsafeBytes(of: last.first.bigEndian) { Array($0) } })
        case .stateTag:
            let tags: [[UInt8]] = try snapshot.rows(
                "SELECT tag FROM state_tag WHERE tag > ? ORDER BY tag LIMIT ?", [Blob(cursor), limit]
            ) { ($0[0] as Blob).bytes }
            for tag in tags {
                try attempt {
                    if let row = try snapshot.state(tag: tag) { try each([row], "state_tag", "tag = ?") { [Blob($0.tag)] } }
                }
            }
            return (tags.count, failed, tags.last)
        case .own:
            try attempt { if let row = try snapshot.vault() { try each([row], "vault", "id = ?") { [Blob($0.id.bytes)] } } }
            // The config, the log's head and how far this is were sealed anew when the key changed.
            try attempt { if let row = try snapshot.underNewestKey.config() { try put(row) } }
            try attempt { if let row = try snapshot.underNewestKey.logHead() { try put(row) } }
            try attempt { if let row = try snapshot.clock() { try put(row) } }
            for name in MomentRow.Name.allCases {
                try attempt { if let time = try snapshot.moment(name) { try put(MomentRow(name, time)) } }
            }
            for name in TallyRow.Name.allCases {
                try attempt { if let count = try snapshot.tally(name) { try put(TallyRow(name: name, count: count)) } }
            }
            try attempt { for row in try snapshot.peppers() { try put(row) } }
            try attempt { for row in try snapshot.indexRoots() { try put(row) } }
            try attempt { for row in try snapshot.rotations() where row.kind != .serviceKey { try put(row) } }
            try attempt { for row in try snapshot.formerCustodians() { try put(row) } }
            // None is made while rows move: one that stands there was planted by whoever has the key before.
            try removeNextKey()
            for name in try snapshot.keyShareNames() { try attempt { try replaceKeyShares(of: name, by: try snapshot.keyShares(of: name)) } }
            try attempt { if let row = try snapshot.scrubWanted() { try put(row) } }
            return (0, failed, nil)
        }
    }

    /// A row of counts is as long as some hundred others.
    private static let countsPerPage = 8

    private func each<Sealed: SealedRow>(
        _ rows: [Sealed], _ table: String, _ condition: String, _ key: (Sealed) -> [(any StoredColumn)?]
    ) throws {
        for row in rows {
            try run("UPDATE \(table) SET seal = ? WHERE \(condition)", [seal(row)] + key(row))
        }
    }
}

/// New seals of a resident's rows, worked out over a reader's view.
package struct ResealedRows: Sendable {
    fileprivate let statements: [DraftedStatement]
}

extension Snapshot {
    /// Works out new seals of the rows of a resident's state, other than their own and the index's. They fit while the state
    /// is what it was in this view.
    ///
    /// - Returns: nil if a row does not fit the seal that it has.
    package func resealing(_ resident: ResidentReference) throws -> ResealedRows? {
        var statements: [DraftedStatement] = []
        let isWhole = try Changes(snapshot: self).resealState(of: resident) {
            statements.append(DraftedStatement(sql: $0, arguments: $1))
        }
        return isWhole ? ResealedRows(statements: statements) : nil
    }
}

extension Changes {
    package func write(_ rows: ResealedRows) throws {
        for statement in rows.statements { try run(statement.sql, statement.arguments) }
    }
}
