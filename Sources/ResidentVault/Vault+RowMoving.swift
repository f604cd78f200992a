internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// Moving every sealed row to a new service key, and every blind index one generation on, while the vault serves.
extension Vault {
    /// The first stage of a move; the tables that are no resident's come after it.
    static let firstStage = ResidentRow.table

    /// Moves the next rows: residents first, each with all rows of theirs, then what is nobody's.
    ///
    /// - Parameter ahead: residents' rows that were worked out already.
    /// - Returns: how many were looked at.
    func moveRows(limit: Int, ahead: [Int64: MovedResident] = [:]) throws -> Int {
        let (count, isDone) = try writer.perform { transaction in
            // How far it is, the key in force alone says.
            guard var row = try transaction.snapshot.underNewestKey.rotation(.serviceKey), row.finished == nil else { return (0, false) }
            if row.stage == Self.firstStage {
                return (try transaction.moveResidents(&row, limit: limit, ahead), false)
            }
            let count = try transaction.moveLoose(&row, limit: limit)
            guard row.finished != nil else { return (count, false) }
            var entry = transaction.rotated("service_key", decision: "done")
            entry.count = Int(row.done)
            try transaction.append(entry)
            transaction.use(transaction.keys.alone)
            return (count, true)
        }
        if isDone { try settleKeys() }
        return count
    }
}

extension Transaction {
    /// Moves residents' rows. One whose rows the log does not vouch for keeps the indexes it has, which are still found;
    /// a row that does not fit its seal is left as it is, so that the verification goes on finding it.
    fileprivate func moveResidents(
        _ row: inout RotationRow, limit: Int, _ ahead: [Int64: MovedResident]
    ) throws -> Int {
        let numbers = try snapshot.residentNumbers(after: RowCursor.number(row.cursor), limit: limit)
        var subjects: [LogEntry.Subject] = []
        var count = 0
        let begun = ContinuousClock.now
        for number in numbers {
            do {
                if let (subject, isWhole) = try ahead[number].flatMap({ try take($0) }) {
                    subjects.append(subject)
                    if !isWhole { row.failed += 1 }
                } else if try !move(number, &subjects) { row.failed += 1 }
            } catch let failure as StoreError where !failure.endsBatch { row.failed += 1 }
            row.cursor = RowCursor.bytes(number)
            row.done += 1
            count += 1
            if begun.duration(to: .now) > Vault.rotationTime { break }
        }
        if numbers.isEmpty {
            row.stage = LooseRows.first
            row.cursor = []
        }
        try changes.put(row)
        if !subjects.isEmpty { try append(rotated("service_key", subjects, decision: "moved")) }
        return count
    }

    /// - Returns: false if something of the resident's stayed as it was.
    private func move(_ number: Int64, _ subjects: inout [LogEntry.Subject]) throws -> Bool {
        let isWhole = try changes.reseal(residentNumber: number)
        guard var resident = try snapshot.resident(number: number) else { return isWhole }
        let rows = try snapshot.indexRows(of: resident.reference)
        guard rows.contains(where: { $0.generation < keys.generation }) else { return isWhole }
        guard try isAsLogged(resident) else { return false }
        for field in Set(rows.map(\.field)) { try changes.deleteIndex(resident: resident.reference, field: field) }
        for row in rows {
            try changes.put(
                IndexRow(
                    resident: row.resident, field: row.field,
                    value: keys.raised(row.value, field: row.field, from: row.generation), generation: keys.generation))
        }
        subjects.append(try seal(&resident, app: "", grant: nil, outcome: LogAction.rotated.rawValue))
        return isWhole
    }

    /// Moves rows of the tables that are no resident's, one table after the other.
    fileprivate func moveLoose(_ row: inout RotationRow, limit: Int) throws -> Int {
        guard let stage = LooseRows(rawValue: row.stage) else {
            throw VaultError(.integrity, "a rotation stands at a table that this version does not know")
        }
        let moved = try changes.reseal(stage, after: row.cursor, limit: max(limit, 16) * 4)
        row.failed += Int64(moved.failed)
        if let last = moved.last {
            row.cursor = last
        } else if let next = stage.next {
            row.stage = next.rawValue
            row.cursor = []
        } else {
            row.finished = now
        }
        try changes.put(row)
        return moved.count
    }
}
