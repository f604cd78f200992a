import VaultModel
import VaultPolicy
import VaultStore

@testable import ResidentVault

/// Policies in force, to be edited as the files would be.
struct PolicyDraft {
    var parties: [String: JSON]
    var fields: [String: JSON]
    var purposes: [String: JSON]
    var logRetention: Int64
    var backupDays: Int64

    init(_ policies: PolicySet) {
        let json = policies.json
        parties = json["parties"]?.object ?? [:]
        fields = json["fields"]?.object ?? [:]
        purposes = json["purposes"]?.object ?? [:]
        logRetention = Int64(policies.logRetentionDays)
        backupDays = Int64(policies.backupDays)
    }

    func set() throws -> PolicySet {
        try PolicySet(json: [
            "parties": .object(parties), "fields": .object(fields), "purposes": .object(purposes),
            "log_retention_days": .integer(logRetention), "backup_days": .integer(backupDays),
        ])
    }

    mutating func edit(_ purpose: String, raise: Bool, _ edit: (inout [String: JSON]) -> Void) {
        guard var members = purposes[purpose]?.object else { return }
        if raise { members["version"] = .integer((members["version"]?.integer ?? 0) + 1) }
        edit(&members)
        purposes[purpose] = .object(members)
    }

    mutating func field(_ purpose: String, _ field: String, _ rule: JSON?, raise: Bool) {
        edit(purpose, raise: raise) { members in
            var fields = members["fields"]?.object ?? [:]
            fields[field] = rule
            members["fields"] = .object(fields)
        }
    }

    mutating func limit(_ purpose: String, _ limit: String, _ value: Int64) {
        edit(purpose, raise: false) { members in
            var limits = members["limits"]?.object ?? [:]
            limits[limit] = .integer(value)
            members["limits"] = .object(limits)
        }
    }

    mutating func edit(party: String, _ edit: (inout [String: JSON]) -> Void) {
        var members = parties[party]?.object ?? [:]
        edit(&members)
        parties[party] = .object(members)
    }

    mutating func edit(field: String, _ edit: (inout [String: JSON]) -> Void) {
        var members = fields[field]?.object ?? [:]
        edit(&members)
        fields[field] = .object(members)
    }
}

extension TemporaryVault {
    /// The operation that puts edited policies in force.
    func loading(_ edit: (inout PolicyDraft) -> Void) throws -> ConfigOperation {
        let old = vault.config.config.policies
        var draft = PolicyDraft(old)
        edit(&draft)
        return .policies(PolicyDiff(from: old, to: try draft.set()))
    }

    /// Lets a new company take the property company's place.
    func handover(_ edit: (inout PolicyDraft) -> Void = { _ in }) throws -> ConfigOperation {
        let old = vault.config.config.policies
        var draft = PolicyDraft(old)
        draft.parties["newcomer"] = [
            "title": ["zh": "新物业公司", "en": "New property company"], "contact": ["zh": "窗口", "en": "The desk"],
            "apps": ["newparking", "newproperty"],
        ]
        edit(&draft)
        for (name, purpose) in draft.purposes where purpose["party"] == "property" {
            draft.edit(name, raise: true) { members in
                members["party"] = "newcomer"
                members["app"] = .string("new" + (members["app"]?.string ?? ""))
            }
        }
        return .handover(from: "property", to: "newcomer", PolicyDiff(from: old, to: try draft.set()))
    }

    func change(_ operation: ConfigOperation, by custodians: [TestCustodian]) throws {
        let change = try vault.propose(operation)
        _ = try vault.change(change.bytes, approvals: custodians.map { $0.approve(change) }, uid: 0)
    }

    /// A purpose as the default policies have it.
    func defaultPurpose(_ name: String) -> [String: JSON] {
        ((try? PolicyDocument.load(directory: Self.policies))?.json["purposes"]?[name]?.object) ?? [:]
    }

    /// Everything that any app gets of a resident, in every form, on a day of its own, so that no daily limit hides it.
    func everythingRead(of resident: ResidentReference) throws -> Set<String> {
        clock.advance(seconds: 86_400)
        var seen: Set<String> = []
        let config = vault.config.config
        for purpose in config.policies.purposes.values where config.liveApp(purpose.app) != nil {
            let app = purpose.app.text
            guard let pid = try reader.store.read({ try $0.pairwise(resident: resident, recipient: app)?.id.base32 }) else { continue }
            let fields = purpose.fields.keys.sorted().map(\.text)
            for form in DisclosureForm.allCases {
                guard let item = try? item(app, purpose.name.text, pid, fields, form: form, initiator: "staff-1") else { continue }
                for (field, value) in item["fields"]?.object ?? [:] {
                    seen.insert("\(app) \(purpose.name) \(field) \(String(decoding: value.encoded, as: UTF8.self))")
                }
            }
        }
        return seen
    }
}

/// An operator who tries things at random.
struct SystemWalk: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    private mutating func any<Item>(_ items: [Item]) -> Item? { items.randomElement(using: &self) }

    /// One or two random edits.
    mutating func step(_ draft: inout PolicyDraft) {
        for _ in 0..<Int.random(in: 1...2, using: &self) {
            guard let purpose = any(draft.purposes.keys.sorted()), let field = any(draft.fields.keys.sorted()) else { return }
            let raise = Int.random(in: 0..<8, using: &self) > 0
            let forms: [JSON] = [
                ["form": "raw"], ["form": "masked"], ["form": "raw", "write": true], ["form": "answer", "answer": "present"],
                ["form": "band", "bands": [2, 18]],
            ]
            switch Int.random(in: 0..<12, using: &self) {
            case 0, 1, 2: draft.field(purpose, field, any(forms), raise: raise)
            case 3, 4:
                let held = draft.purposes[purpose]?["fields"]?.object?.keys.sorted() ?? []
                if let field = any(held) { draft.field(purpose, field, any([nil, any(forms)]) ?? nil, raise: raise) }
            case 5: draft.limit(purpose, "reads_per_day", Int64.random(in: 40...5_000, using: &self))
            case 6:
                if let basis = any(LegalBasis.allCases) {
                    draft.edit(purpose, raise: raise) { $0["basis"] = .string(basis.rawValue) }
                }
            case 7:
                if let app = any(["parking", "health", "property", "committee", "education"]) {
                    let party = draft.parties.first { $0.value["apps"]?.strings?.contains(app) == true }?.key ?? ""
                    draft.edit(purpose, raise: raise) {
                        $0["app"] = .string(app)
                        $0["party"] = .string(party)
                    }
                }
            case 8: draft.edit(purpose, raise: raise) { $0["oldest_version"] = $0["oldest_version"] == nil ? 2 : nil }
            case 9: draft.edit(purpose, raise: raise) { $0["actions"] = ["read"] }
            case 10: draft.edit(field: field) { $0["mask"] = $0["mask"] == nil ? "name" : nil }
            default:
                if let name = any(["parking.more", "health.more"]) { draft.purposes[name] = draft.purposes[purpose] }
            }
        }
    }
}
