/// What can go wrong when log bytes, notes and proofs are read or made. Carries names of parts, never contents.
package enum AuditError: Error, Equatable, Sendable {
    /// A stored frontier whose length does not fit its size.
    case malformedFrontier
    /// A key name with a space, a plus sign or a control character, or an empty one.
    case badKeyName
    /// A verifier key that is not `name+id+base64(type ‖ key)`, or whose id does not belong to its key.
    case malformedKey
    /// Bytes that are not a C2SP signed note.
    case malformedNote
    /// A note whose text is not a checkpoint of ours.
    case malformedCheckpoint
    /// A note without a signature by the expected key.
    case unknownSigner
    /// A signature in a known key's name that does not verify.
    case badSignature
    /// A checkpoint signed with a key after another had taken its place.
    case supersededKey
    /// A checkpoint of another log than its key's.
    case wrongOrigin
    /// A bundle of entries that does not hold what its tile's width says.
    case malformedBundle
    /// A tile of hashes of a wrong length, or that does not fit its entries.
    case malformedTile
    /// A proof file that is not in its form.
    case malformedProof
    /// A position outside the tree.
    case outsideTree
    /// A proof that does not lead to the root.
    case badProof
    /// An entry that is not in the form of `LogEntry`; the part is named.
    case malformedEntry(String)
    /// An entry over `LogEntry.byteLimit`.
    case entryTooLarge
    /// An entry with over `LogEntry.subjectLimit` subjects.
    case tooManySubjects
}

extension AuditError: CustomStringConvertible {
    /// One lower-case clause for messages.
    package var description: String {
        switch self {
        case .malformedFrontier: "the stored frontier does not fit its size"
        case .badKeyName: "a key name must not be empty or hold spaces, plus signs or control characters"
        case .malformedKey: "the verifier key is malformed"
        case .malformedNote: "the signed note is malformed"
        case .malformedCheckpoint: "the checkpoint is malformed"
        case .unknownSigner: "the note holds no signature by the expected key"
        case .badSignature: "the signature does not verify"
        case .supersededKey: "it is signed with a key that the log had replaced before"
        case .wrongOrigin: "the checkpoint is of another log"
        case .malformedBundle: "the bundle does not hold as many whole entries as its place says"
        case .malformedTile: "the tile of hashes does not fit its place or its entries"
        case .malformedProof: "the proof file is malformed"
        case .outsideTree: "the position is outside the tree"
        case .badProof: "the proof does not lead to the root"
        case .malformedEntry(let part): "the entry is malformed: \(part)"
        case .entryTooLarge: "the entry is over \(LogEntry.byteLimit) bytes"
        case .tooManySubjects: "the entry has over \(LogEntry.subjectLimit) subjects"
        }
    }
}
