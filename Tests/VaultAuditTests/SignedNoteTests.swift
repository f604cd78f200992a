import Testing
import VaultAudit
import VaultCrypto
import VaultTestSupport

struct `Signed notes` {
    @Test func `the note published with the specification verifies`() throws {
        let key = try VerifierKey(parsing: NoteVectors.publishedKey)
        let note = try SignedNote(parsing: NoteVectors.note(NoteVectors.publishedText, NoteVectors.publishedLine))
        try note.verify(by: [key])
        #expect(note.text == Array(NoteVectors.publishedText.utf8))
        #expect(note.signatures.map(\.name) == ["example.com/foo"])
        #expect(note.signatures.map(\.keyID) == [try hex("530d903a")])
        #expect(note.encoded == NoteVectors.note(NoteVectors.publishedText, NoteVectors.publishedLine))
        #expect(key.text == NoteVectors.publishedKey)
    }

    @Test func `the worked example is made byte for byte`() throws {
        let pair = try NoteVectors.pair()
        let key = try VerifierKey(name: NoteVectors.origin, publicKey: pair.publicKey)
        #expect(key.text == NoteVectors.keyText)
        #expect(key.keyID == (try hex("99f33cb1")))
        #expect(try NoteVectors.key() == key)
        let root = try hex(EightLeaves.roots[8])
        let checkpoint = try Checkpoint(origin: NoteVectors.origin, size: 8, root: root)
        #expect(checkpoint.text == Array(NoteVectors.checkpointText.utf8) && checkpoint.text.count == 67)
        #expect(try checkpoint.signedNote(with: pair) == NoteVectors.note())
        #expect(try Checkpoint.open(NoteVectors.note(), key: key) == checkpoint)
    }

    @Test func `a witness whose key is not known is passed over, above or below the log's line`() throws {
        let key = try NoteVectors.key()
        for lines in [[NoteVectors.logLine, NoteVectors.witnessLine], [NoteVectors.witnessLine, NoteVectors.logLine]] {
            let note = Array((NoteVectors.checkpointText + "\n" + lines.joined()).utf8)
            #expect(try Checkpoint.open(note, key: key).size == 8)
        }
        let stripped = NoteVectors.note(NoteVectors.checkpointText, NoteVectors.witnessLine)
        #expect(throws: AuditError.unknownSigner) { try Checkpoint.open(stripped, key: key) }
    }

