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
            let id = route.template.contains("{id}") ? "abc-_1" : ""
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
}
