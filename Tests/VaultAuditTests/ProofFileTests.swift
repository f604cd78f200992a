import Testing
import VaultAudit
import VaultCrypto
import VaultTestSupport

/// The forms that Python's base64 and hashlib give for the eight leaves.
private enum Golden {
    static let leaf4 = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"
    static let leaf5 = "QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=\n"
    static let node68 = "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=\n"
    static let node04 = "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=\n"
    static let note = NoteVectors.checkpointText + "\n" + NoteVectors.logLine

    static let extra = "extra QEFCQw==\n"
    static let proofLines = leaf4 + node68 + node04
    /// Entry 5 of the eight.
    static let proof = "c2sp.org/tlog-proof@v1\n" + extra + "index 5\n" + proofLines + "\n" + note
    /// From five leaves to eight.
    static let update = "old 5\n" + leaf4 + leaf5 + node68 + node04 + "\n" + note

    static let zeros = String(repeating: "A", count: 43) + "=\n"
}

private func old(_ size: Int, root: [UInt8]? = nil, origin: String = NoteVectors.origin) throws -> Checkpoint {
    try Checkpoint(origin: origin, size: UInt64(size), root: try root ?? hex(EightLeaves.roots[size]))
}

private func signed(_ size: Int, root: [UInt8], origin: String = NoteVectors.origin) throws -> [UInt8] {
    try Checkpoint(origin: origin, size: UInt64(size), root: root).signedNote(with: NoteVectors.pair())
}

struct `Proof files` {
    private let key: VerifierKey
    private let tree: ReferenceTree

    init() throws {
        key = try NoteVectors.key()
        tree = try EightLeaves.tree()
    }

    private func file(_ index: UInt64, note: [UInt8] = NoteVectors.note()) throws -> ProofFile {
        let proof = try #require(InclusionProof.make(index: index, size: 8, hash: tree.hash))
        return ProofFile(entry: try hex(EightLeaves.inputs[Int(index)]), index: index, hashes: proof.hashes, note: note)
    }

    @Test func `the eight leaves' proof is written as other tools write it`() throws {
        #expect(try file(5).encoded == Array(Golden.proof.utf8))
        let parsed = try ProofFile(parsing: Array(Golden.proof.utf8))
        #expect(parsed == (try file(5)))
        #expect(try parsed.verify(key: key) == old(8))
    }

    @Test(arguments: 1..<8 as Range<UInt64>)
    func `every entry's proof reads back and verifies`(index: UInt64) throws {
        let file = try file(index)
        #expect(try ProofFile(parsing: file.encoded) == file)
        #expect(try file.verify(key: key).size == 8)
        let entry = try #require(file.entry)
        let bare = ProofFile(entry: nil, index: index, hashes: file.hashes, note: file.note)
        #expect(try ProofFile(parsing: bare.encoded) == bare)
        #expect(try bare.verify(entry: entry, key: key).size == 8)
    }

    @Test func `a log of one entry needs no hashes`() throws {
        let entry = Array("only".utf8)
        let file = ProofFile(entry: entry, index: 0, hashes: [], note: try signed(1, root: MerkleHash.leaf(entry)))
        #expect(try ProofFile(parsing: file.encoded) == file)
        #expect(try file.verify(key: key).size == 1)
    }

    @Test func `without an entry in it the file proves nothing by itself`() throws {
        let bare = try ProofFile(parsing: Array(Golden.proof.replacing(Golden.extra, with: "").utf8))
        #expect(bare.entry == nil)
        #expect(throws: AuditError.malformedProof) { try bare.verify(key: key) }
        #expect(try bare.verify(entry: try hex(EightLeaves.inputs[5]), key: key).size == 8)
        #expect(throws: AuditError.badProof) { try bare.verify(entry: try hex(EightLeaves.inputs[6]), key: key) }
    }

    @Test func `an entry that is given counts and not the file's own`() throws {
        let file = try file(5)
        #expect(throws: AuditError.badProof) { try file.verify(entry: [1], key: key) }
        let lying = ProofFile(entry: [1], index: 5, hashes: file.hashes, note: file.note)
        #expect(throws: AuditError.badProof) { try lying.verify(key: key) }
        #expect(try lying.verify(entry: try hex(EightLeaves.inputs[5]), key: key).size == 8)
    }

