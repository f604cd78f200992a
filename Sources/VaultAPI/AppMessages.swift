package import VaultModel

/// Who is asking, as the vault knows them (`GET /v1/whoami`).
package struct WhoAmI: WireMessage, Equatable {
    package let app: AppName
    package let party: String
    /// The purposes this app may use.
    package let purposes: [PurposeName]
    /// Whether the operator has held the token, so that it is not the app's alone.
    package let operatorHeld: Bool

    package init(app: AppName, party: String, purposes: [PurposeName], operatorHeld: Bool) {
        self.app = app
        self.party = party
        self.purposes = purposes
        self.operatorHeld = operatorHeld
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                app: try reader.app("app"), party: try reader.string("party"),
                purposes: try reader.distinct("purposes", cap: WireLimits.page, allowsEmpty: true) {
                    $0.string.flatMap(PurposeName.init)
                },
                operatorHeld: try reader.bool("operator_held"))
        }
    }

    package var json: JSON {
        [
            "app": .string(app.text), "party": .string(party), "purposes": .array(purposes.map { .string($0.text) }),
            "operator_held": .bool(operatorHeld),
        ]
    }
}

/// A person named by a value that the policy indexes, such as an ID number.
package struct SubjectReference: WireMessage, Equatable {
    package let field: FieldName
    package let value: String

    package init(field: FieldName, value: String) {
        self.field = field
        self.value = value
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(field: try reader.field("field"), value: try reader.string("value", cap: WireLimits.subjectValue))
        }
    }

    package var json: JSON { ["field": .string(field.text), "value": .string(value)] }
}

/// An app asks a resident for access (`POST /v1/access-requests`). The answer is the same whoever is named.
package struct AccessRequestBody: WireMessage, Equatable {
    package let subject: SubjectReference
    package let purpose: PurposeName
    /// Absent: all fields of the purpose.
    package let fields: [FieldName]?
    package let form: DisclosureForm?
    package let until: Instant?

    package init(
        subject: SubjectReference, purpose: PurposeName, fields: [FieldName]? = nil, form: DisclosureForm? = nil,
        until: Instant? = nil
    ) {
        self.subject = subject
        self.purpose = purpose
        self.fields = fields
        self.form = form
        self.until = until
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                subject: try reader.message("subject"), purpose: try reader.purpose("purpose"),
                fields: try reader.optionalFields("fields"), form: try reader.optionalForm("form"),
                until: try reader.optionalInstant("until"))
        }
    }

    package var json: JSON {
        .members([
            "subject": subject.json, "purpose": .string(purpose.text), "fields": fields.map { JSON($0) },
            "form": form.map { .string($0.rawValue) }, "until": until.map { JSON($0) },
        ])
    }
}

/// 202: the request was taken, which says nothing about whether such a person exists.
package struct AccessRequestAccepted: WireMessage, Equatable {
    package let id: RequestID

    package init(id: RequestID) { self.id = id }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(id: try reader.id("id", as: RequestID.self))
        }
    }

    package var json: JSON { ["id": .string(id.base64)] }
}

/// What an app may know of its request: refusal, silence and nobody there are all `open` until its date.
package struct AccessRequestView: WireMessage, Equatable {
    package enum State: String, Sendable, CaseIterable { case open, given, closed }

    package let id: RequestID
    package let state: State
    /// Only when given.
    package let resident: PairwiseID?
    /// Only when given.
    package let grant: GrantID?

    package init(id: RequestID, state: State, resident: PairwiseID? = nil, grant: GrantID? = nil) {
        self.id = id
        self.state = state
        self.resident = resident
        self.grant = grant
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                id: try reader.id("id", as: RequestID.self),
                state: try reader.required("state") { $0.string.flatMap(State.init(rawValue:)) },
                resident: try reader.optionalPairwise("resident"),
                grant: try reader.optionalID("grant", as: GrantID.self))
        }
    }

    package var json: JSON {
        .members([
            "id": .string(id.base64), "state": .string(state.rawValue), "resident": resident.map { .string($0.base32) },
            "grant": grant.map { .string($0.base64) },
        ])
    }
}

/// One grant as its app sees it.
package struct AppGrant: WireMessage, Equatable {
    package let id: GrantID
    package let resident: PairwiseID
    package let purpose: PurposeName
    package let fields: [FieldName]
    package let form: DisclosureForm
    package let state: GrantState
    /// Absent: no end by date.
    package let until: Instant?

    package init(
        id: GrantID, resident: PairwiseID, purpose: PurposeName, fields: [FieldName], form: DisclosureForm,
        state: GrantState, until: Instant?
    ) {
        self.id = id
        self.resident = resident
        self.purpose = purpose
        self.fields = fields
        self.form = form
        self.state = state
        self.until = until
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                id: try reader.id("id", as: GrantID.self), resident: try reader.pairwise("resident"),
                purpose: try reader.purpose("purpose"), fields: try reader.fields("fields"),
                form: try reader.form("form"),
                state: try reader.required("state") { $0.string.flatMap(GrantState.init(rawValue:)) },
                until: try reader.optionalInstant("until"))
        }
    }

    package var json: JSON {
        .members([
            "id": .string(id.base64), "resident": .string(resident.base32), "purpose": .string(purpose.text),
            "fields": JSON(fields), "form": .string(form.rawValue), "state": .string(state.rawValue),
            "until": until.map { JSON($0) },
        ])
    }
}

/// A page of an app's grants (`GET /v1/grants?after=`).
package struct AppGrantPage: WireMessage, Equatable {
    package let items: [AppGrant]
    /// What `after` takes for the next page; absent on the last.
    package let next: String?

    package init(items: [AppGrant], next: String? = nil) {
        self.items = items
        self.next = next
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(items: try reader.messages("items"), next: try reader.optionalString("next"))
        }
    }

    package var json: JSON { .members(["items": .array(items.map(\.json)), "next": next.map(JSON.string)]) }
}
