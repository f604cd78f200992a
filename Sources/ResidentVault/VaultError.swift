/// Why the vault did not do what it was asked. A code for programs, one clause for people, and never a value.
public struct VaultError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable codes. The daemon maps them to HTTP in one place.
    public enum Code: String, Sendable, CaseIterable {
        /// No valid credential.
        case unauthorized
        /// A valid credential that does not reach this.
        case forbidden
        case purposeNotAllowed = "purpose_not_allowed"
        case notFound = "not_found"
        /// The thing asked for is in a state that does not allow it.
        case conflict
        case tooLarge = "too_large"
        case unknownField = "unknown_field"
        case unknownPurpose = "unknown_purpose"
        case badForm = "bad_form"
        case badValue = "bad_value"
        case missingKey = "missing_key"
        case tooManyTries = "too_many_tries"
        /// The log cannot take an entry, so nothing is released or changed (promise 3).
        case logUnavailable = "log_unavailable"
        case busy
        /// The clock is behind the log (design, section 6).
        case clock
        /// Stored bytes that are not as the vault wrote them.
        case integrity
        /// The vault's directory, files or surroundings do not allow a start.
        case setup
    }

    public let code: Code
    /// Lower case, no full stop: what was expected and found.
    public let detail: String
    /// What the reader can do about it.
    public let hint: String?
    /// When to try again, in seconds; with `tooManyTries` and `busy`.
    public let retryAfter: Int?

    public init(_ code: Code, _ detail: String, hint: String? = nil, retryAfter: Int? = nil) {
        self.code = code
        self.detail = detail
        self.hint = hint
        self.retryAfter = retryAfter
    }

    public var description: String { detail }
}
