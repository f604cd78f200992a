internal import VaultAPI
internal import VaultClient

/// Waits where the daemon asks for it.
enum Patience {
    /// How often a busy daemon is asked again; the pauses add up to about half a minute.
    private static let tries = 12

    /// A refusal says that nothing was done, so the same request may be sent again.
    static func whileBusy<Answer>(_ attempt: () async throws -> Answer) async throws -> Answer {
        for count in 1... {
            do { return try await attempt() } catch let error as ClientError {
                guard case .refused(let problem) = error, problem.code == ProblemCode.busy.rawValue, count < tries else {
                    throw error
                }
                try await Task.sleep(for: .milliseconds(400 * count))
            }
        }
        preconditionFailure("the loop above has no end")
    }
}
