import VaultAudit
import VaultModel
import VaultTestSupport

/// Entries and parts of entries for the tests of this room.
enum Sample {
    static let start: Int64 = 1_800_000_000_000

    /// The same bytes for the same number.
    static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: number)
        return generator.bytes(count)
    }

    static func id<Named>(_ number: UInt64) -> Identifier<Named> { .sample(number) }

    static let vault: VaultID = id(1)

    static func fields(_ names: String...) -> [FieldName] { names.compactMap(FieldName.init) }

    /// A read with most of what an entry can have.
    static func read() -> LogEntry {
        var entry = LogEntry(
            vault: vault, time: Instant(milliseconds: start), action: .read, config: bytes(2, 32), request: id(3),
            random: bytes(4, 16))
        entry.app = AppName("parking")
        entry.role = .app
        entry.uid = 1001
        entry.party = "wuye"
        entry.initiator = "staff-7"
        entry.caseReference = "b64digest"
        entry.purpose = PurposeName("parking.permit")
        entry.version = 3
        entry.basis = .contract
        entry.form = .masked
        entry.fields = fields("contact.phone", "vehicle.plates")
        entry.released = fields("contact.phone")
        entry.withheld = fields("vehicle.plates")
        entry.decision = "released"
        entry.reason = "ok"
        entry.rule = "parking.permit/3"
        var subject = LogEntry.Subject(tag: bytes(5, 16), grant: id(6), outcome: "released")
        subject.withheld = fields("vehicle.plates")
        entry.subjects = [subject, LogEntry.Subject(tag: bytes(7, 16), outcome: "no_grant")]
        return entry
    }

    /// An entry with any members, valid by itself.
    static func random(_ generator: inout SeededGenerator) -> LogEntry {
        func maybe<Value>(_ generator: inout SeededGenerator, _ make: (inout SeededGenerator) -> Value?) -> Value? {
            generator.next() % 2 == 0 ? make(&generator) : nil
        }
        let names = ["contact.phone", "home.room", "person.name", "vehicle.plates", "health.chronic"].compactMap(
            FieldName.init)
        func list(_ generator: inout SeededGenerator) -> [FieldName] {
            names.filter { _ in generator.next() % 3 == 0 }.shuffled(using: &generator)
        }
        func text(_ generator: inout SeededGenerator) -> String {
            let pieces = [
                "", "a", "\"", "\\", "/", "\u{0}", "\t", "\u{1f}", "\u{7f}", "é", "同意", "🅿️", "\u{2028}", "released",
            ]
            return (0..<generator.next() % 4).map { _ in generator.pick(pieces) }.joined()
        }
        var entry = LogEntry(
            vault: id(generator.next()), time: Instant(milliseconds: Int64(generator.next() % (1 << 53))),
            action: generator.pick(LogAction.allCases), config: generator.bytes(32),
            request: maybe(&generator) { id($0.next()) },
            random: generator.bytes(16))
        entry.app = maybe(&generator) { AppName($0.pick(["parking", "health", "a", "app-2"])) }
        entry.role = maybe(&generator) { $0.pick(LogRole.allCases) }
        entry.uid = maybe(&generator) { $0.pick([0, 1001, .max]) }
        entry.party = maybe(&generator, text)
        entry.initiator = maybe(&generator, text)
        entry.caseReference = maybe(&generator, text)
        entry.purpose = maybe(&generator) { PurposeName($0.pick(["parking.permit", "a.b.c", "health.followup"])) }
        entry.version = maybe(&generator) { Int($0.next() % 1_000) }
        entry.basis = maybe(&generator) { $0.pick(LegalBasis.allCases) }
        entry.form = maybe(&generator) { $0.pick(DisclosureForm.allCases) }
        entry.actions = maybe(&generator) { $0.pick([[.read], [.write], [.read, .write], [.write, .read]]) } ?? []
        entry.fields = list(&generator)
        entry.released = list(&generator)
        entry.withheld = list(&generator)
        entry.decision = maybe(&generator, text)
        entry.reason = maybe(&generator, text)
        entry.rule = maybe(&generator, text)
        entry.until = maybe(&generator) { Instant(milliseconds: Int64($0.next() % (1 << 53))) }
        entry.count = maybe(&generator) { Int($0.next() % (1 << 53)) }
        entry.change = maybe(&generator) { .object(["replaces": $0.json(depth: 3), "op": $0.json(depth: 3)]) }
        entry.residents = maybe(&generator) { Int($0.next() % 100_000) }
        entry.subjects = (0..<generator.next() % 4).map { _ in
            subject(&generator, withheld: list(&generator), outcome: text(&generator))
        }
        .sorted { $0.tag.lexicographicallyPrecedes($1.tag) }
        return entry
    }

    private static func subject(_ generator: inout SeededGenerator, withheld: [FieldName], outcome: String)
        -> LogEntry.Subject
    {
        var subject = LogEntry.Subject(tag: generator.bytes(16), outcome: outcome)
        subject.withheld = withheld
        let members = generator.next()
        if members & 1 == 1 { subject.grant = id(generator.next()) }
        if members & 2 == 2 { subject.statement = generator.bytes(32) }
        if members & 4 == 4 { subject.until = Instant(milliseconds: Int64(generator.next() % (1 << 53))) }
        if members & 8 == 8 { subject.stateTag = generator.bytes(16) }
        if members & 24 == 24 { subject.state = generator.bytes(32) }
        if members & 32 == 32 {
            subject.keys = .init(box: generator.bytes(32), sign: members & 64 == 64 ? generator.bytes(32) : nil)
        }
        return subject
    }
}

extension Identifier {
    fileprivate static func sample(_ number: UInt64) -> Self {
        var generator = SeededGenerator(seed: number)
        // Sixteen bytes always make an id; a random one in their place would fail the tests that compare.
        return Self(generator.bytes(16)) ?? .random()
    }
}