    @Test func `no change of a single bit is accepted`() throws {
        let bytes = Array(Golden.proof.utf8)
        for position in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[position] ^= 1 << UInt8(bit)
                #expect(throws: AuditError.self, "byte \(position), bit \(bit)") {
                    try ProofFile(parsing: flipped).verify(key: key)
                }
            }
        }
    }

    @Test func `no byte can be left out, doubled or added`() throws {
        let bytes = Array(Golden.proof.utf8)
        for position in bytes.indices {
            var shorter = bytes
            shorter.remove(at: position)
            #expect(throws: AuditError.self, "without byte \(position)") {
                try ProofFile(parsing: shorter).verify(key: key)
            }
            var longer = bytes
            longer.insert(bytes[position], at: position)
            #expect(throws: AuditError.self, "byte \(position) twice") {
                try ProofFile(parsing: longer).verify(key: key)
            }
            #expect(throws: AuditError.self, "cut at byte \(position)") {
                try ProofFile(parsing: Array(bytes[..<position])).verify(key: key)
            }
        }
        for tail in ["\n", " ", "x", "\u{0}", "\n\n", "index 5\n"] {
            #expect(throws: AuditError.self) { try ProofFile(parsing: bytes + Array(tail.utf8)).verify(key: key) }
        }
    }

    @Test(
        arguments: [
            ("nothing", ""), ("only the header", "c2sp.org/tlog-proof@v1\n"),
            ("no header", "index 5\n" + Golden.proofLines + "\n"),
            ("another version", Golden.proof.replacing("proof@v1", with: "proof@v2")),
            ("a space before the header", " " + Golden.proof), ("a byte order mark", "\u{feff}" + Golden.proof),
            ("carriage returns", Golden.proof.replacing("\n", with: "\r\n")),
            ("a carriage return after the header", Golden.proof.replacing("@v1\n", with: "@v1\r\n")),
            ("no index", Golden.proof.replacing("index 5\n", with: "")),
            ("two indexes", Golden.proof.replacing("index 5\n", with: "index 5\nindex 5\n")),
            (
                "the index before the entry",
                Golden.proof.replacing(Golden.extra + "index 5\n", with: "index 5\n" + Golden.extra)
            ),
            ("two entries", Golden.proof.replacing(Golden.extra, with: Golden.extra + Golden.extra)),
            ("an entry without bytes", Golden.proof.replacing(Golden.extra, with: "extra \n")),
            ("an entry without a space", Golden.proof.replacing(Golden.extra, with: "extra\n")),
            ("an entry that is not base64", Golden.proof.replacing(Golden.extra, with: "extra {}\n")),
            ("an entry without padding", Golden.proof.replacing("QEFCQw==", with: "QEFCQw")),
            ("an entry with too much padding", Golden.proof.replacing("QEFCQw==", with: "QEFCQw====")),
            ("an entry in lenient base64", Golden.proof.replacing("QEFCQw==", with: "QEFCQx==")),
            ("an index +5", Golden.proof.replacing("index 5", with: "index +5")),
            ("an index 05", Golden.proof.replacing("index 5", with: "index 05")),
            ("an index -5", Golden.proof.replacing("index 5", with: "index -5")),
            ("an index after two spaces", Golden.proof.replacing("index 5", with: "index  5")),
            ("an index before a space", Golden.proof.replacing("index 5", with: "index 5 ")),
            ("an index after a tab", Golden.proof.replacing("index 5", with: "index\t5")),
            ("an empty index", Golden.proof.replacing("index 5", with: "index ")),
            ("an index in hexadecimal", Golden.proof.replacing("index 5", with: "index 0x5")),
            ("an index of other digits", Golden.proof.replacing("index 5", with: "index ٥")),
            ("an index that is too large", Golden.proof.replacing("index 5", with: "index 9223372036854775808")),
            ("an index that overflows", Golden.proof.replacing("index 5", with: "index 18446744073709551621")),
            ("the word in upper case", Golden.proof.replacing("index 5", with: "Index 5")),
            ("64 hashes", Golden.proof.replacing(Golden.proofLines, with: String(repeating: Golden.zeros, count: 64))),
            (
                "a hash of 31 bytes",
                Golden.proof.replacing(Golden.leaf4, with: String(repeating: "A", count: 42) + "==\n")
            ),
            (
                "a hash of 33 bytes",
                Golden.proof.replacing(Golden.leaf4, with: String(repeating: "A", count: 44) + "\n")
            ),
            ("a hash in lenient base64", Golden.proof.replacing("Znms=", with: "Znmt=")),
            ("a hash without padding", Golden.proof.replacing("Znms=", with: "Znms")),
            ("a hash in URL base64", Golden.proof.replacing("+izDN", with: "-izDN")),
            ("a hash after a space", Golden.proof.replacing(Golden.leaf4, with: " " + Golden.leaf4)),
            ("a hash in hexadecimal", Golden.proof.replacing(Golden.leaf4, with: EightLeaves.leaf[4] + "\n")),
            ("no blank line", Golden.proof.replacing("\n\nvault", with: "\nvault")),
            ("nothing after the hashes", "c2sp.org/tlog-proof@v1\nindex 5\n" + Golden.proofLines),
        ] as [(String, String)])
    func `a file with a fault of form is refused`(fault: String, file: String) {
        #expect(throws: AuditError.malformedProof) { try ProofFile(parsing: Array(file.utf8)) }
    }

    @Test(
        arguments: [
            ("a second blank line", Golden.proof.replacing("\n\nvault", with: "\n\n\nvault")),
            ("no final newline", String(Golden.proof.dropLast())),
            ("no checkpoint", "c2sp.org/tlog-proof@v1\n" + Golden.extra + "index 5\n" + Golden.proofLines + "\n"),
            ("no signature", Golden.proof.replacing(NoteVectors.logLine, with: "")),
            ("a witness's signature alone", Golden.proof.replacing(NoteVectors.logLine, with: NoteVectors.witnessLine)),
            ("a lenient signature", Golden.proof.replacing("hg8=", with: "hg9=")),
            ("a hyphen for the dash", Golden.proof.replacing("\u{2014}", with: "-")),
            ("a size +8", Golden.proof.replacing("\n8\n", with: "\n+8\n")),
            ("a hash too few", Golden.proof.replacing(Golden.node04, with: "")),
            ("a hash too many", Golden.proof.replacing(Golden.node04, with: Golden.node04 + Golden.zeros)),
            ("63 hashes", Golden.proof.replacing(Golden.proofLines, with: String(repeating: Golden.zeros, count: 63))),
            (
                "hashes in another order",
                Golden.proof.replacing(Golden.leaf4 + Golden.node68, with: Golden.node68 + Golden.leaf4)
            ),
            ("no hashes", Golden.proof.replacing(Golden.proofLines, with: "")),
            ("another index", Golden.proof.replacing("index 5", with: "index 4")),
            ("an index beyond the log", Golden.proof.replacing("index 5", with: "index 8")),
            ("the largest index", Golden.proof.replacing("index 5", with: "index 9223372036854775807")),
            ("another entry", Golden.proof.replacing("QEFCQw==", with: "QEFCRA==")),
        ] as [(String, String)])
    func `a file in form with a fault in it is refused when it is checked`(fault: String, file: String) throws {
        let parsed = try ProofFile(parsing: Array(file.utf8))
        #expect(throws: AuditError.self) { try parsed.verify(key: key) }
    }

    @Test func `a proof against another log's key is refused`() throws {
        let file = try file(5)
        let foreign = try VerifierKey(name: NoteVectors.origin, publicKey: NoteVectors.pair(seed: 7).publicKey)
        #expect(throws: AuditError.unknownSigner) { try file.verify(key: foreign) }
        #expect(throws: AuditError.unknownSigner) { try file.verify(key: WitnessVectors.key()) }
    }

    @Test func `a checkpoint with a witness's line serves as well`() throws {
        let file = try file(5, note: WitnessVectors.note)
        #expect(try ProofFile(parsing: file.encoded) == file)
        #expect(try file.verify(key: key).size == 8)
        #expect(try SignedNote(parsing: file.note).cosigned(by: WitnessVectors.key()) == WitnessVectors.time)
    }
}

