internal import VaultAPI
internal import VaultModel

/// What a resident has to answer and has agreed to, in the order that numbers count.
struct ConsentOverview {
    /// Waiting requests, the longest waiting first.
    let requests: [RequestView]
    /// Permissions, those without consent last.
    let grants: [GrantView]

    init(requests: [RequestView], grants: [GrantView], withEnded: Bool = false) {
        self.requests = requests.filter { withEnded || $0.state == .requested }
            .sorted { ($0.created, $0.id.base64) < ($1.created, $1.id.base64) }
        self.grants = grants.filter { withEnded || $0.state.isLive || $0.state == .paused }
            .sorted { Self.order($0) < Self.order($1) }
    }

    /// Numbers run on from requests to permissions.
    var shown: ShownList { ShownList(items: requests.map { .request($0.id) } + grants.map { .grant($0.id) }) }

    private static func order(_ grant: GrantView) -> (Int, Int64, String) {
        let ended = grant.state.isLive || grant.state == .paused ? 0 : 2
        return (ended + (grant.basis.needsConsent ? 0 : 1), grant.from.milliseconds, grant.id.base64)
    }
}
