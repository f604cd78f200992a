import Testing
import VaultModel
@testable import VaultPolicy

/// Statements that must hold for every question and all facts, tried on many random ones.
struct EvaluatorPropertyTests {
    static let rounds = 5_000
    let fields: [FieldName: FieldDefinition]

    init() throws { fields = try SamplePolicies.loaded().fields }

    private func decide(_ access: RandomAccess, grant: GrantFacts?) -> Decision {
        PolicyEvaluator(policies: access.policies).decide(
            access.question, grant: grant, resident: access.resident, usedToday: access.usedToday, now: access.now)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `what is released lies within the question, the live grant and the newest purpose`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var releases = 0
        for round in 0..<Self.rounds {
            let access = RandomAccess(&random, fields: fields)
            guard case .release(let shown, let withheld) = decide(access, grant: access.grant).outcome else { continue }
            releases += 1
            let faults = Self.faults(of: shown, withheld, in: access, fields: fields)
            #expect(faults.isEmpty, "seed \(seed), round \(round): \(faults)")
        }
        #expect(releases > Self.rounds / 40)
    }

    /// Each promise by itself, in other words than the evaluator's.
    private static func faults(
        of shown: [FieldName: DisclosureForm], _ withheld: [FieldName: ReasonCode], in access: RandomAccess,
        fields: [FieldName: FieldDefinition]
    ) -> [String] {
        guard let grant = access.grant else { return ["released without a grant"] }
        let (question, purpose) = (access.question, access.purpose)
        let age = access.now.milliseconds - grant.from.milliseconds
        let isChild = (access.resident.age ?? 99) < 14
        var faults: [String] = []
        func need(_ holds: Bool, _ fault: String) { if !holds { faults.append(fault) } }

        need(!shown.isEmpty, "released nothing")
        need(Set(shown.keys).union(withheld.keys) == Set(question.fields), "a field got neither")
        need(Set(shown.keys).isDisjoint(with: withheld.keys), "a field got both")
        need(question.app.text == "till" && grant.recipient.text == "till", "another app")
        need(question.purpose == purpose.name && grant.purpose == purpose.name, "another purpose")
        need(purpose.actions.contains(question.action) && grant.actions.contains(question.action), "another action")
        need([.given, .renewed].contains(grant.state), "a grant that is not live")
        need(age >= 0 && access.now.milliseconds < grant.until.milliseconds, "outside the grant's dates")
        need(age < Int64(purpose.limits.maxDays) * 86_400_000, "longer than the purpose allows")
        need(grant.version >= purpose.oldestVersion && grant.version <= purpose.version, "a version not in force")
        need(question.rows >= 1 && question.rows <= min(grant.rowsPerRequest, purpose.limits.rowsPerRequest), "rows")
        need(!purpose.requiresInitiator || question.initiator, "no initiator")
        need(!purpose.requiresCase || question.caseReference, "no case")
        let mayOverride: Set<LegalBasis> = [.statutory, .emergency]
        need(
            !access.resident.restricted || (mayOverride.contains(purpose.basis) && mayOverride.contains(grant.basis)),
            "restricted")
        need(!purpose.basis.needsConsent || grant.basis.needsConsent, "consent needed")
        need(!isChild || !grant.basis.needsConsent || grant.basis == .consentGuardian, "a child's own consent")
        if question.action == .read {
            need(access.usedToday < grant.readsPerDay && access.usedToday < purpose.limits.readsPerDay, "reads")
        }
        for (field, form) in shown {
            guard let rule = purpose.fields[field], let definition = fields[field] else {
                return ["a field outside the purpose"]
            }
            need(grant.forms[field] != nil, "a field outside the grant")
            need(definition.sensitivity == .general || grant.basis != .consent, "sensitive on plain consent")
            guard question.action == .read else {
                need(rule.write, "a write the purpose does not give")
                continue
            }
            need(form <= rule.form, "more revealing than the purpose")
            need(form <= grant.forms[field] ?? .answer, "more revealing than the grant")
            need(form <= question.form ?? .raw, "more revealing than asked")
            need(form != .band || rule.bands != nil, "ranges without ranges")
            need(form != .answer || rule.answer != nil, "an answer without a question")
        }
        return faults
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `a grant with less never shows more`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<Self.rounds {
            let access = RandomAccess(&random, fields: fields)
            guard let grant = access.grant, var lesser = access.grant else { continue }
            switch Int.random(in: 0..<6, using: &random) {
            case 0: lesser.forms = lesser.forms.filter { _ in Bool.random(using: &random) }
            case 1: lesser.forms = lesser.forms.mapValues { min($0, .band) }
            case 2: lesser.until = min(lesser.until, lesser.from.advanced(bySeconds: 3 * 86_400))
            case 3: lesser.readsPerDay /= 2
            case 4: lesser.state = .paused
            default: lesser.actions.remove(.write)
            }
            let more = Self.shown(decide(access, grant: grant))
            for (field, form) in Self.shown(decide(access, grant: lesser)) {
                #expect(more[field].map { form <= $0 } == true, "seed \(seed), round \(round), \(field)")
            }
        }
    }

    private static func shown(_ decision: Decision) -> [FieldName: DisclosureForm] {
        if case .release(let shown, _) = decision.outcome { shown } else { [:] }
    }

    @Test func `every refusal that the evaluator knows is met, and screening decides the same for all residents`() {
        var random = SeededGenerator(seed: 6)
        var met: Set<ReasonCode> = []
        var clauses: Set<Clause> = []
        for _ in 0..<Self.rounds * 4 {
            let access = RandomAccess(&random, fields: fields)
            let decision = decide(access, grant: access.grant)
            if let reason = decision.reason { met.insert(reason) }
            if case .release(_, let withheld) = decision.outcome { met.formUnion(withheld.values) }
            clauses.insert(decision.clause)
            let screened = PolicyEvaluator(policies: access.policies).screen(access.question)
            #expect(screened == nil || screened == decision)
        }
        // The store alone can say that a value cannot be opened.
        #expect(Set(ReasonCode.allCases).subtracting(met) == [.unavailable])
        #expect(clauses == Set(Clause.allCases))
    }
}
