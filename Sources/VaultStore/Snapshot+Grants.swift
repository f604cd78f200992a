package import VaultModel
internal import GRDB

extension Snapshot {
    private static let grantColumns = "id, recipient, purpose, state, until, ended, statement, signature, seal, number"

    /// Finds a bundle by its grant's id, over the number that both lie under.
    static let underGrant = "number = (SELECT number FROM \"grant\" WHERE id = ?)"

    package func grant(id: GrantID) throws -> GrantRow? {
        if let draft { return try draft.grant(id: id) }
        let number: Int64? = try first("SELECT resident FROM \"grant\" WHERE id = ?", [Blob(id.bytes)]) { $0[0] }
        guard let number, let resident = try resident(number: number) else { return nil }
        return try first("SELECT \(Self.grantColumns) FROM \"grant\" WHERE id = ?", [Blob(id.bytes)]) {
            try grant($0, resident: resident.reference)
        }
    }

    /// All grants of a resident, ended ones included.
    package func grants(of resident: ResidentReference) throws -> [GrantRow] {
        if let draft { return try draft.grants(of: resident) }
        return try rows("SELECT \(Self.grantColumns) FROM \"grant\" WHERE resident = ?", [resident.number]) {
            try grant($0, resident: resident)
        }
    }

    /// A resident's grants to one recipient for one purpose, ended ones included.
    package func grants(of resident: ResidentReference, recipient: String, purpose: String) throws -> [GrantRow] {
        try requireStored()
        var grants: [GrantRow] = []
        try db.run(
            Self.grantsForPurpose,
            binding: {
                $0.bind(resident.number)
                $0.bind(recipient)
                $0.bind(purpose)
            }
        ) { row in
            grants.append(try grant(row, resident: resident))
            return true
        }
        return grants
    }

    /// Put together once: a read asks it for each resident.
    private static let grantsForPurpose =
        "SELECT \(grantColumns) FROM \"grant\" WHERE resident = ? AND recipient = ? AND purpose = ?"

    /// One recipient's grants in the order of their ids, a page at a time.
    package func grants(recipient: String, after id: GrantID?, limit: Int) throws -> [GrantRow] {
        let found: [(Int64, GrantID?)] = try rows(
            "SELECT resident, id FROM \"grant\" WHERE recipient = ? AND id > ? ORDER BY id LIMIT ?",
            [recipient, Blob(id?.bytes ?? []), limit]
        ) { ($0[0], GrantID(($0[1] as Blob).bytes)) }
        return try found.compactMap { try $0.1.flatMap { id in try grant(id: id) } }
    }

    /// The ids of one recipient's grants that have not ended, a page at a time: ids alone, so that a damaged row does not
    /// hide the others.
    package func openGrantIDs(recipient: String, after id: GrantID?, limit: Int) throws -> [GrantID] {
        try rows(
            """
            SELECT id FROM "grant" WHERE recipient = ? AND id > ? AND state IN ('given', 'renewed', 'paused')
            ORDER BY id LIMIT ?
            """, [recipient, Blob(id?.bytes ?? []), limit]
        ) { GrantID(($0[0] as Blob).bytes) }.compactMap(\.self)
    }

    /// A resident's grants by name alone: what an erasure must know of them even if their rows are damaged.
    package func grantNames(of resident: ResidentReference) throws -> [GrantName] {
        try rows("SELECT id, recipient, state FROM \"grant\" WHERE resident = ? ORDER BY id", [resident.number]) { row in
            GrantID((row[0] as Blob).bytes).map { id in
                GrantName(id: id, recipient: row[1], isOpen: GrantState(rawValue: row[2]).map { $0.isLive || $0 == .paused } ?? false)
            }
        }.compactMap(\.self)
    }

    /// Each app and purpose of which there are grants that have not ended: one look at the index for each of them, and not
    /// for each grant. People as recipients, of whom there can be many, stand behind all apps and stay out.
    package func openGrantKinds() throws -> [(recipient: String, purpose: String)] {
        var kinds: [(recipient: String, purpose: String)] = []
        while let next: (String, String) = try first(
            """
            SELECT recipient, purpose FROM "grant" WHERE state IN ('given', 'renewed', 'paused')
            AND (recipient, purpose) > (?, ?) AND recipient < '~' ORDER BY recipient, purpose LIMIT 1
            """, [kinds.last?.recipient ?? "", kinds.last?.purpose ?? ""], { ($0[0], $0[1]) })
        { kinds.append(next) }
        return kinds
    }

    /// Whether there is a delegation that has not ended.
    package func hasOpenDelegation() throws -> Bool {
        try first(
            "SELECT 1 FROM \"grant\" WHERE state IN ('given', 'renewed', 'paused') AND recipient >= '~' LIMIT 1", []
        ) { _ in true } ?? false
    }

    /// The ids of one recipient's grants for one purpose that have not ended, a page at a time.
    package func openGrantIDs(recipient: String, purpose: String, after id: GrantID?, limit: Int) throws -> [GrantID] {
        try rows(
            """
            SELECT id FROM "grant" WHERE recipient = ? AND id > ? AND purpose = ? AND state IN ('given', 'renewed', 'paused')
            ORDER BY id LIMIT ?
            """, [recipient, Blob(id?.bytes ?? []), purpose, limit]
        ) { GrantID(($0[0] as Blob).bytes) }.compactMap(\.self)
    }

    private func grant(_ row: StoredRow, resident: ResidentReference) throws -> GrantRow {
        let table = GrantRow.table
        return try checked(
            GrantRow(
                id: try required(GrantID((row[0] as Blob).bytes), table), resident: resident, recipient: row[1],
                purpose: row[2], state: try required(GrantState(rawValue: row[3]), table),
                until: Instant(milliseconds: row[4]), ended: (row[5] as Int64?).map(Instant.init(milliseconds:)),
                statement: (row[6] as Blob).bytes, signature: (row[7] as Blob).bytes, number: row[9]),
            seal: row[8])
    }

