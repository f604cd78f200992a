import Testing
import VaultModel

@testable import VaultPolicy

/// What the operator alone may change is never more than what some resident signed for.
struct PolicyWideningTests {
    static let rounds = 20_000
    let fields: [FieldName: FieldDefinition]

    init() throws { fields = try SamplePolicies.loaded().fields }

    /// One way in which a changed policy lets through more than before and more than was signed; nil if there is none.
    private static func excess(
        _ shown: [FieldName: DisclosureForm], question: AccessQuestion, grant: GrantFacts, old: Purpose, new: Purpose
    ) -> String? {
        // Given under the new version, it was given on its words.
        let isOlder = grant.version <= old.version
        for (field, form) in shown {
            let held = old.fields[field]
            if question.action == .write {
                if isOlder || !grant.basis.needsConsent, held?.write != true { return "writes \(field)" }
                continue
            }
            if !grant.basis.needsConsent {
                guard let held, form <= held.form, old.actions.contains(.read) else { return "\(field) without anybody's word" }
            } else if grant.forms[field].map({ form > $0 }) ?? true {
                return "\(field) beyond what was signed"
            }
            guard isOlder || !grant.basis.needsConsent else { continue }
            if form == .answer, held?.answer != new.fields[field]?.answer { return "another question on \(field)" }
            if form == .band, held?.bands != new.fields[field]?.bands { return "other ranges of \(field)" }
        }
        guard isOlder else { return nil }
        if grant.version < old.oldestVersion { return "a withdrawn version" }
        if old.requiresInitiator, !question.initiator { return "nobody said who asks" }
        if old.requiresCase, !question.caseReference { return "nobody said for what" }
        if !grant.basis.needsConsent, old.basis.needsConsent { return "a consent that is not needed any more" }
        return nil
    }

