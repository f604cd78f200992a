internal import VaultModel
internal import GRDB

/// What a verification asks of the rows that no request ever does.
extension Snapshot {
    /// The same view without the checks of seals: a verification names what is damaged instead of stopping at it.
    package func unchecked() -> Snapshot {
        var snapshot = self
        snapshot.checksSeals = false
        return snapshot
    }

    /// Numbers of residents, a page at a time: numbers alone, so that a damaged row does not hide the others.
    package func residentNumbers(after number: Int64, limit: Int) throws -> [Int64] {
        try rows("SELECT number FROM resident WHERE number > ? ORDER BY number LIMIT ?", [number, limit]) { $0[0] }
    }

    /// The tables in which a row of a resident's does not fit its seal or its form. Needs the service key's sealer.
    package func damagedTables(of resident: ResidentReference) throws -> [String] {
        var damaged: Set<String> = []
        func attempt(_ read: () throws -> Void) throws {
            do { try read() } catch StoreError.rowSeal(let table) {
                damaged.insert(table)
            } catch StoreError.malformedRow(let table) { damaged.insert(table) }
        }
        try attempt { _ = try self.resident(number: resident.number) }
        try attempt { _ = try indexRows(of: resident) }
        try attempt { _ = try envelopes(of: resident) }
        try attempt { _ = try pairwiseRows(of: resident) }
        try attempt { _ = try proposals(of: resident) }
        try attempt { _ = try writeKeys(of: resident) }
        try attempt { _ = try shares(of: resident) }
        try attempt { _ = try grants(of: resident) }
        for grant in try unchecked().grants(of: resident) {
            try attempt { _ = try bundle(grant: grant.id) }
            try attempt { _ = try supplements(grant: grant.id) }
        }
        return damaged.sorted()
    }

    /// How many rows of each table belong to no resident or no grant.
    package func orphans() throws -> [(table: String, count: Int64)] {
        var found: [(String, Int64)] = []
        for table in ["cell", "write_key", "\"grant\"", "pairwise", "blind_index", "envelope", "share", "proposal"] {
            let sql = "SELECT count(*) FROM \(table) WHERE resident NOT IN (SELECT number FROM resident)"
            let count: Int64 = try first(sql, []) { $0[0] } ?? 0
            if count > 0 { found.append((table.filter { $0 != "\"" }, count)) }
        }
        let asked: Int64 = try first(
            "SELECT count(*) FROM access_request WHERE resident IS NOT NULL AND resident NOT IN (SELECT number FROM resident)", []
        ) { $0[0] } ?? 0
        if asked > 0 { found.append(("access_request", asked)) }
        // A bundle that lies under another grant's number is nobody's either.
        let misplaced = "SELECT count(*) FROM bundle WHERE grant_id IS NOT (SELECT id FROM \"grant\" WHERE number = bundle.number)"
        let lost = "SELECT count(*) FROM supplement WHERE grant_id NOT IN (SELECT id FROM \"grant\")"
        for (table, sql) in [("bundle", misplaced), ("supplement", lost)] {
            let count: Int64 = try first(sql, []) { $0[0] } ?? 0
            if count > 0 { found.append((table, count)) }
        }
        return found
    }

    /// All state tags with their entries, in the order of the tags.
    package func states(_ body: (StateRow) throws -> Void) throws {
        try requireStored()
        try db.run("SELECT tag, seq, state, seal FROM state_tag ORDER BY tag", []) { row in
            let state = StateRow(
                tag: (row[0] as Blob).bytes, seq: UInt64(bitPattern: row[1]), state: (row[2] as Blob?)?.bytes)
            try body(try checked(state, seal: row[3]))
            return true
        }
    }

    /// How many rows of the tables that are no resident's state do not fit their seals.
    package func damagedLooseRows() throws -> [(table: String, count: Int)] {
        var damaged: [String: Int] = [:]
        func count(_ table: String, _ read: () throws -> Void) rethrows {
            do { try read() } catch StoreError.rowSeal { damaged[table, default: 0] += 1 } catch StoreError.malformedRow {
                damaged[table, default: 0] += 1
            }
        }
        let requests: [RequestID?] = try rows("SELECT id FROM access_request", []) { RequestID(($0[0] as Blob).bytes) }
        for id in requests.compactMap(\.self) { try count("access_request") { _ = try accessRequest(id: id) } }
        let counts = try damagedCounts()
        if counts > 0 { damaged["daily_count"] = counts }
        try count("pepper") { _ = try peppers() }
        try count("index_root") { _ = try indexRoots() }
        try count("rotation") { _ = try rotations() }
        try count("former_custodian") { _ = try formerCustodians() }
        try count("next_key") { _ = try nextKey() }
        for name in try keyShareNames() { try count("key_share") { _ = try keyShares(of: name) } }
        try count("clock") { _ = try clock() }
        for name in MomentRow.Name.allCases { try count("moment") { _ = try moment(name) } }
        for name in TallyRow.Name.allCases { try count("tally") { _ = try tally(name) } }
        try count("log_head") { _ = try logHead() }
        try count("vault") { _ = try vault() }
        return damaged.sorted { $0.key < $1.key }.map { (table: $0.key, count: $0.value) }
    }

    /// How many tiles are stored.
    package func tileCount() throws -> Int64 { try first("SELECT count(*) FROM tile", []) { $0[0] } ?? 0 }
}
