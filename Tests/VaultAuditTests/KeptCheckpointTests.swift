import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultTestSupport

/// What only a checkpoint outside the vault finds: one that somebody kept, or one that a witness cosigned.
struct `Kept and cosigned checkpoints` {
    private let log: SampleLog
    private let note: [UInt8]
    private let size: UInt64

    init() throws {
        log = try Story.ordinary.log()
        note = try log.signed()
        size = UInt64(log.rows.count)
    }

    private func findings(
        _ log: SampleLog, _ note: [UInt8]? = nil, witnesses: [VerifierKey] = [], kept: [[UInt8]] = []
    ) throws -> [LogFinding] {
        let verifier = LogVerifier(
            vault: Sample.vault, key: try NoteVectors.key(), witnesses: witnesses, kept: kept)
        return try verifier.verify(log, checkpoint: try note ?? log.signed()).findings
    }

    /// Where and of what kind, without the sentence.
    private struct Trace: Equatable {
        let place: LogFinding.Place
        let kind: LogFinding.Kind
        init(_ place: LogFinding.Place, _ kind: LogFinding.Kind) { (self.place, self.kind) = (place, kind) }
    }

    private func traces(
        _ log: SampleLog, _ note: [UInt8]? = nil, witnesses: [VerifierKey] = [], kept: [[UInt8]] = []
    ) throws -> [Trace] {
        try findings(log, note, witnesses: witnesses, kept: kept).map { Trace($0.place, $0.kind) }
    }

    private func first(_ count: Int) -> SampleLog { SampleLog(log.rows[..<count].map(\.entry)) }

    /// The same vault's history, with one read told otherwise: valid by every rule, and signed with the log's key.
    private func rewritten() throws -> SampleLog {
        var story = Story.ordinary
        story.entries[8].subjects[0].withheld = Sample.fields("contact.phone")
        story.entries[8].released = Sample.fields("vehicle.plates")
        return try story.log()
    }

    /// The same history without its last entry, and then another.
    private func forked(growing extra: Int) throws -> SampleLog {
        var story = Story.ordinary
        story.entries.removeLast()
        for _ in 0..<extra { story.add(.viewed) }
        return try story.log()
    }

    // MARK: - Kept checkpoints

