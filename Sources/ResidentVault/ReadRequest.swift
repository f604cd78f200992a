package import VaultModel

/// What an app asks to read.
package struct ReadRequest: Sendable {
    /// The request's id in the log, which all parts of one request have.
    package let id: RequestID
    package let purpose: PurposeName
    /// As written in the request: pairwise ids in base32, or anything else, which is answered like an unknown id.
    package let residents: [String]
    package let fields: [FieldName]
    package let form: DisclosureForm?
    package let initiator: String?
    package let caseReference: String?
    /// How many residents the whole request names, of which these can be a part.
    package let rows: Int
    /// The answer has a line for each resident, and nothing around them.
    package let lines: Bool

    package init(
        purpose: PurposeName, residents: [String], fields: [FieldName], form: DisclosureForm?, initiator: String?,
        caseReference: String?, id: RequestID = .random(), rows: Int? = nil, lines: Bool = false
    ) {
        self.id = id
        self.rows = rows ?? residents.count
        self.lines = lines
        self.purpose = purpose
        self.residents = residents
        self.fields = fields
        self.form = form
        self.initiator = initiator
        self.caseReference = caseReference
    }
}
