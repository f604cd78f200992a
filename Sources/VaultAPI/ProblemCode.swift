/// The stable codes of refusals. Programs decide by them; texts may change, these may not.
package enum ProblemCode: String, Sendable, CaseIterable {
    case badRequest = "bad_request"
    case unauthorized
    case purposeNotAllowed = "purpose_not_allowed"
    case badHost = "bad_host"
    case forbidden
    case notFound = "not_found"
    case badMethod = "bad_method"
    case conflict
    case tooLarge = "too_large"
    case badType = "bad_type"
    case unknownField = "unknown_field"
    case unknownPurpose = "unknown_purpose"
    case unknownKey = "unknown_key"
    case duplicateKey = "duplicate_key"
    case badJSON = "bad_json"
    case badForm = "bad_form"
    case badValue = "bad_value"
    case missingKey = "missing_key"
    case tooManyTries = "too_many_tries"
    /// A fault of the daemon's own; nothing was released or changed.
    case internalFault = "internal"
    case logUnavailable = "log_unavailable"
    case busy
    case clock

    /// The HTTP status this code goes with.
    package var status: Int {
        switch self {
        case .badRequest: 400
        case .unauthorized: 401
        case .purposeNotAllowed, .badHost, .forbidden: 403
        case .notFound: 404
        case .badMethod: 405
        case .conflict: 409
        case .tooLarge: 413
        case .badType: 415
        case .unknownField, .unknownPurpose, .unknownKey, .duplicateKey, .badJSON, .badForm, .badValue, .missingKey: 422
        case .tooManyTries: 429
        case .internalFault: 500
        case .logUnavailable, .busy, .clock: 503
        }
    }

    /// The status's own phrase: RFC 9457 section 4.2.1 asks for it as title beside `about:blank`.
    package var title: String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        default: "Service Unavailable"
        }
    }
}
