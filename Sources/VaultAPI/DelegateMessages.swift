package import VaultModel

/// A resident lets another person act for them (`POST /v1/me/delegates`).
package struct DelegateRequest: WireMessage, Equatable {
    /// The other person's login number.
    package let login: LoginName
    /// Absent: only whole categories.
    package let fields: [FieldName]?
    /// All fields of these.
    package let categories: [String]?
    /// Absent: a year.
    package let until: Instant?

    package init(login: LoginName, fields: [FieldName]? = nil, categories: [String]? = nil, until: Instant? = nil) {
        self.login = login
        self.fields = fields
        self.categories = categories
        self.until = until
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            let message = Self(
                login: try reader.required("login") { $0.string.flatMap { LoginName($0) } },
                fields: try reader.optionalFields("fields"),
                categories: reader.optionalValue("categories") == nil
                    ? nil : try reader.distinct("categories", cap: WireLimits.fields) {
                        // The part of a field's name before the dot.
                        $0.string.flatMap { FieldName($0 + ".x") == nil ? nil : $0 }
                    },
                until: try reader.optionalInstant("until"))
            guard message.fields != nil || message.categories != nil else { throw WireError(.missingKey, key: "fields") }
            return message
        }
    }

    package var json: JSON {
        .members([
            "login": .string(login.text), "fields": fields.map { JSON($0) },
            "categories": categories.map { .array($0.map(JSON.string)) }, "until": until.map { JSON($0) },
        ])
    }
}

/// Someone who acts for the resident.
package struct DelegateView: WireMessage, Equatable {
    package let id: GrantID
    /// Absent: no longer enrolled.
    package let login: LoginName?
    package let fields: [ConsentField]
    package let basis: LegalBasis
    package let from: Instant
    package let until: Instant
    package let state: GrantState
    package let ended: Instant?
    /// Whether the resident gave it themself, and so can take it back.
    package let own: Bool

    package init(
        id: GrantID, login: LoginName?, fields: [ConsentField], basis: LegalBasis, from: Instant, until: Instant,
        state: GrantState, ended: Instant?, own: Bool
    ) {
        self.id = id
        self.login = login
        self.fields = fields
        self.basis = basis
        self.from = from
        self.until = until
        self.state = state
        self.ended = ended
        self.own = own
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                id: try reader.id("id", as: GrantID.self),
                login: try reader.optional("login") { $0.string.flatMap { LoginName($0) } },
                fields: try reader.messages("fields"), basis: try reader.basis("basis"), from: try reader.instant("from"),
                until: try reader.instant("until"),
                state: try reader.required("state") { $0.string.flatMap(GrantState.init(rawValue:)) },
                ended: try reader.optionalInstant("ended"), own: try reader.bool("own"))
        }
    }

    package var json: JSON {
        .members([
            "id": .string(id.base64), "login": (login?.text).map(JSON.string), "fields": .array(fields.map(\.json)),
            "basis": .string(basis.rawValue), "from": JSON(from), "until": JSON(until), "state": .string(state.rawValue),
            "ended": ended.map { JSON($0) }, "own": .bool(own),
        ])
    }
}

/// Who acts for the resident, and what that means (`GET /v1/me/delegates`).
package struct DelegateList: WireMessage, Equatable {
    package let items: [DelegateView]
    /// What anyone who acts for a resident may do and may not.
    package let notice: LocalizedText

    package init(items: [DelegateView], notice: LocalizedText) {
        self.items = items
        self.notice = notice
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(items: try reader.messages("items"), notice: try reader.localized("notice"))
        }
    }

    package var json: JSON { ["items": .array(items.map(\.json)), "notice": JSON(notice)] }
}

/// Someone whom the resident acts for (`GET /v1/me/wards`).
package struct WardView: WireMessage, Equatable {
    /// The delegation; every call for this person names it.
    package let id: GrantID
    package let login: LoginName
    /// Absent: their name is not among the fields.
    package let name: String?
    package let fields: [ConsentField]
    package let basis: LegalBasis
    package let from: Instant
    package let until: Instant
    /// How many requests about these fields wait for an answer.
    package let openRequests: Int

    package init(
        id: GrantID, login: LoginName, name: String?, fields: [ConsentField], basis: LegalBasis, from: Instant,
        until: Instant, openRequests: Int
    ) {
        self.id = id
        self.login = login
        self.name = name
        self.fields = fields
        self.basis = basis
        self.from = from
        self.until = until
        self.openRequests = openRequests
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                id: try reader.id("id", as: GrantID.self),
                login: try reader.required("login") { $0.string.flatMap { LoginName($0) } },
                name: try reader.optionalString("name"), fields: try reader.messages("fields"),
                basis: try reader.basis("basis"), from: try reader.instant("from"), until: try reader.instant("until"),
                openRequests: try reader.count("open_requests"))
        }
    }

    package var json: JSON {
        .members([
            "id": .string(id.base64), "login": .string(login.text), "name": name.map(JSON.string),
            "fields": .array(fields.map(\.json)), "basis": .string(basis.rawValue), "from": JSON(from),
            "until": JSON(until), "open_requests": JSON(openRequests),
        ])
    }
}

/// A delegate agrees in a ward's name (`POST /v1/me/wards/{id}:approve`).
package struct WardApproval: WireMessage, Equatable {
    package let request: RequestID
    /// Absent: every field asked for, all of which must lie within the delegation.
    package let fields: [FieldName]?
    /// Absent: as long as asked for, and no longer than the delegation.
    package let until: Instant?

    package init(request: RequestID, fields: [FieldName]? = nil, until: Instant? = nil) {
        self.request = request
        self.fields = fields
        self.until = until
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                request: try reader.id("request", as: RequestID.self), fields: try reader.optionalFields("fields"),
                until: try reader.optionalInstant("until"))
        }
    }

    package var json: JSON {
        .members([
            "request": .string(request.base64), "fields": fields.map { JSON($0) }, "until": until.map { JSON($0) },
        ])
    }
}

/// Which request of a ward's is refused (`POST /v1/me/wards/{id}:deny`).
package struct WardRequest: WireMessage, Equatable {
    package let request: RequestID

    package init(request: RequestID) { self.request = request }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(request: try reader.id("request", as: RequestID.self))
        }
    }

    package var json: JSON { ["request": .string(request.base64)] }
}

/// Which grant of a ward's is ended or paused (`POST /v1/me/wards/{id}:revoke`, `:pause`).
package struct WardGrant: WireMessage, Equatable {
    package let grant: GrantID

    package init(grant: GrantID) { self.grant = grant }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(grant: try reader.id("grant", as: GrantID.self))
        }
    }

    package var json: JSON { ["grant": .string(grant.base64)] }
}

/// New values for fields of a ward's (`POST /v1/me/wards/{id}:correct`).
package struct Correction: WireMessage, Equatable {
    package let fields: [FieldName: JSON]

    package init(fields: [FieldName: JSON]) { self.fields = fields }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(fields: try reader.values("fields")) }
    }

    package var json: JSON { ["fields": JSON(fields)] }
}
