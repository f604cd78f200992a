import Testing
import VaultAPI
import VaultModel

@testable import rvault

@Suite struct ConsentTests {
    private let text = LocalizedText(chinese: "停车", english: "parking")

    private func party() throws -> ConsentParty {
        ConsentParty(
            app: try #require(AppName("parking")), party: "property", partyTitle: text, operatorHeld: false,
            purpose: try #require(PurposeName("parking.contact")), title: text, notice: text)
    }

    private func request(_ created: Int64, _ state: RequestState = .requested) throws -> RequestView {
        RequestView(
            id: .random(), recipient: try party(), necessity: text, impact: text, fields: [], form: .raw,
            basis: .consent,
            until: nil, created: Instant(milliseconds: created), expires: Instant(milliseconds: created + 1),
            state: state)
    }

    private func grant(_ from: Int64, _ basis: LegalBasis, _ state: GrantState) throws -> GrantView {
        GrantView(
            id: .random(), recipient: try party(), fields: [], actions: [.read], form: .raw, basis: basis,
            from: Instant(milliseconds: from), until: nil, state: state)
    }

    @Test func `numbers run from the longest waiting request to the permissions without consent`() throws {
        let requests = [try request(2), try request(1), try request(0, .refused)]
        let grants = [
            try grant(1, .contract, .given), try grant(3, .consent, .paused), try grant(2, .consent, .given),
            try grant(0, .consent, .withdrawn),
        ]
        let shown = ConsentOverview(requests: requests, grants: grants).shown
        #expect(
            shown.items == [
                .request(requests[1].id), .request(requests[0].id), .grant(grants[2].id), .grant(grants[1].id),
                .grant(grants[0].id),
            ])
        let all = ConsentOverview(requests: requests, grants: grants, withEnded: true).shown
        #expect(all.items.count == 7)
        #expect(all.items.last == .grant(grants[3].id))
    }

    @Test(
        arguments: zip(
            [JSON.string("张三"), .array(["a", "b"]), true, false, 12, "", .null, .array([])],
            ["张三", "a、b", "是", "否", "12", "–", "–", ""]))
    func `a value reads as a person writes it`(_ value: JSON, _ text: String) {
        #expect(RecordView.text(value, Console(language: .chinese, json: false)) == text)
    }

    @Test func `a log entry is one row of a table`() {
        let entry: JSON = [
            "time": 1_795_395_600_000, "action": "read", "app": "parking", "purpose": "parking.permit",
            "decision": "refused",
            "reason": "no_grant", "subjects": [["tag": "x"], ["tag": "y"]],
        ]
        #expect(
            AuditLogCommand.row(NumberedEntry(sequence: 7, entry: entry))
                == ["7", "2026-11-23 09:00", "read", "parking", "parking.permit", "refused no_grant", "2"])
        #expect(AuditLogCommand.row(NumberedEntry(sequence: 0, entry: ["action": "init"]))[3] == "")
    }
}
