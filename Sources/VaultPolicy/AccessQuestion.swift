package import VaultModel

/// What an app asks, apart from whom it asks about: the same for all residents of a request.
package struct AccessQuestion: Sendable, Equatable {
    /// The caller, as its credential proved it.
    package var app: AppName
    package var purpose: PurposeName
    package var fields: [FieldName]
    /// The most revealing form wanted; nil for the most the purpose and grant allow. Always nil for a write.
    package var form: DisclosureForm?
    package var action: GrantAction
    /// Whether the request names the person who asked for it.
    package var initiator: Bool
    /// Whether the request names its case.
    package var caseReference: Bool
    /// How many residents the request names.
    package var rows: Int

    package init(
        app: AppName, purpose: PurposeName, fields: [FieldName], form: DisclosureForm? = nil,
        action: GrantAction = .read, initiator: Bool = false, caseReference: Bool = false, rows: Int = 1
    ) {
        self.app = app
        self.purpose = purpose
        self.fields = fields
        self.form = form
        self.action = action
        self.initiator = initiator
        self.caseReference = caseReference
        self.rows = rows
    }
}

/// What a grant's statement says, and where the grant stands. All but the state comes from the signed statement, never
/// from loose columns (design, section 4).
package struct GrantFacts: Sendable, Equatable {
    package var state: GrantState
    package var recipient: AppName
    package var purpose: PurposeName
    package var version: Int
    /// Each granted field with the most revealing form in which it was granted.
    package var forms: [FieldName: DisclosureForm]
    package var actions: Set<GrantAction>
    package var basis: LegalBasis
    package var from: Instant
    /// The first moment at which it no longer counts.
    package var until: Instant
    package var readsPerDay: Int
    package var rowsPerRequest: Int

    package init(
        state: GrantState, recipient: AppName, purpose: PurposeName, version: Int, forms: [FieldName: DisclosureForm],
        actions: Set<GrantAction>, basis: LegalBasis, from: Instant, until: Instant, readsPerDay: Int,
        rowsPerRequest: Int
    ) {
        self.state = state
        self.recipient = recipient
        self.purpose = purpose
        self.version = version
        self.forms = forms
        self.actions = actions
        self.basis = basis
        self.from = from
        self.until = until
        self.readsPerDay = readsPerDay
        self.rowsPerRequest = rowsPerRequest
    }

    /// A grant that gives all its fields in one form.
    package init(
        state: GrantState, recipient: AppName, purpose: PurposeName, version: Int, fields: Set<FieldName>,
        actions: Set<GrantAction>, form: DisclosureForm, basis: LegalBasis, from: Instant, until: Instant,
        readsPerDay: Int, rowsPerRequest: Int
    ) {
        self.init(
            state: state, recipient: recipient, purpose: purpose, version: version,
            forms: Dictionary(uniqueKeysWithValues: fields.map { ($0, form) }), actions: actions, basis: basis,
            from: from, until: until, readsPerDay: readsPerDay, rowsPerRequest: rowsPerRequest)
    }
}

/// What counts about the resident when a request is decided.
package struct ResidentFacts: Sendable, Equatable {
    /// Whether the resident restricted or froze the handling of their data (PIPL art. 44).
    package var restricted: Bool
    /// Whole years, where the vault knows them without opening a cell; nil when it does not know the person for a
    /// child. Under 14 only a guardian's consent counts (PIPL art. 31), and every field is sensitive.
    package var age: Int?

    package init(restricted: Bool, age: Int? = nil) {
        self.restricted = restricted
        self.age = age
    }
}
