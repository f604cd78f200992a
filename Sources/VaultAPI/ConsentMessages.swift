package import VaultModel

/// One field of a grant or request, in the resident's words.
package struct ConsentField: WireMessage, Equatable {
    package let field: FieldName
    package let title: LocalizedText
    package let form: DisclosureForm
    /// Sensitive after PIPL art. 28. Only requests say so.
    package let sensitive: Bool?

    package init(field: FieldName, title: LocalizedText, form: DisclosureForm, sensitive: Bool? = nil) {
        self.field = field
        self.title = title
        self.form = form
        self.sensitive = sensitive
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                field: try reader.field("field"), title: try reader.localized("title"), form: try reader.form("form"),
                sensitive: try reader.optional("sensitive") { $0.bool })
        }
    }

    package var json: JSON {
        .members([
            "field": .string(field.text), "title": JSON(title), "form": .string(form.rawValue),
            "sensitive": sensitive.map(JSON.bool),
        ])
    }
}

/// Who asks or may read, and for what: the part that grants and requests share.
package struct ConsentParty: Equatable, Sendable {
    package let app: AppName
    package let party: String
    package let partyTitle: LocalizedText
    /// Whether the operator has held the app's token too.
    package let operatorHeld: Bool
    package let purpose: PurposeName
    /// The purpose's title.
    package let title: LocalizedText
    /// The notice the policy prescribes (PIPL art. 17).
    package let notice: LocalizedText

    package init(
        app: AppName, party: String, partyTitle: LocalizedText, operatorHeld: Bool, purpose: PurposeName,
        title: LocalizedText, notice: LocalizedText
    ) {
        self.app = app
        self.party = party
        self.partyTitle = partyTitle
        self.operatorHeld = operatorHeld
        self.purpose = purpose
        self.title = title
        self.notice = notice
    }

    init(_ reader: inout WireReader) throws(WireError) {
        self.init(
            app: try reader.app("app"), party: try reader.string("party"),
            partyTitle: try reader.localized("party_title"),
            operatorHeld: try reader.bool("operator_held"), purpose: try reader.purpose("purpose"),
            title: try reader.localized("title"), notice: try reader.localized("notice"))
    }

    var members: [String: JSON] {
        [
            "app": .string(app.text), "party": .string(party), "party_title": JSON(partyTitle),
            "operator_held": .bool(operatorHeld), "purpose": .string(purpose.text), "title": JSON(title),
            "notice": JSON(notice),
        ]
    }
}

/// Who may read what of the resident's, since when and until when.
package struct GrantView: WireMessage, Equatable {
    package let id: GrantID
    package let recipient: ConsentParty
    package let fields: [ConsentField]
    package let actions: [GrantAction]
    package let form: DisclosureForm
    package let basis: LegalBasis
    package let from: Instant
    /// Absent: no end by date.
    package let until: Instant?
    package let state: GrantState
    /// When it ended, if it did.
    package let ended: Instant?

    package init(
        id: GrantID, recipient: ConsentParty, fields: [ConsentField], actions: [GrantAction], form: DisclosureForm,
        basis: LegalBasis, from: Instant, until: Instant?, state: GrantState, ended: Instant? = nil
    ) {
        self.id = id
        self.recipient = recipient
        self.fields = fields
        self.actions = actions
        self.form = form
        self.basis = basis
        self.from = from
        self.until = until
        self.state = state
        self.ended = ended
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                id: try reader.id("id", as: GrantID.self), recipient: try ConsentParty(&reader),
                fields: try reader.messages("fields"),
                actions: try reader.distinct("actions", cap: 2) { $0.string.flatMap(GrantAction.init(rawValue:)) },
                form: try reader.form("form"), basis: try reader.basis("basis"), from: try reader.instant("from"),
                until: try reader.optionalInstant("until"),
                state: try reader.required("state") { $0.string.flatMap(GrantState.init(rawValue:)) },
                ended: try reader.optionalInstant("ended"))
        }
    }

    package var json: JSON {
        var members = recipient.members
        members["id"] = .string(id.base64)
        members["fields"] = .array(fields.map(\.json))
        members["actions"] = .array(actions.map { .string($0.rawValue) })
        members["form"] = .string(form.rawValue)
        members["basis"] = .string(basis.rawValue)
        members["from"] = JSON(from)
        members["until"] = until.map { JSON($0) }
        members["state"] = .string(state.rawValue)
        members["ended"] = ended.map { JSON($0) }
        return .object(members)
    }
}

