internal import VaultModel
internal import VaultPolicy

/// A change in words. A custodian signs what they read here and nothing else: a change this program cannot tell whole is
/// not signed, whatever the vault makes of it.
struct ChangeText {
    static let type = "change"

    /// What a change does, with every member that a custodian must see.
    enum Operation: Equatable {
        struct App: Equatable {
            let name: AppName
            let party: String
            let box: String
            let auth: String
            let operatorHeld: Bool
            /// Until when the token before counts too; nil without an overlap.
            let overlap: Instant?
        }

        case appAdd(App)
        case appKey(App)
        case appRemove(AppName)
        case auditorAdd(AuditorName, auth: String, operatorHeld: Bool)
        case auditorRemove(AuditorName)
        case custodians([CustodianName: [String]], threshold: Int)
        case policies(PolicyDiff)
        case handover(from: String, to: String, PolicyDiff)
        case serviceKey(log: String, issuing: String)
    }

    let operation: Operation
    private let vault: String
    private let number: Int64
    private let path: String

    /// - Throws: `Failure(.refused)` for bytes that are not canonical, a change of a kind this program does not know, or one
    ///   with a member that it would not tell.
    init(_ bytes: [UInt8], at path: String) throws(Failure) {
        guard let json = try? CanonicalJSON.decode(bytes), var members = StrictMembers(json),
            members.take("type")?.string == Self.type, let vault = members.take("vault")?.string,
            members.take("replaces")?.string != nil, let number = members.take("number")?.integer,
            let operation = Self.operation(&members), members.isDone
        else { throw Self.untold(path) }
        self.operation = operation
        self.vault = vault
        self.number = number
        self.path = path
    }

    private static func untold(_ path: String) -> Failure {
        Failure(.refused, Sentence(CustodyFaults.notChange, path), hint: Sentence(CustodyHints.proposeAnew))
    }

    private static func operation(_ members: inout StrictMembers) -> Operation? {
        switch members.take("op")?.string {
        case "app_add": return app(&members).flatMap { $0.overlap == nil ? .appAdd($0) : nil }
        case "app_key": return app(&members).map(Operation.appKey)
        case "app_remove": return members.take("app")?.string.flatMap(AppName.init).map(Operation.appRemove)
        case "auditor_add":
            guard let name = members.take("auditor")?.string.flatMap(AuditorName.init),
                var record = StrictMembers(members.take("record")), let auth = key(record.take("auth")),
                let held = record.take("operator_held")?.bool, record.take("added")?.integer != nil, record.isDone
            else { return nil }
            return .auditorAdd(name, auth: auth, operatorHeld: held)
        case "auditor_remove": return members.take("auditor")?.string.flatMap(AuditorName.init).map(Operation.auditorRemove)
        case "custodians": return custodians(&members)
        case "policies": return diff(&members).map(Operation.policies)
        case "handover":
            guard let from = members.take("from")?.string, let to = members.take("to")?.string, let diff = diff(&members)
            else { return nil }
            return .handover(from: from, to: to, diff)
        case "service_key":
            guard let log = key(members.take("log")), let issuing = key(members.take("issuing")),
                members.take("cross")?.string.flatMap(Base64URL.decode)?.count == 64
            else { return nil }
            return .serviceKey(log: log, issuing: issuing)
        default: return nil
        }
    }

    /// A key's text, if it is one of 32 bytes.
    private static func key(_ json: JSON?) -> String? {
        json?.string.flatMap { text in Base64URL.decode(text)?.count == 32 ? text : nil }
    }

    private static func app(_ members: inout StrictMembers) -> Operation.App? {
        guard let name = members.take("app")?.string.flatMap(AppName.init), var record = StrictMembers(members.take("record")),
            let party = record.take("party")?.string, let box = key(record.take("box")), let auth = key(record.take("auth")),
            record.take("live") == true, let held = record.take("operator_held")?.bool, record.take("added")?.integer != nil
        else { return nil }
        var overlap: Instant?
        if let previous = record.take("previous") {
            guard var previous = StrictMembers(previous), key(previous.take("box")) != nil, key(previous.take("auth")) != nil,
                let until = previous.take("until")?.integer, previous.isDone
            else { return nil }
            overlap = Instant(milliseconds: until)
        }
        guard record.isDone else { return nil }
        return Operation.App(name: name, party: party, box: box, auth: auth, operatorHeld: held, overlap: overlap)
    }

