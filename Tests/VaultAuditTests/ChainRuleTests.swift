import Testing
import VaultAudit
import VaultModel
import VaultTestSupport

/// Logs that are well signed and break one rule of the chain.
struct `Rules of the chain` {
    private func found(_ story: Story, _ kind: LogFinding.Kind, at places: [Int], _ words: String) throws {
        let findings = try story.findings()
        #expect(findings.map(\.kind) == places.map { _ in kind })
        #expect(findings.map(\.place) == places.map { .entry(UInt64($0)) })
        #expect(findings.allSatisfy { $0.message.contains(words) }, "\(findings)")
    }

    @Test func `a log begins with init`() throws {
        var story = Story.ordinary
        story.entries.removeFirst(2)
        try found(story, .beginning, at: [0], "does not begin with init")
    }

    @Test func `a log has one init`() throws {
        var story = Story()
        story.add(.initialized)
        try found(story, .beginning, at: [1], "a second time")
    }

    @Test func `an entry of another vault is found, with the vault given or not`() throws {
        var story = Story.ordinary
        story.entries[4].vault = Sample.id(2)
        try found(story, .vault, at: [4], "another vault")
        #expect(try story.log().verified(vault: nil).findings.map(\.kind) == [.vault])
    }

    @Test func `a whole log of another vault is found only when the vault is given`() throws {
        let story = Story.ordinary
        #expect(try story.log().verified(vault: nil).isSound)
        let findings = try story.log().verified(vault: Sample.id(2)).findings
        #expect(findings.count == story.entries.count && findings.allSatisfy { $0.kind == .vault })
    }

    @Test func `time may stand still and never goes back`() throws {
        var story = Story.ordinary
        story.entries[5].time = story.entries[4].time
        #expect(try story.findings() == [])
        story.entries[5].time = Instant(milliseconds: story.entries[4].time.milliseconds - 1)
        try found(story, .time, at: [5], "time goes back")
    }

    @Test func `a leap into the future is one finding, not one for every entry after it`() throws {
        var story = Story.ordinary
        story.entries[13].time = story.entries[13].time.advanced(bySeconds: 3_600)
        try found(story, .time, at: [14], "time goes back")
    }

    @Test func `an entry that carries another config is found there and where it goes back`() throws {
        var story = Story.ordinary
        story.entries[5].config = Sample.bytes(999, 32)
        try found(story, .config, at: [5, 6], "does not carry the config in force")
    }

    @Test func `a config change that is left out is found where its digest first stands`() throws {
        var story = Story.ordinary
        story.entries.remove(at: 1)
        try found(story, .config, at: [1], "does not carry the config in force")
    }

    @Test(arguments: [nil, [:], ["replaces": 1], ["replaces": ""], ["replaces": "c29tZXRoaW5nIGVsc2U"]] as [JSON?])
    func `a config change that does not replace what is in force is found`(change: JSON?) throws {
        var story = Story()
        story.reconfigure(to: 101) { $0.change = change }
        story.add(.heartbeat)
        try found(story, .config, at: [1], "does not replace the config in force")
    }

    @Test func `an approval does not work twice, because no config comes back`() throws {
        var story = Story()
        let first = story.config
        story.reconfigure(to: 101)
        story.reconfigure(to: 100)
        #expect(story.config == first)
        story.add(.heartbeat)
        try found(story, .config, at: [2], "in force before")
    }

    @Test func `a config change that changes nothing is found`() throws {
        var story = Story()
        story.reconfigure(to: 100)
        try found(story, .config, at: [1], "in force before")
    }

    @Test func `a state tag that stands twice is found`() throws {
        var story = Story.ordinary
        let tag = try #require(story.entries[2].subjects[0].stateTag)
        story.write(3, of: 3) { $0.subjects[0].stateTag = tag }
        try found(story, .state, at: [story.entries.count - 1], "rolled back")
    }

    @Test func `an erasure that carries a state is found`() throws {
        var story = Story.ordinary
        let erasure = story.entries.count - 2
        story.entries[erasure].subjects[0].state = Sample.bytes(1, 32)
        try found(story, .state, at: [erasure], "an erasure carries a state")
    }

    @Test func `an erasure without the next state tag is found`() throws {
        var story = Story.ordinary
        let erasure = story.entries.count - 2
        story.entries[erasure].subjects[0].stateTag = nil
        try found(story, .state, at: [erasure], "next state tag")
    }

    @Test func `a change that names its tag and hides its state is found`() throws {
        var story = Story.ordinary
        story.entries[2].subjects[0].state = nil
        try found(story, .state, at: [2], "without a state")
    }

    @Test func `a malformed entry is one finding, counts for nothing, and the rules go on around it`() throws {
        var log = try Story.ordinary.log()
        log.rows[9].entry = Array(#"{"action":"read"}"#.utf8)
        let result = try log.verified()
        #expect(result.findings.map(\.kind) == [.form] && result.findings[0].place == .entry(9))
        #expect(result.counts.values.reduce(0, +) == result.size - 1)
    }

    /// The cheap path of the verifier and the typed reader must agree on what an entry is.
    @Test func `the verifier refuses exactly the entries that do not decode`() throws {
        var generator = SeededGenerator(seed: 4)
        let first = try Story().entries[0].encoded()
        var (refused, taken) = (0, 0)
        for round in 0..<2_500 {
            var bytes = try Sample.random(&generator).encoded()
            for _ in 0..<(round % 3) {
                let position = Int(generator.next() % UInt64(bytes.count))
                switch generator.next() % 3 {
                case 0: bytes[position] ^= 1 << UInt8(generator.next() % 8)
                case 1: bytes.remove(at: position)
                default: bytes[position] = generator.pick(Array("{}[]\",:\\0 1a\u{0}".utf8))
                }
            }
            let decodes = (try? LogEntry(decoding: bytes)) != nil
            let findings = try SampleLog([first, bytes]).verified().findings
            #expect(findings.contains { $0.kind == .form } == !decodes)
            if decodes { taken += 1 } else { refused += 1 }
        }
        #expect(refused > 700 && taken > 700)
    }

    @Test func `a log with a large vocabulary is read as well as a small one`() throws {
        var story = Story()
        for number in 0..<200 as Range<UInt64> {
            story.give(number, to: number) { entry in
                entry.app = AppName("app-\(number)")
                entry.purpose = PurposeName("purpose.number\(number)")
                entry.fields = [FieldName("category.field\(number)")].compactMap(\.self)
            }
        }
        for number in (0..<200 as Range<UInt64>).reversed() {
            story.read(number, of: number) { entry in
                entry.app = AppName("app-\(number)")
                entry.purpose = PurposeName("purpose.number\(number)")
                entry.fields = [FieldName("category.field\(number)")].compactMap(\.self)
                entry.released = entry.fields
            }
        }
        #expect(try story.findings() == [])
        story.entries[300].fields = [FieldName("category.field0")].compactMap(\.self)
        story.entries[300].released = story.entries[300].fields
        #expect(try story.findings().map(\.message) == ["released beyond the grant's fields: category.field0"])
    }
}
