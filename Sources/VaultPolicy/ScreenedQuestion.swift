package import VaultModel

/// A question that passed steps 1 and 2 of the decision order, ready to be decided for one resident after another.
/// Only `PolicyEvaluator` makes one.
package struct ScreenedQuestion: Sendable {
    package let question: AccessQuestion
    package let purpose: Purpose
    let items: [Item]

    /// A field that was asked for. Each stands once.
    struct Item: Sendable {
        let field: FieldName
        let isSensitive: Bool
        /// The forms it has here, within what was asked and what the newest version of the purpose allows, most
        /// revealing first. A write does not look at them.
        let forms: [DisclosureForm]
    }

    init(question: AccessQuestion, purpose: Purpose, items: [Item]) {
        self.question = question
        self.purpose = purpose
        self.items = items
    }

    /// Steps 3 to 7 for one resident; parameters as in `PolicyEvaluator.decide`.
    package func decide(grant: GrantFacts?, resident: ResidentFacts, usedToday: Int, now: Instant) -> Decision {
        // A grant the resident gave falls to the restriction even if the purpose has since become a duty by law.
        let overrides = purpose.basis.overridesRestriction && (grant?.basis.overridesRestriction ?? true)
        guard !resident.restricted || overrides else { return deny(.restricted, .restriction) }
        guard let grant else { return deny(.noGrant, .grant) }
        if let (clause, reason) = refusal(by: grant, at: now) ?? refusal(ofConsentIn: grant, age: resident.age) {
            return deny(reason, clause)
        }

        var shown = [FieldName: DisclosureForm](minimumCapacity: items.count)
        var withheld: [FieldName: ReasonCode] = [:]
        for item in items {
            guard let granted = grant.forms[item.field] else {
                withheld[item.field] = .notGranted
                continue
            }
            if grant.basis == .consent, item.isSensitive {
                withheld[item.field] = .wrongConsent
            } else if let form = question.action == .write ? .raw : item.forms.first(where: { $0 <= granted }) {
                shown[item.field] = form
            } else {
                withheld[item.field] = .badForm
            }
        }
        guard !shown.isEmpty else { return deny(.noGrant, .grantFields) }
        guard question.rows <= grant.rowsPerRequest else { return deny(.rowsLimit, .grantRows) }
        let reads = min(grant.readsPerDay, purpose.limits.readsPerDay)
        guard question.action == .write || usedToday < reads else { return deny(.limit, .readsPerDay) }
        return Decision(outcome: .release(shown, withheld: withheld), clause: .release, of: purpose)
    }

    private func deny(_ reason: ReasonCode, _ clause: Clause) -> Decision {
        Decision(outcome: .deny(reason), clause: clause, of: purpose)
    }

    private func refusal(by grant: GrantFacts, at now: Instant) -> (Clause, ReasonCode)? {
        guard grant.recipient == question.app, grant.purpose == question.purpose else { return (.grant, .noGrant) }
        guard grant.actions.contains(question.action) else { return (.grant, .notGranted) }
        guard (purpose.oldestVersion...purpose.version).contains(grant.version) else {
            return (.grantVersion, .wrongVersion)
        }
        switch grant.state {
        case .given, .renewed: break
        case .paused: return (.grantState, .paused)
        case .withdrawn: return (.grantState, .withdrawn)
        case .expired: return (.grantState, .expired)
        case .terminated: return (.grantState, .terminated)
        case .invalidated: return (.grantState, .invalidated)
        }
        guard now >= grant.from else { return (.grantDates, .notBegun) }
        guard now < min(grant.until, purpose.limits.longestUntil(from: grant.from)) else {
            return (.grantDates, .expired)
        }
        return nil
    }

    /// Step 4's "right kind of consent": what the grant rests on must be what the newest version of the purpose needs,
    /// or more. A grant that rests on consent stays good when the purpose needs none any more; the reverse never.
    private func refusal(ofConsentIn grant: GrantFacts, age: Int?) -> (Clause, ReasonCode)? {
        let isEnough =
            switch (purpose.basis, grant.basis) {
            case (.consent, let given), (.consentSeparate, let given): given.needsConsent
            case (.consentWritten, let given): given == .consentWritten || given == .consentGuardian
            case (.consentGuardian, let given): given == .consentGuardian
            case (let needed, let given): given == needed || given.needsConsent
            }
        let isChild = age.map { $0 < 14 } ?? false
        guard isEnough, !isChild || !grant.basis.needsConsent || grant.basis == .consentGuardian else {
            return (.consent, .wrongConsent)
        }
        return nil
    }
}

extension FieldRule {
    /// Whether a field can be shown in this form under this rule, bounds aside: `band` and `answer` need their
    /// constants, `masked` a type that can be masked.
    func has(_ form: DisclosureForm, for definition: FieldDefinition) -> Bool {
        switch form {
        case .answer: answer != nil
        case .band: bands != nil
        case .masked: definition.canBeMasked
        case .raw: true
        }
    }
}