struct `Updates from checkpoint to checkpoint` {
    private let key: VerifierKey
    private let tree: ReferenceTree

    init() throws {
        key = try NoteVectors.key()
        tree = try EightLeaves.tree()
    }

    private func update(from size: Int, to newSize: Int = 8) throws -> CheckpointUpdate {
        let proof = try #require(ConsistencyProof.make(from: UInt64(size), to: UInt64(newSize), hash: tree.hash))
        return CheckpointUpdate(
            oldSize: UInt64(size), hashes: proof.hashes, note: try signed(newSize, root: tree.root(size: newSize)))
    }

    @Test func `the eight leaves' update is written as other tools write it`() throws {
        #expect(try update(from: 5).encoded == Array(Golden.update.utf8))
        let parsed = try CheckpointUpdate(parsing: Array(Golden.update.utf8))
        #expect(parsed == (try update(from: 5)))
        #expect(try parsed.verify(from: old(5), key: key) == old(8))
    }

    @Test(arguments: 0...8)
    func `every growth reads back and verifies, and from no other size`(newSize: Int) throws {
        for size in 0...newSize {
            let update = try update(from: size, to: newSize)
            #expect(try CheckpointUpdate(parsing: update.encoded) == update)
            #expect(try update.verify(from: old(size), key: key) == old(newSize))
            for other in 0...8 where other != size {
                #expect(throws: AuditError.badProof) { try update.verify(from: old(other), key: key) }
            }
        }
    }