    /// A small change of a purpose, with a version that the rule of versions allows.
    private func changed(_ old: Purpose, _ random: inout SeededGenerator) -> Purpose {
        let other = RandomAccess(&random, fields: fields).purpose
        func pick<Value>(_ mine: Value, _ theirs: Value, _ oneIn: Int = 4) -> Value {
            Int.random(in: 0..<oneIn, using: &random) == 0 ? theirs : mine
        }
        var rules = old.fields
        for name in RandomAccess.fieldNames {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: rules[name] = other.fields[name]
            case 1: rules[name] = rules[name].map { FieldRule(form: .answer, write: $0.write, bands: $0.bands, answer: $0.answer) }
            case 2: rules[name] = rules[name].map { FieldRule(form: $0.form, write: $0.write, bands: [7, 70], answer: $0.answer) }
            case 3: rules[name] = rules[name].map { FieldRule(form: $0.form, write: $0.write, bands: $0.bands, answer: .atLeast(3)) }
            case 4: rules[name] = rules[name].map { FieldRule(form: $0.form, write: false, bands: $0.bands, answer: $0.answer) }
            default: break
            }
        }
        let draft = purpose(old, fields: rules, actions: pick(old.actions, other.actions), basis: pick(old.basis, other.basis, 5),
            limits: pick(old.limits, other.limits), initiator: pick(old.requiresInitiator, other.requiresInitiator),
            caseReference: pick(old.requiresCase, other.requiresCase), version: old.version, oldest: old.oldestVersion)
        let version = draft.shownDifferences(to: old).isEmpty ? old.version : old.version + 1
        let oldest = pick(old.oldestVersion, Int.random(in: 1...version, using: &random), 3)
        return purpose(
            draft, fields: rules, actions: draft.actions, basis: draft.basis, limits: draft.limits,
            initiator: draft.requiresInitiator, caseReference: draft.requiresCase, version: version, oldest: oldest)
    }

    private func purpose(
        _ like: Purpose, fields: [FieldName: FieldRule], actions: [GrantAction], basis: LegalBasis, limits: Limits,
        initiator: Bool, caseReference: Bool, version: Int, oldest: Int
    ) -> Purpose {
        Purpose(
            name: like.name, version: version, oldestVersion: oldest, app: like.app, party: like.party, fields: fields,
            actions: actions, basis: basis, citations: [], title: like.title, notice: like.notice, necessity: like.necessity,
            impact: like.impact, retentionDays: like.retentionDays, limits: limits, requiresInitiator: initiator,
            requiresCase: caseReference)
    }

    private func set(_ purpose: Purpose, like: PolicySet) -> PolicySet {
        PolicySet(parties: like.parties, fields: like.fields, purposes: [purpose.name: purpose])
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func `a change that needs no custodian lets nothing through that was not let through before or signed for`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (alone, released, found) = (0, 0, 0)
        for round in 0..<Self.rounds {
            let access = RandomAccess(&random, fields: fields)
            guard let grant = access.grant, !access.purpose.fields.isEmpty else { continue }
            let next = changed(access.purpose, &random)
            guard !next.fields.isEmpty else { continue }
            let new = set(next, like: access.policies)
            let isAlone = access.policies.widenings(to: new).isEmpty
            if isAlone { alone += 1 }
            let decision = PolicyEvaluator(policies: new).decide(
                access.question, grant: grant, resident: access.resident, usedToday: access.usedToday, now: access.now)
            guard case .release(let shown, _) = decision.outcome else { continue }
            let excess = Self.excess(shown, question: access.question, grant: grant, old: access.purpose, new: next)
            if !isAlone {
                if excess != nil { found += 1 }
                continue
            }
            released += 1
            #expect(excess == nil, "seed \(seed), round \(round): \(excess ?? "")")
        }
        // It meets both kinds, and what it looks for happens where custodians are asked.
        #expect(alone > 500 && released > 50 && found > 20, "\(alone) \(released) \(found)")
    }

    @Test func `a difference turns the one set into the other, and says nothing beside it`() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let old = set(RandomAccess(&random, fields: fields).purpose, like: try SamplePolicies.loaded())
            guard let purpose = old.purposes.values.first, let from = try? PolicySet(json: old.json),
                let to = try? PolicySet(json: set(changed(purpose, &random), like: old).json)
            else { continue }
            let diff = PolicyDiff(from: from, to: to)
            #expect(try diff.applied(to: from) == to)
            #expect(PolicyDiff(json: diff.json) == diff)
            guard !diff.isEmpty else { continue }
            // It fits no other policies.
            #expect(throws: PolicyError.self) { try diff.applied(to: to) }
        }
    }

    @Test func `what a resident is told of a purpose raises its version, and a version never goes back`() throws {
        let old = try SamplePolicies.loaded()
        func edited(_ edit: (inout [String: JSON]) -> Void) throws -> PolicySet {
            var members = old.json.object ?? [:]
            var purposes = members["purposes"]?.object ?? [:]
            var purpose = purposes["till.sale"]?.object ?? [:]
            edit(&purpose)
            purposes["till.sale"] = .object(purpose)
            members["purposes"] = .object(purposes)
            return try PolicySet(json: .object(members))
        }
        func faults(_ edit: (inout [String: JSON]) -> Void) throws -> [String] {
            PolicyDiff.versionFaults(from: old, to: try edited(edit)).map(\.reason)
        }
        #expect(try faults { $0["notice"] = ["zh": "别的", "en": "else"] } == ["notice changed, so the version must be above 3"])
        #expect(try faults { $0["retention_days"] = 3 } == ["retention_days changed, so the version must be above 3"])
        #expect(try faults { $0["version"] = 2 } == ["the version goes back from 3 to 2; it only grows"])
        #expect(try faults { $0["limits"] = ["days": 1, "reads_per_day": 1, "rows_per_request": 1] } == [])
        #expect(try faults { $0["version"] = 4; $0["notice"] = ["zh": "别的", "en": "else"] } == [])
    }
}