/// What an app asks of the resident.
package struct RequestView: WireMessage, Equatable {
    package let id: RequestID
    package let recipient: ConsentParty
    /// Why the purpose needs the fields.
    package let necessity: LocalizedText
    /// What it means for the resident (PIPL art. 30).
    package let impact: LocalizedText
    package let fields: [ConsentField]
    package let form: DisclosureForm
    package let basis: LegalBasis
    /// What it asks for, or the longest the policy allows.
    package let until: Instant?
    package let created: Instant
    /// When the request lapses unanswered.
    package let expires: Instant
    package let state: RequestState

    package init(
        id: RequestID, recipient: ConsentParty, necessity: LocalizedText, impact: LocalizedText, fields: [ConsentField],
        form: DisclosureForm, basis: LegalBasis, until: Instant?, created: Instant, expires: Instant,
        state: RequestState
    ) {
        self.id = id
        self.recipient = recipient
        self.necessity = necessity
        self.impact = impact
        self.fields = fields
        self.form = form
        self.basis = basis
        self.until = until
        self.created = created
        self.expires = expires
        self.state = state
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                id: try reader.id("id", as: RequestID.self), recipient: try ConsentParty(&reader),
                necessity: try reader.localized("necessity"), impact: try reader.localized("impact"),
                fields: try reader.messages("fields"), form: try reader.form("form"), basis: try reader.basis("basis"),
                until: try reader.optionalInstant("until"), created: try reader.instant("created"),
                expires: try reader.instant("expires"),
                state: try reader.required("state") { $0.string.flatMap(RequestState.init(rawValue:)) })
        }
    }

    package var json: JSON {
        var members = recipient.members
        members["id"] = .string(id.base64)
        members["necessity"] = JSON(necessity)
        members["impact"] = JSON(impact)
        members["fields"] = .array(fields.map(\.json))
        members["form"] = .string(form.rawValue)
        members["basis"] = .string(basis.rawValue)
        members["until"] = until.map { JSON($0) }
        members["created"] = JSON(created)
        members["expires"] = JSON(expires)
        members["state"] = .string(state.rawValue)
        return .object(members)
    }
}

/// `{"items":[…]}`: lists that are short enough for one answer.
package struct ItemList<Item: WireMessage & Equatable>: WireMessage, Equatable {
    package let items: [Item]

    package init(items: [Item]) { self.items = items }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(items: try reader.messages("items")) }
    }

    package var json: JSON { ["items": .array(items.map(\.json))] }
}

/// The resident agrees, to all of it or to less (`POST /v1/me/requests/{id}:approve`).
package struct Approval: WireMessage, Equatable {
    /// Absent: every field asked for.
    package let fields: [FieldName]?
    /// Absent: as long as asked for.
    package let until: Instant?

    package init(fields: [FieldName]? = nil, until: Instant? = nil) {
        self.fields = fields
        self.until = until
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(fields: try reader.optionalFields("fields"), until: try reader.optionalInstant("until"))
        }
    }

    package var json: JSON { .members(["fields": fields.map { JSON($0) }, "until": until.map { JSON($0) }]) }
}

/// The grant that an approval made.
package struct ApprovalResponse: WireMessage, Equatable {
    package let grant: GrantID

    package init(grant: GrantID) { self.grant = grant }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(grant: try reader.id("grant", as: GrantID.self))
        }
    }

    package var json: JSON { ["grant": .string(grant.base64)] }
}
