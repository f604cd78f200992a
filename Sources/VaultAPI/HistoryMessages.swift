package import VaultModel

/// One entry of the log as the resident whom it concerns sees it: their own line of it.
package struct HistoryItem: WireMessage, Equatable {
    /// A field with its title.
    package struct Field: WireMessage, Equatable {
        package let field: FieldName
        package let title: LocalizedText

        package init(field: FieldName, title: LocalizedText) {
            self.field = field
            self.title = title
        }

        package init(json: JSON) throws(WireError) {
            self = try WireReader.read(json) { reader throws(WireError) in
                Self(field: try reader.field("field"), title: try reader.localized("title"))
            }
        }

        package var json: JSON { ["field": .string(field.text), "title": JSON(title)] }
    }

    package let sequence: Int
    package let time: Instant
    /// A `LogAction`'s raw value.
    package let action: String
    /// `operator`, `resident`, `app` or `auditor`.
    package let role: String?
    package let app: AppName?
    package let partyTitle: LocalizedText?
    package let purpose: PurposeName?
    package let purposeTitle: LocalizedText?
    /// Who at the app asked: an id of its staff list.
    package let initiator: String?
    package let fields: [Field]
    package let withheld: [Field]
    package let form: DisclosureForm?
    package let basis: LegalBasis?
    package let outcome: String
    package let reason: String?

    package init(
        sequence: Int, time: Instant, action: String, role: String?, app: AppName?, partyTitle: LocalizedText?,
        purpose: PurposeName?, purposeTitle: LocalizedText?, initiator: String?, fields: [Field], withheld: [Field],
        form: DisclosureForm?, basis: LegalBasis?, outcome: String, reason: String?
    ) {
        self.sequence = sequence
        self.time = time
        self.action = action
        self.role = role
        self.app = app
        self.partyTitle = partyTitle
        self.purpose = purpose
        self.purposeTitle = purposeTitle
        self.initiator = initiator
        self.fields = fields
        self.withheld = withheld
        self.form = form
        self.basis = basis
        self.outcome = outcome
        self.reason = reason
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                sequence: try reader.count("seq"), time: try reader.instant("time"), action: try reader.string("action"),
                role: try reader.optional("role") { $0.string },
                app: try reader.optional("app") { $0.string.flatMap(AppName.init) },
                partyTitle: try reader.optionalLocalized("party_title"),
                purpose: try reader.optional("purpose") { $0.string.flatMap(PurposeName.init) },
                purposeTitle: try reader.optionalLocalized("purpose_title"),
                initiator: try reader.optional("initiator") { $0.string }, fields: try reader.messages("fields"),
                withheld: try reader.messages("withheld"),
                form: try reader.optional("form") { $0.string.flatMap(DisclosureForm.init(rawValue:)) },
                basis: try reader.optional("basis") { $0.string.flatMap(LegalBasis.init(rawValue:)) },
                outcome: try reader.string("outcome"), reason: try reader.optional("reason") { $0.string })
        }
    }

    package var json: JSON {
        .members([
            "seq": JSON(sequence), "time": JSON(time), "action": .string(action), "role": role.map(JSON.string),
            "app": app.map { .string($0.text) }, "party_title": partyTitle.map { JSON($0) },
            "purpose": purpose.map { .string($0.text) }, "purpose_title": purposeTitle.map { JSON($0) },
            "initiator": initiator.map(JSON.string), "fields": .array(fields.map(\.json)),
            "withheld": .array(withheld.map(\.json)), "form": form.map { .string($0.rawValue) },
            "basis": basis.map { .string($0.rawValue) }, "outcome": .string(outcome), "reason": reason.map(JSON.string),
        ])
    }
}

/// A page of a resident's history, newest first (`GET /v1/me/history?before=SEQ&limit=N`).
package struct HistoryPage: WireMessage, Equatable {
    package let items: [HistoryItem]
    /// What `before` takes for the next page; absent on the last.
    package let next: Int?

    package init(items: [HistoryItem], next: Int? = nil) {
        self.items = items
        self.next = next
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                items: try reader.messages("items"),
                next: try reader.optional("next") { $0.integer.flatMap { $0 >= 0 ? Int($0) : nil } })
        }
    }

    package var json: JSON { .members(["items": .array(items.map(\.json)), "next": next.map { JSON($0) }]) }
}
