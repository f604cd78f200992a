internal import VaultAPI
internal import VaultClient
internal import VaultCrypto

/// Sends import bodies, and waits where the daemon asks for it.
enum ImportTransport {
    /// How often a busy daemon is asked again; the pauses add up to about half a minute.
    private static let patience = 12

    static func enrol(_ body: [UInt8], _ client: VaultClient) async throws -> ImportResponse {
        try await patiently {
            try await client.call(.importPeople, body: body, contentType: Wire.ndjson, as: ImportResponse.self)
        }
    }

    static func forward(
        _ body: [UInt8], _ client: VaultClient, _ token: borrowing SecretBytes
    ) async throws -> ForwardImportResponse {
        try await patiently {
            try await client.call(
                .importForward, body: body, contentType: Wire.ndjson, as: ForwardImportResponse.self,
                credential: { token.withBytes($0) })
        }
    }

    private static func patiently<Answer>(_ attempt: () async throws -> Answer) async throws -> Answer {
        for count in 1... {
            do { return try await attempt() } catch let error as ClientError {
                guard isBusy(error), count < patience else { throw error }
                try await Task.sleep(for: .milliseconds(400 * count))
            }
        }
        preconditionFailure("the loop above has no end")
    }

    /// A refusal says that nothing was done, so the same body may be sent again.
    private static func isBusy(_ error: ClientError) -> Bool {
        guard case .refused(let problem) = error else { return false }
        return problem.code == ProblemCode.busy.rawValue
    }
}
