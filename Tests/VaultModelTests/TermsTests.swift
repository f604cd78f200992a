import Testing
import VaultModel

/// The words that stand in policies, statements and entries: a changed one would orphan what is stored.
struct `Terms` {
    @Test func `the legal bases are the design's closed list`() {
        #expect(
            LegalBasis.allCases.map(\.rawValue) == [
                "consent", "consent.separate", "consent.written", "consent.guardian", "contract", "statutory",
                "emergency", "public_data", "law",
            ])
        #expect(LegalBasis(rawValue: "legitimate_interest") == nil)
    }

    @Test(arguments: LegalBasis.allCases)
    func `the bases that are called consent need it, and no others`(basis: LegalBasis) {
        #expect(basis.needsConsent == basis.rawValue.hasPrefix("consent"))
    }

    @Test(arguments: LegalBasis.allCases)
    func `a restriction yields to statute and emergency alone`(basis: LegalBasis) {
        #expect(basis.overridesRestriction == [.statutory, .emergency].contains(basis))
    }

    @Test func `forms are ordered from the least revealing`() {
        #expect(DisclosureForm.allCases.sorted().map(\.rawValue) == ["answer", "band", "masked", "raw"])
        #expect(DisclosureForm.raw > .masked && !(DisclosureForm.raw < .raw))
    }

    @Test(arguments: GrantState.allCases)
    func `only given and renewed grants release`(state: GrantState) {
        #expect(state.isLive == [.given, .renewed].contains(state))
    }

    @Test func `states, actions and sensitivities are the design's words`() {
        #expect(
            GrantState.allCases.map(\.rawValue) == [
                "given", "renewed", "paused", "withdrawn", "expired", "terminated", "invalidated",
            ])
        #expect(RequestState.allCases.map(\.rawValue) == ["requested", "refused", "given", "expired"])
        #expect(GrantAction.allCases.sorted().map(\.rawValue) == ["grant", "read", "write"])
        #expect(GrantAction.forApps == [.read, .write])
        #expect(Sensitivity(rawValue: "general") == .general && Sensitivity(rawValue: "sensitive") == .sensitive)
    }
}
