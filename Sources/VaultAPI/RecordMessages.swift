package import VaultModel

/// An app reads (`POST /v1/records:read`).
package struct ReadRequest: WireMessage, Equatable {
    package let purpose: PurposeName
    /// 1…500 different pairwise ids; the answer keeps their order.
    package let residents: [PairwiseID]
    package let fields: [FieldName]
    package let form: DisclosureForm?
    /// Who of the app's staff asks, an id from its registered list.
    package let initiator: String?
    /// The app's own reference to the case at hand.
    package let caseReference: String?

    package init(
        purpose: PurposeName, residents: [PairwiseID], fields: [FieldName], form: DisclosureForm? = nil,
        initiator: String? = nil, caseReference: String? = nil
    ) {
        self.purpose = purpose
        self.residents = residents
        self.fields = fields
        self.form = form
        self.initiator = initiator
        self.caseReference = caseReference
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                purpose: try reader.purpose("purpose"),
                residents: try reader.distinct("residents", cap: WireLimits.residents) {
                    $0.string.flatMap(PairwiseID.init(base32:))
                },
                fields: try reader.fields("fields"), form: try reader.optionalForm("form"),
                initiator: try reader.optionalReference("initiator"),
                caseReference: try reader.optionalReference("case"))
        }
    }

    package var json: JSON {
        .members([
            "purpose": .string(purpose.text), "residents": .array(residents.map { .string($0.base32) }),
            "fields": JSON(fields), "form": form.map { .string($0.rawValue) }, "initiator": initiator.map(JSON.string),
            "case": caseReference.map(JSON.string),
        ])
    }
}

extension WireReader {
    fileprivate mutating func optionalReference(_ key: String) throws(WireError) -> String? {
        guard optionalValue(key) != nil else { return nil }
        return try string(key, cap: WireLimits.reference)
    }
}

/// A field that was asked for and not released, and why.
package struct WithheldField: WireMessage, Equatable {
    package let field: FieldName
    package let code: String

    package init(field: FieldName, code: String) {
        self.field = field
        self.code = code
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(field: try reader.field("field"), code: try reader.string("code"))
        }
    }

    package var json: JSON { ["field": .string(field.text), "code": .string(code)] }
}

/// One resident's part of an answer: a record, or the code that stands in its place.
package enum RecordItem: WireMessage, Equatable {
    case record(resident: PairwiseID, fields: [FieldName: JSON], withheld: [WithheldField])
    /// `no_grant` for never, ended, paused and unknown alike; `limit` over a limit.
    case refused(resident: PairwiseID, code: String)

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            let resident = try reader.pairwise("resident")
            if let code = try reader.optionalString("code") { return .refused(resident: resident, code: code) }
            return .record(
                resident: resident, fields: try reader.values("fields", allowsEmpty: true),
                withheld: try reader.messages("withheld"))
        }
    }

    package var json: JSON {
        switch self {
        case .record(let resident, let fields, let withheld):
            ["resident": .string(resident.base32), "fields": JSON(fields), "withheld": .array(withheld.map(\.json))]
        case .refused(let resident, let code): ["resident": .string(resident.base32), "code": .string(code)]
        }
    }
}

/// The answer to a read, one item for each resident in the order asked.
package struct ReadResponse: WireMessage, Equatable {
    package let records: [RecordItem]

    package init(records: [RecordItem]) { self.records = records }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(records: try reader.messages("records")) }
    }

    package var json: JSON { ["records": .array(records.map(\.json))] }
}

/// An app writes fields of one resident (`PATCH /v1/residents/{id}`).
package struct WriteRequest: WireMessage, Equatable {
    package let purpose: PurposeName
    package let fields: [FieldName: JSON]

    package init(purpose: PurposeName, fields: [FieldName: JSON]) {
        self.purpose = purpose
        self.fields = fields
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(purpose: try reader.purpose("purpose"), fields: try reader.values("fields"))
        }
    }

    package var json: JSON { ["purpose": .string(purpose.text), "fields": JSON(fields)] }
}

/// What became of each written field: stored, or waiting for the resident because they had set it themselves.
package struct WriteResponse: WireMessage, Equatable {
    package let written: [FieldName]
    package let proposed: [FieldName]

    package init(written: [FieldName], proposed: [FieldName]) {
        self.written = written
        self.proposed = proposed
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                written: try reader.fields("written", allowsEmpty: true),
                proposed: try reader.fields("proposed", allowsEmpty: true))
        }
    }

    package var json: JSON { ["written": JSON(written), "proposed": JSON(proposed)] }
}

/// An app looks for a resident who granted it something (`POST /v1/lookup`).
package struct LookupRequest: WireMessage, Equatable {
    package let purpose: PurposeName
    package let subject: SubjectReference

    package init(purpose: PurposeName, subject: SubjectReference) {
        self.purpose = purpose
        self.subject = subject
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(purpose: try reader.purpose("purpose"), subject: try reader.message("subject"))
        }
    }

    package var json: JSON { ["purpose": .string(purpose.text), "subject": subject.json] }
}

/// The pairwise id, or nothing: nobody, and somebody who granted this app nothing, look the same.
package struct LookupResponse: WireMessage, Equatable {
    package let resident: PairwiseID?

    package init(resident: PairwiseID?) { self.resident = resident }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(resident: try reader.optionalPairwise("resident"))
        }
    }

    package var json: JSON { .members(["resident": resident.map { .string($0.base32) }]) }
}
