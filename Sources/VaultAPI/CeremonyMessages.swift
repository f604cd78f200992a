package import VaultModel

/// What an operator asks custodians to do together.
package struct CeremonyOpening: WireMessage, Equatable {
    /// Whom it concerns.
    package enum People: Equatable, Sendable {
        /// By their login names.
        case logins([LoginName])
        /// One person by their ID number, for those who have forgotten the login name too.
        case idNumber(String)
        /// Who is to act for whom.
        case pairs([Pair])
        /// Everyone whom it still concerns.
        case everyone
    }

    /// Someone who cannot act alone, and who is to act for them.
    package struct Pair: WireMessage, Equatable {
        package let ward: LoginName
        package let delegate: LoginName

        package init(ward: LoginName, delegate: LoginName) {
            self.ward = ward
            self.delegate = delegate
        }

        package init(json: JSON) throws(WireError) {
            self = try WireReader.read(json) { reader throws(WireError) in
                Self(ward: try reader.login("ward"), delegate: try reader.login("delegate"))
            }
        }

        package var json: JSON { ["ward": .string(ward.text), "delegate": .string(delegate.text)] }
    }

    /// `recover`, `issue`, `delegate`, `rekey` or `entrust`.
    package let kind: String
    /// A word, such as `lost-passphrase`; it stands in the log.
    package let reason: String
    package let people: People
    /// On `recover`: H(auth key) of the new letter's code, which the asker has made.
    package let letter: [UInt8]?
    /// On `issue`.
    package let purpose: PurposeName?
    /// On `delegate`.
    package let fields: [FieldName]?
    package let basis: LegalBasis?
    /// On `delegate` and `issue`: when what is given ends.
    package let until: Instant?

    package init(
        kind: String, reason: String, people: People, letter: [UInt8]? = nil, purpose: PurposeName? = nil,
        fields: [FieldName]? = nil, basis: LegalBasis? = nil, until: Instant? = nil
    ) {
        self.kind = kind
        self.reason = reason
        self.people = people
        self.letter = letter
        self.purpose = purpose
        self.fields = fields
        self.basis = basis
        self.until = until
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            let logins = try reader.optionalValue("logins").map { _ throws(WireError) in
                try reader.distinct("logins", cap: WireLimits.ceremonyPeople) { $0.string.flatMap(LoginName.init) }
            }
            let number = try reader.optionalString("id_number")
            let pairs = try reader.optionalValue("pairs").map { _ throws(WireError) in
                try reader.messages("pairs", cap: WireLimits.ceremonyPeople, as: Pair.self)
            }
            let people: People
            switch (logins, number, pairs) {
            case (let logins?, nil, nil): people = .logins(logins)
            case (nil, let number?, nil): people = .idNumber(number)
            case (nil, nil, let pairs?): people = .pairs(pairs)
            case (nil, nil, nil): people = .everyone
            default: throw WireError(.badValue, key: "logins")
            }
            return Self(
                kind: try reader.string("kind", cap: 16), reason: try reader.string("reason", cap: 40), people: people,
                letter: try reader.optional("letter") { $0.string.flatMap(Base64URL.decode).flatMap { $0.count == 32 ? $0 : nil } },
                purpose: try reader.optional("purpose", or: .unknownPurpose) { $0.string.flatMap(PurposeName.init) },
                fields: try reader.optionalFields("fields"),
                basis: try reader.optional("basis") { $0.string.flatMap(LegalBasis.init(rawValue:)) },
                until: try reader.optionalInstant("until"))
        }
    }

    package var json: JSON {
        var logins: JSON?
        var number: JSON?
        var pairs: JSON?
        switch people {
        case .logins(let names): logins = .array(names.map { .string($0.text) })
        case .idNumber(let text): number = .string(text)
        case .pairs(let list): pairs = .array(list.map(\.json))
        case .everyone: break
        }
        return .members([
            "kind": .string(kind), "reason": .string(reason), "logins": logins, "id_number": number, "pairs": pairs,
            "letter": letter.map { .string(Base64URL.encode($0)) }, "purpose": purpose.map { .string($0.text) },
            "fields": fields.map { JSON($0) }, "basis": basis.map { .string($0.rawValue) }, "until": until.map { JSON($0) },
        ])
    }
}

