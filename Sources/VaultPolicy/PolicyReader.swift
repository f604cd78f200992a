import VaultModel

/// Reads policies from nodes and notes every fault instead of stopping at the first. Nothing is guessed: an unknown
/// key, a missing text or a value of another kind is a finding.
struct PolicyReader {
    private(set) var findings: [PolicyFinding] = []
    private(set) var parties: [String: Party] = [:]
    private(set) var fields: [FieldName: FieldDefinition] = [:]
    private(set) var purposes: [PurposeName: Purpose] = [:]
    private var logRetentionDays = PolicySet.leastLogRetentionDays
    private var backupDays = PolicySet.usualBackupDays
    /// Names whose definitions were faulty, so that one fault does not also make every purpose that uses them faulty.
    private var brokenParties: Set<String> = []
    private var brokenFields: Set<FieldName> = []

    /// The set, if nothing was found.
    ///
    /// - Throws: `PolicyError` with every finding, and one when the set is too large for a log entry.
    func finished() throws(PolicyError) -> PolicySet {
        let sorted = Set(findings).sorted { ($0.file, $0.line, $0.reason) < ($1.file, $1.line, $1.reason) }
        guard sorted.isEmpty else { throw PolicyError(findings: sorted) }
        let policies = PolicySet(
            parties: parties, fields: fields, purposes: purposes, logRetentionDays: logRetentionDays,
            backupDays: backupDays)
        let size = policies.json.encoded.count
        guard size <= PolicySet.byteLimit else {
            let reason = "the policies together take \(size) bytes; they must fit in \(PolicySet.byteLimit)"
            throw PolicyError(findings: [PolicyFinding(file: "policies", line: 0, reason: reason)])
        }
        return policies
    }

    /// Reads what `PolicySet.json` wrote.
    static func read(_ json: JSON) throws(PolicyError) -> PolicySet {
        var reader = PolicyReader()
        let root = SourceNode(json: json, path: "")
        if var object = reader.object(root, what: "a policy set") {
            for member in reader.members(reader.required("parties", of: &object)) { reader.addParty(member) }
            for member in reader.members(reader.required("fields", of: &object)) {
                reader.addField(named: member.key, at: member.place, member.value)
            }
            for member in reader.members(reader.required("purposes", of: &object)) {
                if let name = reader.purposeName(member.key, at: member.place),
                    let object = reader.object(member.value, what: "a purpose")
                {
                    reader.addPurpose(name, object, at: member.place)
                }
            }
            reader.addLogRetention(reader.required("log_retention_days", of: &object))
            reader.addBackupLife(reader.required("backup_days", of: &object))
            reader.finish(object)
        }
        return try reader.finished()
    }

    mutating func addLogRetention(_ node: SourceNode?) {
        guard let node, let days = integer(node, in: PolicySet.leastLogRetentionDays...36_500) else { return }
        logRetentionDays = days
    }

    mutating func addBackupLife(_ node: SourceNode?) {
        guard let node, let days = integer(node, in: 1...PolicySet.mostBackupDays) else { return }
        backupDays = days
    }

    mutating func note(_ reason: String, at place: SourcePlace) {
        findings.append(PolicyFinding(file: place.file, line: place.line, reason: reason))
    }

    // MARK: What has been read

    mutating func add(_ party: Party?, named name: String, at place: SourcePlace) {
        guard parties[name] == nil, !brokenParties.contains(name) else {
            return note("the party '\(name)' stands twice", at: place)
        }
        if let party { parties[name] = party } else { brokenParties.insert(name) }
    }

    mutating func add(_ field: FieldDefinition?, named name: FieldName, at place: SourcePlace) {
        guard fields[name] == nil, !brokenFields.contains(name) else {
            return note("the field '\(name)' stands twice", at: place)
        }
        if let field { fields[name] = field } else { brokenFields.insert(name) }
    }

    mutating func add(_ purpose: Purpose, at place: SourcePlace) {
        guard purposes[purpose.name] == nil else {
            return note("the purpose '\(purpose.name)' stands twice", at: place)
        }
        purposes[purpose.name] = purpose
    }

    func isBroken(_ field: FieldName) -> Bool { brokenFields.contains(field) }
    func isBroken(party: String) -> Bool { brokenParties.contains(party) }
}
