import Testing
import VaultCrypto
import VaultTestSupport

@testable import VaultAudit

struct `Cosignatures` {
    private static let text = Array(NoteVectors.checkpointText.utf8)

    /// A line that says its payload is this witness's, whoever made it.
    private func line(_ payload: [UInt8]) throws -> SignedNote.Signature {
        let good = try Cosignature.sign(
            Self.text, time: WitnessVectors.time, name: WitnessVectors.name, key: WitnessVectors.pair())
        return SignedNote.Signature(name: good.name, keyID: good.keyID, signature: payload)
    }

    private func note(with lines: SignedNote.Signature...) throws -> SignedNote {
        try SignedNote(parsing: NoteVectors.note()).adding(lines)
    }

    @Test func `the worked example is made byte for byte`() throws {
        let pair = try WitnessVectors.pair()
        let line = try Cosignature.sign(
            Self.text, time: WitnessVectors.time, name: WitnessVectors.name, key: pair)
        #expect(line.name == WitnessVectors.name)
        #expect(line.keyID == (try hex("20324abe")))
        #expect(line.signature == (try hex(WitnessVectors.signature)))
        #expect(try note(with: line).encoded == WitnessVectors.note)
        let key = try VerifierKey(name: WitnessVectors.name, publicKey: pair.publicKey, role: .witness)
        #expect(key.text == WitnessVectors.keyText)
        #expect(try WitnessVectors.key() == key)
        #expect(try SignedNote(parsing: WitnessVectors.note).cosigned(by: key) == WitnessVectors.time)
    }

    @Test func `the log's own signature stands beside it`() throws {
        #expect(try Checkpoint.open(WitnessVectors.note, key: NoteVectors.key()).size == 8)
    }

    @Test(arguments: [0, 1, 1_700_000_000, 1 << 32, UInt64(Int64.max)])
    func `the time comes back as it was signed`(time: UInt64) throws {
        let line = try Cosignature.sign(Self.text, time: time, name: WitnessVectors.name, key: WitnessVectors.pair())
        #expect(try note(with: line).cosigned(by: WitnessVectors.key()) == time)
    }

    @Test(arguments: [1 << 63, UInt64.max])
    func `a time that no signed number holds is refused though it is signed`(time: UInt64) throws {
        let line = try Cosignature.sign(Self.text, time: time, name: WitnessVectors.name, key: WitnessVectors.pair())
        #expect(throws: AuditError.badSignature) { try note(with: line).cosigned(by: WitnessVectors.key()) }
    }

    @Test func `another time than the signed one is refused`() throws {
        let signature = try hex(WitnessVectors.signature)
        for time in [0, 1_699_999_999, 1_700_000_001] as [UInt64] {
            let stamp = (0..<8).reversed().map { UInt8(time >> (8 * UInt64($0)) & 255) }
            let moved = try note(with: line(stamp + signature[8...]))
            #expect(throws: AuditError.badSignature) { try moved.cosigned(by: WitnessVectors.key()) }
        }
    }

