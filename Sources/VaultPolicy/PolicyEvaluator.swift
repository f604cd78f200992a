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
        if let (clause, reason) = refusal(of: question, under: purpose) {
            return .refused(Decision(outcome: .deny(reason), clause: clause, of: purpose))
        }
        let items = Set(question.fields).compactMap { name -> ScreenedQuestion.Item? in
            guard let rule = purpose.fields[name], let definition = policies.fields[name] else { return nil }
            return ScreenedQuestion.Item(field: name, rule: rule, definition: definition)
        }
        let screened = ScreenedQuestion(question: question, purpose: purpose, items: items)
        // A form that none of the fields has here could never be answered, whatever the grant.
        if question.action == .read, items.allSatisfy({ screened.form(of: $0, within: .raw) == nil }) {
            return .refused(Decision(outcome: .deny(.badForm), clause: .form, of: purpose))
        }
        return .passed(screened)
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

    private func refusal(of question: AccessQuestion, under purpose: Purpose) -> (Clause, ReasonCode)? {
        guard purpose.app == question.app else { return (.app, .purposeNotAllowed) }
        guard purpose.actions.contains(question.action) else { return (.actions, .purposeNotAllowed) }
        guard !question.fields.isEmpty else { return (.fields, .unknownField) }
        for field in question.fields {
            guard policies.fields[field] != nil else { return (.fields, .unknownField) }
            guard let rule = purpose.fields[field], question.action == .read || rule.write else {
                return (.fields, .purposeNotAllowed)
            }
        }
        if let form = question.form, question.action == .write || form > purpose.form { return (.form, .badForm) }
        guard (1...max(1, purpose.limits.rowsPerRequest)).contains(question.rows) else {
            return (.rowsPerRequest, .rowsLimit)
        }
        if purpose.requiresInitiator, !question.initiator { return (.initiator, .missingInitiator) }
        if purpose.requiresCase, !question.caseReference { return (.caseReference, .missingCase) }
        return nil
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
