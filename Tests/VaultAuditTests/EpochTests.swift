import Testing
import VaultAudit
import VaultCrypto
import VaultModel

/// Restores from backups as breaks of the log.
@Suite struct EpochTests {
    private static let second = NoteVectors.origin + "/2-abcdefgh"

    /// A story, a restore after its first `size` entries, and some life since.
    private func restored(
        _ change: (inout LogBreak) -> Void = { _ in }, own: (inout Story) -> Void = { $0.add(.rebased) { $0.subjects = [] } },
        after: (inout Story) -> Void = { $0.add(.heartbeat) }
    ) throws -> (log: SampleLog, size: UInt64) {
        var story = Story()
        story.give(1)
        story.read(1)
        let before = try log(story)
        own(&story)
        var made = LogBreak(
            backup: LogBreak.Source(id: Sample.id(7), made: Instant(milliseconds: Sample.start), size: 2, root: Sample.bytes(1, 32)),
            size: UInt64(before.rows.count), root: before.frontier.root, epoch: 2, previous: NoteVectors.origin, origin: Self.second)
        change(&made)
        story.add(.restored) { entry in
            entry.residents = 1
            entry.change = made.json
        }
        after(&story)
        return (try log(story), UInt64(before.rows.count))
    }

    private func log(_ story: Story) throws -> SampleLog { SampleLog(try story.entries.map { try $0.encoded() }) }

    private func note(_ log: SampleLog, origin: String, size: UInt64? = nil, foreign: Bool = false) throws -> [UInt8] {
        var part = log
        if let size { part.rows = Array(part.rows.prefix(Int(size))) }
        let frontier = foreign ? try self.log(Story()).frontier : part.frontier
        return try Checkpoint(origin: origin, frontier: frontier).signedNote(with: NoteVectors.pair())
    }

    private func verified(
        _ log: SampleLog, kept: [[UInt8]] = [], name: String = Self.second, signed: String = Self.second
    ) throws -> LogVerification {
        let key = try VerifierKey(name: name, publicKey: NoteVectors.pair().publicKey)
        return try LogVerifier(vault: Sample.vault, key: key, kept: kept).verify(log, checkpoint: try note(log, origin: signed))
    }

    @Test func `a restored log verifies under its new name, by the key of either name`() throws {
        let (log, size) = try restored()
        for name in [NoteVectors.origin, Self.second] {
            let verification = try verified(log, name: name)
            #expect(verification.findings == [])
            #expect(verification.breaks.map(\.size) == [size])
        }
    }

    @Test func `checkpoints of the older epoch count up to the break, and beyond it name what is lost`() throws {
        let (log, size) = try restored()
        let kept = try (1...size).map { try note(log, origin: NoteVectors.origin, size: $0) }
        #expect(try verified(log, kept: kept).findings == [])
        let beyond = try note(log, origin: NoteVectors.origin, size: size + 2)
        let findings = try verified(log, kept: [beyond]).findings
        #expect(findings.map(\.kind) == [.lost])
        #expect(findings.first?.message.contains("the entries \(size) to \(size + 1)") == true)
        // An altered one is altered in any epoch.
        let other = try note(log, origin: NoteVectors.origin, foreign: true)
        #expect(try verified(log, kept: [other]).findings.map(\.kind) == (other == kept[0] ? [] : [.root]))
        let newer = try note(log, origin: Self.second, size: size + 1)
        #expect(try verified(log, kept: [newer]).findings == [])
    }

    @Test func `a name that the log never had is another log`() throws {
        let (log, _) = try restored()
        for name in [NoteVectors.origin + "/3-abcdefgh", NoteVectors.origin + "/2", NoteVectors.origin + "/2-abcdefg", NoteVectors.origin + "/02-abcdefgh", "other.example/log", NoteVectors.origin + "/02"] {
            #expect(try verified(log, kept: [try note(log, origin: name)]).findings.map(\.kind) == [.checkpoint], "\(name)")
            #expect(try !verified(log, signed: name).isSound)
            #expect(try !verified(log, name: name).isSound)
        }
        // The newest checkpoint of a restored log is not one from before.
        #expect(try verified(log, signed: NoteVectors.origin).findings.map(\.kind) == [.checkpoint])
        // And a log that was never restored has one name.
        var story = Story()
        story.give(1)
        #expect(try !verified(try self.log(story), name: NoteVectors.origin, signed: Self.second).isSound)
    }

    @Test func `a break that lies about what it goes on from is found`() throws {
        let lies: [(inout LogBreak) -> Void] = [
            { $0 = $0.with(size: $0.size - 1) }, { $0 = $0.with(size: $0.size + 1) }, { $0 = $0.with(root: Sample.bytes(9, 32)) },
            { $0 = $0.with(epoch: 3) }, { $0 = $0.with(origin: "other.example/log/2-abcdefgh") },
            { $0 = $0.with(previous: NoteVectors.origin + "/9") },
        ]
        for lie in lies { #expect(try verified(restored(lie).log).findings.contains { $0.kind == .epoch }) }
    }

    @Test func `rows that are put back without a word of the backup are found`() throws {
        var story = Story()
        story.add(.rebased)
        story.add(.heartbeat)
        let log = try self.log(story)
        #expect(try verified(log, name: NoteVectors.origin, signed: NoteVectors.origin).findings.map(\.kind) == [.epoch])
        // Nor may anything else stand between them and the closing entry.
        let mixed = try restored(own: { story in
            story.add(.rebased)
            story.add(.heartbeat)
        })
        #expect(try verified(mixed.log).findings.contains { $0.kind == .epoch })
        let bare = try restored(own: { _ in })
        #expect(try verified(bare.log).findings == [])
    }

    @Test func `a second restore goes on from the first`() throws {
        let (log, _) = try restored(after: { story in
            story.add(.heartbeat)
            let before = (try? SampleLog(story.entries.map { try $0.encoded() }))
            guard let before else { return }
            let made = LogBreak(
                backup: LogBreak.Source(id: Sample.id(8), made: Instant(milliseconds: Sample.start), size: 2, root: Sample.bytes(1, 32)),
                size: UInt64(before.rows.count), root: before.frontier.root, epoch: 3, previous: Self.second,
                origin: NoteVectors.origin + "/3-abcdefgh")
            story.add(.restored) { entry in
                entry.residents = 1
                entry.change = made.json
            }
        })
        let third = NoteVectors.origin + "/3-abcdefgh"
        #expect(try verified(log, name: third, signed: third).findings == [])
        #expect(try verified(log, name: NoteVectors.origin, signed: third).breaks.count == 2)
        #expect(try verified(log, kept: [try note(log, origin: Self.second, size: 5)], name: third, signed: third).findings == [])
    }
}

extension LogBreak {
    fileprivate func with(
        size: UInt64? = nil, root: [UInt8]? = nil, epoch: Int? = nil, previous: String? = nil, origin: String? = nil
    ) -> LogBreak {
        LogBreak(
            backup: backup, size: size ?? self.size, root: root ?? self.root, epoch: epoch ?? self.epoch,
            previous: previous ?? self.previous, origin: origin ?? self.origin)
    }
}
