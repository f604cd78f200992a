import Testing
import VaultAudit
import VaultCrypto
import VaultTestSupport

struct `The witness` {
    private static let tree = ReferenceTree(entries: (0..<24).map { Array("entry \($0)".utf8) })
    /// The same first nine entries, then others.
    private static let fork = ReferenceTree(
        entries: (0..<24).map { Array(($0 < 9 ? "entry \($0)" : "forged \($0)").utf8) })

    private let witness: Witness

    init() throws { witness = Witness(log: try NoteVectors.key()) }

    private func checkpoint(_ size: Int, of tree: ReferenceTree = tree, origin: String = NoteVectors.origin) throws
        -> Checkpoint
    {
        try Checkpoint(origin: origin, size: UInt64(size), root: tree.root(size: size))
    }

    private func hashes(_ old: Int, _ new: Int, of tree: ReferenceTree = tree) throws -> [[UInt8]] {
        try #require(ConsistencyProof.make(from: UInt64(old), to: UInt64(new), hash: tree.hash)).hashes
    }

    /// An honest request for a tree, unless hashes or a note are given.
    private func request(
        _ old: Int, _ new: Int, of tree: ReferenceTree = tree, hashes given: [[UInt8]]? = nil, note: [UInt8]? = nil
    ) throws -> [UInt8] {
        CheckpointUpdate(
            oldSize: UInt64(old), hashes: try given ?? (old <= new ? hashes(old, new, of: tree) : []),
            note: try note ?? checkpoint(new, of: tree).signedNote(with: NoteVectors.pair())
        ).encoded
    }

    /// Nil if it accepts.
    private func refusal(_ request: [UInt8], latest: Checkpoint?) -> Witness.Refusal? {
        do throws(Witness.Refusal) {
            _ = try witness.decide(request, latest: latest)
            return nil
        } catch { return error }
    }

    @Test(
        arguments: [
            (.malformed, 400), (.notSigned, 403), (.unknownLog, 404), (.notLatest(size: 7), 409), (.inconsistent, 422),
        ] as [(Witness.Refusal, Int)])
    func `each refusal has the protocol's status`(refusal: Witness.Refusal, status: Int) {
        #expect(refusal.status == status)
    }

    @Test(arguments: [0, 1, 2, 8, 9, 24])
    func `the first checkpoint is taken at any size`(size: Int) throws {
        let note = try checkpoint(size).signedNote(with: NoteVectors.pair())
        let result = try witness.decide(try request(0, size), latest: nil)
        #expect(result.checkpoint == (try checkpoint(size)))
        #expect(result.note.encoded == note)
    }

