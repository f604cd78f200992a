package import VaultModel

/// Decides by the order of design section 5: the first clause that says no decides, and what is unknown is refused.
///
/// Pure: the same question, facts and time give the same decision. It does not hold the keys; a decision to release
/// still needs a bundle that opens the field (promise 2).
package struct PolicyEvaluator: Sendable {
    package let policies: PolicySet

    package init(policies: PolicySet) { self.policies = policies }

    /// Steps 1 and 2, which are the same for every resident of a request: nil to go on, else the refusal.
    package func screen(_ question: AccessQuestion) -> Decision? {
        switch screened(question) {
        case .refused(let decision): decision
        case .passed: nil
        }
    }

    /// Steps 1 and 2, kept for the residents that follow, so that a batch walks them once.
    package func screened(_ question: AccessQuestion) -> Screening {
        guard let purpose = policies.purposes[question.purpose] else {
            return .refused(Decision(outcome: .deny(.unknownPurpose), clause: .purposes, purpose: nil, version: 0))
        }
        func refused(_ clause: Clause, _ reason: ReasonCode) -> Screening {
            .refused(Decision(outcome: .deny(reason), clause: clause, of: purpose))
        }
        guard purpose.app == question.app else { return refused(.app, .purposeNotAllowed) }
        guard purpose.actions.contains(question.action) else { return refused(.actions, .purposeNotAllowed) }
        guard !question.fields.isEmpty else { return refused(.fields, .unknownField) }
        var items: [ScreenedQuestion.Item] = []
        items.reserveCapacity(question.fields.count)
        for field in question.fields where !items.contains(where: { $0.field == field }) {
            guard let definition = policies.fields[field] else { return refused(.fields, .unknownField) }
            guard let rule = purpose.fields[field], question.action == .read || rule.write else {
                return refused(.fields, .purposeNotAllowed)
            }
            let most = min(question.form ?? .raw, rule.form)
            let forms = Self.mostRevealingFirst.filter { $0 <= most && rule.has($0, for: definition) }
            items.append(
                ScreenedQuestion.Item(field: field, isSensitive: definition.sensitivity == .sensitive, forms: forms))
        }
        guard hasForm(question, purpose, items) else { return refused(.form, .badForm) }
        guard question.rows >= 1, question.rows <= purpose.limits.rowsPerRequest else {
            return refused(.rowsPerRequest, .rowsLimit)
        }
        guard question.initiator || !purpose.requiresInitiator else { return refused(.initiator, .missingInitiator) }
        guard question.caseReference || !purpose.requiresCase else { return refused(.caseReference, .missingCase) }
        return .passed(ScreenedQuestion(question: question, purpose: purpose, items: items))
    }

    private static let mostRevealingFirst = Array(DisclosureForm.allCases.reversed())

    /// Whether the form asked for is one the purpose gives at all, and at least one of the fields has one within it; a
    /// question that no grant could answer is refused before any resident is looked at. A write has no form.
    private func hasForm(_ question: AccessQuestion, _ purpose: Purpose, _ items: [ScreenedQuestion.Item]) -> Bool {
        if question.action == .write { return question.form == nil }
        return (question.form ?? .answer) <= purpose.form && items.contains { !$0.forms.isEmpty }
    }

    /// All steps for one resident.
    ///
    /// - Parameters:
    ///   - grant: the caller's grant for this resident and purpose, nil when there is none.
    ///   - usedToday: reads already released to this grant for this resident on this day of the vault's zone.
    package func decide(
        _ question: AccessQuestion, grant: GrantFacts?, resident: ResidentFacts, usedToday: Int, now: Instant
    ) -> Decision {
        switch screened(question) {
        case .refused(let decision): decision
        case .passed(let screened): screened.decide(grant: grant, resident: resident, usedToday: usedToday, now: now)
        }
    }
}

/// The outcome of steps 1 and 2.
package enum Screening: Sendable {
    case refused(Decision)
    case passed(ScreenedQuestion)
}

extension Decision {
    init(outcome: Outcome, clause: Clause, of purpose: Purpose) {
        self.init(outcome: outcome, clause: clause, purpose: purpose.name, version: purpose.version)
    }
}
