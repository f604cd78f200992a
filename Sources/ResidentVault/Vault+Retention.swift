internal import Dispatch
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// What a sweep did.
package struct SweepReport: Sendable, Equatable {
    /// Residents of whom fields were destroyed because their time was over.
    package var fields = 0
    package var grants = 0
    package var letters = 0
    package var requests = 0
    /// Residents left alone because their rows are damaged or not as the log says.
    package var failed = 0
}

extension Vault {
    /// So long after it ran out a request for access is forgotten. Answered or not, known person or not: what an app sees of
    /// it must not tell them apart.
    private static let requestMemorySeconds: Int64 = 60 * 86_400
    /// So much fits into a transaction of about ten milliseconds.
    private static let residentsPerChunk = 12
    private static let rowsPerPage = 500

    /// Destroys what nobody may keep any longer: fields older than their category is kept, keys of grants whose date has
    /// come, letters that ran out, and the traces of old requests. All by the clock as far as it is trusted (design,
    /// section 6), and each in chunks between which others write.
    ///
    /// It needs no memory of where it was: what is left to do is found from the rows, so a run that was cut off is taken up
    /// by the next.
    ///
    /// At its end the files are scrubbed, if anything went or a day has passed.
    /// - Parameter isStopped: asked between chunks.
    package func sweep(isStopped: @Sendable () -> Bool = { false }) throws -> SweepReport {
        var report = SweepReport()
        defer { finishScrubbing() }
        let reader = try store.reader()
        try sweepGrants(reader, &report, isStopped)
        try sweepResidents(reader, &report, isStopped)
        try sweepLooseRows(reader, &report, isStopped)
        return report
    }

    private func sweepGrants(_ reader: StoreReader, _ report: inout SweepReport, _ isStopped: () -> Bool) throws {
        var place: (until: Instant, id: GrantID)?
        while !isStopped() {
            let page = try reader.read { try $0.grantsOver(by: writer.trusted, after: place, limit: Self.residentsPerChunk) }
            guard let last = page.last else { return }
            let (ended, failed) = try writer.perform(isEnding: true) { transaction in
                let count = try transaction.attemptEach(page.map(\.id)) { try transaction.expire($0) }
                if count.done > 0 { try transaction.wantScrub() }
                return count
            }
            (report.grants, report.failed) = (report.grants + ended, report.failed + failed)
            place = last
        }
    }

    private func sweepResidents(_ reader: StoreReader, _ report: inout SweepReport, _ isStopped: () -> Bool) throws {
        var number: Int64 = 0
        while !isStopped() {
            let trusted = writer.trusted
            let cutoffs = config.config.policies.retentionCutoffs(at: trusted)
            let (found, last) = try reader.read {
                try $0.over(after: number, residents: Self.rowsPerPage, cutoffs: cutoffs, letters: trusted)
            }
            for start in stride(from: 0, to: found.count, by: Self.residentsPerChunk) where !isStopped() {
                let chunk = Array(found[start..<min(start + Self.residentsPerChunk, found.count)])
                let done = try writer.perform(isEnding: true) { try $0.destroy(chunk) }
                report.fields += done.fields
                report.letters += done.letters
                report.failed += done.failed
            }
            guard let last else { return }
            number = last
        }
    }

    private func sweepLooseRows(_ reader: StoreReader, _ report: inout SweepReport, _ isStopped: () -> Bool) throws {
        var last: [UInt8]? = []
        while let after = last, !isStopped() {
            let moment = writer.trusted.advanced(bySeconds: -Self.requestMemorySeconds)
            let page = try reader.read { try $0.requestsOver(before: moment, after: after, limit: Self.rowsPerPage) }
            if !page.found.isEmpty {
                try writer.perform(isEnding: true) { transaction in
                    try transaction.changes.delete(page.found, before: moment)
                    try transaction.wantScrub()
                }
            }
            report.requests += page.found.count
            last = page.last
        }
        // A day more than any limit asks about.
        let day = writer.trusted.advanced(bySeconds: -86_400).localDay
        if try reader.read({ try $0.hasCounts(before: day) }) {
            try writer.perform(isEnding: true) { transaction in
                try transaction.changes.deleteCounts(before: day)
                try transaction.wantScrub()
            }
        }
    }
}

