import Testing
import VaultAPI

@testable import rvaultd

@Suite struct RouterTests {
    private func match(_ side: SocketSide, _ method: String, _ path: String) -> String {
        switch Router(side: side).match(method: method, path: path[...]) {
        case .found(let route, let parameter): "\(route.rawValue) \(parameter)"
        case .otherMethod(let methods): "allow \(methods.sorted())"
        case .unknown: "unknown"
        }
    }

    @Test func `every route finds itself on its socket, with its id`() {
        for route in Route.allCases {
            let side: SocketSide = route.audience == .operator ? .admin : .everyone
            let id =
                route.template.contains("{id}")
                ? "abc-_1" : route.template.hasSuffix("{rest}") ? "0/x001/234.p/5" : ""
            #expect(match(side, route.method, route.path(id)) == "\(route.rawValue) \(id)")
        }
    }

    @Test(arguments: [
        "/", "", "/v1", "/v1/", "/v1/me/grants/", "/v1/me/grants/:revoke", "/v1/me/grants/a:b:revoke", "/v1//me",
        "/v1/me/grants/../grants/a:revoke", "/v1/./me", "/V1/me", "/v1/records:write", "/v1/me/requests/a:approve:deny",
    ])
    func `paths that are nobody's are unknown`(path: String) {
        #expect(match(.everyone, "POST", path) == "unknown")
    }

    @Test func `a wrong method is told with the right ones`() {
        #expect(match(.everyone, "PUT", "/v1/sessions") == "allow [\"DELETE\", \"POST\"]")
        #expect(match(.admin, "GET", "/v1/residents:import") == "allow [\"POST\"]")
    }

    @Test func `a path that is on both sockets leads to the call of its socket`() {
        #expect(match(.everyone, "POST", "/v1/residents:import") == "importForward ")
        #expect(match(.admin, "POST", "/v1/residents:import") == "importPeople ")
    }

    @Test(arguments: ["0", "entries/000", "0/x001/234", "entries/x001/x002/003.p/255", "{rest}"])
    func `a rest is all that follows, one segment or more`(rest: String) {
        #expect(match(.everyone, "GET", "/v1/audit/tile/\(rest)") == "tile \(rest)")
    }

    @Test(arguments: [
        "/v1/audit/tile", "/v1/audit/tiles/0/000", "/v1/tile/0/000", "/v1/audit/tile/..", "/v1/audit/tile/../entries",
        "/v1/audit/tile/0/../000", "/v1/audit/tile/0/000/..", "/v1/audit/tile/.", "/v1/audit/tile/0/./000",
        "/v1/audit/../audit/tile/0/000", "/v1//audit/tile/0/000",
    ])
    func `a rest that is missing or leads elsewhere is unknown`(path: String) {
        #expect(match(.everyone, "GET", path) == "unknown")
        #expect(match(.admin, "GET", path) == "unknown")
    }

    @Test func `only a template that ends in a rest takes more segments`() {
        #expect(match(.everyone, "GET", "/v1/audit/entries/000") == "unknown")
        #expect(match(.everyone, "GET", "/v1/audit/proofs/1/2") == "unknown")
        #expect(match(.everyone, "POST", "/v1/audit/tile/0/000") == "allow [\"GET\"]")
    }

    @Test(arguments: [SocketSide.everyone, .admin])
    func `auditors' calls are on both sockets`(side: SocketSide) {
        #expect(match(side, "GET", "/v1/audit/entries") == "auditEntries ")
        #expect(match(side, "GET", "/v1/audit/proofs/17") == "inclusion 17")
        #expect(match(side, "GET", "/v1/audit/tile/entries/000") == "tile entries/000")
        for route in Route.allCases where route.audience == .auditor {
            #expect(match(side, route.method, route.path("7")).hasPrefix(route.rawValue))
        }
    }

    @Test func `who may read the log is for the operator to say`() {
        #expect(match(.everyone, "GET", "/v1/auditors") == "unknown")
        #expect(match(.everyone, "POST", "/v1/audit/archive") == "unknown")
        #expect(match(.admin, "GET", "/v1/auditors") == "auditors ")
        #expect(match(.admin, "DELETE", "/v1/auditors/street-office") == "removeAuditor street-office")
        #expect(match(.admin, "GET", "/v1/me/history") == "unknown")
    }
}
