import VaultAudit
import VaultCrypto
import VaultModel

/// A log in memory, with the stored indexes that a database would give.
struct SampleLog: LogSource {
    var rows: [(index: UInt64, entry: [UInt8])]
    /// What the store says, when it lies.
    var claimed: UInt64?

    init(_ entries: [[UInt8]]) { rows = entries.enumerated().map { (UInt64($0.offset), $0.element) } }

    var entryCount: UInt64 { claimed ?? UInt64(rows.count) }

    func forEachEntry(_ body: (UInt64, [UInt8]) throws -> Void) throws {
        for row in rows { try body(row.index, row.entry) }
    }

    var frontier: Frontier {
        var frontier = Frontier()
        for row in rows { frontier.append(leaf: MerkleHash.leaf(row.entry)) }
        return frontier
    }

    /// A checkpoint over what is there now, by the example's key or the one of this seed.
    func signed(seed: UInt8? = nil) throws -> [UInt8] {
        let pair = try seed.map { try NoteVectors.pair(seed: $0) } ?? NoteVectors.pair()
        return try Checkpoint(origin: NoteVectors.origin, frontier: frontier).signedNote(with: pair)
    }

    /// Verified against a note, or against a checkpoint made of it as it is.
    func verified(_ note: [UInt8]? = nil, vault: VaultID? = Sample.vault) throws -> LogVerification {
        try LogVerifier(vault: vault, key: try NoteVectors.key()).verify(self, checkpoint: note ?? signed())
    }
}

/// Tells a vault's history entry by entry, as an honest daemon would write it unless a test says otherwise.
struct Story {
    static let parking = Sample.fields("contact.phone", "vehicle.plates")

    var entries: [LogEntry] = []
    var time = Sample.start
    var config = Sample.bytes(100, 32)
    private var made: UInt64 = 0

    /// Begins with `init`.
    init() { add(.initialized) }

    mutating func add(_ action: LogAction, _ change: (inout LogEntry) -> Void = { _ in }) {
        time += 1_000
        made += 1
        var entry = LogEntry(
            vault: Sample.vault, time: Instant(milliseconds: time), action: action, config: config,
            request: Sample.id(made),
            random: Sample.bytes(made, 16))
        change(&entry)
        entries.append(entry)
    }

    /// The app's tag for this resident.
    static func tag(_ resident: UInt64, _ app: String = "parking") -> [UInt8] {
        Sample.bytes(resident * 1_000 + app.utf8.reduce(0) { $0 * 7 + UInt64($1) }, 16)
    }

    static func subject(_ grant: UInt64?, of resident: UInt64 = 1, _ outcome: String, app: String = "parking")
        -> LogEntry.Subject
    {
        LogEntry.Subject(tag: tag(resident, app), grant: grant.map { Sample.id($0 + 10_000) }, outcome: outcome)
    }

    /// A grant for parking: masked phone and plates, read and write, for a day.
    mutating func give(_ grant: UInt64, to resident: UInt64 = 1, _ change: (inout LogEntry) -> Void = { _ in }) {
        let until = Instant(milliseconds: time + 86_400_000)
        add(.given) { entry in
            entry.app = AppName("parking")
            entry.role = .resident
            entry.purpose = PurposeName("parking.permit")
            entry.form = .masked
            entry.actions = [.read, .write]
            entry.fields = Self.parking
            entry.until = until
            var subject = Self.subject(grant, of: resident, "given")
            subject.statement = Sample.bytes(grant, 32)
            entry.subjects = [subject]
            change(&entry)
        }
    }

    mutating func end(
        _ grant: UInt64, _ action: LogAction, of resident: UInt64 = 1, _ change: (inout LogEntry) -> Void = { _ in }
    ) {
        add(action) { entry in
            entry.app = AppName("parking")
            entry.subjects = [Self.subject(grant, of: resident, action.rawValue)]
            change(&entry)
        }
    }

    mutating func read(_ grant: UInt64, of resident: UInt64 = 1, _ change: (inout LogEntry) -> Void = { _ in }) {
        add(.read) { entry in
            entry.app = AppName("parking")
            entry.role = .app
            entry.purpose = PurposeName("parking.permit")
            entry.form = .masked
            entry.fields = Self.parking
            entry.released = Self.parking
            entry.decision = "released"
            entry.subjects = [Self.subject(grant, of: resident, "released")]
            change(&entry)
        }
    }

    mutating func write(_ grant: UInt64, of resident: UInt64 = 1, _ change: (inout LogEntry) -> Void = { _ in }) {
        let state = made
        add(.written) { entry in
            entry.app = AppName("parking")
            entry.purpose = PurposeName("parking.permit")
            entry.fields = Sample.fields("vehicle.plates")
            var subject = Self.subject(grant, of: resident, "written")
            subject.state = Sample.bytes(state, 32)
            subject.stateTag = Sample.bytes(state + 500_000, 16)
            entry.subjects = [subject]
            change(&entry)
        }
    }

    /// A config change that replaces what is in force.
    mutating func reconfigure(to number: UInt64, _ change: (inout LogEntry) -> Void = { _ in }) {
        let replaced = Base64URL.encode(config)
        config = Sample.bytes(number, 32)
        add(.config) { entry in
            entry.change = ["type": "change", "op": "app_add", "replaces": .string(replaced)]
            change(&entry)
        }
    }

    /// A day in the life of a vault, with something of everything.
    static var ordinary: Story {
        var story = Story()
        story.reconfigure(to: 101)
        for resident in 1...3 as ClosedRange<UInt64> {
            story.add(.enrolled) { entry in
                var subject = subject(nil, of: resident, "enrolled", app: "")
                subject.state = Sample.bytes(resident, 32)
                subject.stateTag = Sample.bytes(resident + 600_000, 16)
                subject.keys = .init(box: Sample.bytes(resident, 32))
                entry.subjects = [subject]
                entry.role = .operator
            }
            story.give(resident, to: resident)
        }
        story.read(1)
        story.read(2, of: 2) { entry in
            entry.subjects.append(subject(nil, of: 9, "no_grant"))
            entry.subjects[0].withheld = Sample.fields("vehicle.plates")
            entry.released = Sample.fields("contact.phone")
            entry.withheld = Sample.fields("vehicle.plates")
        }
        story.write(3, of: 3)
        story.end(1, .paused)
        story.add(.refused) { $0.reason = "no_grant" }
        story.end(1, .resumed)
        story.read(1)
        story.reconfigure(to: 102)
        story.end(1, .withdrawn)
        story.add(.viewed) { $0.role = .resident }
        story.end(2, .erased, of: 2)
        story.add(.erased) { entry in
            var subject = subject(nil, of: 2, "erased", app: "")
            subject.stateTag = Sample.bytes(700_000, 16)
            entry.subjects = [subject]
        }
        story.add(.heartbeat)
        return story
    }

    func log() throws -> SampleLog { SampleLog(try entries.map { try $0.encoded() }) }

    /// What is wrong with it, each as place and message, when it is all signed as it stands.
    func findings() throws -> [LogFinding] { try log().verified().findings }
}
