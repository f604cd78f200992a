internal import VaultCrypto
internal import VaultModel

/// The breaks of a log and the names it had between them, learned from the log itself.
///
/// - A restore's own entries, `rebased` and endings with the reason `restored`, stand together right before its closing
///   entry `restored`, and nowhere else.
/// - `restored` names how many entries the log had before them, and the root at that size; epochs count up by one; each
///   goes on from the name of the one before, and is called by the log's first name, its number and a mark.
struct LogEpochs {
    /// Each break with the index of its entry.
    private(set) var breaks: [(entry: UInt64, made: LogBreak)] = []
    /// The first of the entries of a restore that is not closed yet.
    private(set) var begun: UInt64?

    /// Why a restore ended what it ended.
    static let reason = "restored"

    mutating func check(
        _ scan: ScannedEntry, _ action: LogAction, in text: EntryText, at index: UInt64, _ findings: inout FindingList
    ) {
        let place = LogFinding.Place.entry(index)
        if action == .restored {
            let start = begun ?? index
            begun = nil
            guard scan[.change].isPresent, let json = try? text.json(text.bytes[scan[.change]], "change"),
                let made = LogBreak(json), scan[.residents].isPresent
            else { return findings.add(place, .epoch, "it does not say what was restored") }
            check(made, from: start, at: place, &findings)
            breaks.append((index, made))
        } else if Self.belongs(action, reason: scan[.reason], in: text) {
            begun = begun ?? index
        } else if begun != nil {
            begun = nil
            findings.add(place, .epoch, "rows were put back before it, and no entry says from which backup")
        }
    }

    private static func belongs(_ action: LogAction, reason: ByteRange, in text: EntryText) -> Bool {
        action == .rebased || (action.endsGrant && reason.isPresent && text.bytes[reason].equals("restored"))
    }

    private func check(_ made: LogBreak, from start: UInt64, at place: LogFinding.Place, _ findings: inout FindingList) {
        if made.size != start {
            findings.add(place, .epoch, "it names a log of \(made.size) entries and goes on from \(start)")
        }
        if made.backup.size > made.size { findings.add(place, .epoch, "its backup is newer than the log it goes on from") }
        let before = breaks.last?.made.origin ?? made.previous
        let first = breaks.first?.made.previous ?? made.previous
        let epoch = breaks.count + 2
        let name = LogBreak.parts(of: made.origin)
        if made.previous != before || made.epoch != epoch || name?.first != first || name?.epoch != epoch {
            findings.add(place, .epoch, "its name does not follow from the log's names before")
        }
    }

    /// The names, oldest first.
    ///
    /// - Parameter name: the one the log is called by where it never broke.
    func origins(of name: String) -> [String] {
        guard let first = breaks.first else { return [name] }
        return [first.made.previous] + breaks.map(\.made.origin)
    }

    /// The break that ended the epoch of a name; nil for the newest, and for a name of another log.
    func end(of origin: String) -> (entry: UInt64, made: LogBreak)? { breaks.first { $0.made.previous == origin } }
}

extension Checkpoint {
    /// Reads a note of any epoch of a log: signed with the log's key, under whichever name the note gives. Whether the log
    /// had that name is for `LogEpochs` to say.
    package static func open(_ note: [UInt8], ofAnyEpochOf key: VerifierKey) throws(AuditError) -> Checkpoint {
        let origin = try Checkpoint(parsing: try SignedNote(parsing: note).text).origin
        // Names of epochs only add a number and a mark; a log of another name is refused as before.
        guard Self.first(origin, isLike: key.name) else { return try open(note, key: key) }
        return try open(note, key: try VerifierKey(name: origin, publicKey: key.publicKey))
    }

    /// Whether two names could be epochs of one log: what stands before the number is the same.
    static func first(_ origin: String, isLike name: String) -> Bool {
        func bases(_ name: String) -> Set<String> { [name, LogBreak.parts(of: name)?.first ?? name] }
        return !bases(origin).isDisjoint(with: bases(name))
    }
}
