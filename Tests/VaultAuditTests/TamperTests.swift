import Testing
import VaultAudit
import VaultModel

/// Every way to tamper with stored entries or the checkpoint, and what is found.
struct `Tampering` {
    private let log: SampleLog
    private let note: [UInt8]

    init() throws {
        log = try Story.ordinary.log()
        note = try log.signed()
    }

    private func kinds(_ log: SampleLog, _ note: [UInt8]) throws -> Set<LogFinding.Kind> {
        Set(try log.verified(note).findings.map(\.kind))
    }

    @Test func `an honest log is sound`() throws {
        let result = try log.verified(note)
        #expect(result.findings == [] && result.isSound && result.findingsLeftOut == 0)
        #expect(result.size == UInt64(log.rows.count))
        #expect(result.root == log.frontier.root)
        #expect(result.checkpoint?.size == result.size)
        #expect(result.counts.values.reduce(0, +) == result.size)
        #expect(
            result.counts[.read] == 3 && result.counts[.given] == 3 && result.counts[.initialized] == 1
                && result.counts[.denied] == nil)
    }

    @Test func `an honest log is sound against every checkpoint it ever had`() throws {
        for size in 0...log.rows.count {
            let earlier = SampleLog(log.rows[..<size].map(\.entry))
            #expect(try log.verified(try earlier.signed()).isSound, "size \(size)")
        }
    }

    @Test func `a single bit flipped in any entry is found`() throws {
        for row in log.rows.indices {
            for position in stride(from: row % 7, to: log.rows[row].entry.count, by: 7) {
                var altered = log
                altered.rows[row].entry[position] ^= 1 << UInt8(position % 8)
                #expect(try kinds(altered, note).contains(.root), "entry \(row), byte \(position)")
            }
        }
    }

    @Test func `a dropped entry is found, whether or not the indexes are closed up`() throws {
        for row in log.rows.indices {
            var holed = log
            holed.rows.remove(at: row)
            #expect(try kinds(holed, note).contains(.truncated))
            if row < log.rows.count - 1 {
                #expect(
                    try holed.verified(note).findings.contains {
                        $0.kind == .sequence && $0.place == .entry(UInt64(row + 1))
                    })
            }
            #expect(try kinds(SampleLog(holed.rows.map(\.entry)), note).contains(.truncated))
        }
    }

    @Test func `a dropped entry is found though another was added at the end`() throws {
        for row in log.rows.indices {
            var entries = log.rows.map(\.entry)
            entries.append(entries.remove(at: row))
            let isUnchanged = row == log.rows.count - 1
            #expect(try kinds(SampleLog(entries), note).contains(.root) != isUnchanged)
        }
    }

    @Test func `a doubled entry is found`() throws {
        for row in log.rows.indices {
            var entries = log.rows.map(\.entry)
            entries.insert(entries[row], at: row)
            let found = try kinds(SampleLog(entries), note)
            // Doubled at the end it is a new entry after the checkpoint, and only its state or grant can tell.
            #expect(row == log.rows.count - 1 || found.contains(.root))
        }
    }

    @Test func `two entries in each other's place are found`() throws {
        for row in 1..<log.rows.count {
            var entries = log.rows.map(\.entry)
            entries.swapAt(row, row - 1)
            let found = try kinds(SampleLog(entries), note)
            #expect(found.contains(.root) && found.contains(.time))
        }
    }

    @Test func `an inserted entry is found`() throws {
        var story = Story()
        story.add(.viewed)
        let foreign = try story.entries[1].encoded()
        for row in log.rows.indices {
            var entries = log.rows.map(\.entry)
            entries.insert(foreign, at: row)
            #expect(try kinds(SampleLog(entries), note).contains(.root))
        }
    }

    @Test func `a log cut short or rolled back is found, and both lengths are named`() throws {
        for size in 0..<log.rows.count {
            let findings = try SampleLog(log.rows[..<size].map(\.entry)).verified(note).findings
            #expect(findings.map(\.kind) == [.truncated] && findings[0].place == .checkpoint)
            #expect(
                findings[0].message.contains("\(size) entries") && findings[0].message.contains("\(log.rows.count)"))
        }
    }

    @Test func `a log edited and hashed again needs a signature that its editor does not have`() throws {
        var altered = log
        altered.rows[3].entry = try Story.ordinary.entries[4].encoded()
        let forged = try altered.signed(seed: 5)
        #expect(try kinds(altered, forged).contains(.checkpoint))
        #expect(try kinds(log, forged).contains(.checkpoint))
        // The old signature with the new root is no signature.
        let text = try Checkpoint(origin: NoteVectors.origin, frontier: altered.frontier).text
        let grafted = text + note.dropFirst(try SignedNote(parsing: note).text.count)
        #expect(try kinds(altered, grafted).contains(.checkpoint))
    }

    @Test func `a log rewritten with the log's own key passes alone and fails against a checkpoint kept elsewhere`()
        throws
    {
        var story = Story.ordinary
        story.entries[8].subjects[0].withheld = Sample.fields("contact.phone")
        story.entries[8].released = Sample.fields("vehicle.plates")
        let rewritten = try story.log()
        #expect(try rewritten.verified().isSound)
        #expect(try kinds(rewritten, note) == [.root])
    }

    @Test func `a fork that grew beyond the kept checkpoint is found`() throws {
        var story = Story.ordinary
        story.entries.removeLast()
        story.add(.viewed)
        story.add(.viewed)
        #expect(try story.log().verified().isSound)
        #expect(try kinds(try story.log(), note) == [.root])
    }

    @Test func `a checkpoint with any bit flipped is found, and the entries are still checked`() throws {
        var bad = Story.ordinary
        bad.entries[2].time = Instant(milliseconds: 0)
        let log = try bad.log()
        let note = try log.signed()
        for position in note.indices {
            var flipped = note
            flipped[position] ^= 1 << UInt8(position % 8)
            #expect(try kinds(log, flipped) == [.checkpoint, .time])
        }
        #expect(try kinds(log, []) == [.checkpoint, .time])
    }

    @Test func `indexes that do not count up, and a store that counts wrong, are found`() throws {
        var shifted = log
        for row in shifted.rows.indices { shifted.rows[row].index += 1 }
        #expect(try shifted.verified(note).findings.map(\.place) == [.entry(0 + 1)])
        var doubled = log
        doubled.rows[5].index = 4
        #expect(try doubled.verified(note).findings.map(\.place) == [.entry(4), .entry(6)])
        var largest = log
        largest.rows[5].index = .max
        #expect(try kinds(largest, note) == [.sequence])
        var lying = log
        lying.claimed = 3
        #expect(try kinds(lying, note) == [.sequence])
    }

    @Test func `an empty log is sound with the empty checkpoint`() throws {
        let empty = SampleLog([])
        #expect(try empty.verified().isSound)
        #expect(try empty.verified().root == MerkleHash.emptyRoot)
        #expect(try kinds(empty, note) == [.truncated])
    }

    @Test func `what the store throws comes through`() throws {
        struct Broken: LogSource {
            struct Failure: Error {}
            var entryCount: UInt64 { get throws { throw Failure() } }
            func forEachEntry(_ body: (UInt64, [UInt8]) throws -> Void) throws {}
        }
        let verifier = LogVerifier(vault: nil, key: try NoteVectors.key())
        #expect(throws: Broken.Failure.self) { try verifier.verify(Broken(), checkpoint: note) }
    }

    @Test func `a log in ruins fills no memory with findings`() throws {
        let ruins = SampleLog([[UInt8]](repeating: [0x7b], count: LogVerifier.findingLimit + 500))
        let result = try ruins.verified()
        #expect(result.findings.count == LogVerifier.findingLimit)
        #expect(result.findingsLeftOut == 500)
        #expect(!result.isSound && result.counts.isEmpty)
    }
}