    @Test func `it takes what continues the latest, and answers everything else with why not`() throws {
        for latest in 0...12 {
            let kept = try checkpoint(latest)
            for old in 0...12 {
                for new in 0...12 {
                    let expected: Witness.Refusal? =
                        old > new ? .malformed : old != latest ? .notLatest(size: UInt64(latest)) : nil
                    #expect(
                        refusal(try request(old, new), latest: kept) == expected, "\(latest): \(old) to \(new)")
                }
            }
        }
    }

    @Test func `the same checkpoint is cosigned again`() throws {
        for size in [0, 1, 8, 13] {
            let kept = try checkpoint(size)
            #expect(try witness.decide(try request(size, size), latest: kept).checkpoint == kept)
        }
    }

    @Test func `a request once taken is not taken again after the log has grown`() throws {
        let first = try request(0, 5)
        let second = try request(5, 9)
        var latest = try witness.decide(first, latest: nil).checkpoint
        #expect(refusal(first, latest: latest) == .notLatest(size: 5))
        latest = try witness.decide(second, latest: latest).checkpoint
        #expect(refusal(first, latest: latest) == .notLatest(size: 9))
        #expect(refusal(second, latest: latest) == .notLatest(size: 9))
        #expect(latest == (try checkpoint(9)))
    }

    @Test func `a log that went back is refused with the size that was cosigned`() throws {
        let kept = try checkpoint(13)
        // Honest about an older state, and pretending that the witness had never seen the log.
        for size in 0..<13 {
            #expect(refusal(try request(size, size), latest: kept) == .notLatest(size: 13))
            #expect(refusal(try request(0, size), latest: kept) == .notLatest(size: 13))
            // Claiming that the shorter follows the longer.
            #expect(refusal(try request(13, size), latest: kept) == .malformed)
        }
    }

    @Test func `a fork is refused whatever proof comes with it`() throws {
        for size in 10...20 {
            let kept = try checkpoint(size)
            for new in size...24 {
                for proof in [
                    try hashes(size, new, of: Self.fork), try hashes(size, new), [],
                    [[UInt8](repeating: 0, count: 32)], try hashes(9, new, of: Self.fork),
                ] {
                    let forged = try request(size, new, of: Self.fork, hashes: proof)
                    #expect(refusal(forged, latest: kept) == .inconsistent, "\(size) to \(new)")
                }
            }
        }
        // Up to where they part there is nothing to see.
        #expect(refusal(try request(9, 24, of: Self.fork), latest: try checkpoint(9)) == nil)
    }

    @Test func `the same size with another root is refused`() throws {
        for size in [10, 16, 24] {
            let forged = try request(size, size, of: Self.fork)
            #expect(refusal(forged, latest: try checkpoint(size)) == .inconsistent)
        }
    }

    @Test func `hashes where none belong are refused`() throws {
        let extra = [[UInt8](repeating: 1, count: 32)]
        #expect(refusal(try request(0, 9, hashes: extra), latest: nil) == .inconsistent)
        #expect(refusal(try request(0, 9, hashes: extra), latest: try checkpoint(0)) == .inconsistent)
        #expect(refusal(try request(9, 9, hashes: extra), latest: try checkpoint(9)) == .inconsistent)
        #expect(
            refusal(try request(9, 9, hashes: [try checkpoint(9).root]), latest: try checkpoint(9)) == .inconsistent)
        #expect(
            refusal(try request(9, 20, hashes: try hashes(9, 20) + extra), latest: try checkpoint(9)) == .inconsistent)
    }

    @Test func `a proof with any hash missing or altered is refused`() throws {
        let kept = try checkpoint(9)
        let honest = try hashes(9, 20)
        for position in honest.indices {
            var missing = honest
            missing.remove(at: position)
            #expect(refusal(try request(9, 20, hashes: missing), latest: kept) == .inconsistent)
            for bit in [0, 100, 255] {
                var altered = honest
                altered[position][bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(refusal(try request(9, 20, hashes: altered), latest: kept) == .inconsistent)
            }
        }
        #expect(refusal(try request(9, 20, hashes: []), latest: kept) == .inconsistent)
    }

    @Test func `a checkpoint that the log has not signed is refused`() throws {
        let kept = try checkpoint(9)
        let text = try checkpoint(20).text
        let stranger = try SignedNote.sign(text, name: NoteVectors.origin, key: NoteVectors.pair(seed: 7)).encoded
        let renamed = try SignedNote.sign(text, name: "other.example/audit", key: NoteVectors.pair()).encoded
        let honest = try checkpoint(20).signedNote(with: NoteVectors.pair())
        let onlyWitness = String(decoding: text, as: UTF8.self) + "\n" + NoteVectors.witnessLine
        // The signature of another checkpoint below this text.
        let earlier = try checkpoint(9).signedNote(with: NoteVectors.pair())
        let grafted = text + earlier.dropFirst(try SignedNote(parsing: earlier).text.count)
        for note in [stranger, renamed, Array(onlyWitness.utf8), grafted] {
            #expect(refusal(try request(9, 20, note: note), latest: kept) == .notSigned)
            #expect(refusal(try request(0, 20, note: note), latest: nil) == .notSigned)
        }
        #expect(refusal(try request(9, 20, note: honest), latest: kept) == nil)
        // Nobody learns the latest size without the log's signature.
        #expect(refusal(try request(3, 20, note: stranger), latest: kept) == .notSigned)
    }

    @Test func `no change of a single bit in a request is taken for the same checkpoint`() throws {
        let kept = try checkpoint(9)
        let honest = try request(9, 20)
        #expect(refusal(honest, latest: kept) == nil)
        for position in honest.indices {
            var flipped = honest
            flipped[position] ^= 1 << UInt8(position % 8)
            #expect(refusal(flipped, latest: kept) != nil, "byte \(position)")
        }
    }

    @Test func `another log is refused, by whomever it is signed`() throws {
        let other = try checkpoint(20, origin: "other.example/audit")
        let own = try other.signedNote(with: NoteVectors.pair(seed: 7))
        let byLog = try SignedNote.sign(other.text, name: NoteVectors.origin, key: NoteVectors.pair()).encoded
        for note in [own, byLog] {
            #expect(refusal(try request(0, 20, note: note), latest: nil) == .unknownLog)
            #expect(refusal(try request(9, 20, note: note), latest: try checkpoint(9)) == .unknownLog)
        }
        let near = try checkpoint(20, origin: NoteVectors.origin + "x").signedNote(with: NoteVectors.pair())
        #expect(refusal(try request(0, 20, note: near), latest: nil) == .unknownLog)
    }

    @Test func `what is no request is refused`() throws {
        let honest = String(decoding: try request(9, 20), as: UTF8.self)
        let kept = try checkpoint(9)
        for text in [
            "", "\n", "old 9\n", "old 9\n\n", "hello", honest.replacing("old 9", with: "old +9"),
            honest.replacing("old 9", with: "old 09"), honest.replacing("old 9\n", with: ""),
            honest.replacing("\n", with: "\r\n"), String(honest.dropLast()), honest + "\n",
            honest.replacing("\u{2014}", with: "-"), honest.replacing("\n20\n", with: "\n020\n"),
            honest.replacing("\n20\n", with: "\n20\nextension\n"), honest.replacing("\n20\n", with: "\n0\n"),
        ] {
            #expect(refusal(Array(text.utf8), latest: kept) == .malformed, "\(text)")
            #expect(refusal(Array(text.utf8), latest: nil) == .malformed, "\(text)")
        }
        let greeting = try SignedNote.sign(Array("hello\n".utf8), name: NoteVectors.origin, key: NoteVectors.pair())
        #expect(refusal(try request(9, 20, note: greeting.encoded), latest: kept) == .malformed)
        let many = [[UInt8]](repeating: [UInt8](repeating: 0, count: 32), count: 64)
        #expect(refusal(try request(9, 20, hashes: many), latest: kept) == .malformed)
        #expect(refusal(try request(9, 20, hashes: Array(many.dropLast())), latest: kept) == .inconsistent)
    }

    @Test func `a witness's key is no log's key`() throws {
        let log = try NoteVectors.key()
        let confused = Witness(log: try VerifierKey(name: log.name, publicKey: log.publicKey, role: .witness))
        #expect(throws: Witness.Refusal.notSigned) { try confused.decide(try request(0, 9), latest: nil) }
    }

    @Test func `of two requests for the same step only one is taken`() throws {
        let kept = try checkpoint(9)
        let mine = try request(9, 20)
        let theirs = try request(9, 22, of: Self.fork)
        // Each continues what was cosigned; whichever comes second meets the other's result.
        for (first, second) in [(mine, theirs), (theirs, mine)] {
            let latest = try witness.decide(first, latest: kept).checkpoint
            #expect(refusal(second, latest: latest) == .notLatest(size: latest.size))
        }
    }

    @Test func `what it takes is cosigned and read back from start to end`() throws {
        var latest: Checkpoint?
        for size in [0, 1, 5, 5, 8, 13, 24] {
            let (checkpoint, note) = try witness.decide(try request(Int(latest?.size ?? 0), size), latest: latest)
            let line = try Cosignature.sign(
                note.text, time: WitnessVectors.time + UInt64(size), name: WitnessVectors.name,
                key: WitnessVectors.pair())
            // What the witness answers: the line alone.
            let answer = Array(note.adding([line]).encoded.dropFirst(note.encoded.count))
            let read = note.adding(try SignedNote.lines(parsing: answer))
            #expect(try read.cosigned(by: WitnessVectors.key()) == WitnessVectors.time + UInt64(size))
            #expect(try Checkpoint.open(read.encoded, key: NoteVectors.key()) == checkpoint)
            latest = checkpoint
        }
        #expect(latest == (try checkpoint(24)))
    }
}
