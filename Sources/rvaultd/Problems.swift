internal import Logging
internal import ResidentVault
internal import VaultAPI

/// The one place where errors become HTTP. What the daemon does not expect is told to its own log, and to the caller
/// only that it failed.
enum Problems {
    static func answer(for error: any Error, logger: Logger) -> Answer {
        switch error {
        case let error as VaultError:
            if error.code == .integrity || error.code == .setup {
                logger.error("refused", metadata: ["reason": "\(error.detail)"])
            }
            return .problem(
                ProblemBody(code(error.code), detail: error.detail, hint: error.hint),
                headers: error.retryAfter.map { [("Retry-After", String($0))] } ?? [])
        case let error as WireError: return .problem(ProblemBody(error))
        default:
            // Store and crypto errors carry table names and codes, never values.
            logger.error("failed", metadata: ["error": "\(error)"])
            return .problem(ProblemBody(.internalFault, detail: "the vault could not do this; nothing was released"))
        }
    }

    private static func code(_ code: VaultError.Code) -> ProblemCode {
        switch code {
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .purposeNotAllowed: .purposeNotAllowed
        case .notFound: .notFound
        case .conflict: .conflict
        case .tooLarge: .tooLarge
        case .unknownField: .unknownField
        case .unknownPurpose: .unknownPurpose
        case .badForm: .badForm
        case .badValue: .badValue
        case .missingKey: .missingKey
        case .tooManyTries: .tooManyTries
        case .logUnavailable: .logUnavailable
        case .busy: .busy
        case .clock: .clock
        case .integrity, .setup: .internalFault
        }
    }
}
