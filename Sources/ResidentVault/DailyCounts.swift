internal import Synchronization
internal import VaultAudit
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// How often each grant was used today, in memory: what a statement's `reads_per_day` is held against.
///
/// The log is what counts: each entry of a reading names the grants that were used. After some thousand entries the writer
/// puts what they come to into a row, so that a start reads few entries; what no sound row covers is read from the log, so
/// an altered or missing row changes no count.
///
/// Grants are told apart by the first eight bytes of their random ids. Of two million grants two share them once in ten
/// million vaults, and then share a limit.
final class DailyCounts: Sendable {
    private struct State {
        /// As `Instant.localDayNumber`.
        var day: Int64
        var counts: [UInt64: UInt32] = [:]
        /// The part of `counts` that stands in no row yet.
        var unstored: [UInt64: UInt32] = [:]
        /// The rows cover the day's log up to this entry.
        var stored: UInt64
    }

    private let state: Mutex<State>
    /// A start reads about so many entries, which takes some tens of milliseconds; more where a day had few reads among many
    /// other entries, or a row was spoilt.
    private static let entriesPerRow: UInt64 = 2_048
    /// Requests for many residents at once make a row of about 100 KiB.
    private static let grantsPerRow = 8_192

    /// Of a day on which nothing was read, in a log of this size.
    init(day: Int64, size: UInt64 = 0) { state = Mutex(State(day: day, stored: size)) }

    /// Takes everything over from another reading of the rows, after a commit of which nobody knows how it ended.
    func take(_ other: DailyCounts) {
        let fresh = other.state.withLock { $0 }
        state.withLock { $0 = fresh }
    }

    /// From the rows and the log, on the day of its newest entry: a later day begins at nothing anyway, and a clock that is
    /// set back must not begin this one anew.
    init(_ snapshot: Snapshot, size: UInt64, today: Int64) throws {
        var found = State(day: today, stored: try Self.firstEntry(of: today, in: snapshot, size: size))
        var next = found.stored
        try snapshot.dailyCounts(of: CivilDate(daysSinceEpoch: today).text) { row in
            guard row.first >= next, row.next >= row.first, row.next <= size, row.counts.count % 12 == 0 else { return }
            // What a missing row covered stays uncovered: the next start reads it from the log again.
            try Self.replay(next..<row.first, of: snapshot) { found.counts[$0, default: 0].add(1) }
            for at in stride(from: 0, to: row.counts.count, by: 12) {
                found.counts[Self.number(row.counts[at..<at + 8]), default: 0]
                    .add(UInt32(Self.number(row.counts[at + 8..<at + 12])))
            }
            next = row.next
        }
        found.stored = next
        try Self.replay(next..<size, of: snapshot) {
            found.counts[$0, default: 0].add(1)
            found.unstored[$0, default: 0].add(1)
        }
        state = Mutex(found)
    }

    /// How often a grant was used on a day, today or later.
    func used(_ grant: GrantID, on day: Int64) -> Int {
        let key = Self.key(grant)
        return state.withLock { $0.day == day ? Int($0.counts[key] ?? 0) : 0 }
    }

    /// The row that should go with a batch, if enough has come together.
    ///
    /// - Parameters:
    ///   - used: what the batch itself adds.
    ///   - sizes: the log's before and after the batch.
    ///   - always: also when little has come together.
    func row(adding used: DailyUse, on day: Int64, sizes: Range<UInt64>, always: Bool) -> DailyCountRow? {
        state.withLock { state in
            let isNewDay = state.day != day
            let first = isNewDay ? sizes.lowerBound : state.stored
            let waiting = isNewDay ? 0 : state.unstored.count
            let isDue = sizes.upperBound - first >= Self.entriesPerRow || waiting + used.counts.count >= Self.grantsPerRow
            guard isDue || always, waiting + used.counts.count > 0 else { return nil }
            let counts = (isNewDay ? [:] : state.unstored).merging(used.counts) { $0.added($1) }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(12 * counts.count)
            for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
                withUnsafeBytes(of: key.bigEndian) { bytes.append(contentsOf: $0) }
                withUnsafeBytes(of: count.bigEndian) { bytes.append(contentsOf: $0) }
            }
            return DailyCountRow(first: first, next: sizes.upperBound, day: CivilDate(daysSinceEpoch: day).text, counts: bytes)
        }
    }

    /// Takes over what a batch added, once it is durable.
    func add(_ used: DailyUse, on day: Int64, sizes: Range<UInt64>, row: DailyCountRow?) {
        state.withLock { state in
            if state.day != day, sizes.upperBound > sizes.lowerBound { state = State(day: day, stored: sizes.lowerBound) }
            for (key, count) in used.counts {
                state.counts[key, default: 0].add(count)
                if row == nil { state.unstored[key, default: 0].add(count) }
            }
            if let row {
                state.unstored.removeAll(keepingCapacity: true)
                state.stored = row.next
            }
        }
    }

    static func key(_ grant: GrantID) -> UInt64 { number(grant.bytes[..<8]) }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// The first entry of a day, by halving: times in the log never go back.
    private static func firstEntry(of day: Int64, in snapshot: Snapshot, size: UInt64) throws -> UInt64 {
        var (low, high) = (min(try snapshot.firstStored(), size), size)
        while low < high {
            let middle = low + (high - low) / 2
            // What cannot be read any more belongs to the part that is looked at; an alteration shows elsewhere.
            let time = try snapshot.logEntry(middle).flatMap { try? LogEntry(decoding: $0).time }
            if let time, time.localDayNumber < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func replay(_ entries: Range<UInt64>, of snapshot: Snapshot, _ use: (UInt64) -> Void) throws {
        var next = entries.lowerBound
        while next < entries.upperBound {
            let page = try snapshot.logEntries(from: next, limit: Int(min(256, entries.upperBound - next)))
            guard let last = page.last else { return }
            for (_, bytes) in page { (try? LogEntry(decoding: bytes))?.grantsUsed.forEach { use(key($0)) } }
            next = last.seq + 1
        }
    }
}

/// What one batch of the writer adds to the day's counts.
struct DailyUse {
    private(set) var counts: [UInt64: UInt32] = [:]

    func of(_ grant: GrantID) -> Int { Int(counts[DailyCounts.key(grant)] ?? 0) }

    mutating func add(_ entry: LogEntry) {
        for grant in entry.grantsUsed { counts[DailyCounts.key(grant), default: 0].add(1) }
    }
}

extension LogEntry {
    /// The grants that a reading used: those that something was released under, or would have been but for damage.
    var grantsUsed: [GrantID] {
        guard action == .read else { return [] }
        return subjects.compactMap { subject in
            ["released", ReasonCode.unavailable.rawValue].contains(subject.outcome) ? subject.grant : nil
        }
    }
}

extension UInt32 {
    /// A count that was planted as large as can be must not stop the vault: it stays at the limit.
    fileprivate func added(_ more: UInt32) -> UInt32 {
        let (sum, overflow) = addingReportingOverflow(more)
        return overflow ? .max : sum
    }

    fileprivate mutating func add(_ more: UInt32) { self = added(more) }
}