    private static func custodians(_ members: inout StrictMembers) -> Operation? {
        guard let list = members.take("custodians")?.object, let k = members.take("k")?.integer, !list.isEmpty else { return nil }
        var custodians: [CustodianName: [String]] = [:]
        for (name, member) in list {
            guard let name = CustodianName(name), var record = StrictMembers(member), let sign = key(record.take("sign")),
                let box = key(record.take("box")), let auth = key(record.take("auth")), record.isDone
            else { return nil }
            custodians[name] = [sign, box, auth]
        }
        return .custodians(custodians, threshold: Int(k))
    }

    private static func diff(_ members: inout StrictMembers) -> PolicyDiff? {
        var taken: [String: JSON] = [:]
        for key in PolicyDiff.keys { taken[key] = members.take(key) }
        return PolicyDiff(json: taken)
    }

    /// The whole change, a line each.
    ///
    /// - Throws: `Failure(.refused)` for a part that cannot be told.
    func lines(_ console: Console) throws(Failure) -> [String] {
        guard let lines = told(console) else { throw Self.untold(path) }
        return lines + [console.text(CustodyText.changePlace, vault, "\(number)")]
    }

    private func told(_ console: Console) -> [String]? {
        switch operation {
        case .appAdd(let app): return [console.text(CustodyText.changeAddsApp, app.name.text, app.party)] + keys(app, console)
        case .appKey(let app):
            let until = app.overlap.map { console.text(RulesText.oldKeyUntil, $0.localMinute) }
            return [console.text(RulesText.newKey, app.name.text, app.party)] + keys(app, console)
                + [until ?? console.text(RulesText.oldKeyEnds)]
        case .appRemove(let name): return [console.text(RulesText.removesApp, name.text)]
        case .auditorAdd(let name, let auth, let held):
            return [console.text(RulesText.addsAuditor, name.text), console.text(CustodyText.changeKey, auth)]
                + (held ? [console.text(CustodyText.changeHeld)] : [])
        case .auditorRemove(let name): return [console.text(RulesText.removesAuditor, name.text)]
        case .custodians(let list, let threshold):
            return [console.text(RulesText.custodiansBecome, "\(threshold)", "\(list.count)")]
                + list.sorted { $0.key < $1.key }.map {
                    console.text(RulesText.custodianKeys, $0.key.text, $0.value.joined(separator: " "))
                }
        case .policies(let diff):
            return PolicyWords(diff, console).lines().map { [console.text(RulesText.changesPolicies)] + $0 }
        case .handover(let from, let to, let diff):
            let words = PolicyWords(diff, console)
            guard let lines = words.lines() else { return nil }
            return [console.text(RulesText.handsOver, words.party(from), words.party(to))] + lines
        case .serviceKey(let log, let issuing):
            return [console.text(RulesText.newServiceKey), console.text(RulesText.logKey, log), console.text(RulesText.issuingKey, issuing)]
        }
    }

    private func keys(_ app: Operation.App, _ console: Console) -> [String] {
        var lines = [console.text(CustodyText.changeKey, app.box), console.text(RulesText.authKey, app.auth)]
        if app.operatorHeld { lines.append(console.text(CustodyText.changeHeld)) }
        return lines
    }
}

/// An object whose members are taken one by one, so that what nobody took shows.
struct StrictMembers {
    private var members: [String: JSON]

    /// Nil for anything but an object.
    init?(_ json: JSON?) {
        guard let members = json?.object else { return nil }
        self.members = members
    }

    mutating func take(_ key: String) -> JSON? { members.removeValue(forKey: key) }

    var isDone: Bool { members.isEmpty }
    /// What is left, by name.
    var rest: [String] { members.keys.sorted() }
}
