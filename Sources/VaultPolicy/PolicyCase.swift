package import VaultModel

/// One request with the decision that is expected of it, from `purposes/NAME.cases.yaml`. Cases are how people who do
/// not read code check that a policy means what they meant.
package struct PolicyCase: Sendable, Equatable, CustomStringConvertible {
    /// What the case shows, in words.
    package let name: String
    package let file: String
    package let line: Int
    package let question: AccessQuestion
    package let grant: GrantFacts?
    package let resident: ResidentFacts
    package let usedToday: Int
    package let now: Instant
    package let expected: Decision.Outcome

    package var description: String { "\(file):\(line): \(name)" }

    /// Whether the expected decision is a refusal.
    package var isDenial: Bool { if case .deny = expected { true } else { false } }

    /// Nil when the policies decide as expected, else a finding that names both decisions.
    package func check(with evaluator: PolicyEvaluator) -> PolicyFinding? {
        let decision = evaluator.decide(question, grant: grant, resident: resident, usedToday: usedToday, now: now)
        guard decision.outcome != expected else { return nil }
        let reason =
            "'\(name)': expected \(Self.words(expected)), decided \(Self.words(decision.outcome)) by \(decision.rule)"
        return PolicyFinding(file: file, line: line, reason: reason)
    }

    private static func words(_ outcome: Decision.Outcome) -> String {
        switch outcome {
        case .deny(let reason): "deny \(reason.rawValue)"
        case .release(let shown, let withheld):
            "release of "
                + (shown.map { "\($0.key) \($0.value.rawValue)" }
                + withheld.map { "\($0.key) withheld \($0.value.rawValue)" })
                .sorted().joined(separator: ", ")
        }
    }
}
