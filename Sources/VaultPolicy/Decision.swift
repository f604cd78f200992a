package import VaultModel

/// What the policy says to one question about one resident. A value, not an error: a refusal is an answer.
package struct Decision: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        /// What may be shown, each field in its form, and what is held back, each with its reason. At least one field
        /// is shown. For a write the forms are `raw`.
        case release([FieldName: DisclosureForm], withheld: [FieldName: ReasonCode])
        case deny(ReasonCode)
    }

    package let outcome: Outcome
    /// The clause that decided: the first that said no, or `release`.
    package let clause: Clause
    /// The purpose whose clauses were walked; nil when the question named one that does not exist.
    package let purpose: PurposeName?
    /// The version of that purpose, 0 when it does not exist.
    package let version: Int

    /// Where the rule stands, for example `parking.permit@1/limits.reads_per_day`, for the log.
    package var rule: String {
        guard let purpose else { return "vault/\(clause.rawValue)" }
        return "\(purpose)@\(version)/\(clause.rawValue)"
    }

    /// Every clause that was looked at, in the order of the design; only the last can have said no.
    package var trace: [Step] {
        var steps: [Step] = []
        for clause in Clause.allCases {
            guard clause != self.clause else { break }
            steps.append(Step(clause: clause, passed: true))
        }
        return steps + [Step(clause: clause, passed: reason == nil)]
    }

    /// Why nothing is shown; nil for a release.
    package var reason: ReasonCode? { if case .deny(let reason) = outcome { reason } else { nil } }
}

/// One clause of the decision order and what it said.
package struct Step: Sendable, Equatable {
    package let clause: Clause
    package let passed: Bool
}

/// The clauses in the order in which they are asked (design, section 5). The first that says no decides.
package enum Clause: String, Sendable, CaseIterable {
    // 1: caller and purpose known
    case purposes
    case app
    // 2: fields, form and actions within the purpose
    case actions
    case fields
    case form
    case rowsPerRequest = "limits.rows_per_request"
    case initiator = "must_state.initiator"
    case caseReference = "must_state.case"
    // 3: the resident's own restriction
    case restriction = "resident.restriction"
    // 4: the grant
    case grant
    case grantVersion = "grant.version"
    case grantState = "grant.state"
    case grantDates = "grant.until"
    case consent = "grant.basis"
    case grantFields = "grant.fields"
    // 5: limits
    case grantRows = "grant.limits.rows_per_request"
    case readsPerDay = "limits.reads_per_day"
    // 6
    case release
}

/// Why something was refused or held back; stable words for the log.
package enum ReasonCode: String, Sendable, CaseIterable {
    case unknownPurpose = "unknown_purpose"
    case purposeNotAllowed = "purpose_not_allowed"
    case unknownField = "unknown_field"
    case badForm = "bad_form"
    case rowsLimit = "rows_limit"
    case missingInitiator = "missing_initiator"
    case missingCase = "missing_case"
    /// The resident stopped all handling.
    case restricted
    case noGrant = "no_grant"
    /// The purpose knows the field; this grant does not give it.
    case notGranted = "not_granted"
    case wrongVersion = "wrong_version"
    case paused
    case withdrawn
    case expired
    case terminated
    case invalidated
    /// The grant begins later.
    case notBegun = "not_begun"
    /// The consent is not of the kind that the field or the person's age needs.
    case wrongConsent = "wrong_consent"
    case limit
    /// The policy allows it, but the value cannot be opened or shown in the form.
    case unavailable

    /// What an app is told for an item or field. It cannot tell never, ended, paused and unknown apart (design,
    /// section 7), so that it learns nothing of what a resident did elsewhere.
    package var publicCode: String {
        switch self {
        case .limit, .rowsLimit: "limit"
        case .badForm, .unavailable, .unknownPurpose, .purposeNotAllowed, .unknownField, .missingInitiator,
            .missingCase:
            rawValue
        case .restricted, .noGrant, .notGranted, .wrongVersion, .paused, .withdrawn, .expired, .terminated,
            .invalidated,
            .notBegun, .wrongConsent:
            "no_grant"
        }
    }
}
