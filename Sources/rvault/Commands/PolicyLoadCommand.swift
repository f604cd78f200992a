internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel
internal import VaultPolicy

struct PolicyLoadCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Put a directory of policies in force.",
        discussion: """
            Checks the directory first, and says in words what changes. In a vault with custodians the operator alone may drop
            or narrow a purpose, withdraw a version of it, and add or change one that each resident must agree to. Everything
            else needs custodians: write it with --propose, let them sign it, make it with --change.

            A purpose whose fields, forms, basis, recipient or notice change must raise its version. --purpose takes only some
            purposes over, for a change that is too large for one entry of the log; fields and parties come with it.

            Example: rvault policy load Policies
            Example: rvault policy load Policies --propose change.json
            Example: rvault policy load --change change.json --approval change.json.committee.approval --approval change.json.owners.approval
            Example: rvault policy load Policies --purpose parking.permit
            """)

    @Argument(help: ArgumentHelp("The directory (default: as for `rvault init`).", valueName: "dir"))
    var directory: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Take over this purpose alone; may stand several times.", valueName: "name"))
    var purpose: [String] = []

    func perform(_ console: Console) async throws {
        let made = try await change.run(
            global, console,
            fits: { if case .policies = $0 { true } else { false } },
            operation: {
                let rules = try await RulesInForce(global.operatorClient)
                let diff = try PolicyLoad(directory: directory, purposes: purpose).difference(to: rules, console)
                return diff.json.merging(["op": "policies"]) { $1 }
            })
        guard let made else { return }
        change.report(made, console)
    }
}

/// A directory of policies on its way into force.
struct PolicyLoad {
    let directory: String?
    /// All if empty.
    var purposes: [String] = []

    /// Reads and checks the directory, and says in words what it changes.
    ///
    /// - Throws: `ExitCode` after naming file, line and reason of everything that is wrong; `Failure(.refused)` if nothing
    ///   changes.
    func difference(to rules: RulesInForce, _ console: Console) throws -> PolicyDiff {
        let directory = try PolicyPlace.find(directory)
        let (old, new): (PolicySet, PolicySet)
        var findings: [PolicyFinding] = []
        do throws(PolicyError) {
            old = try rules.policies()
            let loaded = try PolicyDocument.load(directory: directory)
            let evaluator = PolicyEvaluator(policies: loaded)
            findings = try PolicyDocument.loadCases(directory: directory, policies: loaded)
                .compactMap { $0.check(with: evaluator) }
            new = try chosen(of: loaded, over: old)
        } catch { try refuse(error.findings, directory, console) }
        findings += PolicyDiff.versionFaults(from: old, to: new).map { Self.placed($0, in: directory) }
        guard findings.isEmpty else { try refuse(findings, directory, console) }
        for name in purposes where PurposeName(name).map({ old.purposes[$0] == nil && new.purposes[$0] == nil }) ?? true {
            throw Failure(.refused, Sentence(RulesFaults.unknownPart, name))
        }
        let diff = PolicyDiff(from: old, to: new)
        guard !diff.isEmpty else { throw Failure(.refused, Sentence(RulesText.nothingChanges)) }
        if !console.json { tell(diff, old, new, rules, console) }
        return diff
    }

    /// Some purposes over the policies in force; fields and parties come with them, none goes.
    private func chosen(of loaded: PolicySet, over old: PolicySet) throws(PolicyError) -> PolicySet {
        guard !purposes.isEmpty, var members = old.json.object, let next = loaded.json.object else { return loaded }
        for part in ["parties", "fields"] {
            members[part] = .object((members[part]?.object ?? [:]).merging(next[part]?.object ?? [:]) { $1 })
        }
        var kept = members["purposes"]?.object ?? [:]
        for name in purposes { kept[name] = next["purposes"]?[name] }
        members["purposes"] = .object(kept)
        return try PolicySet(json: .object(members))
    }

    private func tell(_ diff: PolicyDiff, _ old: PolicySet, _ new: PolicySet, _ rules: RulesInForce, _ console: Console) {
        for line in PolicyWords(diff, console).lines() ?? [] { console.say(line) }
        let widenings = old.widenings(to: new)
        if !rules.custodians.isEmpty {
            for widening in widenings { console.note(RulesText.needs, widening.part.name, widening.reason) }
            if widenings.isEmpty { console.note(RulesText.needsNobody) }
        }
        for (name, purpose) in new.purposes.sorted(by: { $0.key < $1.key })
        where old.purposes[name] == nil && !purpose.basis.needsConsent {
            console.note(RulesText.byCeremony, name.text)
        }
    }

    private func refuse(_ findings: [PolicyFinding], _ directory: String, _ console: Console) throws -> Never {
        if console.json {
            console.answer([
                "findings": .array(
                    findings.map { ["file": .string($0.file), "line": .integer(Int64($0.line)), "reason": .string($0.reason)] })
            ])
        } else {
            for finding in findings { console.say(finding.description) }
            console.say(OperatorText.policiesBad, directory, "\(findings.count)")
        }
        throw ExitCode(ExitStatus.refused.rawValue)
    }

    /// The line of the version, which is where it is put right.
    private static func placed(_ finding: PolicyFinding, in directory: String) -> PolicyFinding {
        let parts = finding.file.split(separator: "/")
        guard parts.count == 3, parts[0] == "purposes" else { return finding }
        let file = "\(directory)/purposes/\(parts[1]).yaml"
        let text = (try? SourceFile.read(file, limit: PolicyDocument.fileLimit)).map { String(decoding: $0, as: UTF8.self) }
        let line = text?.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasPrefix("version:") }
        return PolicyFinding(file: file, line: line.map { $0 + 1 } ?? 0, reason: finding.reason)
    }
}

extension PolicyWidening.Part {
    fileprivate var name: String {
        switch self {
        case .party(let name): name
        case .field(let name): name
        case .purpose(let name): name.text
        case .logRetention: "log_retention_days"
        case .backupLife: "backup_days"
        }
    }
}
