import Testing
import VaultModel
@testable import VaultPolicy

/// The decision order, one clause after another, on the sample policies. What a purpose's cases can say stands there.
struct EvaluatorTests {
    let evaluator: PolicyEvaluator
    static let from = Instant(milliseconds: 1_700_000_000_000)

    init() throws { evaluator = PolicyEvaluator(policies: try SamplePolicies.loaded()) }

    static let question = AccessQuestion(
        app: .of("till"), purpose: .of("till.sale"), fields: [.of("person.nick"), .of("person.phone")], initiator: true,
        caseReference: true, rows: 2)

    static let grant = GrantFacts(
        state: .given, recipient: .of("till"), purpose: .of("till.sale"), version: 3,
        fields: [.of("person.nick"), .of("person.phone")], actions: [.read, .write], form: .raw, basis: .consent,
        from: from,
        until: from.advanced(bySeconds: 50 * 86_400), readsPerDay: 3, rowsPerRequest: 20)

    private func decide(
        _ question: AccessQuestion = Self.question, _ grant: GrantFacts? = Self.grant, restricted: Bool = false,
        usedToday: Int = 0,
        after days: Int64 = 1
    ) -> Decision {
        evaluator.decide(
            question, grant: grant, resident: ResidentFacts(restricted: restricted), usedToday: usedToday,
            now: Self.from.advanced(bySeconds: days * 86_400))
    }

    @Test func `a question that breaks every clause is refused by the first, then by the next when that is mended`() {
        var question = AccessQuestion(
            app: .of("stall"), purpose: .of("till.gift"), fields: [], form: .raw, action: .write, rows: 99)
        var grant: GrantFacts?
        var restricted = true
        var used = 9
        var days: Int64 = -1
        func rule() -> String {
            let decision = decide(question, grant, restricted: restricted, usedToday: used, after: days)
            return "\(decision.rule) \(decision.reason?.rawValue ?? "released")"
        }
        #expect(rule() == "vault/purposes unknown_purpose")
        question.purpose = .of("till.care")
        #expect(rule() == "till.care@1/app purpose_not_allowed")
        question.app = .of("till")
        #expect(rule() == "till.care@1/actions purpose_not_allowed")
        question.purpose = .of("till.sale")
        #expect(rule() == "till.sale@3/fields unknown_field")
        question.fields = [.of("person.illnesses")]
        #expect(rule() == "till.sale@3/fields purpose_not_allowed")
        question.fields = [.of("person.phone")]
        #expect(rule() == "till.sale@3/fields purpose_not_allowed", "the field is there to read, not to write")
        question.action = .read
        question.fields = [.of("person.name")]
        question.form = .answer
        #expect(rule() == "till.sale@3/form bad_form", "a name has no answer here")
        question.form = .masked
        #expect(rule() == "till.sale@3/limits.rows_per_request rows_limit")
        question.rows = 2
        #expect(rule() == "till.sale@3/must_state.initiator missing_initiator")
        question.initiator = true
        #expect(rule() == "till.sale@3/must_state.case missing_case")
        question = Self.question
        #expect(rule() == "till.sale@3/resident.restriction restricted")
        restricted = false
        #expect(rule() == "till.sale@3/grant no_grant")
        grant = GrantFacts(
            state: .paused, recipient: .of("till"), purpose: .of("till.sale"), version: 1, fields: [.of("person.name")],
            actions: [.write], form: .raw, basis: .contract, from: Self.from, until: Self.from, readsPerDay: 0,
            rowsPerRequest: 1)
        #expect(rule() == "till.sale@3/grant not_granted")
        grant?.actions = [.read]
        #expect(rule() == "till.sale@3/grant.version wrong_version")
        grant?.version = 2
        #expect(rule() == "till.sale@3/grant.state paused")
        grant?.state = .renewed
        #expect(rule() == "till.sale@3/grant.until not_begun")
        days = 0
        #expect(rule() == "till.sale@3/grant.until expired")
        grant?.until = Self.grant.until
        #expect(rule() == "till.sale@3/grant.basis wrong_consent")
        grant?.basis = .consent
        #expect(rule() == "till.sale@3/grant.fields no_grant")
        grant?.forms = Self.grant.forms
        #expect(rule() == "till.sale@3/grant.limits.rows_per_request rows_limit")
        grant?.rowsPerRequest = 2
        #expect(rule() == "till.sale@3/limits.reads_per_day limit")
        used = 0
        #expect(rule() == "till.sale@3/limits.reads_per_day limit", "the grant's own limit is 0")
        grant?.readsPerDay = 1
        #expect(rule() == "till.sale@3/release released")
    }

