internal import VaultAudit
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// Whose fields are rotated, and which.
package enum FieldRotation: Sendable, Equatable {
    case resident(LoginName)
    case category(String)
    case everyone
}

/// Rotating fields (design, section 4, "Bundle", stale fields): the daemon cannot open a field, so it marks fields as
/// stale, and whoever is present next with the keys, at a login or a write, moves them to a new epoch. Until then the old
/// keys go on opening them, for those who hold them.
extension Vault {
    /// Marks fields. One resident's are marked at once; more are marked in the background, which goes on after a stop.
    ///
    /// - Parameter rate: residents a second at most; 0 without a limit.
    /// - Returns: how many residents are concerned.
    /// - Throws: `VaultError` with `notFound` for a login or category that is unknown, `conflict` while another rotation of
    ///   fields is under way.
    package func rotateFields(_ rotation: FieldRotation, rate: Int = 0, uid: UInt32) throws -> Int64 {
        switch rotation {
        case .resident(let login):
            try writer.perform { transaction in
                guard let resident = try transaction.snapshot.resident(login: login) else {
                    throw VaultError(.notFound, "there is no resident with this login name")
                }
                try transaction.requireAsLogged(resident)
                guard let subject = try transaction.markStale(resident, category: nil) else { return 0 }
                try transaction.append(transaction.rotated("fields", [subject], decision: "marked", uid: uid))
                return 1
            }
        case .category(let name):
            try begin(category: name, rate: rate, uid: uid)
        case .everyone:
            try begin(category: nil, rate: rate, uid: uid)
        }
    }

    private func begin(category: String?, rate: Int, uid: UInt32) throws -> Int64 {
        if let category, !config.config.policies.fields.keys.contains(where: { $0.category == category }) {
            throw VaultError(.notFound, "the policies know no category \(category)")
        }
        return try writer.perform { transaction in
            let total = try transaction.snapshot.residentCount()
            try transaction.begin(
                RotationRow(
                    kind: .fields, target: category ?? Self.everything, stage: ResidentRow.table, total: total,
                    rate: Int64(rate), started: transaction.now, since: transaction.frontier.size))
            var entry = transaction.rotated("fields", decision: "begun", uid: uid)
            entry.reason = category
            try transaction.append(entry)
            return total
        }
    }

    fileprivate static let everything = "*"

    /// Marks the next residents' fields.
    ///
    /// - Returns: how many residents were looked at.
    func markFields(limit: Int) throws -> Int {
        try writer.perform { transaction in
            guard var row = try transaction.snapshot.rotation(.fields), row.finished == nil else { return 0 }
            let category = row.target == Self.everything ? nil : row.target
            let last = RowCursor.number(row.cursor)
            let numbers = try transaction.snapshot.residentNumbers(after: last, limit: limit)
            var subjects: [LogEntry.Subject] = []
            var count = 0
            let begun = ContinuousClock.now
            for number in numbers {
                // A damaged row of one person stays as it is, and the others go on.
                do {
                    if let resident = try transaction.snapshot.resident(number: number) {
                        guard try transaction.isAsLogged(resident) else { throw StoreError.rowSeal(table: ResidentRow.table) }
                        if let subject = try transaction.markStale(resident, category: category) { subjects.append(subject) }
                    }
                } catch let failure as StoreError where !failure.endsBatch { row.failed += 1 }
                row.cursor = RowCursor.bytes(number)
                row.done += 1
                count += 1
                if begun.duration(to: .now) > Self.rotationTime { break }
            }
            if numbers.isEmpty { row.finished = transaction.now }
            try transaction.changes.put(row)
            if !subjects.isEmpty {
                var entry = transaction.rotated("fields", subjects, decision: "marked")
                entry.reason = category
                try transaction.append(entry)
            }
            if numbers.isEmpty {
                var entry = transaction.rotated("fields", decision: "done")
                entry.reason = category
                entry.count = Int(row.done)
                try transaction.append(entry)
            }
            return count
        }
    }
}

/// How a rotation keeps the last row that it has done.
enum RowCursor {
    static func bytes(_ number: Int64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
    static func number(_ bytes: [UInt8]) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
}

extension Transaction {
    /// Marks a resident's fields of a category, or all of them, as stale.
    ///
    /// - Returns: the subject of the change; nil if nothing is left to mark.
    fileprivate func markStale(_ row: ResidentRow, category: String?) throws -> LogEntry.Subject? {
        var resident = row
        let fields = try snapshot.cells(of: resident.reference).map(\.field).filter { category == nil || $0.category == category }
        guard !resident.stale.isSuperset(of: fields) else { return nil }
        resident.stale.formUnion(fields)
        return try seal(&resident, app: "", grant: nil, outcome: LogAction.rotated.rawValue)
    }
}
