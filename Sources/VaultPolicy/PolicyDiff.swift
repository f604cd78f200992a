package import VaultModel

/// What turns one set of policies into another, as custodians read and sign it: what is put and dropped, what stood there
/// before, and the titles of what it names, so that it can be told in words by a tool that holds no policies.
///
/// It is a function of the two sets, so a change that says anything beside what it does is none.
package struct PolicyDiff: Sendable, Equatable {
    /// Parts of a policy set, in the form in which the set itself writes them.
    package struct Parts: Sendable, Equatable {
        package var parties: [String: JSON] = [:]
        package var fields: [String: JSON] = [:]
        package var purposes: [String: JSON] = [:]
        /// Nil if it is the same in both sets.
        package var logRetentionDays: Int64?
        /// Nil if it is the same in both sets.
        package var backupDays: Int64?

        package init() {}

        package var isEmpty: Bool { parties.isEmpty && fields.isEmpty && purposes.isEmpty && logRetentionDays == nil && backupDays == nil }
    }

    /// Names of parts that are no more, sorted.
    package struct Names: Sendable, Equatable {
        package var parties: [String] = []
        package var fields: [String] = []
        package var purposes: [String] = []

        package init() {}

        package var isEmpty: Bool { parties.isEmpty && fields.isEmpty && purposes.isEmpty }
    }

    /// What is new or other than before.
    package private(set) var put = Parts()
    package private(set) var drop = Names()
    /// What stood before in place of what is put or dropped.
    package private(set) var was = Parts()
    /// Titles of the fields and parties that the purposes in `put` and `was` name and that do not stand there themselves,
    /// each `{"zh": …, "en": …}`.
    package private(set) var fieldTitles: [String: JSON] = [:]
    package private(set) var partyTitles: [String: JSON] = [:]

    /// The difference of two sets.
    package init(from old: PolicySet, to new: PolicySet) {
        let (before, after) = (old.json, new.json)
        for (part, into) in Self.parts {
            let (held, next) = (before[part]?.object ?? [:], after[part]?.object ?? [:])
            for (name, member) in next where held[name] != member {
                put[keyPath: into.members][name] = member
                if let member = held[name] { was[keyPath: into.members][name] = member }
            }
            for name in held.keys.sorted() where next[name] == nil {
                drop[keyPath: into.names].append(name)
                was[keyPath: into.members][name] = held[name]
            }
        }
        if old.logRetentionDays != new.logRetentionDays {
            put.logRetentionDays = Int64(new.logRetentionDays)
            was.logRetentionDays = Int64(old.logRetentionDays)
        }
        if old.backupDays != new.backupDays {
            put.backupDays = Int64(new.backupDays)
            was.backupDays = Int64(old.backupDays)
        }
        for purpose in Array(put.purposes.values) + Array(was.purposes.values) {
            for field in (purpose["fields"]?.object ?? [:]).keys where put.fields[field] == nil && was.fields[field] == nil {
                fieldTitles[field] = after["fields"]?[field]?["title"] ?? before["fields"]?[field]?["title"]
            }
            if let party = purpose["party"]?.string, put.parties[party] == nil, was.parties[party] == nil {
                partyTitles[party] = after["parties"]?[party]?["title"] ?? before["parties"]?[party]?["title"]
            }
        }
    }

    private typealias Place = (members: WritableKeyPath<Parts, [String: JSON]>, names: WritableKeyPath<Names, [String]>)

    private static var parts: [(String, Place)] {
        [
            ("parties", (\.parties, \.parties)), ("fields", (\.fields, \.fields)), ("purposes", (\.purposes, \.purposes)),
        ]
    }

    package var isEmpty: Bool { put.isEmpty && drop.isEmpty }

    /// The set that comes of it.
    ///
    /// - Throws: `PolicyError` with every fault of the new set; also if this is not exactly what turns `old` into it.
    package func applied(to old: PolicySet) throws(PolicyError) -> PolicySet {
        var members = old.json.object ?? [:]
        for (part, into) in Self.parts {
            var next = members[part]?.object ?? [:]
            for name in drop[keyPath: into.names] { next[name] = nil }
            next.merge(put[keyPath: into.members]) { $1 }
            members[part] = .object(next)
        }
        if let days = put.logRetentionDays { members["log_retention_days"] = .integer(days) }
        if let days = put.backupDays { members["backup_days"] = .integer(days) }
        let new = try PolicySet(json: .object(members))
        let faults = Self.versionFaults(from: old, to: new)
        guard faults.isEmpty else { throw PolicyError(findings: faults) }
        guard Self(from: old, to: new) == self else {
            let reason = "the change is not exactly the difference to the policies in force"
            throw PolicyError(findings: [PolicyFinding(file: "policies", line: 0, reason: reason)])
        }
        return new
    }

    /// Purposes that changed in what a resident is told and did not raise their version (design, section 5): a receipt
    /// names purpose and version, and must mean one thing.
    package static func versionFaults(from old: PolicySet, to new: PolicySet) -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        for (name, after) in new.purposes.sorted(by: { $0.key < $1.key }) {
            guard let before = old.purposes[name], before != after else { continue }
            let changed = before.shownDifferences(to: after)
            let place = "/purposes/\(name)/version"
            if after.version < before.version {
                findings.append(
                    PolicyFinding(
                        file: place, line: 0,
                        reason: "the version goes back from \(before.version) to \(after.version); it only grows"))
            } else if after.version == before.version, !changed.isEmpty {
                findings.append(
                    PolicyFinding(
                        file: place, line: 0,
                        reason: "\(changed.joined(separator: ", ")) changed, so the version must be above \(before.version)"))
            }
        }
        return findings
    }
}

