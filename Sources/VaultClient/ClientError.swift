/// Why a call has no good answer. No case carries a value of a resident or a secret.
public enum ClientError: Error, Sendable, Equatable {
    /// No connection was made, so nothing was done.
    case cannotReach(path: String, Cause)
    /// The daemon refused; nothing was released or changed.
    case refused(Problem)
    /// The connection ended before the answer did: the call may or may not have been carried out.
    case interrupted
    /// No answer within the client's time: the call may or may not have been carried out.
    case timedOut
    /// What came back is not an answer of this API.
    case badResponse(String)
    /// The request itself cannot be sent, for example a header with a line end in it.
    case badRequest(String)

    /// What stands between the client and the daemon. Each has its own remedy.
    public enum Cause: Sendable, Equatable {
        /// No such socket: the daemon does not run, or serves another directory.
        case missing
        /// The socket is there and nobody listens: the daemon has stopped without removing it.
        case nobodyListens
        /// The caller's user may not open it.
        case forbidden
        /// Longer than a socket address holds.
        case pathTooLong
        /// Any other `errno`.
        case system(Int32)
    }

    /// A refusal as the daemon words it (RFC 9457).
    public struct Problem: Sendable, Equatable {
        /// The HTTP status.
        public let status: Int
        /// The stable code, for programs.
        public let code: String
        /// What was expected and found.
        public let detail: String
        /// What to do about it.
        public let hint: String?

        public init(status: Int, code: String, detail: String, hint: String?) {
            self.status = status
            self.code = code
            self.detail = detail
            self.hint = hint
        }
    }
}

extension ClientError: CustomStringConvertible {
    /// Lower case, no final period, without the hint.
    public var description: String {
        switch self {
        case .cannotReach(let path, let cause):
            switch cause {
            case .missing: "no socket at \(path)"
            case .nobodyListens: "nobody listens at \(path)"
            case .forbidden: "permission denied for \(path)"
            case .pathTooLong: "socket path is longer than 103 bytes: \(path)"
            case .system(let number): "cannot connect to \(path) (errno \(number))"
            }
        case .refused(let problem): "\(problem.detail) (\(problem.code))"
        case .interrupted: "the connection ended before the answer did"
        case .timedOut: "no answer in time"
        case .badResponse(let reason): "not an answer of this API: \(reason)"
        case .badRequest(let reason): "cannot send this request: \(reason)"
        }
    }
}
