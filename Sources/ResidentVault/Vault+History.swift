internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// One entry as the resident whom it concerns may see it: their own line of it and nothing of the others'.
package struct OwnEntry: Sendable {
    package let seq: UInt64
    package let time: Instant
    /// What was done: the entry's `action`.
    package let action: String
    /// Who did it: the entry's `role`.
    package let role: String?
    package let app: AppName?
    package let partyTitle: LocalizedText?
    package let purpose: PurposeName?
    package let purposeTitle: LocalizedText?
    /// Who at the app asked: an id of its staff list.
    package let initiator: String?
    /// What was released, written or granted of theirs.
    package let fields: [(field: FieldName, title: LocalizedText)]
    /// What was asked for and not given.
    package let withheld: [(field: FieldName, title: LocalizedText)]
    package let form: DisclosureForm?
    package let basis: LegalBasis?
    /// What came of it for this resident.
    package let outcome: String
    package let reason: String?
}

extension Vault {
    /// A resident's own entries, newest first: found by their tags, which only the resident's row can make.
    ///
    /// - Parameter before: only entries before this one.
    /// - Returns: the page, and the cursor of the next.
    package func history(
        _ caller: ResidentCaller, before: UInt64?, limit: Int, reader: VaultReader
    ) throws -> (entries: [OwnEntry], next: UInt64?) {
        let config = config.config
        return try reader.store.read { snapshot in
            let resident = try Self.row(caller, snapshot)
            let tags = try Self.tags(of: resident, config: config, in: snapshot)
            let size = try snapshot.logCount()
            let candidates = try Self.candidates(
                tags: Array(tags), below: min(before ?? size, size), from: 0, size: size, snapshot)
            var found: [OwnEntry] = []
            for (position, seq) in candidates.sequences.enumerated() {
                guard let bytes = try snapshot.logEntry(seq) else { continue }
                let entry = try LogEntry(decoding: bytes)
                // An entry names one app, so a resident stands in it once.
                guard let subject = entry.subjects.first(where: { tags.contains($0.tag) }) else { continue }
                found.append(OwnEntry(seq: seq, entry, subject, config: config))
                if found.count == limit {
                    let isLast = position == candidates.sequences.count - 1 && !candidates.hasMore
                    return (found, isLast ? nil : seq)
                }
            }
            return (found, candidates.hasMore ? candidates.sequences.last : nil)
        }
    }

    /// A proof that an entry about a resident alone stands in the log.
    ///
    /// - Throws: `VaultError.notFound` for an entry that is not theirs, `forbidden` for one that others stand in too: its
    ///   bytes are for auditors.
    package func ownProof(_ seq: UInt64, caller: ResidentCaller, reader: VaultReader) throws -> [UInt8] {
        let config = config.config
        let subjects = try reader.store.read { snapshot -> (own: Int, all: Int) in
            let tags = try Self.tags(of: try Self.row(caller, snapshot), config: config, in: snapshot)
            let found = try snapshot.logEntry(seq).map { try LogEntry(decoding: $0).subjects } ?? []
            return (found.count { tags.contains($0.tag) }, found.count)
        }
        guard subjects.own > 0 else { throw VaultError(.notFound, "you have no such entry") }
        guard subjects.own == subjects.all else {
            throw VaultError(
                .forbidden, "others stand in this entry too", hint: "an auditor can prove it: rvault audit prove \(seq)")
        }
        return try inclusionProof(seq, reader: reader)
    }

    /// Where the `given` entry of a grant stands.
    package func givenIndex(_ statement: GrantStatement, caller: ResidentCaller, reader: VaultReader) throws -> UInt64? {
        try reader.store.read { snapshot in
            let tag = try Self.row(caller, snapshot).tag(statement.recipient.text)
            let size = try snapshot.logCount()
            var cursor: UInt64? = size
            while let end = cursor {
                let candidates = try Self.candidates(tags: [tag], below: end, from: 0, size: size, snapshot)
                for seq in candidates.sequences {
                    guard let bytes = try snapshot.logEntry(seq) else { continue }
                    let entry = try LogEntry(decoding: bytes)
                    if entry.action == .given, entry.subjects.contains(where: { $0.grant == statement.grant }) {
                        return seq
                    }
                    if entry.time < statement.from.advanced(bySeconds: -60) { return nil }
                }
                cursor = candidates.hasMore ? candidates.sequences.last : nil
            }
            return nil
        }
    }

    /// All tags a resident stands under: one for each app there is or was, one for each person who acts or acted for
    /// them, and their own.
    static func tags(of resident: ResidentRow, config: VaultConfig, in snapshot: Snapshot) throws -> Set<[UInt8]> {
        let apps = Set(config.apps.keys.map(\.text)).union(config.policies.parties.values.flatMap(\.apps).map(\.text))
        // A damaged row must not hide the history; a planted one makes a tag that stands nowhere.
        let people = try snapshot.unchecked().grants(of: resident.reference).map(\.recipient).filter { $0.hasPrefix("~") }
        return Set(try apps.union([""]).union(people).map { try resident.tag($0) })
    }
}

extension OwnEntry {
    init(seq: UInt64, _ entry: LogEntry, _ subject: LogEntry.Subject, config: VaultConfig) {
        func titled(_ fields: [FieldName]) -> [(field: FieldName, title: LocalizedText)] {
            fields.map { ($0, config.policies.title(of: $0)) }
        }
        self.seq = seq
        time = entry.time
        action = entry.action.rawValue
        role = entry.role?.rawValue
        app = entry.app
        partyTitle = entry.party.flatMap { config.policies.parties[$0]?.title }
        purpose = entry.purpose
        purposeTitle = entry.purpose.flatMap { config.policies.purposes[$0]?.title }
        initiator = entry.initiator
        let asksToRead = entry.action == .read || entry.action == .lookedUp
        let own = Set(subject.withheld)
        if !asksToRead {
            fields = titled(entry.fields)
            withheld = titled(subject.withheld)
        } else if subject.outcome == "released" {
            let released = entry.action == .lookedUp ? entry.fields : entry.released
            fields = titled(released.filter { !own.contains($0) })
            withheld = titled(subject.withheld)
        } else {
            fields = []
            withheld = titled(entry.fields)
        }
        // What stands for a whole batch may be a neighbour's.
        let isAlone = entry.subjects.count == 1
        form = subject.outcome == "released" && isAlone ? entry.form : nil
        basis = entry.basis
        outcome = subject.outcome
        reason = isAlone || entry.action != .read ? entry.reason : nil
    }
}
