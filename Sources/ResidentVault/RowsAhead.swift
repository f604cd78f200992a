internal import Dispatch
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A resident's rows on their way to the service key in force, worked out over a reader's view: new seals, the index one
/// generation on, and the state that comes of it. All that is left to the writer is to see that nothing of theirs changed
/// since, and to write.
///
/// As with any drafted change, the state that is logged is that of the rows as they were read and compared with the log, so
/// that rows which somebody altered since do not pass for logged ones.
struct MovedResident: Sendable {
    fileprivate let moment: UInt64
    fileprivate let keys: KeySet
    fileprivate let resident: ResidentRow
    fileprivate let seals: ResealedRows
    fileprivate let index: [IndexRow]
    fileprivate let subject: LogEntry.Subject

    /// Nil for whoever needs the writer's own look: whose rows are damaged or not as logged, or have moved already.
    init?(_ number: Int64, since moment: UInt64, to keys: KeySet, in view: Snapshot) throws {
        let snapshot = view.sealing(with: keys)
        guard let before = try snapshot.resident(number: number) else { return nil }
        let rows = try snapshot.indexRows(of: before.reference)
        guard rows.contains(where: { $0.generation < keys.generation }),
            let seals = try snapshot.resealing(before.reference),
            try !snapshot.stateTagExists(try before.stateTag(revision: before.revision + 1)),
            let logged = try snapshot.state(tag: try before.stateTag(revision: before.revision))
        else { return nil }
        var resident = before
        resident.revision += 1
        index = rows.map { row in
            IndexRow(
                resident: row.resident, field: row.field,
                value: keys.raised(row.value, field: row.field, from: row.generation), generation: keys.generation)
        }
        let (now, next) = try snapshot.stateBytes(of: before, then: resident, index: index)
        guard logged.state == Hash.blake2b256(now) else { return nil }
        var subject = LogEntry.Subject(tag: try resident.ownTag(), grant: nil, outcome: LogAction.rotated.rawValue)
        subject.state = Hash.blake2b256(next)
        subject.stateTag = try resident.stateTag(revision: resident.revision)
        self.subject = subject
        self.resident = resident
        self.seals = seals
        self.moment = moment
        self.keys = keys
    }
}

extension Transaction {
    /// Writes what was worked out ahead.
    ///
    /// - Returns: the subject of the change, and whether all rows fit their seals; nil if the resident must be looked at
    ///   anew, and nothing was written.
    func take(_ moved: MovedResident) throws -> (subject: LogEntry.Subject, isWhole: Bool)? {
        let reference = moved.resident.reference
        guard keys === moved.keys, unchanged(since: moved.moment, residents: [reference.number]) else { return nil }
        // First what reads rows, and so can fail: nothing of the resident's is written then.
        let isWhole = try changes.resealKeys(of: reference)
        try changes.write(moved.seals)
        for field in Set(moved.index.map(\.field)) { try changes.deleteIndex(resident: reference, field: field) }
        for row in moved.index { try changes.put(row) }
        try changes.put(moved.resident)
        touched(moved.resident)
        unvouched(reference.number)
        return (moved.subject, isWhole)
    }
}

/// Works residents' rows out on all cores, a page ahead of the writer: two pages are in memory and no more.
///
/// Its own calls come from one thread.
final class RowsAhead {
    private final class Page: Sendable {
        let numbers: Set<Int64>
        let end: Int64
        private let made = Mutex<[Int64: MovedResident]>([:])
        let work = DispatchGroup()

        init(_ numbers: [Int64]) {
            self.numbers = Set(numbers)
            end = numbers.last ?? 0
        }

        func keep(_ moved: [Int64: MovedResident]) { made.withLock { $0.merge(moved) { $1 } } }
        var residents: [Int64: MovedResident] { made.withLock { $0 } }
    }

    private let vault: Vault
    private let readers: [StoreReader]
    private var current: (residents: [Int64: MovedResident], end: Int64)?
    private var next: Page?

    /// - Parameter lanes: how many work at once.
    init(_ vault: Vault, lanes: Int) throws {
        self.vault = vault
        readers = try (0..<max(1, lanes)).map { _ in try vault.store.reader() }
    }

    /// What is ready of the residents after a number, and the work on those behind them begun.
    func residents(after number: Int64, limit: Int) throws -> [Int64: MovedResident] {
        if let current, number < current.end { return current.residents }
        // What waits for all views to end must not wait for what is worked out here.
        guard !vault.store.awaitsReaders else { return [:] }
        let page: Page? = if let next, number < next.end { next } else { try begin(after: number, limit: limit) }
        guard let page else { return [:] }
        page.work.wait()
        current = (page.residents, page.end)
        next = try begin(after: page.end, limit: limit)
        return page.residents
    }

    /// Returns when nothing is under way.
    func end() { next?.work.wait() }

    private func begin(after number: Int64, limit: Int) throws -> Page? {
        // One at a time: the readers are taken.
        next?.work.wait()
        guard let first = readers.first else { return nil }
        let numbers = try first.read { try $0.residentNumbers(after: number, limit: limit) }
        guard !numbers.isEmpty else { return nil }
        let page = Page(numbers)
        let (readers, writer) = (readers, vault.writer)
        DispatchQueue.global(qos: .utility).async(group: page.work) {
            let taken = Atomic<Int>(0)
            DispatchQueue.concurrentPerform(iterations: readers.count) { lane in
                while true {
                    let start = taken.wrappingAdd(Self.piece, ordering: .relaxed).oldValue
                    guard start < numbers.count else { return }
                    page.keep(Self.moved(numbers[start..<min(start + Self.piece, numbers.count)], readers[lane], writer))
                }
            }
        }
        return page
    }

    /// A view's worth: short, because an erasure waits for all views.
    private static let piece = 16

    private static func moved(_ numbers: ArraySlice<Int64>, _ reader: StoreReader, _ writer: Writer) -> [Int64: MovedResident] {
        // Before the view is opened: what changes from here on is seen by the writer.
        let (moment, keys) = (writer.revisions.now, writer.keySet)
        var moved: [Int64: MovedResident] = [:]
        // Whatever cannot be worked out here is the writer's to judge.
        try? reader.read { snapshot in
            for number in numbers { moved[number] = try? MovedResident(number, since: moment, to: keys, in: snapshot) }
        }
        return moved
    }
}