    package func bundle(grant: GrantID) throws -> BundleRow? {
        if let draft { return try draft.bundle(grant: grant) }
        return try first("SELECT \(Self.bundleColumns) FROM bundle WHERE \(Self.underGrant)", [Blob(grant.bytes)]) {
            try bundle($0, of: grant)
        }
    }

    /// The bundle and the waiting supplements of a grant that was read from here.
    package func keys(of grant: GrantRow) throws -> (bundle: BundleRow, supplements: [SupplementRow])? {
        guard draft == nil, let number = grant.number else {
            return try bundle(grant: grant.id).map { ($0, try supplements(grant: grant.id)) }
        }
        // One step finds the bundle, and that most grants have no supplements.
        let found = try first(
            Self.bundleUnderNumber,
            binding: {
                $0.bind(number)
                $0.bind(grant.id)
            }
        ) { row in (bundle: try bundle(row, of: grant.id), hasSupplements: (row[5] as Int64) != 0) }
        return try found.map { ($0.bundle, $0.hasSupplements ? try supplements(grant: grant.id) : []) }
    }

    private static let bundleColumns = "form, serial, box, blob, seal"
    private static let bundleUnderNumber = """
        SELECT \(bundleColumns), EXISTS (SELECT 1 FROM supplement WHERE grant_id = ?2) FROM bundle WHERE number = ?1
        """

    private func bundle(_ row: StoredRow, of grant: GrantID) throws -> BundleRow {
        try checked(
            BundleRow(
                grant: grant, form: try required(BundleRow.Form(rawValue: row[0]), BundleRow.table),
                serial: try required(UInt32(exactly: row[1] as Int64), BundleRow.table), box: (row[2] as Blob).bytes,
                blob: (row[3] as Blob).bytes),
            seal: row[4])
    }

    /// A grant's waiting supplements, oldest epoch first.
    package func supplements(grant: GrantID) throws -> [SupplementRow] {
        if let draft { return try draft.supplements(grant: grant) }
        return try rows(
            "SELECT epoch, fields, box, blob, seal FROM supplement WHERE grant_id = ? ORDER BY epoch", [Blob(grant.bytes)]
        ) { row in
            let table = SupplementRow.table
            return try checked(
                SupplementRow(
                    grant: grant, epoch: try required(UInt32(exactly: row[0] as Int64), table),
                    fields: try required(FieldList.parse(row[1]), table), box: (row[2] as Blob).bytes, blob: (row[3] as Blob).bytes),
                seal: row[4])
        }
    }

    // MARK: access requests

    private static let requestColumns =
        "id, app, purpose, version, fields, form, until, created, expires, state, decided, grant_id, resident, seal"

    package func accessRequest(id: RequestID) throws -> AccessRequestRow? {
        if let draft { return try draft.accessRequest(id: id) }
        return try first("SELECT \(Self.requestColumns) FROM access_request WHERE id = ?", [Blob(id.bytes)], accessRequest)
    }

    /// A resident's requests: those that wait for an answer first, then the newest.
    package func accessRequests(of resident: ResidentReference) throws -> [AccessRequestRow] {
        try rows(
            """
            SELECT \(Self.requestColumns) FROM access_request WHERE resident = ?
            ORDER BY state = 'requested' DESC, created DESC LIMIT 200
            """, [resident.number], accessRequest)
    }

    /// What one app asked of a resident for one purpose and is in one state, newest first.
    package func accessRequests(
        of resident: ResidentReference, app: AppName, purpose: PurposeName, state: RequestState
    ) throws -> [AccessRequestRow] {
        try rows(
            """
            SELECT \(Self.requestColumns) FROM access_request
            WHERE resident = ? AND app = ? AND purpose = ? AND state = ? ORDER BY created DESC LIMIT 20
            """, [resident.number, app.text, purpose.text, state.rawValue], accessRequest)
    }

    private func accessRequest(_ row: StoredRow) throws -> AccessRequestRow {
        let table = AccessRequestRow.table
        var resident: ResidentReference?
        if let number = row[12] as Int64? { resident = try self.resident(number: number)?.reference }
        let form = (row[5] as String?).flatMap(DisclosureForm.init(rawValue:))
        let until = (row[6] as Int64?).map(Instant.init(milliseconds:))
        let decided = (row[10] as Int64?).map(Instant.init(milliseconds:))
        let grant = (row[11] as Blob?).flatMap { GrantID($0.bytes) }
        return try checked(
            AccessRequestRow(
                id: try required(RequestID((row[0] as Blob).bytes), table), resident: resident,
                app: try required(AppName(row[1]), table), purpose: try required(PurposeName(row[2]), table),
                version: row[3], fields: try required(FieldList.parse(row[4]), table),
                form: form, until: until, created: Instant(milliseconds: row[7]),
                expires: Instant(milliseconds: row[8]),
                state: try required(RequestState(rawValue: row[9]), table),
                decided: decided, grant: grant),
            seal: row[13])
    }
}

extension Snapshot {
    /// How many of a recipient's bundles are for another box key than this, by its mark.
    package func bundles(recipient: String, notFor box: [UInt8]) throws -> Int64 {
        try first(
            """
            SELECT count(*) FROM bundle JOIN "grant" ON "grant".number = bundle.number
            WHERE "grant".recipient = ? AND bundle.box <> ?
            """, [recipient, Blob(box)]
        ) { $0[0] } ?? 0
    }
}