/// A ceremony and how far it is.
package struct CeremonyView: WireMessage, Equatable {
    /// `open`: answers are awaited or it can be carried out; `closed`: done.
    package let state: String
    /// The request's canonical text, which custodians sign.
    package let request: String
    /// Its entry in the log.
    package let index: Int
    /// Who is asked: each of them gets a `CeremonyPage` of their own.
    package let custodians: [CustodianName]
    /// Custodians who have answered for everyone on the list.
    package let answered: [CustodianName]
    package let done: Int
    package let failed: Int

    package init(
        state: String, request: String, index: Int, custodians: [CustodianName], answered: [CustodianName], done: Int,
        failed: Int
    ) {
        self.state = state
        self.request = request
        self.index = index
        self.custodians = custodians
        self.answered = answered
        self.done = done
        self.failed = failed
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                state: try reader.string("state"), request: try reader.string("request"), index: try reader.count("index"),
                custodians: try reader.list("custodians", cap: 32, allowsEmpty: true) { $0.string.flatMap(CustodianName.init) },
                answered: try reader.list("answered", cap: 32, allowsEmpty: true) { $0.string.flatMap(CustodianName.init) },
                done: try reader.count("done"), failed: try reader.count("failed"))
        }
    }

    package var json: JSON {
        [
            "state": .string(state), "request": .string(request), "index": JSON(index),
            "custodians": .array(custodians.map { .string($0.text) }),
            "answered": .array(answered.map { .string($0.text) }), "done": JSON(done), "failed": JSON(failed),
        ]
    }
}

/// One resident on a ceremony's list as one custodian gets them.
package struct CeremonyLine: WireMessage, Equatable {
    package let item: CeremonyItem
    /// This custodian's share; none if they hold none for this resident.
    package let share: ShareItem?

    package init(item: CeremonyItem, share: ShareItem?) {
        self.item = item
        self.share = share
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            let resident = CeremonyItem.Person(
                id: try reader.id("resident", as: ResidentID.self), login: try reader.login("login"))
            var delegate: CeremonyItem.Person?
            if let id = try reader.optionalID("delegate", as: ResidentID.self) {
                delegate = CeremonyItem.Person(id: id, login: try reader.login("delegate_login"))
            }
            var share: ShareItem?
            if reader.optionalValue("share") != nil { share = try reader.message("share") }
            return Self(item: CeremonyItem(resident: resident, delegate: delegate), share: share)
        }
    }

    package var json: JSON {
        .members([
            "resident": .string(item.resident.id.base64), "login": .string(item.resident.login.text),
            "delegate": item.delegate.map { .string($0.id.base64) },
            "delegate_login": item.delegate.map { .string($0.login.text) }, "share": share?.json,
        ])
    }
}

/// A ceremony as one custodian gets it, a page of its list at a time. Joined over its pages it is the file that is carried
/// to a custodian.
package struct CeremonyPage: WireMessage, Equatable {
    package let custodian: CustodianName
    package let request: String
    /// That the request stands in the log: a tlog-proof file with the entry as its extra.
    package let proof: String
    package let lines: [CeremonyLine]
    /// Where the next page begins: a place in the list; none on the last.
    package let next: Int?

    package init(custodian: CustodianName, request: String, proof: String, lines: [CeremonyLine], next: Int?) {
        self.custodian = custodian
        self.request = request
        self.proof = proof
        self.lines = lines
        self.next = next
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                custodian: try reader.custodian("custodian"), request: try reader.string("request"),
                proof: try reader.string("proof"), lines: try reader.messages("lines"),
                next: try reader.optional("next") { $0.integer.flatMap { $0 >= 0 ? Int($0) : nil } })
        }
    }

    package var json: JSON {
        .members([
            "custodian": .string(custodian.text), "request": .string(request), "proof": .string(proof),
            "lines": .array(lines.map(\.json)), "next": next.map { JSON($0) },
        ])
    }
}

/// A custodian's answer, or a part of one: the signature stands in each.
package struct CeremonyAnswer: WireMessage, Equatable {
    package let ceremony: CeremonyID
    package let custodian: CustodianName
    /// Over the request's bytes, type `ceremony`; 64 bytes.
    package let signature: [UInt8]
    /// Sealed to the ceremony's key.
    package let shares: [ShareItem]

    package init(ceremony: CeremonyID, custodian: CustodianName, signature: [UInt8], shares: [ShareItem]) {
        self.ceremony = ceremony
        self.custodian = custodian
        self.signature = signature
        self.shares = shares
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                ceremony: try reader.id("ceremony", as: CeremonyID.self), custodian: try reader.custodian("custodian"),
                signature: try reader.bytes("signature", count: 64), shares: try reader.messages("shares"))
        }
    }

    package var json: JSON {
        [
            "ceremony": .string(ceremony.base64), "custodian": .string(custodian.text),
            "signature": .string(Base64URL.encode(signature)), "shares": .array(shares.map(\.json)),
        ]
    }
}

/// Carries a ceremony on, for as long as one request should take.
package struct CeremonyStep: WireMessage, Equatable {
    /// On `recover`: the new letter's code.
    package let code: String?

    package init(code: String? = nil) { self.code = code }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(code: try reader.optionalString("code")) }
    }

    package var json: JSON { .members(["code": code.map { .string($0) }]) }
}