extension PolicySet {
    /// By field, the moment before which a value is older than it may be kept.
    func retentionCutoffs(at trusted: Instant) -> [FieldName: Instant] {
        fields.compactMapValues { $0.retentionDays.map { trusted.advanced(bySeconds: -Int64($0) * 86_400) } }
    }
}

extension Transaction {
    /// Does something for each of some things; what fails for one is undone, and the others go on.
    ///
    /// - Returns: for how many it was done, and for how many it failed.
    fileprivate func attemptEach<Item>(_ items: [Item], _ body: (Item) throws -> Bool) throws -> (done: Int, failed: Int) {
        var (done, failed) = (0, 0)
        for item in items {
            let mark = mark()
            do {
                if try changes.attempt({ try body(item) }) { done += 1 }
            } catch let failure as StoreError where failure.endsBatch {
                throw failure
            } catch {
                rewind(to: mark)
                failed += 1
            }
        }
        return (done, failed)
    }

    /// Ends a grant whose date has come; false if it has ended meanwhile.
    fileprivate func expire(_ id: GrantID) throws -> Bool {
        guard let grant = try snapshot.grant(id: id), grant.state.isLive || grant.state == .paused, grant.until <= trusted else {
            return false
        }
        var resident = try resident(grant.resident)
        if try isAsLogged(resident) {
            try sweep(&resident, request: nil)
        } else {
            try end(&resident, grant, as: .expired)
            var entry = try grantEntry(.expired, grant, &resident, request: nil)
            entry.reason = Self.stateDiffers
            try append(entry)
        }
        return true
    }

    /// Destroys what is over of some residents. One whose rows are not as the log says is left alone: what their dates say
    /// was not said by the vault.
    fileprivate func destroy(_ found: [Snapshot.Over]) throws -> (fields: Int, letters: Int, failed: Int) {
        let cutoffs = config.config.policies.retentionCutoffs(at: trusted)
        var erased: [[FieldName]: [LogEntry.Subject]] = [:]
        var letters: [LogEntry.Subject] = []
        let (_, failed) = try attemptEach(found) { over in
            guard var resident = try snapshot.resident(number: over.number) else { return false }
            guard try isAsLogged(resident) else { throw VaultError(.integrity, "rows that the log does not vouch for") }
            // Looked at again: the value may have been renewed since.
            let now = try snapshot.over(after: over.number - 1, residents: 1, cutoffs: cutoffs, letters: trusted).found.first
            guard let now, now.number == over.number else { return false }
            if now.letter, let letter = try snapshot.envelope(resident: resident.reference, kind: EnvelopeKind.activation.rawValue) {
                // Its digest and its date stay, so that whoever types the code is told that it ran out.
                try changes.put(
                    EnvelopeRow(
                        resident: resident.reference, kind: letter.kind, salt: nil, auth: letter.auth, commitment: [],
                        until: letter.until, used: nil, blob: []))
            }
            for field in now.fields { try changes.eraseField(field, of: resident.reference) }
            resident.stale.subtract(now.fields)
            try prune(resident.reference)
            let subject = try seal(&resident, app: "", grant: nil, outcome: LogAction.fieldsErased.rawValue)
            if now.fields.isEmpty { letters.append(subject) } else { erased[now.fields.sorted(), default: []].append(subject) }
            return true
        }
        for (fields, subjects) in erased.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try appendOver(fields, subjects, reason: ErasureGround.retention.rawValue)
        }
        if !letters.isEmpty { try appendOver([], letters, reason: Self.letterEnded) }
        return (erased.values.reduce(0) { $0 + $1.count }, letters.count, failed)
    }

    private func appendOver(_ fields: [FieldName], _ subjects: [LogEntry.Subject], reason: String) throws {
        var entry = entry(.fieldsErased, request: nil)
        entry.fields = fields
        entry.reason = reason
        entry.subjects = subjects.sorted { $0.tag.lexicographicallyPrecedes($1.tag) }
        try wantScrub()
        try append(entry)
    }

    /// The reason of an entry about a letter that ran out.
    static let letterEnded = "letter"
}