    @Test func `no change of a single bit in the payload is accepted`() throws {
        let key = try WitnessVectors.key()
        let signature = try hex(WitnessVectors.signature)
        for position in signature.indices {
            for bit in 0..<8 {
                var flipped = signature
                flipped[position] ^= 1 << UInt8(bit)
                let altered = try note(with: line(flipped))
                #expect(throws: AuditError.badSignature, "byte \(position), bit \(bit)") {
                    try altered.cosigned(by: key)
                }
            }
        }
    }

    @Test func `a payload of another length is refused`() throws {
        let key = try WitnessVectors.key()
        let signature = try hex(WitnessVectors.signature)
        for payload in (1..<72).map({ Array(signature[..<$0]) }) + [signature + [0], signature + signature] {
            let altered = try note(with: line(payload))
            #expect(throws: AuditError.badSignature) { try altered.cosigned(by: key) }
        }
        // Without its time it is no signature over the text either.
        let bare = try note(with: line(Array(signature[8...])))
        #expect(throws: AuditError.badSignature) { try bare.cosigned(by: key) }
    }

    @Test func `a plain signature by the witness's key is no cosignature`() throws {
        let pair = try WitnessVectors.pair()
        let plain = try line(pair.sign(Self.text))
        #expect(throws: AuditError.badSignature) { try note(with: plain).cosigned(by: WitnessVectors.key()) }
        let stamped = try line([UInt8](repeating: 0, count: 8) + pair.sign(Self.text))
        #expect(throws: AuditError.badSignature) { try note(with: stamped).cosigned(by: WitnessVectors.key()) }
    }

    @Test func `a cosignature of another checkpoint is refused`() throws {
        for text in ["vault.example/audit\n7\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", "other\n"] {
            let foreign = try Cosignature.sign(
                Array(text.utf8), time: WitnessVectors.time, name: WitnessVectors.name, key: WitnessVectors.pair())
            #expect(throws: AuditError.badSignature) { try note(with: foreign).cosigned(by: WitnessVectors.key()) }
        }
    }

    @Test func `a log's key and a witness's key do not stand for each other`() throws {
        #expect(throws: AuditError.malformedKey) { try VerifierKey(parsing: WitnessVectors.keyText) }
        #expect(throws: AuditError.malformedKey) { try VerifierKey(parsing: NoteVectors.keyText, role: .witness) }
        let log = try NoteVectors.key()
        let note = try SignedNote(parsing: WitnessVectors.note)
        // The log's line is there in the log's name and id, but it is no witness's word.
        #expect(throws: AuditError.badSignature) { try note.cosigned(by: log) }
        // The same key in the other role has another id, so there is no line of it.
        let asWitness = try VerifierKey(name: log.name, publicKey: log.publicKey, role: .witness)
        #expect(asWitness.keyID != log.keyID)
        #expect(try note.cosigned(by: asWitness) == nil)
        #expect(throws: AuditError.unknownSigner) { try note.verify(by: [asWitness, WitnessVectors.key()]) }
        #expect(throws: AuditError.unknownSigner) {
            try Checkpoint.open(WitnessVectors.note, key: WitnessVectors.key())
        }
        try note.verify(by: [asWitness, log, WitnessVectors.key()])
    }

    @Test(arguments: [
        // Type bytes 01, 02, 05 and ff before the witness's key, each with the id that belongs to it.
        "witness.example/w1+484bc619+ASmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "witness.example/w1+bd20116d+AimsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "witness.example/w1+7ad48518+BSmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "witness.example/w1+93ec46dc+/ymsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        // The id is another's; another name; a byte too few.
        "witness.example/w1+20324abf+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "witness.example/w2+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm0=",
        "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X\n", "",
    ])
    func `a witness's key text with a fault is refused`(text: String) {
        #expect(throws: AuditError.malformedKey) { try VerifierKey(parsing: text, role: .witness) }
    }

    @Test func `a witness who is not there has said nothing`() throws {
        let key = try WitnessVectors.key()
        #expect(try SignedNote(parsing: NoteVectors.note()).cosigned(by: key) == nil)
        // Neither another key of the same name nor the same key under another name is this witness.
        let other = try Cosignature.sign(
            Self.text, time: 1, name: WitnessVectors.name, key: NoteVectors.pair(seed: 3))
        let renamed = try Cosignature.sign(Self.text, time: 1, name: "witness.example/w2", key: WitnessVectors.pair())
        #expect(try note(with: other, renamed).cosigned(by: key) == nil)
        // Nor is a line under another name that borrows the id.
        let borrowed = SignedNote.Signature(
            name: "witness.example/w2", keyID: key.keyID, signature: try hex(WitnessVectors.signature))
        #expect(try note(with: borrowed).cosigned(by: key) == nil)
    }

    @Test func `lines by others are passed over, even broken ones`() throws {
        let good = try line(try hex(WitnessVectors.signature))
        let broken = try Cosignature.sign(
            Array("other\n".utf8), time: 1, name: "witness.example/w2", key: NoteVectors.pair(seed: 3))
        let short = SignedNote.Signature(name: "x", keyID: [1, 2, 3, 4], signature: [5])
        for lines in [[broken, short, good], [good, broken, short]] {
            let note = try SignedNote(parsing: NoteVectors.note()).adding(lines)
            #expect(try note.cosigned(by: WitnessVectors.key()) == WitnessVectors.time)
            #expect(try Checkpoint.open(note.encoded, key: NoteVectors.key()).size == 8)
        }
    }

    @Test func `of two lines by one witness the first counts`() throws {
        let log = NoteVectors.logLine
        let wrong = try SignedNote(parsing: NoteVectors.note()).adding([try line([UInt8](repeating: 1, count: 72))])
        let wrongLine = String(decoding: wrong.encoded.dropFirst(NoteVectors.note().count), as: UTF8.self)
        let bad = NoteVectors.note(NoteVectors.checkpointText, log, wrongLine, NoteVectors.witnessLine)
        #expect(throws: AuditError.badSignature) { try SignedNote(parsing: bad).cosigned(by: WitnessVectors.key()) }
        let good = NoteVectors.note(NoteVectors.checkpointText, log, NoteVectors.witnessLine, wrongLine)
        #expect(try SignedNote(parsing: good).cosigned(by: WitnessVectors.key()) == WitnessVectors.time)
    }

    @Test func `a later cosignature takes the place of the earlier one, and others stay`() throws {
        let other = try Cosignature.sign(Self.text, time: 5, name: "witness.example/w2", key: NoteVectors.pair(seed: 3))
        let first = try SignedNote(parsing: WitnessVectors.note).adding([other])
        #expect(first.signatures.map(\.name) == [NoteVectors.origin, WitnessVectors.name, "witness.example/w2"])
        let later = try Cosignature.sign(
            Self.text, time: WitnessVectors.time + 60, name: WitnessVectors.name, key: WitnessVectors.pair())
        let second = first.adding([later])
        #expect(second.signatures.map(\.name) == [NoteVectors.origin, "witness.example/w2", WitnessVectors.name])
        #expect(try second.cosigned(by: WitnessVectors.key()) == WitnessVectors.time + 60)
        #expect(try SignedNote(parsing: second.encoded) == second)
        #expect(second.text == first.text)
        #expect(first.adding([]) == first)
        // The same name with another key is another witness.
        let namesake = try Cosignature.sign(
            Self.text, time: 5, name: WitnessVectors.name, key: NoteVectors.pair(seed: 3))
        #expect(second.adding([namesake]).signatures.count == 4)
    }

    @Test func `a name that no note can carry does not cosign`() throws {
        for name in ["", "a b", "a+b", "a\n"] {
            #expect(throws: AuditError.badKeyName) {
                try Cosignature.sign(Self.text, time: 1, name: name, key: WitnessVectors.pair())
            }
        }
    }

    @Test func `a witness's answer is read as lines`() throws {
        let one = try SignedNote.lines(parsing: Array(NoteVectors.witnessLine.utf8))
        #expect(one == [try line(try hex(WitnessVectors.signature))])
        let two = try SignedNote.lines(parsing: Array((NoteVectors.logLine + NoteVectors.witnessLine).utf8))
        #expect(two == (try SignedNote(parsing: WitnessVectors.note).signatures))
        #expect(try SignedNote(parsing: NoteVectors.note()).adding(one).encoded == WitnessVectors.note)
        let many = String(repeating: NoteVectors.witnessLine, count: 100)
        #expect(try SignedNote.lines(parsing: Array(many.utf8)).count == 100)
    }

    @Test(
        arguments: [
            ("nothing", ""), ("a newline", "\n"), ("two newlines", "\n\n"),
            ("no line's end", String(NoteVectors.witnessLine.dropLast())),
            ("words", "not found\n"), ("a blank line first", "\n" + NoteVectors.witnessLine),
            ("a blank line last", NoteVectors.witnessLine + "\n"),
            ("a blank line between", NoteVectors.logLine + "\n" + NoteVectors.witnessLine),
            ("a whole note", NoteVectors.checkpointText + "\n" + NoteVectors.witnessLine),
            ("words above a blank line", "x\n\n" + NoteVectors.witnessLine),
            ("words below", NoteVectors.witnessLine + "x\n"),
            ("carriage returns", NoteVectors.witnessLine.replacing("\n", with: "\r\n")),
            ("a hyphen for the dash", NoteVectors.witnessLine.replacing("\u{2014}", with: "-")),
            ("base64 that is not canonical", NoteVectors.witnessLine.replacing("Dg==", with: "Dh==")),
            ("a hundred and one lines", String(repeating: NoteVectors.witnessLine, count: 101)),
        ] as [(String, String)])
    func `an answer that is anything but lines is refused`(fault: String, answer: String) {
        #expect(throws: AuditError.malformedNote) { try SignedNote.lines(parsing: Array(answer.utf8)) }
    }
}
