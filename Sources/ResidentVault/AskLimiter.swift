internal import Synchronization
internal import VaultModel

/// How often an app may ask one person for one purpose in a day, known to the vault or not: the answer must not differ,
/// and a person must not be worn down (网络数据安全管理条例 art. 22).
final class AskLimiter: Sendable {
    private struct Key: Hashable {
        let app: AppName
        let purpose: PurposeName
        /// The blind index of whom it asks for.
        let index: [UInt8]
    }

    /// A mistyped form and a change of mind; no campaign.
    static let perDay = 5
    /// So many different people an app may ask in a day: a whole community at its start.
    static let peoplePerDay = 20_000

    private let counts = Mutex<(day: String, asks: [Key: Int], people: [AppName: Int])>(("", [:], [:]))

    /// Counts an ask; false if it is one too many. Counts are kept in memory for the day.
    func admit(app: AppName, purpose: PurposeName, index: [UInt8], day: String) -> Bool {
        let key = Key(app: app, purpose: purpose, index: index)
        return counts.withLock { counts in
            if counts.day != day { counts = (day, [:], [:]) }
            let before = counts.asks[key] ?? 0
            if before == 0 {
                let people = counts.people[app] ?? 0
                guard people < Self.peoplePerDay else { return false }
                counts.people[app] = people + 1
            }
            guard before < Self.perDay else { return false }
            counts.asks[key] = before + 1
            return true
        }
    }
}