    @Test func `an honest log continues every checkpoint it ever had`() throws {
        let all = try (0...log.rows.count).map { try first($0).signed() }
        for kept in all { #expect(try findings(log, note, kept: [kept]) == []) }
        #expect(try findings(log, note, kept: all) == [])
        #expect(try findings(log, note, kept: all.reversed() + all) == [])
    }

    @Test func `a log rolled back to an older signed checkpoint passes alone and fails against a later one`() throws {
        for count in 0..<log.rows.count {
            let back = first(count)
            #expect(try findings(back) == [])
            let found = try findings(back, kept: [note])
            #expect(found.map { Trace($0.place, $0.kind) } == [Trace(.kept(size), .truncated)])
            #expect(found[0].message.contains("\(count) entries") && found[0].message.contains("\(size)"))
            #expect(found[0].description.hasPrefix("kept checkpoint of size \(size): "))
        }
    }

    @Test func `an older checkpoint over a log that is whole hides nothing`() throws {
        #expect(try findings(log, try first(5).signed(), kept: [note]) == [])
    }

    @Test func `a log rewritten with the stolen key passes alone and fails against what was kept`() throws {
        let forged = try rewritten()
        #expect(try findings(forged) == [])
        #expect(try traces(forged, kept: [note]) == [Trace(.kept(size), .root)])
        // Every checkpoint from the altered entry on finds it, and none before.
        for count in 0...log.rows.count {
            let expected = count > 8 ? [Trace(.kept(UInt64(count)), .root)] : []
            #expect(try traces(forged, kept: [try first(count).signed()]) == expected, "kept at \(count)")
        }
    }

    @Test func `another root at the same size is found`() throws {
        let fork = try forked(growing: 1)
        #expect(fork.rows.count == log.rows.count)
        #expect(try findings(fork) == [])
        #expect(try traces(fork, kept: [note]) == [Trace(.kept(size), .root)])
    }

    @Test func `a longer log built on a fork is found`() throws {
        for extra in [2, 5, 50] {
            let fork = try forked(growing: extra)
            #expect(try findings(fork) == [])
            #expect(try traces(fork, kept: [note]) == [Trace(.kept(size), .root)])
            #expect(try findings(fork, kept: [try first(log.rows.count - 1).signed()]) == [])
        }
    }

    @Test func `two checkpoints shown to two people are found by whoever holds both`() throws {
        let fork = try forked(growing: 3)
        let other = try fork.signed()
        #expect(try findings(log, note) == [] && findings(fork, other) == [])
        #expect(try traces(log, note, kept: [other]) == [Trace(.kept(size + 2), .truncated)])
        #expect(try traces(fork, other, kept: [note]) == [Trace(.kept(size), .root)])
        // No log continues both.
        var both = log
        for row in fork.rows.suffix(3) { both.rows.append((UInt64(both.rows.count), row.entry)) }
        #expect(try traces(both, kept: [note, other]).contains(Trace(.kept(size + 2), .root)))
    }

    @Test func `every kept checkpoint is looked at, and each says what it finds`() throws {
        let forged = try rewritten()
        let notes = [try first(3).signed(), try first(12).signed(), note]
        #expect(try traces(forged, kept: notes) == [Trace(.kept(12), .root), Trace(.kept(size), .root)])
        let both = try traces(SampleLog(forged.rows.prefix(12).map(\.entry)), kept: notes)
        #expect(both == [Trace(.kept(12), .root), Trace(.kept(size), .truncated)])
    }

    @Test func `a kept note that is not the log's is a finding and not nothing`() throws {
        let foreign = try log.signed(seed: 5)
        var flipped = note
        flipped[30] ^= 1
        let bare = Array(note.prefix(try SignedNote(parsing: note).text.count))
        for bad in [foreign, flipped, bare, [], Array("hello\n".utf8), WitnessVectors.note.reversed()] {
            #expect(try traces(log, note, kept: [bad]) == [Trace(.kept(nil), .checkpoint)])
            // The others still count.
            let found = try traces(rewritten(), kept: [bad, note])
            #expect(found == [Trace(.kept(nil), .checkpoint), Trace(.kept(size), .root)])
        }
    }

    @Test func `a kept checkpoint counts though the log's own does not open`() throws {
        let found = try traces(rewritten(), [], kept: [note])
        #expect(found == [Trace(.checkpoint, .checkpoint), Trace(.kept(size), .root)])
    }

    @Test func `the key replaced together with the log is found by the key that was kept`() throws {
        let forged = try rewritten()
        let note = try forged.signed(seed: 5)
        let thief = try VerifierKey(name: NoteVectors.origin, publicKey: NoteVectors.pair(seed: 5).publicKey)
        #expect(try LogVerifier(vault: Sample.vault, key: thief).verify(forged, checkpoint: note).isSound)
        #expect(try traces(forged, note) == [Trace(.checkpoint, .checkpoint)])
        let kept = LogVerifier(vault: Sample.vault, key: thief, kept: [self.note])
        #expect(try kept.verify(forged, checkpoint: note).findings.map(\.place) == [.kept(nil)])
    }

    // MARK: - Witnesses

    @Test func `a cosigned checkpoint is sound`() throws {
        let witness = try WitnessVectors.key()
        let cosigned = try WitnessVectors.cosigned(note)
        #expect(try findings(log, cosigned, witnesses: [witness]) == [])
        #expect(try findings(log, cosigned, witnesses: [witness], kept: [cosigned, note]) == [])
        // Nobody has to ask for it.
        #expect(try findings(log, cosigned) == [])
    }

    @Test func `a missing witness is a finding and not silence`() throws {
        let found = try findings(log, note, witnesses: [try WitnessVectors.key()])
        #expect(found.map { Trace($0.place, $0.kind) } == [Trace(.checkpoint, .witness)])
        #expect(found[0].message == "the witness witness.example/w1 has not cosigned it")
    }

    @Test func `a witness's line stripped from the note is found`() throws {
        let witness = try WitnessVectors.key()
        let cosigned = try SignedNote(parsing: WitnessVectors.cosigned(note))
        let lines = cosigned.encoded.split(separator: 0x0a, omittingEmptySubsequences: false)
        let stripped = Array(lines.dropLast(2).joined(separator: [0x0a])) + [0x0a]
        #expect(stripped == note)
        #expect(try traces(log, cosigned.encoded, witnesses: [witness]) == [])
        #expect(try traces(log, stripped, witnesses: [witness]) == [Trace(.checkpoint, .witness)])
    }

    @Test func `a cosignature of another size, replayed, is found`() throws {
        let witness = try WitnessVectors.key()
        for count in 0..<log.rows.count {
            let earlier = try first(count).signed()
            let line = try WitnessVectors.cosigned(earlier).dropFirst(earlier.count)
            let found = try findings(log, note + line, witnesses: [witness])
            #expect(found.map { Trace($0.place, $0.kind) } == [Trace(.checkpoint, .witness)])
            #expect(found[0].message == "the witness witness.example/w1: the signature does not verify")
        }
    }

    @Test func `a log rewritten with the stolen key has no cosignature, old or new`() throws {
        let witness = try WitnessVectors.key()
        let cosigned = try WitnessVectors.cosigned(note)
        let forged = try rewritten()
        let forgedNote = try forged.signed()
        #expect(try findings(forged, forgedNote) == [])
        #expect(try traces(forged, forgedNote, witnesses: [witness]) == [Trace(.checkpoint, .witness)])
        let grafted = forgedNote + cosigned.dropFirst(note.count)
        #expect(try findings(forged, grafted) == [])
        #expect(try traces(forged, grafted, witnesses: [witness]) == [Trace(.checkpoint, .witness)])
        // With the cosigned checkpoint itself it does not have the root.
        #expect(try traces(forged, cosigned, witnesses: [witness]) == [Trace(.checkpoint, .root)])
        // Cosigned by a key that calls itself the witness, or by the stolen log key itself.
        let text = try SignedNote(parsing: forgedNote).text
        for seed in [3, 5] as [UInt8] {
            let line = try Cosignature.sign(text, time: 1, name: WitnessVectors.name, key: NoteVectors.pair(seed: seed))
            let fake = try SignedNote(parsing: forgedNote).adding([line]).encoded
            #expect(try traces(forged, fake, witnesses: [witness]) == [Trace(.checkpoint, .witness)])
        }
        let byLog = try Cosignature.sign(text, time: 1, name: WitnessVectors.name, key: NoteVectors.pair())
        let fake = try SignedNote(parsing: forgedNote).adding([byLog]).encoded
        #expect(try traces(forged, fake, witnesses: [witness]) == [Trace(.checkpoint, .witness)])
    }

    @Test func `of several witnesses each that is missing is named`() throws {
        let first = try WitnessVectors.key()
        let pair = try NoteVectors.pair(seed: 3)
        let second = try VerifierKey(name: "witness.example/w2", publicKey: pair.publicKey, role: .witness)
        let byFirst = try WitnessVectors.cosigned(note)
        let text = try SignedNote(parsing: note).text
        let line = try Cosignature.sign(text, time: 9, name: second.name, key: pair)
        let byBoth = try SignedNote(parsing: byFirst).adding([line]).encoded
        let bySecond = try SignedNote(parsing: note).adding([line]).encoded
        #expect(try findings(log, byBoth, witnesses: [first, second]) == [])
        #expect(
            try findings(log, byFirst, witnesses: [first, second]).map(\.message) == [
                "the witness witness.example/w2 has not cosigned it"
            ])
        #expect(
            try findings(log, bySecond, witnesses: [first, second]).map(\.message) == [
                "the witness witness.example/w1 has not cosigned it"
            ])
        #expect(try findings(log, note, witnesses: [first, second]).count == 2)
    }

    @Test func `a witness's word does not stand for the log's`() throws {
        let witness = try WitnessVectors.key()
        let cosigned = try SignedNote(parsing: WitnessVectors.cosigned(note))
        let lines = cosigned.encoded.dropFirst(note.count)
        let withoutLog = cosigned.text + [0x0a] + lines
        #expect(try traces(log, withoutLog, witnesses: [witness]) == [Trace(.checkpoint, .checkpoint)])
        // A log's key asked for as a witness is no witness, though its line is there.
        #expect(try traces(log, note, witnesses: [try NoteVectors.key()]) == [Trace(.checkpoint, .witness)])
    }

    @Test func `a note that cannot be read is missing its witness too`() throws {
        let witness = try WitnessVectors.key()
        #expect(
            try traces(log, [], witnesses: [witness]) == [
                Trace(.checkpoint, .checkpoint), Trace(.checkpoint, .witness),
            ])
    }

    // MARK: - Entry by entry

    private func verifier(kept: [[UInt8]] = []) throws -> LogVerifier {
        LogVerifier(vault: Sample.vault, key: try NoteVectors.key(), kept: kept)
    }

    @Test func `entries taken one by one give the same result`() throws {
        for (log, kept) in [(log, [note]), (try rewritten(), [note]), (first(7), [note, try first(3).signed()])] {
            let verifier = try verifier(kept: kept)
            var check = verifier.start(checkpoint: note)
            for row in log.rows { try check.take(row.index, row.entry) }
            #expect(try check.finish(stored: log.entryCount) == verifier.verify(log, checkpoint: note))
        }
    }

    @Test func `whoever asks gets every entry with its leaf hash in order`() throws {
        // More than one batch, and malformed entries among them: they are leaves as well.
        let entries = (0..<2_500).map { Array("entry \($0)".utf8) }
        var taken: [(index: UInt64, entry: [UInt8], leaf: [UInt8])] = []
        var builder = TileBuilder()
        var check = try verifier().start(checkpoint: note) { index, entry, leaf in
            taken.append((index, entry, leaf))
            try builder.append(entry, leaf: leaf) { _, _ in }
        }
        for (index, entry) in entries.enumerated() { try check.take(UInt64(index), entry) }
        let result = try check.finish(stored: 2_500)
        #expect(taken.map(\.index) == Array(0..<2_500))
        #expect(taken.map(\.entry) == entries)
        #expect(taken.map(\.leaf) == entries.map(MerkleHash.leaf))
        #expect(try builder.size == result.size && builder.root == result.root)
    }

    @Test func `what the receiver of the leaves throws ends the check`() throws {
        struct Full: Error {}
        var check = try verifier().start(checkpoint: note) { index, _, _ in if index == 3 { throw Full() } }
        #expect(throws: Full.self) {
            for row in log.rows { try check.take(row.index, row.entry) }
            _ = try check.finish(stored: size)
        }
    }

    @Test func `what was found elsewhere stands among the findings`() throws {
        var check = try verifier().start(checkpoint: note)
        check.add(.tile("tile/0/000.p/5"), .tile, "does not fit")
        for row in log.rows { try check.take(row.index, row.entry) }
        check.add(.file("notes.txt"), .file, "does not belong here")
        let result = try check.finish(stored: size)
        #expect(
            result.findings.map(\.description) == [
                "tile/0/000.p/5: does not fit", "notes.txt: does not belong here",
            ])
        #expect(!result.isSound)
    }
}
