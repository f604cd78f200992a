import Testing
import VaultAudit
import VaultModel
import VaultTestSupport

struct `Log entries` {
    @Test func `an entry has these bytes`() throws {
        func text(_ number: UInt64, _ count: Int) -> String { Base64URL.encode(Sample.bytes(number, count)) }
        let expected = [
            #"{"action":"read","app":"parking","basis":"contract","case":"b64digest","#,
            #""config":"\#(text(2, 32))","decision":"released","fields":["contact.phone","vehicle.plates"],"#,
            #""form":"masked","initiator":"staff-7","party":"wuye","purpose":"parking.permit","random":"\#(text(4, 16))","reason":"ok","#,
            #""released":["contact.phone"],"request":"\#(text(3, 16))","role":"app","rule":"parking.permit/3","#,
            #""subjects":[{"grant":"\#(text(6, 16))","outcome":"released","tag":"\#(text(5, 16))","#,
            #""withheld":["vehicle.plates"]},{"outcome":"no_grant","tag":"\#(text(7, 16))"}],"time":1800000000000,"#,
            #""type":"entry","uid":1001,"vault":"\#(text(1, 16))","version":3,"withheld":["vehicle.plates"]}"#,
        ].joined()
        let bytes = try Sample.read().encoded()
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        #expect(try LogEntry(decoding: bytes) == Sample.read())
    }

    @Test(arguments: 0..<20)
    func `any entry is written in canonical form and reads back`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            let entry = Sample.random(&generator)
            let bytes = try entry.encoded()
            #expect(try CanonicalJSON.encode(entry.json) == bytes)
            #expect(try CanonicalJSON.decode(bytes) == entry.json)
            #expect(try LogEntry(decoding: bytes) == entry)
        }
    }

    @Test func `two entries made alike differ in their random bytes`() throws {
        let make = {
            LogEntry(
                vault: Sample.vault, time: Instant(milliseconds: 0), action: .heartbeat, config: Sample.bytes(2, 32))
        }
        let entries = (0..<10).map { _ in make() }
        #expect(Set(entries.map(\.random)).count == 10)
        #expect(entries.allSatisfy { $0.random.count == 16 && $0.random != [UInt8](repeating: 0, count: 16) })
    }

    @Test func `a damaged entry is refused, or is another entry in its own canonical form`() throws {
        var generator = SeededGenerator(seed: 77)
        var (refused, read) = (0, 0)
        for _ in 0..<3_000 {
            var bytes = try Sample.random(&generator).encoded()
            let position = Int(generator.next() % UInt64(bytes.count))
            switch generator.next() % 4 {
            case 0: bytes[position] ^= 1 << UInt8(generator.next() % 8)
            case 1: bytes.remove(at: position)
            case 2: bytes.insert(generator.pick(Array("{}[]\",:\\0 1aé\u{0}".utf8)), at: position)
            default: bytes[position] = generator.pick(Array("{}[]\",:\\0 1a\u{0}".utf8))
            }
            guard let entry = try? LogEntry(decoding: bytes) else {
                refused += 1
                continue
            }
            read += 1
            #expect(try entry.encoded() == bytes)
            #expect(try CanonicalJSON.decode(bytes) == entry.json)
        }
        #expect(refused > 1_500 && read > 50)
    }

    @Test func `no beginning of an entry is an entry, and nothing may follow one`() throws {
        let bytes = try Sample.read().encoded()
        for count in bytes.indices {
            #expect(throws: AuditError.self) { try LogEntry(decoding: Array(bytes[..<count])) }
        }
        for more in [" ", "\n", "}", ",", "\u{0}"] {
            #expect(throws: AuditError.self) { try LogEntry(decoding: bytes + Array(more.utf8)) }
        }
    }

    @Test func `an entry may have 65,535 bytes and not one more`() throws {
        var entry = Sample.read()
        entry.rule = ""
        entry.rule = String(repeating: "r", count: LogEntry.byteLimit - (try entry.encoded().count))
        let bytes = try entry.encoded()
        #expect(bytes.count == 65_535)
        #expect(try LogEntry(decoding: bytes) == entry)
        entry.rule? += "r"
        #expect(throws: AuditError.entryTooLarge) { try entry.encoded() }
        let long = try CanonicalJSON.encode(entry.json)
        #expect(throws: AuditError.entryTooLarge) { try LogEntry(decoding: long) }
    }

    @Test func `an entry may name 500 residents and not one more`() throws {
        var entry = Sample.read()
        entry.subjects = (0..<500).map {
            LogEntry.Subject(tag: Sample.bytes(UInt64($0), 16), grant: Sample.id(1), outcome: "released")
        }
        #expect(try LogEntry(decoding: try entry.encoded()) == entry)
        entry.subjects.append(LogEntry.Subject(tag: Sample.bytes(500, 16), outcome: "no_grant"))
        #expect(throws: AuditError.tooManySubjects) { try entry.encoded() }
        let bytes = try CanonicalJSON.encode(entry.json)
        #expect(throws: AuditError.tooManySubjects) { try LogEntry(decoding: bytes) }
    }

    @Test func `500 residents of a read with grants and withheld fields fit`() throws {
        var entry = Sample.read()
        entry.subjects = (0..<500 as Range<UInt64>).map { number in
            var subject = LogEntry.Subject(tag: Sample.bytes(number, 16), grant: Sample.id(number), outcome: "released")
            subject.withheld = Sample.fields("vehicle.plates")
            return subject
        }
        #expect(try entry.encoded().count <= LogEntry.byteLimit)
    }

    /// How much room the largest changes take: how many residents the writer may put in one entry follows from it.
    @Test(
        arguments: [(LogAction.enrolled, 300, true), (.given, 270, true), (.given, 300, false)]
            as [(LogAction, UInt64, Bool)])
    func `a change of so many residents fits or not with state, keys and statements`(
        action: LogAction, residents: UInt64, fits: Bool
    ) throws {
        var entry = Sample.read()
        entry.action = action
        entry.subjects = (0..<residents).map { number in
            var subject = LogEntry.Subject(tag: Sample.bytes(number, 16), outcome: action.rawValue)
            subject.state = Sample.bytes(number, 32)
            subject.stateTag = Sample.bytes(number + 1_000, 16)
            if action == .given {
                subject.grant = Sample.id(number)
                subject.statement = Sample.bytes(number + 2_000, 32)
            } else {
                subject.keys = .init(box: Sample.bytes(number, 32))
            }
            return subject
        }.sorted { $0.tag.lexicographicallyPrecedes($1.tag) }
        if fits {
            #expect(try LogEntry(decoding: try entry.encoded()) == entry)
        } else {
            #expect(throws: AuditError.entryTooLarge) { try entry.encoded() }
        }
    }

    @Test(arguments: LogAction.allCases)
    func `tags of one change are sorted, so that two apps' entries cannot be joined by position`(action: LogAction)
        throws
    {
        var entry = Sample.read()
        entry.action = action
        entry.subjects = [0x20, 0x10].map { LogEntry.Subject(tag: [UInt8](repeating: $0, count: 16), outcome: "x") }
        let bytes = try CanonicalJSON.encode(entry.json)
        if [.read, .lookedUp, .refused].contains(action) {
            #expect(try entry.encoded() == bytes)
            #expect(try LogEntry(decoding: bytes) == entry)
        } else {
            #expect(throws: AuditError.malformedEntry("order of subjects")) { try entry.encoded() }
            #expect(throws: AuditError.malformedEntry("order of subjects")) { try LogEntry(decoding: bytes) }
        }
    }
}