extension PolicyDiff {
    package var json: [String: JSON] {
        [
            "put": put.json,
            "drop": [
                "parties": .array(drop.parties.map { .string($0) }), "fields": .array(drop.fields.map { .string($0) }),
                "purposes": .array(drop.purposes.map { .string($0) }),
            ],
            "was": was.json, "titles": ["parties": .object(partyTitles), "fields": .object(fieldTitles)],
        ]
    }

    /// The members that `json` writes.
    package static let keys: Set<String> = ["put", "drop", "was", "titles"]

    /// Reads what `json` wrote; nil for anything else.
    package init?(json members: [String: JSON]) {
        guard let put = Parts(json: members["put"]), let was = Parts(json: members["was"]),
            let parties = members["drop"]?["parties"]?.strings, let fields = members["drop"]?["fields"]?.strings,
            let purposes = members["drop"]?["purposes"]?.strings,
            let partyTitles = members["titles"]?["parties"]?.object, let fieldTitles = members["titles"]?["fields"]?.object
        else { return nil }
        self.put = put
        self.was = was
        drop.parties = parties
        drop.fields = fields
        drop.purposes = purposes
        self.partyTitles = partyTitles
        self.fieldTitles = fieldTitles
        guard json == members.filter({ Self.keys.contains($0.key) }) else { return nil }
    }
}

extension PolicyDiff.Parts {
    fileprivate var json: JSON {
        var members: [String: JSON] = [
            "parties": .object(parties), "fields": .object(fields), "purposes": .object(purposes),
        ]
        if let logRetentionDays { members["log_retention_days"] = .integer(logRetentionDays) }
        if let backupDays { members["backup_days"] = .integer(backupDays) }
        return .object(members)
    }

    fileprivate init?(json: JSON?) {
        guard let parties = json?["parties"]?.object, let fields = json?["fields"]?.object,
            let purposes = json?["purposes"]?.object
        else { return nil }
        self.parties = parties
        self.fields = fields
        self.purposes = purposes
        logRetentionDays = json?["log_retention_days"]?.integer
        backupDays = json?["backup_days"]?.integer
    }
}

extension Purpose {
    /// What a resident is told of the purpose and is another in the other version, by its key. The version itself is not
    /// among them.
    package func shownDifferences(to other: Purpose) -> [String] {
        let (mine, theirs) = (json, other.json)
        return Self.shownKeys.filter { $0 != "version" && mine[$0] != theirs[$0] }.sorted()
    }
}
