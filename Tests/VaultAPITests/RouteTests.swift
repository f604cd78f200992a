import Testing
import VaultAPI

@Suite struct RouteTests {
    @Test func `no two calls share method, path and socket`() {
        let keys = Route.allCases.map { "\($0.method) \($0.template) \($0.audience == .operator)" }
        #expect(Set(keys).count == keys.count)
    }

    @Test func `an id is put in its place`() {
        #expect(Route.approve.path("AbC-_") == "/v1/me/requests/AbC-_:approve")
        #expect(Route.removeApp.path("parking") == "/v1/apps/parking")
        #expect(Route.read.path("unused") == "/v1/records:read")
        #expect(Route.carryOutCeremony.path("AbC-_") == "/v1/ceremonies/AbC-_:carry-out")
        #expect(Route.custodyAnswer.path("AbC-_") == "/v1/custody/ceremonies/AbC-_:answer")
        #expect(Route.shares.path("owners") == "/v1/shares/owners")
    }

    @Test(arguments: Route.allCases)
    func `a template has at most one place for an id`(_ route: Route) {
        #expect(route.template.count(where: { $0 == "{" }) <= 1)
        #expect(!route.path("X").contains("{"))
        #expect(route.template.hasPrefix("/"))
    }

    @Test(arguments: ProblemCode.allCases)
    func `a code goes with its status and the status with its phrase`(_ code: ProblemCode) {
        let body = ProblemBody(code, detail: "d")
        #expect(body.status == code.status)
        #expect((400..<600).contains(body.status))
        #expect(body.title == code.title)
        #expect(body.code == code.rawValue)
    }

    @Test(
        arguments: zip(
            [
                "unauthorized", "purpose_not_allowed", "bad_host", "forbidden", "not_found", "bad_method", "conflict",
                "too_large",
                "bad_type", "unknown_field", "unknown_purpose", "unknown_key", "duplicate_key", "bad_json", "bad_form",
                "bad_value",
                "missing_key", "too_many_tries", "log_unavailable", "busy", "clock",
            ],
            [401, 403, 403, 403, 404, 405, 409, 413, 415, 422, 422, 422, 422, 422, 422, 422, 422, 429, 503, 503, 503]))
    func `the contract's codes are here with their statuses`(_ name: String, _ status: Int) {
        #expect(ProblemCode(rawValue: name)?.status == status)
    }
}
