internal import VaultAPI
internal import VaultClient
internal import VaultModel
internal import VaultPolicy

/// The config in force as the operator's tools look at it.
struct RulesInForce {
    private let config: [String: JSON]
    /// Purposes under which an app holds a grant.
    let granted: Set<String>

    init(_ client: VaultClient) async throws {
        let view = try await client.call(.config, as: ConfigView.self)
        config = view.config
        granted = Set(view.granted.map(\.text))
    }

    /// - Throws: `PolicyError` if this program does not know what stands there.
    func policies() throws(PolicyError) -> PolicySet { try PolicySet(json: config["policies"] ?? [:]) }

    /// Each custodian's public keys.
    var custodians: [String: JSON] { config["custodians"]?.object ?? [:] }
    var threshold: Int { Int(config["k"]?.integer ?? 0) }

    /// A party's title; its name if the policies have dropped it.
    func title(_ party: String, in language: Language) -> String {
        let titles = config["policies"]?["parties"]?[party]?["title"] ?? config["succeeded"]?[party]?["title"]
        return titles?[language == .chinese ? "zh" : "en"]?.string ?? party
    }

    var parties: [(name: String, apps: [String])] {
        (config["policies"]?["parties"]?.object ?? [:]).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value["apps"]?.strings ?? []) }
    }

    /// Parties that handed over, and to whom.
    var succeeded: [String: String] {
        (config["succeeded"]?.object ?? [:]).compactMapValues { $0["to"]?.string }
    }

    /// Purposes of live apps under which nobody gave anything, by app.
    var idle: [(app: String, purpose: String)] {
        let live = Set((config["apps"]?.object ?? [:]).filter { $0.value["live"] == true }.keys)
        return (config["policies"]?["purposes"]?.object ?? [:]).sorted { $0.key < $1.key }.compactMap { name, purpose in
            guard let app = purpose["app"]?.string, live.contains(app), !granted.contains(name) else { return nil }
            return (app, name)
        }
    }

    /// On whose word the rules rest, in sentences for `doctor`.
    func standing(_ language: Language) -> [Sentence] {
        guard !custodians.isEmpty else { return [Sentence(OperatorText.noCustodians)] }
        let names = custodians.keys.sorted().map { title($0, in: language) }
            .joined(separator: language == .chinese ? "、" : ", ")
        return [
            Sentence(RulesText.together, "\(threshold)", "\(custodians.count)", names),
            Sentence(RulesText.canRecover, "\(threshold)"),
        ]
    }
}