    @Test func `the trace lists every clause up to the one that decided, and only that one said no`() {
        let refused = decide(usedToday: 3)
        #expect(refused.trace.map(\.clause) == Array(Clause.allCases.dropLast()))
        #expect(refused.trace.map(\.passed) == Array(repeating: true, count: Clause.allCases.count - 2) + [false])
        let released = decide()
        #expect(released.trace == Clause.allCases.map { Step(clause: $0, passed: true) })
    }

    @Test func `a version that is withdrawn releases nothing, an older one that is not still does`() {
        var grant = Self.grant
        grant.version = 1
        #expect(decide(Self.question, grant).reason == .wrongVersion)
        grant.version = 2
        #expect(decide(Self.question, grant).reason == nil)
    }

    @Test func `an old grant keeps the lesser of its own form and the newest version's`() {
        var question = Self.question
        question.fields = [.of("person.name"), .of("person.phone"), .of("person.points")]
        var grant = Self.grant
        grant.version = 2
        grant.forms = [.of("person.name"): .raw, .of("person.phone"): .raw, .of("person.points"): .raw]
        #expect(
            decide(question, grant).outcome
                == .release(
                    [.of("person.name"): .masked, .of("person.phone"): .raw, .of("person.points"): .raw], withheld: [:])
        )
        grant.forms = grant.forms.mapValues { _ in .masked }
        #expect(
            decide(question, grant).outcome
                == .release(
                    [.of("person.name"): .masked, .of("person.phone"): .masked, .of("person.points"): .band],
                    withheld: [:]))
        grant.forms[.of("person.name")] = .raw
        #expect(
            decide(question, grant).outcome
                == .release(
                    [.of("person.name"): .masked, .of("person.phone"): .masked, .of("person.points"): .band],
                    withheld: [:]))
        grant.forms = grant.forms.mapValues { _ in .band }
        #expect(
            decide(question, grant).outcome
                == .release(
                    [.of("person.points"): .band],
                    withheld: [.of("person.name"): .badForm, .of("person.phone"): .badForm]))
    }

    @Test func `a field the old grant lacks is withheld, not the rest`() {
        var question = Self.question
        question.fields.append(.of("person.number"))
        #expect(
            decide(question).outcome
                == .release(
                    [.of("person.nick"): .raw, .of("person.phone"): .raw], withheld: [.of("person.number"): .notGranted]
                ))
    }

    @Test func `a newest version that allows fewer days ends older grants earlier`() {
        var grant = Self.grant
        grant.until = Self.from.advanced(bySeconds: 1000 * 86_400)
        #expect(decide(Self.question, grant, after: 99).reason == nil)
        #expect(decide(Self.question, grant, after: 100).reason == .expired)
        #expect(
            Limits(maxDays: 100, readsPerDay: 1, rowsPerRequest: 1).longestUntil(from: Self.from)
                == Self.from.advanced(bySeconds: 8_640_000))
    }

    @Test func `the last millisecond counts and the next does not`() {
        let until = Self.grant.until
        func reason(at milliseconds: Int64) -> ReasonCode? {
            evaluator.decide(
                Self.question, grant: Self.grant, resident: ResidentFacts(restricted: false), usedToday: 0,
                now: Instant(milliseconds: milliseconds)
            ).reason
        }
        #expect(reason(at: until.milliseconds - 1) == nil)
        #expect(reason(at: until.milliseconds) == .expired)
        #expect(reason(at: Self.from.milliseconds) == nil)
        #expect(reason(at: Self.from.milliseconds - 1) == .notBegun)
    }

    @Test func `a field asked for twice is answered once`() {
        var question = Self.question
        question.fields += question.fields
        #expect(decide(question).outcome == decide().outcome)
    }

    @Test(arguments: [-1, 0, 21])
    func `a request for no resident, or more than the purpose allows, is refused`(rows: Int) {
        var question = Self.question
        question.rows = rows
        #expect(decide(question).reason == .rowsLimit)
    }

    @Test func `each field keeps the form in which it was granted, also when the purpose now allows more`() {
        var grant = Self.grant
        grant.forms = [.of("person.nick"): .raw, .of("person.phone"): .masked]
        #expect(
            decide(Self.question, grant).outcome
                == .release([.of("person.nick"): .raw, .of("person.phone"): .masked], withheld: [:]))
    }

    @Test func `writes are not counted as reads`() {
        var question = Self.question
        question.action = .write
        question.fields = [.of("person.nick")]
        #expect(decide(question, usedToday: 1000).outcome == .release([.of("person.nick"): .raw], withheld: [:]))
    }

    @Test(arguments: GrantState.allCases)
    func `only given and renewed grants release`(state: GrantState) {
        var grant = Self.grant
        grant.state = state
        #expect((decide(Self.question, grant).reason == nil) == state.isLive)
    }

    @Test(arguments: LegalBasis.allCases, LegalBasis.allCases)
    func `a restriction yields only to a statutory or emergency basis, in the purpose and in the grant`(
        purposeBasis: LegalBasis, grantBasis: LegalBasis
    ) throws {
        let evaluator = try evaluator(withBasis: purposeBasis)
        var grant = Self.grant
        grant.basis = grantBasis
        let decision = evaluator.decide(
            Self.question, grant: grant, resident: ResidentFacts(restricted: true), usedToday: 0,
            now: Self.from.advanced(bySeconds: 1))
        let both = [purposeBasis, grantBasis].allSatisfy { $0 == .statutory || $0 == .emergency }
        #expect((decision.reason == .restricted) == !both)
    }

    @Test(
        arguments: [
            (.consent, [.consent, .consentSeparate, .consentWritten, .consentGuardian]),
            (.consentSeparate, [.consent, .consentSeparate, .consentWritten, .consentGuardian]),
            (.consentWritten, [.consentWritten, .consentGuardian]),
            (.consentGuardian, [.consentGuardian]),
            (.contract, [.contract, .consent, .consentSeparate, .consentWritten, .consentGuardian]),
            (.statutory, [.statutory, .consent, .consentSeparate, .consentWritten, .consentGuardian]),
        ] as [(LegalBasis, [LegalBasis])])
    func `a grant must rest on what the newest version needs, or on more`(needed: LegalBasis, enough: [LegalBasis])
        throws
    {
        let evaluator = try evaluator(withBasis: needed)
        for basis in LegalBasis.allCases {
            var grant = Self.grant
            grant.basis = basis
            let decision = evaluator.decide(
                Self.question, grant: grant, resident: ResidentFacts(restricted: false), usedToday: 0,
                now: Self.from.advanced(bySeconds: 1))
            #expect(decision.reason == (enough.contains(basis) ? nil : .wrongConsent), "\(basis)")
        }
    }

    private func evaluator(withBasis basis: LegalBasis) throws -> PolicyEvaluator {
        let old = try #require(evaluator.policies.purposes[.of("till.sale")])
        let purpose = Purpose(
            name: old.name, version: old.version, oldestVersion: old.oldestVersion, app: old.app, party: old.party,
            fields: old.fields, actions: old.actions, basis: basis, citations: ["X 1"], title: old.title,
            notice: old.notice,
            necessity: old.necessity, impact: old.impact, retentionDays: old.retentionDays, limits: old.limits,
            requiresInitiator: false, requiresCase: false)
        return PolicyEvaluator(
            policies: PolicySet(
                parties: evaluator.policies.parties, fields: evaluator.policies.fields, purposes: [old.name: purpose]))
    }

    @Test func `apps cannot tell a grant that ended from one that never was`() {
        let hidden: [ReasonCode] = [
            .restricted, .noGrant, .notGranted, .wrongVersion, .paused, .withdrawn, .expired, .terminated, .invalidated,
            .notBegun,
            .wrongConsent,
        ]
        #expect(Set(hidden.map(\.publicCode)) == ["no_grant"])
        #expect(ReasonCode.limit.publicCode == "limit")
        #expect(ReasonCode.rowsLimit.publicCode == "limit")
        for reason in ReasonCode.allCases where !hidden.contains(reason) && reason != .rowsLimit {
            #expect(reason.publicCode == reason.rawValue)
        }
    }

    @Test func `a screened question decides as the whole question does`() throws {
        guard case .passed(let screened) = evaluator.screened(Self.question) else {
            Issue.record("the question was refused")
            return
        }
        let now = Self.from.advanced(bySeconds: 1)
        let resident = ResidentFacts(restricted: false)
        for used in 0...3 {
            #expect(
                screened.decide(grant: Self.grant, resident: resident, usedToday: used, now: now)
                    == evaluator.decide(Self.question, grant: Self.grant, resident: resident, usedToday: used, now: now)
            )
        }
    }

    @Test func `an app finds its party and its purposes`() {
        let policies = evaluator.policies
        #expect(policies.party(of: .of("till"))?.name == "shop")
        #expect(policies.party(of: .of("vaultkeeper"))?.name == "bank")
        #expect(policies.party(of: .of("nobody")) == nil)
        #expect(policies.purposes(of: .of("till")).map(\.name.text) == ["till.care", "till.sale"])
        #expect(policies.purposes(of: .of("stall")).isEmpty)
    }
}
