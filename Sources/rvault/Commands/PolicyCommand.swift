internal import ArgumentParser
internal import VaultModel
internal import VaultPolicy

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "The rules of the vault, as files.",
        discussion: "Example: rvault policy check Policies",
        subcommands: [PolicyCheckCommand.self, PolicyLoadCommand.self])
}

struct PolicyCheckCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a directory of policies and the cases beside them. Needs no daemon.",
        discussion: """
            Names file, line and reason of everything that is wrong; exit status 1 if anything is.

            Example: rvault policy check
            Example: rvault policy check ./my-policies --json
            """)

    @Argument(help: ArgumentHelp("The directory (default: as for `rvault init`).", valueName: "dir"))
    var directory: String?

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let directory = try PolicyPlace.find(directory)
        var cases = 0
        var policies: PolicySet?
        var findings: [PolicyFinding] = []
        do throws(PolicyError) {
            let loaded = try PolicyDocument.load(directory: directory)
            policies = loaded
            let evaluator = PolicyEvaluator(policies: loaded)
            let all = try PolicyDocument.loadCases(directory: directory, policies: loaded)
            cases = all.count
            findings = all.compactMap { $0.check(with: evaluator) }
        } catch { findings = error.findings }
        report(directory, policies, cases: cases, findings, console)
        guard findings.isEmpty else { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func report(
        _ directory: String, _ policies: PolicySet?, cases: Int, _ findings: [PolicyFinding], _ console: Console
    ) {
        if console.json {
            return console.answer([
                "purposes": .integer(Int64(policies?.purposes.count ?? 0)), "cases": .integer(Int64(cases)),
                "findings": .array(
                    findings.map {
                        ["file": .string($0.file), "line": .integer(Int64($0.line)), "reason": .string($0.reason)]
                    }),
            ])
        }
        for finding in findings { console.say(finding.description) }
        if findings.isEmpty {
            console.say(OperatorText.policiesGood, directory, "\(policies?.purposes.count ?? 0)", "\(cases)")
        } else {
            console.say(OperatorText.policiesBad, directory, "\(findings.count)")
        }
    }
}
