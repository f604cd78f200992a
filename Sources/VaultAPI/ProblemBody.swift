package import VaultModel

/// The body of every refusal: an RFC 9457 problem document with a stable code.
package struct ProblemBody: WireMessage, Equatable {
    /// The media type it is sent with.
    package static let mediaType = "application/problem+json"

    package let status: Int
    package let title: String
    /// A `ProblemCode`, as text so that a newer daemon's code reaches the user of an older client.
    package let code: String
    /// What was expected and found; never a value of a resident.
    package let detail: String
    /// What to do about it.
    package let hint: String?

    package init(_ code: ProblemCode, detail: String, hint: String? = nil) {
        status = code.status
        title = code.title
        self.code = code.rawValue
        self.detail = detail
        self.hint = hint
    }

    /// The refusal of a body that is not the expected message.
    package init(_ error: WireError) {
        let subject = error.key.map { "key \"\($0)\"" } ?? "the body"
        let detail =
            switch error.code {
            case .unknownKey: "\(subject) is not known here"
            case .missingKey: "\(subject) is missing"
            case .duplicateKey: "a key stands twice in one object"
            case .badJSON: "the body is not JSON with whole numbers, nested at most \(JSONParser.depthLimit) deep"
            case .unknownField: "\(subject) names a field that is not of the form category.field"
            case .unknownPurpose: "\(subject) names a purpose that cannot exist"
            case .badForm: "\(subject) must be one of answer, band, masked, raw"
            case .tooLarge: "\(subject) is longer than allowed"
            default: "\(subject) has a value of the wrong type or form"
            }
        self.init(error.code, detail: detail)
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            _ = try reader.string("type")
            return Self(
                status: try reader.count("status"), title: try reader.string("title"), code: try reader.string("code"),
                detail: try reader.string("detail"), hint: try reader.optionalString("hint"))
        }
    }

    private init(status: Int, title: String, code: String, detail: String, hint: String?) {
        self.status = status
        self.title = title
        self.code = code
        self.detail = detail
        self.hint = hint
    }

    package var json: JSON {
        .members([
            "type": "about:blank", "title": .string(title), "status": .integer(Int64(status)), "code": .string(code),
            "detail": .string(detail), "hint": hint.map(JSON.string),
        ])
    }
}
