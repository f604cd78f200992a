package import VaultCrypto

/// What the vault says about its log at one moment (C2SP tlog-checkpoint): whose it is, how long, and the tree's root.
///
/// Signed and given away, it fixes everything before it: a log that later shows another root at this size was altered.
package struct Checkpoint: Equatable, Sendable {
    /// The log's name, which is also its key's name.
    package let origin: String
    /// The number of entries.
    package let size: UInt64
    /// The tree's root at that size, 32 bytes.
    package let root: [UInt8]

    /// - Throws: `AuditError.malformedCheckpoint` for a root of another length, a size over `Int64.max`, or a root for
    ///   size zero that is not the empty tree's; `.badKeyName` for an origin that cannot name a key.
    package init(origin: String, size: UInt64, root: [UInt8]) throws(AuditError) {
        guard KeyName.isValid(origin) else { throw .badKeyName }
        guard root.count == MerkleHash.byteCount, size <= UInt64(Int64.max), size > 0 || root == MerkleHash.emptyRoot
        else {
            throw .malformedCheckpoint
        }
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The checkpoint of a log whose frontier this is.
    ///
    /// - Throws: as the initializer above.
    package init(origin: String, frontier: Frontier) throws(AuditError) {
        try self.init(origin: origin, size: frontier.size, root: frontier.root)
    }

    /// The note's text: three lines, each with its end.
    package var text: [UInt8] { Array("\(origin)\n\(size)\n\(PaddedBase64.encode(root))\n".utf8) }

    /// Reads the form of `text`. Extension lines are refused: this log signs none, and no auditor could check them.
    ///
    /// - Throws: `AuditError.malformedCheckpoint` or `.badKeyName`.
    package init(parsing text: [UInt8]) throws(AuditError) {
        let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, let origin = String(validating: lines[0], as: UTF8.self),
            let size = NoteNumber.parse(lines[1]), let root = PaddedBase64.decode(lines[2])
        else { throw .malformedCheckpoint }
        try self.init(origin: origin, size: size, root: root)
    }

    /// The signed note, whose key's name is the origin.
    package func signedNote(with key: borrowing SigningKeyPair) throws(AuditError) -> [UInt8] {
        // The origin is a key's name, and the other lines are digits and base64.
        try SignedNote.signWhole(text, name: origin, key: key).encoded
    }

    /// Reads a note and checks its signature and origin.
    ///
    /// - Throws: what `SignedNote` and `init(parsing:)` throw; `AuditError.wrongOrigin` when the key's log is another.
    package static func open(_ note: [UInt8], key: VerifierKey) throws(AuditError) -> Checkpoint {
        let note = try SignedNote(parsing: note)
        try note.verify(by: [key])
        let checkpoint = try Checkpoint(parsing: note.text)
        guard checkpoint.origin.utf8.elementsEqual(key.name.utf8) else { throw .wrongOrigin }
        return checkpoint
    }
}

/// Decimal numbers in notes: digits without sign, space or leading zero, at most `Int64.max`.
enum NoteNumber {
    static func parse(_ text: some Collection<UInt8>) -> UInt64? {
        guard !text.isEmpty, text.count <= 19,
            text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            text.count == 1 || text.first != UInt8(ascii: "0")
        else { return nil }
        // Nineteen digits always fit in 64 bits.
        let number = text.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
        return number <= UInt64(Int64.max) ? number : nil
    }
}
