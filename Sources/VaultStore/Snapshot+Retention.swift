package import VaultModel
internal import GRDB

/// What a sweep looks for: rows whose time is over. Each asks for a page, so nothing loads a table.
extension Snapshot {
    /// A resident of whom something is over.
    package struct Over: Sendable, Equatable {
        package let number: Int64
        /// Fields whose value, or a proposal of one, is older than its category is kept.
        package var fields: Set<FieldName> = []
        /// The letter ran out and was not used.
        package var letter = false
    }

    /// Among the next so many residents, those of whom something is over.
    ///
    /// - Parameters:
    ///   - cutoffs: by field, the moment before which a value is too old.
    ///   - letters: the moment before which a letter has run out.
    /// - Returns: what was found, and the last number looked at; nil after the last resident.
    package func over(
        after number: Int64, residents: Int, cutoffs: [FieldName: Instant], letters: Instant
    ) throws -> (found: [Over], last: Int64?) {
        guard let last = try residentNumbers(after: number, limit: residents).last else { return ([], nil) }
        var found: [Int64: Over] = [:]
        var byID: [Int64: (FieldName, Int64)] = [:]
        for (field, cutoff) in cutoffs {
            if let id = try names.id(of: field.text, in: self) { byID[id] = (field, cutoff.milliseconds) }
        }
        if let newest = cutoffs.values.max()?.milliseconds {
            let cells: [(Int64, Int64, Int64)] = try rows(
                "SELECT resident, field, time FROM cell WHERE resident > ? AND resident <= ? AND time < ?", [number, last, newest]
            ) { ($0[0], $0[1], $0[2]) }
            for (resident, id, time) in cells {
                guard let (field, cutoff) = byID[id], time < cutoff else { continue }
                found[resident, default: Over(number: resident)].fields.insert(field)
            }
            let proposals: [(Int64, FieldName?, Int64)] = try rows(
                "SELECT resident, field, time FROM proposal WHERE resident > ? AND resident <= ? AND time < ?", [number, last, newest]
            ) { ($0[0], FieldName($0[1]), $0[2]) }
            for (resident, field, time) in proposals {
                guard let field, let cutoff = cutoffs[field], time < cutoff.milliseconds else { continue }
                // A value that is young enough stays, and so does what is proposed for it.
                let held: Int64? = try names.id(of: field.text, in: self).flatMap { id in
                    try first("SELECT time FROM cell WHERE resident = ? AND field = ?", [resident, id]) { $0[0] }
                }
                guard held.map({ $0 < cutoff.milliseconds }) ?? true else { continue }
                found[resident, default: Over(number: resident)].fields.insert(field)
            }
        }
        let ended: [Int64] = try rows(
            """
            SELECT resident FROM envelope WHERE resident > ? AND resident <= ? AND kind = 'activation' AND used IS NULL
            AND until <= ? AND length(blob) > 0
            """, [number, last, letters.milliseconds]
        ) { $0[0] }
        for resident in ended { found[resident, default: Over(number: resident)].letter = true }
        return (found.values.sorted { $0.number < $1.number }, last)
    }

    /// Live and paused grants whose date has come, oldest date first.
    package func grantsOver(
        by moment: Instant, after place: (until: Instant, id: GrantID)?, limit: Int
    ) throws -> [(until: Instant, id: GrantID)] {
        try rows(
            """
            SELECT until, id FROM "grant" WHERE state IN ('given', 'renewed', 'paused') AND until <= ? AND (until, id) > (?, ?)
            ORDER BY until, id LIMIT ?
            """,
            [moment.milliseconds, place?.until.milliseconds ?? Int64.min, Blob(place?.id.bytes ?? []), limit]
        ) { row in GrantID((row[1] as Blob).bytes).map { (Instant(milliseconds: row[0]), $0) } }.compactMap(\.self)
    }

    /// Among the next so many access requests, those that ran out before a moment; and the last one looked at.
    package func requestsOver(
        before moment: Instant, after id: [UInt8], limit: Int
    ) throws -> (found: [RequestID], last: [UInt8]?) {
        let page: [([UInt8], Int64)] = try rows(
            "SELECT id, expires FROM access_request WHERE id > ? ORDER BY id LIMIT ?", [Blob(id), limit]
        ) { (($0[0] as Blob).bytes, $0[1]) }
        return (page.filter { $0.1 < moment.milliseconds }.compactMap { RequestID($0.0) }, page.last?.0)
    }
}

extension Changes {
    /// Removes access requests that ran out.
    package func delete(_ requests: [RequestID], before moment: Instant) throws {
        for id in requests {
            try run("DELETE FROM access_request WHERE id = ? AND expires < ?", [Blob(id.bytes), moment.milliseconds])
        }
    }
}
