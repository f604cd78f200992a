import Testing
import VaultAudit
import VaultModel

struct `Lines for people` {
    /// 2027-01-15 16:00 in the vault's zone.
    private static let time = Instant(milliseconds: 1_800_000_000_000)

    private func line(_ action: LogAction, _ change: (inout LogEntry) -> Void = { _ in }) -> String {
        var entry = LogEntry(vault: Sample.vault, time: Self.time, action: action, config: Sample.bytes(2, 32))
        change(&entry)
        return LogText.line(entry)
    }

    @Test func `a read says who, why, what and for how many`() {
        #expect(
            LogText.line(Sample.read())
                == "2027-01-15 16:00  read  parking  parking.permit  contact.phone vehicle.plates  "
                + "withheld vehicle.plates  1 released, 1 no_grant  released  ok")
    }

    @Test func `an entry without anything says when and what`() {
        #expect(line(.heartbeat) == "2027-01-15 16:00  heartbeat")
    }

    @Test func `a grant says until when`() {
        let text = line(.given) { entry in
            entry.app = AppName("parking")
            entry.purpose = PurposeName("parking.permit")
            entry.fields = Sample.fields("contact.phone")
            entry.until = Instant(text: "2027-12-31")
            entry.subjects = (0..<3).map { LogEntry.Subject(tag: Sample.bytes($0, 16), outcome: "given") }
        }
        #expect(
            text == "2027-01-15 16:00  given  parking  parking.permit  contact.phone  3 given  until 2027-12-31 23:59")
    }

    @Test func `who acted stands in the app's place when there is none`() {
        #expect(line(.login) { $0.role = .resident } == "2027-01-15 16:00  login  resident")
        #expect(line(.read) { ($0.role, $0.app) = (.app, AppName("parking")) } == "2027-01-15 16:00  read  parking")
    }

    @Test func `counts say how often and how many`() {
        #expect(line(.unknownCallers) { $0.count = 12 } == "2027-01-15 16:00  unknown_callers  12 times")
        #expect(line(.unknownCallers) { $0.count = 1 } == "2027-01-15 16:00  unknown_callers  1 time")
        #expect(line(.heartbeat) { $0.residents = 200 } == "2027-01-15 16:00  heartbeat  200 residents")
        #expect(line(.heartbeat) { $0.residents = 1 } == "2027-01-15 16:00  heartbeat  1 resident")
    }

    @Test func `a text from outside cannot move the cursor, start a line or turn the writing round`() {
        let text = line(.refused) { $0.reason = "a\u{1b}[2Jb\nc\u{202e}d\u{2028}e\u{9b}f" }
        #expect(text == "2027-01-15 16:00  refused  a?[2Jb?c?d?e?f")
    }

    @Test(arguments: LogAction.allCases)
    func `every entry is one line without tag, grant or id`(action: LogAction) throws {
        var entry = Sample.read()
        entry.action = action
        let text = LogText.line(entry)
        #expect(!text.contains("\n"))
        for secret in [entry.subjects[0].tag, entry.random, entry.config, try #require(entry.subjects[0].grant).bytes] {
            #expect(!text.contains(Base64URL.encode(secret)) && !text.contains(Hex.encode(secret)))
        }
        #expect(!text.contains("staff-7") && !text.contains("b64digest"))
    }
}

struct `Messages` {
    @Test func `a finding says where`() {
        let entry = LogFinding(place: .entry(7), kind: .time, message: "time goes back")
        let checkpoint = LogFinding(place: .checkpoint, kind: .root, message: "x")
        #expect(entry.description == "entry 7: time goes back")
        #expect(checkpoint.description == "checkpoint: x")
    }

    @Test func `the codes of findings stay what they are`() {
        #expect(
            LogFinding.Kind.allCases.map(\.rawValue) == [
                "checkpoint", "truncated", "root", "witness", "tile", "file", "resident", "bundle", "seal", "lookup",
                "sequence", "form", "vault", "time", "epoch", "lost", "beginning", "config", "state", "grant", "access",
            ])
    }

    @Test(arguments: [
        AuditError.malformedFrontier, .badKeyName, .malformedKey, .malformedNote, .malformedCheckpoint, .unknownSigner,
        .badSignature,
        .wrongOrigin, .outsideTree, .badProof, .malformedEntry("tag"), .entryTooLarge, .tooManySubjects,
    ])
    func `an error is one clause in lower case without a period`(error: AuditError) {
        let text = error.description
        #expect(text.first?.isLowercase == true && text.last != "." && !text.contains("\n"))
    }
}
