import Testing
import VaultAudit
import VaultCrypto
import VaultTestSupport

struct `Verifier keys` {
    @Test(arguments: [
        "", "vault.example/audit", "vault.example/audit+99f33cb1",
        // The id is not the key's, is in upper case, is too short.
        "vault.example/audit+99f33cb2+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit+99F33CB1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit+99f33cb+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        // Another name, another key.
        "vault.example/audi+99f33cb1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit+99f33cb1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG5",
        // A witness's type, a key too short, base64 that is not canonical.
        "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "vault.example/audit+99f33cb1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTE=",
        "vault.example/audit+99f33cb1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4=",
        "vault.example/audit+99f33cb1+AQOhB7_zzhC-HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit+99f33cb1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n",
    ])
    func `a key text with a fault is refused`(text: String) {
        #expect(throws: AuditError.malformedKey) { try VerifierKey(parsing: text) }
    }

    @Test(arguments: ["", "a b", "a+b", "a\u{a0}b", "a\u{2003}b", "a\nb", "a\u{0}", "a\u{7f}"])
    func `a name that no note can carry is refused`(name: String) throws {
        let publicKey = try NoteVectors.pair().publicKey
        #expect(throws: AuditError.badKeyName) { try VerifierKey(name: name, publicKey: publicKey) }
        #expect(throws: AuditError.badKeyName) { try Checkpoint(origin: name, size: 0, root: MerkleHash.emptyRoot) }
    }

    @Test(arguments: ["a", "vault.example/audit", "社区.example/日志", "x-y_z~"])
    func `a key's text reads back`(name: String) throws {
        for seed in 0..<20 as Range<UInt8> {
            let key = try VerifierKey(name: name, publicKey: try NoteVectors.pair(seed: seed).publicKey)
            #expect(try VerifierKey(parsing: key.text) == key)
        }
    }
}

struct `Checkpoints` {
    private static let root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="

    @Test(arguments: [
        "+5", "05", " 5", "5 ", "", "-1", "5.0", "0x5", "٥", "9223372036854775808", "18446744073709551616",
        "99999999999999999999",
    ])
    func `a size that does not print back as it stands is refused`(size: String) {
        #expect(throws: AuditError.malformedCheckpoint) {
            try Checkpoint(parsing: Array("vault.example/audit\n\(size)\n\(Self.root)\n".utf8))
        }
    }

    @Test(arguments: ["1", "10", "9223372036854775807"])
    func `a size up to the largest reads back`(size: String) throws {
        let text = Array("vault.example/audit\n\(size)\n\(Self.root)\n".utf8)
        let checkpoint = try Checkpoint(parsing: text)
        #expect(checkpoint.size == UInt64(size))
        #expect(checkpoint.text == text)
    }

    @Test(arguments: [
        "", "\n", "vault.example/audit\n", "vault.example/audit\n8\n", "vault.example/audit\n8\n\(root)",
        "vault.example/audit\n8\n\(root)\n\n",
        "vault.example/audit\n8\n\(root)\nextension\n", "\nvault.example/audit\n8\n\(root)\n",
        "vault.example/audit\n\n8\n\(root)\n",
        "vault.example/audit\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n",
        "vault.example/audit\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n",
        "vault.example/audit\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQw==\n", "vault.example/audit\n8\n\n",
        "vault.example/audit\r\n8\r\n\(root)\r\n",
        // Size zero has the empty tree's root and no other.
        "vault.example/audit\n0\n\(root)\n",
    ])
    func `a text with a fault is refused`(text: String) {
        #expect(throws: AuditError.malformedCheckpoint) { try Checkpoint(parsing: Array(text.utf8)) }
    }

    @Test func `an empty origin and one with a space are refused`() {
        for origin in ["", "vault example", "a+b"] {
            #expect(throws: AuditError.badKeyName) {
                try Checkpoint(parsing: Array("\(origin)\n8\n\(Self.root)\n".utf8))
            }
        }
    }

    @Test func `the empty log has a checkpoint`() throws {
        let pair = try NoteVectors.pair()
        let checkpoint = try Checkpoint(origin: NoteVectors.origin, frontier: Frontier())
        #expect(checkpoint.size == 0 && checkpoint.root == MerkleHash.emptyRoot)
        #expect(try Checkpoint.open(try checkpoint.signedNote(with: pair), key: try NoteVectors.key()) == checkpoint)
    }

    @Test func `a checkpoint of another log, signed by this log's key, is refused`() throws {
        let pair = try NoteVectors.pair()
        let foreign = try Checkpoint(origin: "other.example/audit", size: 8, root: [UInt8](repeating: 1, count: 32))
        let note = try SignedNote.sign(foreign.text, name: NoteVectors.origin, key: pair).encoded
        #expect(throws: AuditError.wrongOrigin) { try Checkpoint.open(note, key: try NoteVectors.key()) }
    }

    @Test func `a note whose text is no checkpoint is refused, however well signed`() throws {
        let pair = try NoteVectors.pair()
        let note = try SignedNote.sign(Array("hello\n".utf8), name: NoteVectors.origin, key: pair).encoded
        #expect(throws: AuditError.malformedCheckpoint) { try Checkpoint.open(note, key: try NoteVectors.key()) }
    }

    @Test func `a checkpoint signed by another key of the same name is not this log's`() throws {
        let pair = try NoteVectors.pair(seed: 7)
        let checkpoint = try Checkpoint(origin: NoteVectors.origin, size: 8, root: try hex(EightLeaves.roots[8]))
        let note = try checkpoint.signedNote(with: pair)
        #expect(throws: AuditError.unknownSigner) { try Checkpoint.open(note, key: try NoteVectors.key()) }
    }

    @Test func `roots of another length and sizes beyond the largest are no checkpoint`() {
        let root = [UInt8](repeating: 1, count: 32)
        #expect(throws: AuditError.malformedCheckpoint) {
            try Checkpoint(origin: "a", size: 1, root: Array(root.dropLast()))
        }
        #expect(throws: AuditError.malformedCheckpoint) { try Checkpoint(origin: "a", size: 1, root: root + [1]) }
        #expect(throws: AuditError.malformedCheckpoint) { try Checkpoint(origin: "a", size: 1 << 63, root: root) }
        #expect(throws: AuditError.malformedCheckpoint) { try Checkpoint(origin: "a", size: 0, root: root) }
    }
}
