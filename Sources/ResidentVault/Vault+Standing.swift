package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// On whose word a resident's data rests, for their first screen.
package struct OwnStanding: Sendable {
    /// A party that left, with all it could see of this resident.
    package struct Handover: Sendable {
        package let from: LocalizedText
        package let to: LocalizedText
        /// When the old party's last permission of this resident ended.
        package let ended: Instant
    }

    /// The parties who are custodians.
    package let custodians: [LocalizedText]
    /// Live apps whose token the operator made and could have kept.
    package let operatorHeld: [AppName]
    /// Of the last ninety days, newest first.
    package let handovers: [Handover]
}

extension Vault {
    private static let toldSeconds: Int64 = 90 * 86_400

    /// What the first screen of a resident says of the rules.
    package func standing(_ caller: ResidentCaller, reader: VaultReader) throws -> OwnStanding {
        let config = config.config
        func title(_ party: String) -> LocalizedText {
            config.policies.parties[party]?.title ?? config.succeeded[party]?.title
                ?? LocalizedText(chinese: party, english: party)
        }
        var ended: [String: Instant] = [:]
        // Most vaults never saw a party leave.
        if !config.succeeded.isEmpty {
            for grant in try ownGrants(caller, reader: reader) where grant.state == .terminated {
                guard let party = grant.statement.party, config.succeeded[party] != nil, let end = grant.ended else { continue }
                ended[party] = max(end, ended[party] ?? end)
            }
        }
        let since = writer.now.advanced(bySeconds: -Self.toldSeconds)
        let handovers = ended.filter { $0.value > since }.sorted { $0.value > $1.value }.compactMap { party, end in
            config.succeeded[party].map {
                OwnStanding.Handover(from: title(party), to: title($0.successor), ended: end)
            }
        }
        return OwnStanding(
            custodians: config.custodianship.ordered.map { title($0.name.text) },
            operatorHeld: apps().filter { $0.live && $0.operatorHeld }.map(\.name), handovers: handovers)
    }

    /// Purposes under which somebody holds a grant that has not ended.
    package func grantedPurposes(reader: VaultReader) throws -> [PurposeName] {
        let (kinds, delegated) = try reader.store.read { (try $0.openGrantKinds(), try $0.hasOpenDelegation()) }
        return Set(kinds.compactMap { PurposeName($0.purpose) } + (delegated ? [.delegation] : [])).sorted()
    }
}