    @Test func `no change of a single bit is accepted`() throws {
        let key = try NoteVectors.key()
        let note = NoteVectors.note()
        for position in note.indices {
            for bit in 0..<8 {
                var flipped = note
                flipped[position] ^= 1 << UInt8(bit)
                #expect(throws: AuditError.self, "byte \(position), bit \(bit)") {
                    try Checkpoint.open(flipped, key: key)
                }
            }
        }
    }

    @Test func `no change of a single byte to any other base64 character is accepted`() throws {
        let key = try NoteVectors.key()
        let note = NoteVectors.note()
        let start = note.count - 101
        for position in start..<note.count {
            for symbol in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_\n \u{0}".utf8
            where symbol != note[position] {
                var changed = note
                changed[position] = symbol
                #expect(throws: AuditError.self) { try Checkpoint.open(changed, key: key) }
            }
        }
        // Go's lenient decoder takes this one: only bits that carry nothing differ.
        let lenient = NoteVectors.note(NoteVectors.checkpointText, NoteVectors.logLine.replacing("hg8=", with: "hg9="))
        #expect(throws: AuditError.malformedNote) { try Checkpoint.open(lenient, key: key) }
    }

    @Test(arguments: [
        ("no blank line", NoteVectors.checkpointText + NoteVectors.logLine),
        ("no signature", NoteVectors.checkpointText + "\n"),
        ("nothing", ""), ("a newline", "\n"), ("blank lines", "\n\n"),
        ("carriage returns", (NoteVectors.checkpointText + "\n" + NoteVectors.logLine).replacing("\n", with: "\r\n")),
        ("no final newline", String((NoteVectors.checkpointText + "\n" + NoteVectors.logLine).dropLast())),
        (
            "a hyphen for the dash",
            NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("\u{2014}", with: "-")
        ),
        ("an en dash", NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("\u{2014}", with: "\u{2013}")),
        (
            "no space after the dash",
            NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("\u{2014} ", with: "\u{2014}")
        ),
        ("two spaces", NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("audit ", with: "audit  ")),
        ("no name", NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("vault.example/audit", with: "")),
        (
            "a plus in the name",
            NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("/audit", with: "+audit")
        ),
        (
            "a wide space in the name",
            NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("/audit", with: "\u{3000}audit")
        ),
        ("a tab", NoteVectors.checkpointText.replacing("8", with: "\t8") + "\n" + NoteVectors.logLine),
        ("text after the signature", NoteVectors.checkpointText + "\n" + NoteVectors.logLine + "more\n"),
        ("no base64", NoteVectors.checkpointText + "\n\u{2014} vault.example/audit\n"),
        ("empty base64", NoteVectors.checkpointText + "\n\u{2014} vault.example/audit \n"),
        ("a key id alone", NoteVectors.checkpointText + "\n\u{2014} vault.example/audit mfM8sQ==\n"),
        ("three bytes", NoteVectors.checkpointText + "\n\u{2014} vault.example/audit mfM8\n"),
        ("unpadded base64", NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("=", with: "")),
        (
            "padding too long",
            NoteVectors.checkpointText + "\n" + NoteVectors.logLine.replacing("hg8=", with: "hg8=====")
        ),
        ("a second blank line", NoteVectors.checkpointText + "\n\n" + NoteVectors.logLine + "\n"),
    ])
    func `a note with a fault of form is refused`(fault: String, note: String) throws {
        let key = try NoteVectors.key()
        #expect(throws: AuditError.malformedNote) { try Checkpoint.open(Array(note.utf8), key: key) }
    }

    @Test func `the text ends at the last blank line, not at the first`() throws {
        let pair = try NoteVectors.pair()
        let text = Array("one\n\ntwo\n\n\u{2014} not a signature\n".utf8)
        let note = try SignedNote.sign(text, name: "a", key: pair)
        #expect(try SignedNote(parsing: note.encoded).text == text)
        try note.verify(by: [try VerifierKey(name: "a", publicKey: pair.publicKey)])
    }

    @Test(arguments: ["", "no newline", "a\u{1}b\n", "a\tb\n"])
    func `a text that no note can carry is not signed`(text: String) throws {
        let pair = try NoteVectors.pair()
        #expect(throws: AuditError.malformedNote) { try SignedNote.sign(Array(text.utf8), name: "a", key: pair) }
    }

    @Test func `invalid UTF-8 is refused`() throws {
        let key = try NoteVectors.key()
        for bytes in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x80]] as [[UInt8]] {
            #expect(throws: AuditError.malformedNote) { try Checkpoint.open(bytes + NoteVectors.note(), key: key) }
        }
    }

    @Test func `a hundred signatures are read and one more is not`() throws {
        let key = try NoteVectors.key()
        let others = String(repeating: NoteVectors.witnessLine, count: 99)
        #expect(
            try SignedNote(parsing: NoteVectors.note(NoteVectors.checkpointText, others + NoteVectors.logLine))
                .signatures.count == 100)
        #expect(
            try Checkpoint.open(NoteVectors.note(NoteVectors.checkpointText, others + NoteVectors.logLine), key: key)
                .size == 8)
        let many = NoteVectors.note(NoteVectors.checkpointText, others + NoteVectors.witnessLine + NoteVectors.logLine)
        #expect(throws: AuditError.malformedNote) { try Checkpoint.open(many, key: key) }
    }

    @Test func `a note over its limit is refused before it is read`() throws {
        let key = try NoteVectors.key()
        let long = String(repeating: "x", count: SignedNote.byteLimit) + "\n"
        #expect(throws: AuditError.malformedNote) {
            try Checkpoint.open(NoteVectors.note(long, NoteVectors.logLine), key: key)
        }
    }

    @Test func `of two lines by one key the first counts`() throws {
        let key = try NoteVectors.key()
        let pair = try NoteVectors.pair()
        let wrong = try SignedNote.sign(Array("other\n".utf8), name: NoteVectors.origin, key: pair)
        let wrongLine = String(decoding: wrong.encoded.dropFirst(7), as: UTF8.self)
        #expect(throws: AuditError.badSignature) {
            try Checkpoint.open(NoteVectors.note(NoteVectors.checkpointText, wrongLine + NoteVectors.logLine), key: key)
        }
        #expect(
            try Checkpoint.open(NoteVectors.note(NoteVectors.checkpointText, NoteVectors.logLine + wrongLine), key: key)
                .size == 8)
    }

    @Test func `one known key that fails refuses the note though another verifies`() throws {
        let pair = try NoteVectors.pair(seed: 9)
        let second = try VerifierKey(name: "second", publicKey: pair.publicKey)
        let good = try SignedNote.sign(Array(NoteVectors.checkpointText.utf8), name: "second", key: pair)
        let bad = try SignedNote.sign(Array("other\n".utf8), name: "second", key: pair)
        func line(_ note: SignedNote) -> String {
            String(decoding: note.encoded.dropFirst(note.text.count + 1), as: UTF8.self)
        }
        let keys = [try NoteVectors.key(), second]
        try SignedNote(parsing: NoteVectors.note(NoteVectors.checkpointText, NoteVectors.logLine, line(good))).verify(
            by: keys)
        #expect(throws: AuditError.badSignature) {
            try SignedNote(parsing: NoteVectors.note(NoteVectors.checkpointText, NoteVectors.logLine, line(bad)))
                .verify(by: keys)
        }
        #expect(throws: AuditError.unknownSigner) {
            try SignedNote(parsing: NoteVectors.note()).verify(by: [])
        }
    }
}
