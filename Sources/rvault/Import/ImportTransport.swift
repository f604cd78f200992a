internal import VaultAPI
internal import VaultClient
internal import VaultCrypto

/// Sends import bodies, and waits where the daemon asks for it.
enum ImportTransport {
    static func enrol(_ body: [UInt8], _ client: VaultClient) async throws -> ImportResponse {
        try await Patience.whileBusy {
            try await client.call(.importPeople, body: body, contentType: Wire.ndjson, as: ImportResponse.self)
        }
    }

    static func forward(
        _ body: [UInt8], _ client: VaultClient, _ token: borrowing SecretBytes
    ) async throws -> ForwardImportResponse {
        try await Patience.whileBusy {
            try await client.call(
                .importForward, body: body, contentType: Wire.ndjson, as: ForwardImportResponse.self,
                credential: { token.withBytes($0) })
        }
    }
}
