import Testing
import VaultAudit
import VaultModel

/// Logs that are well signed and break one rule of grants. Each test also shows the honest log beside it.
struct `Rules of grants` {
    private func expect(
        _ story: Story, _ kind: LogFinding.Kind, _ messages: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let findings = try story.findings()
        let last = LogFinding.Place.entry(UInt64(story.entries.count - 1))
        #expect(
            findings == messages.map { LogFinding(place: last, kind: kind, message: $0) },
            sourceLocation: sourceLocation)
    }

    private func sound(_ story: Story, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try story.findings() == [], sourceLocation: sourceLocation)
    }

    private var given: Story {
        var story = Story()
        story.give(1)
        return story
    }

    // MARK: The life of a grant

    @Test(arguments: [LogAction.withdrawn, .expired, .terminated, .invalidated, .erased])
    func `a live or paused grant ends once`(end: LogAction) throws {
        var story = given
        story.end(1, end)
        try sound(story)
        var paused = given
        paused.end(1, .paused)
        paused.end(1, end)
        try sound(paused)
        story.end(1, .withdrawn)
        try expect(story, .grant, ["a grant is withdrawn that was \(end.rawValue)"])
        paused.end(1, .resumed)
        try expect(paused, .grant, ["a grant is resumed that is not paused"])
    }

    @Test func `a grant is paused and resumed in turn`() throws {
        var story = given
        for _ in 0..<3 {
            story.end(1, .paused)
            story.end(1, .resumed)
        }
        try sound(story)
        var twice = story
        twice.end(1, .resumed)
        try expect(twice, .grant, ["a grant is resumed that is not paused"])
        story.end(1, .paused)
        story.end(1, .paused)
        try expect(story, .grant, ["a grant is paused that was paused"])
    }

    @Test func `a grant is given once`() throws {
        var story = given
        story.give(2)
        try sound(story)
        story.give(1, to: 2)
        try expect(story, .grant, ["a grant is given a second time"])
    }

    @Test(arguments: [LogAction.withdrawn, .paused, .resumed, .expired, .terminated, .invalidated])
    func `what ends or resumes names a grant that was given`(action: LogAction) throws {
        var story = given
        story.end(2, action)
        try expect(story, .grant, ["a subject names no grant that was given before"])
        var nameless = given
        nameless.end(1, action) { $0.subjects[0].grant = nil }
        try expect(nameless, .grant, ["a subject names no grant that was given before"])
    }

    @Test func `an end stands under the grant's tag and app`() throws {
        var story = given
        story.end(1, .withdrawn) { $0.app = nil }
        try sound(story)
        var otherTag = given
        otherTag.end(1, .withdrawn, of: 2)
        try expect(otherTag, .grant, ["a grant stands under another tag than it was given"])
        var otherApp = given
        otherApp.end(1, .withdrawn) { $0.app = AppName("health") }
        try expect(otherApp, .grant, ["a grant stands with another app than it was given"])
    }

    private static let bounds: [@Sendable (inout LogEntry) -> Void] = [
        { $0.purpose = nil }, { $0.fields = [] }, { $0.form = nil }, { $0.actions = [] },
    ]

    @Test(arguments: bounds.indices)
    func `a grant is given with its bounds`(missing: Int) throws {
        var story = Story()
        story.give(1, Self.bounds[missing])
        try expect(story, .grant, ["a grant is given without its purpose, fields, form or actions"])
    }

    @Test func `a grant is given with its id and statement`() throws {
        var story = Story()
        story.give(1) { $0.subjects[0].statement = nil }
        try expect(story, .grant, ["a grant is given without its id or statement"])
        var nameless = Story()
        nameless.give(1) { $0.subjects[0].grant = nil }
        try expect(nameless, .grant, ["a grant is given without its id or statement"])
    }

    // MARK: Releases

    @Test func `nothing is released before it is given`() throws {
        var story = Story()
        story.read(1)
        try expect(story, .access, ["released without a grant that was given before"])
        var nameless = given
        nameless.read(1) { $0.subjects[0].grant = nil }
        try expect(nameless, .access, ["released without a grant that was given before"])
    }

    @Test(arguments: [LogAction.withdrawn, .paused, .expired, .terminated, .invalidated, .erased])
    func `nothing is released after an end`(end: LogAction) throws {
        var story = given
        story.read(1)
        story.end(1, end)
        try sound(story)
        story.read(1)
        try expect(story, .access, ["released after the grant was \(end.rawValue)"])
    }

    @Test func `a resumed grant releases again`() throws {
        var story = given
        story.end(1, .paused)
        story.end(1, .resumed)
        story.read(1)
        try sound(story)
    }

    @Test func `nothing is released from the grant's end on`() throws {
        let until = Sample.start + 1_000 + 86_400_000
        var story = given
        story.read(1) { $0.time = Instant(milliseconds: until - 1) }
        try sound(story)
        story.read(1) { $0.time = Instant(milliseconds: until) }
        try expect(story, .access, ["released after the grant's end date"])
    }

    @Test func `a subject's own end counts before the entry's, and no end is none`() throws {
        var story = Story()
        story.give(1) { entry in
            entry.subjects[0].until = entry.time.advanced(bySeconds: 2)
        }
        story.read(1)
        try sound(story)
        story.read(1)
        try expect(story, .access, ["released after the grant's end date"])
        var endless = Story()
        endless.give(1) { $0.until = nil }
        endless.read(1) { $0.time = $0.time.advanced(bySeconds: 1 << 32) }
        try sound(endless)
    }

    @Test func `a release is to the grant's app, under its tag, for its purpose`() throws {
        var app = given
        app.read(1) { $0.app = AppName("health") }
        try expect(app, .access, ["released to another app than the grant's"])
        var nobody = given
        nobody.read(1) { $0.app = nil }
        try expect(nobody, .access, ["released to another app than the grant's"])
        var tag = given
        tag.read(1, of: 2)
        try expect(tag, .access, ["released under another tag than the grant's"])
        var purpose = given
        purpose.read(1) { $0.purpose = PurposeName("parking.contact") }
        try expect(purpose, .access, ["released for another purpose than the grant's"])
        var none = given
        none.read(1) { $0.purpose = nil }
        try expect(none, .access, ["released for another purpose than the grant's"])
    }

    @Test func `a release is within the grant's form`() throws {
        var story = given
        for form in [DisclosureForm.answer, .band, .masked, nil] { story.read(1) { $0.form = form } }
        try sound(story)
        story.read(1) { $0.form = .raw }
        try expect(story, .access, ["released in a form beyond the grant's"])
    }

    @Test func `the form of a request for several is within the most revealing of their grants`() throws {
        var story = given
        story.give(2, to: 2) { $0.form = .raw }
        let both: (inout LogEntry) -> Void = { entry in
            entry.form = .raw
            entry.subjects.append(Story.subject(2, of: 2, "released"))
        }
        story.read(1, both)
        try sound(story)
        story.read(1) { entry in
            both(&entry)
            entry.subjects[1].outcome = "limit"
        }
        try expect(story, .access, ["released in a form beyond the grant's"])
    }

    @Test func `a release is within the grant's fields`() throws {
        var story = given
        story.read(1) { entry in
            entry.fields = Sample.fields("health.chronic", "contact.phone", "person.name")
            entry.released = Sample.fields("contact.phone")
            entry.subjects[0].withheld = Sample.fields("health.chronic", "person.name")
        }
        try sound(story)
        story.read(1) { entry in
            entry.fields = Sample.fields("health.chronic", "contact.phone", "person.name")
            entry.released = Sample.fields("health.chronic", "contact.phone")
            entry.subjects[0].withheld = Sample.fields("person.name")
        }
        try expect(story, .access, ["released beyond the grant's fields: health.chronic"])
    }

    @Test func `a write-only grant releases nothing and a read-only grant takes nothing`() throws {
        var writer = Story()
        writer.give(1) { $0.actions = [.write] }
        writer.write(1)
        try sound(writer)
        writer.read(1)
        try expect(writer, .access, ["the grant does not allow to read"])
        var reader = Story()
        reader.give(1) { $0.actions = [.read] }
        reader.read(1)
        try sound(reader)
        reader.write(1)
        try expect(reader, .access, ["the grant does not allow to write"])
    }

    @Test func `each resident of a request stands for themselves`() throws {
        var story = given
        story.give(2, to: 2)
        story.end(2, .withdrawn, of: 2)
        story.read(1) { $0.subjects.append(Story.subject(2, of: 2, "no_grant")) }
        try sound(story)
        story.read(1) { $0.subjects.append(Story.subject(2, of: 2, "released")) }
        try expect(story, .access, ["released after the grant was withdrawn"])
    }

    @Test func `released fields are fields that some subject got`() throws {
        var refused = given
        refused.read(1) { $0.subjects = [Story.subject(nil, "no_grant")] }
        try expect(refused, .access, ["the entry names released fields that no subject got"])
        var withheld = given
        withheld.read(1) { $0.subjects[0].withheld = Sample.fields("vehicle.plates") }
        try expect(withheld, .access, ["the entry names released fields that no subject got"])
        var unasked = given
        unasked.read(1) { $0.fields = Sample.fields("contact.phone") }
        try expect(unasked, .access, ["the entry names released fields that no subject got"])
        var together = given
        together.give(2, to: 2)
        together.read(1) { entry in
            entry.subjects.append(Story.subject(2, of: 2, "released"))
            entry.subjects[0].withheld = Sample.fields("vehicle.plates")
            entry.subjects[1].withheld = Sample.fields("contact.phone")
        }
        try sound(together)
    }

    @Test func `several wrongs in one release are each named`() throws {
        var story = given
        story.end(1, .withdrawn)
        story.read(1) { entry in
            entry.form = .raw
            entry.purpose = PurposeName("a.b")
        }
        try expect(
            story, .access,
            [
                "released after the grant was withdrawn", "released for another purpose than the grant's",
                "released in a form beyond the grant's",
            ])
    }

    @Test func `a resident's own look needs no grant`() throws {
        var story = Story()
        story.add(.viewed) { entry in
            entry.role = .resident
            entry.fields = Story.parking
            entry.released = Story.parking
            entry.subjects = [Story.subject(nil, "released", app: "")]
        }
        try sound(story)
    }

    // MARK: Writes, imports, look-ups

    @Test func `a write stays within its grant`() throws {
        var story = given
        story.write(1)
        try sound(story)
        var beyond = story
        beyond.write(1) { $0.fields = Sample.fields("person.name") }
        try expect(beyond, .access, ["written beyond the grant's fields: person.name"])
        story.end(1, .withdrawn)
        story.write(1)
        try expect(story, .access, ["written after the grant was withdrawn"])
    }

    @Test func `a proposal under a grant needs its right to write, and one without needs no grant`() throws {
        func proposing(_ actions: [GrantAction], _ change: (inout LogEntry) -> Void = { _ in }) -> Story {
            var story = Story()
            story.give(1) { $0.actions = actions }
            story.write(1) { entry in
                entry.action = .proposed
                entry.subjects[0].outcome = "proposed"
                change(&entry)
            }
            return story
        }
        try sound(proposing([.write]))
        try expect(proposing([.read]), .access, ["the grant does not allow to write"])
        try sound(proposing([.read]) { $0.subjects[0].grant = nil })
    }

    @Test func `an import names a live grant to write, and neither purpose nor its own fields`() throws {
        func importing(_ change: (inout LogEntry) -> Void = { _ in }) -> Story {
            var story = given
            story.write(1) { entry in
                entry.action = .imported
                entry.purpose = nil
                entry.fields = Sample.fields("person.name", "vehicle.plates")
                change(&entry)
            }
            return story
        }
        try sound(importing())
        try expect(
            importing { $0.purpose = PurposeName("a.b") }, .access, ["written for another purpose than the grant's"])
        try expect(importing { $0.subjects[0].grant = nil }, .access, ["written without a grant that was given before"])
    }

    @Test func `a look-up answers only under a grant`() throws {
        func looking(_ grant: UInt64?, _ outcome: String) -> Story {
            var story = given
            story.add(.lookedUp) { entry in
                entry.app = AppName("parking")
                entry.purpose = PurposeName("parking.permit")
                entry.fields = Sample.fields("person.id_number")
                entry.subjects = [Story.subject(grant, outcome)]
            }
            return story
        }
        try sound(looking(1, "released"))
        try sound(looking(nil, "no_grant"))
        try expect(looking(nil, "released"), .access, ["released without a grant that was given before"])
    }
}
