/// Which socket a call is made on, and by whom.
package enum Audience: Sendable {
    /// Public socket, `Authorization: Bearer rva_…`.
    case app
    /// Public socket, `Authorization: Bearer rvs_…`.
    case resident
    /// Public socket, `Authorization: Bearer rvk_…`.
    case custodian
    /// Public socket, no credential.
    case anyone
    /// Admin socket; the peer's uid decides.
    case `operator`
    /// Who reads the log: public socket, `Authorization: Bearer rvd_…`; or admin socket.
    case auditor
}

/// Every call of the socket API, by name. Templates are what the daemon routes by and what it may log; a path with an
/// id in it is not logged.
package enum Route: String, Sendable, CaseIterable {
    case whoami, requestAccess, accessRequest, appGrants, read, write, lookup, importForward
    case activate, login, logout, me, changePassphrase, myFields, myGrants, myRequests
    case approve, deny, revoke, pause, resume, receipt, acceptProposal, declineProposal
    case history, ownProof
    case eraseMine, eraseResident, certificate
    case delegates, addDelegate, withdrawDelegate, wards, wardFields, wardGrants, wardRequests
    case wardApprove, wardDeny, wardRevoke, wardPause, wardCorrect, wardResign
    case health, ready, metrics, openAPI, checkpoint, cosigned, logKey, consistency
    case auditEntries, inclusion, tile
    case openCeremony, ceremonies, ceremony, answerCeremony, carryOutCeremony, dropCeremony, shares, takeShares
    case custodyCeremonies, custodyCeremony, custodyAnswer
    case status, apps, addApp, proposeApp, proposeChange, makeChange, config, removeApp, importPeople, policy, auditors, addAuditor, removeAuditor, archive
    case backup

    case rotations, setRotationRate, rotateFields, rotatePepper, proposeServiceKey, withdrawServiceKey, proposeAppKey, moveKeys, renewMe

    package var method: String { parts.method }
    /// The path with `{id}` where one stands; `{rest}` at the end takes all that follows.
    package var template: String { parts.template }
    package var audience: Audience { parts.audience }

    /// The path with its id filled in. Ids are base64url, base32, numbers, a tile's path, an app's or a field's name, so
    /// nothing needs escaping.
    package func path(_ id: String = "") -> String {
        guard let open = template.firstIndex(of: "{"), let close = template.firstIndex(of: "}") else { return template }
        return template[..<open] + id + template[template.index(after: close)...]
    }

    private var parts: (method: String, template: String, audience: Audience) {
        switch self {
        case .whoami: ("GET", "/v1/whoami", .app)
        case .requestAccess: ("POST", "/v1/access-requests", .app)
        case .accessRequest: ("GET", "/v1/access-requests/{id}", .app)
        case .appGrants: ("GET", "/v1/grants", .app)
        case .read: ("POST", "/v1/records:read", .app)
        case .write: ("PATCH", "/v1/residents/{id}", .app)
        case .lookup: ("POST", "/v1/lookup", .app)
        case .importForward: ("POST", "/v1/residents:import", .app)
        case .activate: ("POST", "/v1/activations", .anyone)
        case .login: ("POST", "/v1/sessions", .anyone)
        case .logout: ("DELETE", "/v1/sessions", .resident)
        case .me: ("GET", "/v1/me", .resident)
        case .changePassphrase: ("POST", "/v1/me/passphrase", .resident)
        case .myFields: ("GET", "/v1/me/fields", .resident)
        case .myGrants: ("GET", "/v1/me/grants", .resident)
        case .myRequests: ("GET", "/v1/me/requests", .resident)
        case .approve: ("POST", "/v1/me/requests/{id}:approve", .resident)
        case .deny: ("POST", "/v1/me/requests/{id}:deny", .resident)
        case .acceptProposal: ("POST", "/v1/me/proposals/{id}:accept", .resident)
        case .declineProposal: ("POST", "/v1/me/proposals/{id}:decline", .resident)
        case .revoke: ("POST", "/v1/me/grants/{id}:revoke", .resident)
        case .pause: ("POST", "/v1/me/grants/{id}:pause", .resident)
        case .resume: ("POST", "/v1/me/grants/{id}:resume", .resident)
        case .receipt: ("GET", "/v1/me/receipts/{id}", .resident)
        case .delegates: ("GET", "/v1/me/delegates", .resident)
        case .addDelegate: ("POST", "/v1/me/delegates", .resident)
        case .withdrawDelegate: ("POST", "/v1/me/delegates/{id}:withdraw", .resident)
        case .wards: ("GET", "/v1/me/wards", .resident)
        case .wardFields: ("GET", "/v1/me/wards/{id}/fields", .resident)
        case .wardGrants: ("GET", "/v1/me/wards/{id}/grants", .resident)
        case .wardRequests: ("GET", "/v1/me/wards/{id}/requests", .resident)
        case .wardApprove: ("POST", "/v1/me/wards/{id}:approve", .resident)
        case .wardDeny: ("POST", "/v1/me/wards/{id}:deny", .resident)
        case .wardRevoke: ("POST", "/v1/me/wards/{id}:revoke", .resident)
        case .wardPause: ("POST", "/v1/me/wards/{id}:pause", .resident)
        case .wardCorrect: ("POST", "/v1/me/wards/{id}:correct", .resident)
        case .wardResign: ("POST", "/v1/me/wards/{id}:resign", .resident)
        case .health: ("GET", "/healthz", .anyone)
        case .ready: ("GET", "/readyz", .anyone)
        case .metrics: ("GET", "/metrics", .anyone)
        case .openAPI: ("GET", "/openapi.yaml", .anyone)
        case .checkpoint: ("GET", "/v1/audit/checkpoint", .anyone)
        case .cosigned: ("GET", "/v1/audit/cosigned", .anyone)
        case .logKey: ("GET", "/v1/audit/vkey", .anyone)
        case .consistency: ("GET", "/v1/audit/consistency", .anyone)
        case .inclusion: ("GET", "/v1/audit/proofs/{id}", .auditor)
        case .tile: ("GET", "/v1/audit/tile/{rest}", .auditor)
        case .archive: ("POST", "/v1/audit/archive", .operator)
        case .backup: ("POST", "/v1/backups", .operator)
        case .auditors: ("GET", "/v1/auditors", .operator)
        case .addAuditor: ("POST", "/v1/auditors", .operator)
        case .removeAuditor: ("DELETE", "/v1/auditors/{id}", .operator)
        case .history: ("GET", "/v1/me/history", .resident)
        case .ownProof: ("GET", "/v1/me/proofs/{id}", .resident)
        case .eraseMine: ("POST", "/v1/me/erasure", .resident)
        case .eraseResident: ("POST", "/v1/residents:erase", .operator)
        case .certificate: ("GET", "/v1/certificates/{id}", .operator)
        case .status: ("GET", "/v1/status", .operator)
        case .apps: ("GET", "/v1/apps", .operator)
        case .addApp: ("POST", "/v1/apps", .operator)
        case .proposeApp: ("POST", "/v1/apps:propose", .operator)
        case .proposeChange: ("POST", "/v1/changes:propose", .operator)
        case .makeChange: ("POST", "/v1/changes", .operator)
        case .config: ("GET", "/v1/config", .operator)
        case .removeApp: ("DELETE", "/v1/apps/{id}", .operator)
        case .importPeople: ("POST", "/v1/residents:import", .operator)
        case .rotations: ("GET", "/v1/rotations", .operator)
        case .setRotationRate: ("POST", "/v1/rotations:rate", .operator)
        case .rotateFields: ("POST", "/v1/rotations/fields", .operator)
        case .rotatePepper: ("POST", "/v1/rotations/pepper", .operator)
        case .proposeServiceKey: ("POST", "/v1/rotations/service-key:propose", .operator)
        case .withdrawServiceKey: ("POST", "/v1/rotations/service-key:withdraw", .operator)
        case .proposeAppKey: ("POST", "/v1/apps/{id}:propose-key", .operator)
        case .moveKeys: ("POST", "/v1/grants:move-keys", .app)
        case .renewMe: ("POST", "/v1/me/rotation", .resident)
        case .auditEntries: ("GET", "/v1/audit/entries", .auditor)
        case .policy: ("GET", "/v1/policy", .operator)
        case .openCeremony: ("POST", "/v1/ceremonies", .operator)
        case .ceremonies: ("GET", "/v1/ceremonies", .operator)
        case .ceremony: ("GET", "/v1/ceremonies/{id}", .operator)
        case .answerCeremony: ("POST", "/v1/ceremonies/{id}:answer", .operator)
        case .carryOutCeremony: ("POST", "/v1/ceremonies/{id}:carry-out", .operator)
        case .dropCeremony: ("DELETE", "/v1/ceremonies/{id}", .operator)
        case .shares: ("GET", "/v1/shares/{id}", .operator)
        case .takeShares: ("POST", "/v1/shares:take", .operator)
        case .custodyCeremonies: ("GET", "/v1/custody/ceremonies", .custodian)
        case .custodyCeremony: ("GET", "/v1/custody/ceremonies/{id}", .custodian)
        case .custodyAnswer: ("POST", "/v1/custody/ceremonies/{id}:answer", .custodian)
        }
    }
}

/// The wire's fixed texts.
package enum Wire {
    /// The Host header our clients send; the daemon takes `localhost` too and nothing else.
    package static let host = "rvault"
    package static let json = "application/json"
    package static let ndjson = "application/x-ndjson"
    /// A backup.
    package static let sqlite = "application/vnd.sqlite3"
    /// The scheme before a credential in the Authorization header.
    package static let bearer = "Bearer "
}
