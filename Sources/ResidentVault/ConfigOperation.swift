package import VaultModel
package import VaultPolicy

/// Everything that a change of the config can do. A closed list: what is not here cannot be changed, and whatever reads a
/// change, makes it, signs it or replays it goes by it (design, section 5).
package enum ConfigOperation: Equatable, Sendable {
    /// An app comes in, under a name that was never used.
    case appAdd(AppRecord)
    /// An app is switched off, for good.
    case appRemove(AppName)
    /// A registered app gets new keys; it stays its party's.
    case appKey(AppRecord)
    case auditorAdd(AuditorRecord)
    case auditorRemove(AuditorName)
    /// The whole new list of custodians, and how many act together.
    case custodians(Custodianship)
    case policies(PolicyDiff)
    /// One party takes another's place: the old one's apps are switched off, and no purpose is its any more.
    case handover(from: String, to: String, PolicyDiff)
    case serviceKey(ServiceKeyChange)

    /// The public halves of a new service key, 32 bytes each, and a signature of the old log key over the new one.
    package struct ServiceKeyChange: Equatable, Sendable {
        package let log: [UInt8]
        package let issuing: [UInt8]
        /// Ed25519, 64 bytes.
        package let cross: [UInt8]

        package init(log: [UInt8], issuing: [UInt8], cross: [UInt8]) {
            self.log = log
            self.issuing = issuing
            self.cross = cross
        }
    }
}

extension ConfigOperation {
    /// Whether it takes force only with k custodians' signatures, in a vault that has custodians. What the operator alone
    /// may do narrows, or asks the residents.
    package func widens(_ config: VaultConfig) -> Bool {
        switch self {
        case .appRemove, .auditorAdd, .auditorRemove: false
        case .appAdd, .appKey, .custodians, .handover, .serviceKey: true
        case .policies(let diff):
            // What cannot be applied is refused later; until then it widens.
            (try? diff.applied(to: config.policies)).map { !config.policies.widenings(to: $0).isEmpty } ?? true
        }
    }

    /// The party that must have signed too, if it is a custodian: nobody's keys are named without them.
    package var ownParty: String? {
        switch self {
        case .appAdd(let record), .appKey(let record): record.party
        default: nil
        }
    }
}

// MARK: members of a change

extension ConfigOperation {
    /// `op` and its members, as they stand in a change.
    package var members: [String: JSON] {
        switch self {
        case .appAdd(let record): ["op": "app_add", "app": .string(record.name.text), "record": record.json]
        case .appRemove(let name): ["op": "app_remove", "app": .string(name.text)]
        case .appKey(let record): ["op": "app_key", "app": .string(record.name.text), "record": record.json]
        case .auditorAdd(let record): ["op": "auditor_add", "auditor": .string(record.name.text), "record": record.json]
        case .auditorRemove(let name): ["op": "auditor_remove", "auditor": .string(name.text)]
        case .custodians(let custodianship):
            ["op": "custodians", "custodians": custodianship.json, "k": .integer(Int64(custodianship.threshold))]
        case .policies(let diff): diff.json.merging(["op": "policies"]) { $1 }
        case .handover(let from, let to, let diff):
            diff.json.merging(["op": "handover", "from": .string(from), "to": .string(to)]) { $1 }
        case .serviceKey(let keys):
            [
                "op": "service_key", "log": .string(Base64URL.encode(keys.log)),
                "issuing": .string(Base64URL.encode(keys.issuing)), "cross": .string(Base64URL.encode(keys.cross)),
            ]
        }
    }

    /// Reads what `members` wrote.
    ///
    /// - Throws: `VaultError.badValue` for an operation that this version does not know, and for any member beside those
    ///   it writes itself.
    package init(members: [String: JSON]) throws(VaultError) {
        guard let operation = Self.read(.object(members)), operation.members == members else {
            throw VaultError(.badValue, "this version makes no such change", hint: "write it anew with --propose")
        }
        self = operation
    }

    private static func read(_ json: JSON) -> ConfigOperation? {
        func text(_ key: String) -> String? { json[key]?.string }
        func bytes(_ key: String, count: Int) -> [UInt8]? {
            text(key).flatMap(Base64URL.decode).flatMap { $0.count == count ? $0 : nil }
        }
        func app() -> AppRecord? { text("app").flatMap { name in json["record"].flatMap { AppRecord(name: name, json: $0) } } }
        switch text("op") {
        case "app_add": return app().map(appAdd)
        case "app_remove": return text("app").flatMap(AppName.init).map(appRemove)
        case "app_key": return app().map(appKey)
        case "auditor_add":
            return text("auditor").flatMap { name in json["record"].flatMap { AuditorRecord(name: name, json: $0) } }
                .map(auditorAdd)
        case "auditor_remove": return text("auditor").flatMap(AuditorName.init).map(auditorRemove)
        case "custodians":
            guard let list = json["custodians"], let k = json["k"]?.integer else { return nil }
            return (try? Custodianship(json: list, threshold: k)).map(custodians)
        case "policies": return PolicyDiff(json: json.object ?? [:]).map(policies)
        case "handover":
            guard let from = text("from"), let to = text("to"), let diff = PolicyDiff(json: json.object ?? [:]) else { return nil }
            return .handover(from: from, to: to, diff)
        case "service_key":
            guard let log = bytes("log", count: 32), let issuing = bytes("issuing", count: 32),
                let cross = bytes("cross", count: 64)
            else { return nil }
            return .serviceKey(ServiceKeyChange(log: log, issuing: issuing, cross: cross))
        default: return nil
        }
    }
}
