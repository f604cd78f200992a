internal import Foundation
internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

/// A rotation that is under way or was the last of its kind.
package struct RotationProgress: Sendable {
    package let kind: String
    /// A category, or `*`; of a service key its old log key.
    package let target: String
    package let done: Int64
    /// Rows that were left as they are because they are damaged.
    package let failed: Int64
    package let total: Int64
    /// Residents or rows a second at most; 0 without a limit.
    package let rate: Int64
    package let started: Instant
    package let finished: Instant?
}

/// What has been rotated, is being rotated and is due, for the operator.
package struct RotationOverview: Sendable {
    package let rotations: [RotationProgress]
    /// Since when the service key and the pepper are in force.
    package let serviceKeySince: Instant
    package let pepperSince: Instant
    /// When the last backup was made; nil before the first one.
    package let lastBackup: Instant?
    /// Residents whose passphrase is still under an older pepper.
    package let underOldPepper: Int64
    /// Residents with fields that wait to be moved to new keys.
    package let stale: Int64
    /// Apps between two tokens: until when the old one counts, and how many bundles are not for the new one yet.
    package let apps: [(name: AppName, until: Instant?, waiting: Int64)]
}

extension Vault {
    /// Where the rotations stand.
    package func rotationOverview(reader: VaultReader) throws -> RotationOverview {
        let (live, now) = (apps().filter(\.live), writer.now)
        return try reader.store.read { snapshot in
            var moving: [(name: AppName, until: Instant?, waiting: Int64)] = []
            for app in live {
                let until = app.previous.flatMap { now < $0.until ? $0.until : nil }
                let waiting = try snapshot.bundles(recipient: app.name.text, notFor: BoxMark.of(app.box))
                if until != nil || waiting > 0 { moving.append((app.name, until, waiting)) }
            }
            let rows = try snapshot.rotations()
            let pepper = try snapshot.peppers().last
            guard let vault = try snapshot.vault(), let pepper else {
                throw VaultError(.integrity, "the database does not say since when its keys are in force")
            }
            return RotationOverview(
                rotations: rows.map { row in
                    RotationProgress(
                        kind: row.kind.rawValue, target: row.target, done: row.done, failed: row.failed, total: row.total,
                        rate: row.rate, started: row.started, finished: row.finished)
                },
                serviceKeySince: rows.first { $0.kind == .serviceKey }?.started ?? vault.created, pepperSince: pepper.made,
                lastBackup: try snapshot.moment(.backedUp),
                underOldPepper: try snapshot.envelopes(olderThanPepper: pepper.generation),
                stale: try snapshot.staleResidents(), apps: moving)
        }
    }

    /// Bounds a rotation that is under way.
    ///
    /// - Parameter rate: residents or rows a second at most; 0 without a limit.
    /// - Throws: `VaultError.notFound` if none of this kind is under way.
    package func setRotationRate(_ rate: Int, of kind: String) throws {
        try writer.perform { transaction in
            guard let kind = RotationRow.Kind(rawValue: kind), var row = try transaction.snapshot.trusted(kind),
                row.finished == nil
            else { throw VaultError(.notFound, "no such rotation is under way") }
            row.rate = Int64(rate)
            try transaction.changes.put(row)
        }
    }

    /// Goes on with whatever rotation is under way, a few milliseconds of the writer at a time. The daemon calls it at its start, every minute
    /// and when a rotation begins.
    package func startRotating() {
        rotations.wake { [weak self] in
            // What fails (a full disk, mostly) is taken up again in a minute, and `doctor` shows that it stands still.
            try? self?.settleWhatWaits()
            try? self?.workOffRotations()
        }
    }

    /// Works on until nothing is left to rotate, or the vault closes.
    package func workOffRotations() throws {
        try retirePeppers()
        var ahead: RowsAhead?
        defer { ahead?.end() }
        while !rotations.isClosed, let row = try underWay() {
            let begun = Date.now
            // As few at once as the rate allows in half a second, and never more than fit into a short transaction.
            let limit = row.rate > 0 ? max(1, min(Self.rotatedPerEntry, Int(row.rate) / 2)) : Self.rotatedPerEntry
            let count =
                switch row.kind {
                case .fields: try markFields(limit: limit)
                case .serviceKey: try moveRows(limit: limit, ahead: try residents(of: row, limit: limit, &ahead))
                }
            guard row.rate > 0 else { continue }
            let wanted = Double(count) / Double(row.rate)
            rotations.pause(wanted - Date.now.timeIntervalSince(begun))
        }
    }

    /// What is worked out of a move's next residents.
    private func residents(of row: RotationRow, limit: Int, _ ahead: inout RowsAhead?) throws -> [Int64: MovedResident] {
        guard row.stage == Self.firstStage else { return [:] }
        let works = try ahead ?? RowsAhead(self, lanes: ProcessInfo.processInfo.activeProcessorCount)
        ahead = works
        return try works.residents(after: RowCursor.number(row.cursor), limit: limit)
    }

    private func underWay() throws -> RotationRow? {
        try store.reader().read { snapshot in
            for kind in RotationRow.Kind.allCases {
                if let row = try snapshot.trusted(kind), row.finished == nil { return row }
            }
            return nil
        }
    }

    /// A change that concerns many is at most so many an entry.
    static let rotatedPerEntry = 300
    /// A transaction takes no further resident after this time.
    static let rotationTime = Duration.milliseconds(6)
}

extension Transaction {
    /// The entry of a step of a rotation.
    ///
    /// - Parameter what: what is rotated; the entry's rule.
    func rotated(_ what: String, _ subjects: [LogEntry.Subject] = [], decision: String, uid: UInt32? = nil) -> LogEntry {
        var entry = entry(.rotated, request: nil)
        entry.role = .operator
        entry.uid = uid
        entry.rule = what
        entry.decision = decision
        entry.subjects = subjects.sorted { $0.tag.lexicographicallyPrecedes($1.tag) }
        return entry
    }

    /// Begins a rotation of a kind.
    ///
    /// - Throws: `VaultError.conflict` while one of this kind is under way.
    func begin(_ row: RotationRow) throws {
        if let other = try snapshot.rotation(row.kind), other.finished == nil {
            throw VaultError(
                .conflict, "a rotation of this kind is under way: \(other.done) of \(other.total) done",
                hint: "wait for its end: rvault doctor")
        }
        try changes.put(row)
    }
}

extension Snapshot {
    /// How far a rotation is. While rows move, that of the service key is read under the key in force alone: whoever has the
    /// one before could otherwise keep it in force for ever.
    func trusted(_ kind: RotationRow.Kind) throws -> RotationRow? {
        try (kind == .serviceKey ? underNewestKey : self).rotation(kind)
    }
}