    @Test func `no change of a single bit is accepted`() throws {
        let bytes = Array(Golden.update.utf8)
        let five = try old(5)
        for position in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[position] ^= 1 << UInt8(bit)
                #expect(throws: AuditError.self, "byte \(position), bit \(bit)") {
                    try CheckpointUpdate(parsing: flipped).verify(from: five, key: key)
                }
            }
            #expect(throws: AuditError.self, "cut at byte \(position)") {
                try CheckpointUpdate(parsing: Array(bytes[..<position])).verify(from: five, key: key)
            }
        }
    }

    @Test(
        arguments: [
            ("nothing", ""), ("a newline", "\n"), ("no size", Golden.update.replacing("old 5\n", with: "")),
            ("a size +5", Golden.update.replacing("old 5", with: "old +5")),
            ("a size 05", Golden.update.replacing("old 5", with: "old 05")),
            ("an empty size", Golden.update.replacing("old 5", with: "old ")),
            ("a size without a space", Golden.update.replacing("old 5", with: "old5")),
            ("a size after two spaces", Golden.update.replacing("old 5", with: "old  5")),
            ("a size before a space", Golden.update.replacing("old 5", with: "old 5 ")),
            ("a size that is too large", Golden.update.replacing("old 5", with: "old 9223372036854775808")),
            ("a size that overflows", Golden.update.replacing("old 5", with: "old 18446744073709551621")),
            ("another word", Golden.update.replacing("old 5", with: "new 5")),
            ("carriage returns", Golden.update.replacing("\n", with: "\r\n")),
            ("64 hashes", "old 5\n" + String(repeating: Golden.zeros, count: 64) + "\n" + Golden.note),
            (
                "a hash of 31 bytes",
                Golden.update.replacing(Golden.leaf4, with: String(repeating: "A", count: 42) + "==\n")
            ),
            (
                "a hash of 33 bytes",
                Golden.update.replacing(Golden.leaf4, with: String(repeating: "A", count: 44) + "\n")
            ),
            ("a hash in lenient base64", Golden.update.replacing("Znms=", with: "Znmt=")),
            ("no blank line", Golden.update.replacing("\n\nvault", with: "\nvault")),
            ("nothing after the hashes", "old 5\n" + Golden.leaf4),
            ("a proof file", Golden.proof),
        ] as [(String, String)])
    func `an update with a fault of form is refused`(fault: String, update: String) {
        #expect(throws: AuditError.malformedProof) { try CheckpointUpdate(parsing: Array(update.utf8)) }
    }

    @Test(
        arguments: [
            ("a second blank line", Golden.update.replacing("\n\nvault", with: "\n\n\nvault")),
            ("no final newline", String(Golden.update.dropLast())),
            ("no checkpoint", "old 5\n" + Golden.leaf4 + "\n"),
            ("a lenient signature", Golden.update.replacing("hg8=", with: "hg9=")),
            ("another old size", Golden.update.replacing("old 5", with: "old 6")),
            ("a hash too few", Golden.update.replacing(Golden.leaf5, with: "")),
            ("a hash too many", Golden.update.replacing(Golden.node04, with: Golden.node04 + Golden.zeros)),
            ("63 hashes", "old 5\n" + String(repeating: Golden.zeros, count: 63) + "\n" + Golden.note),
            ("no hashes", "old 5\n\n" + Golden.note),
        ] as [(String, String)])
    func `an update in form with a fault in it is refused when it is checked`(fault: String, update: String) throws {
        let parsed = try CheckpointUpdate(parsing: Array(update.utf8))
        #expect(throws: AuditError.self) { try parsed.verify(from: old(5), key: key) }
    }

    @Test func `a log that does not continue the older one is refused`() throws {
        // A fork: seven of the eight leaves and another last one.
        let fork = ReferenceTree(entries: try EightLeaves.inputs.map { try hex($0) }.dropLast() + [[0xff]])
        let forked = CheckpointUpdate(
            oldSize: 5, hashes: try update(from: 5).hashes, note: try signed(8, root: fork.root))
        #expect(throws: AuditError.badProof) { try forked.verify(from: old(5), key: key) }
        // With the fork's own proof it continues the first seven, and not the eight.
        let ninth = ReferenceTree(entries: try EightLeaves.inputs.map { try hex($0) }.dropLast() + [[0xff], [1]])
        for size in 0...8 {
            let proof = try #require(ConsistencyProof.make(from: UInt64(size), to: 9, hash: ninth.hash))
            let update = CheckpointUpdate(
                oldSize: UInt64(size), hashes: proof.hashes, note: try signed(9, root: ninth.root))
            if size <= 7 {
                #expect(try update.verify(from: old(size), key: key).size == 9)
            } else {
                #expect(throws: AuditError.badProof) { try update.verify(from: old(8), key: key) }
                #expect(try update.verify(from: old(8, root: fork.root), key: key).size == 9)
            }
        }
    }

    @Test func `equal sizes need equal roots and no hashes`() throws {
        #expect(try update(from: 8).hashes.isEmpty)
        #expect(try update(from: 8).verify(from: old(8), key: key) == old(8))
        #expect(throws: AuditError.badProof) {
            try update(from: 8).verify(from: old(8, root: hex(EightLeaves.roots[7])), key: key)
        }
        let padded = CheckpointUpdate(oldSize: 8, hashes: [try hex(EightLeaves.roots[8])], note: NoteVectors.note())
        #expect(throws: AuditError.badProof) { try padded.verify(from: old(8), key: key) }
    }

    @Test func `a proof for another size than the older checkpoint's is refused though its hashes fit`() throws {
        // A root does not hold its size: that of three leaves can pass for that of two, of which one is a node.
        let three = try hex(EightLeaves.roots[3])
        let other = [UInt8](repeating: 7, count: 32)
        let note = try signed(4, root: MerkleHash.node(three, other))
        let update = CheckpointUpdate(oldSize: 2, hashes: [other], note: note)
        #expect(try update.verify(from: old(2, root: three), key: key).size == 4)
        #expect(throws: AuditError.badProof) { try update.verify(from: old(3), key: key) }
    }

    @Test func `a shorter log does not continue a longer one`() throws {
        for size in 0..<8 {
            let back = CheckpointUpdate(oldSize: 8, hashes: [], note: try signed(size, root: tree.root(size: size)))
            #expect(throws: AuditError.outsideTree) { try back.verify(from: old(8), key: key) }
        }
    }

    @Test func `another log's checkpoint, older or newer, is refused`() throws {
        let update = try update(from: 5)
        let foreign = try old(5, origin: "other.example/audit")
        #expect(throws: AuditError.wrongOrigin) { try update.verify(from: foreign, key: key) }
        let otherKey = try VerifierKey(name: NoteVectors.origin, publicKey: NoteVectors.pair(seed: 7).publicKey)
        #expect(throws: AuditError.unknownSigner) { try update.verify(from: old(5), key: otherKey) }
        let note = try signed(8, root: tree.root, origin: "other.example/audit")
        let other = CheckpointUpdate(oldSize: 5, hashes: update.hashes, note: note)
        #expect(throws: AuditError.unknownSigner) { try other.verify(from: old(5), key: key) }
    }
}
