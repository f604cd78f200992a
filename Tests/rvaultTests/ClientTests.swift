import Foundation
import Synchronization
import Testing
import VaultAPI
import VaultClient

@testable import rvault

/// The client over real sockets, with a server that answers as each test needs.
@Suite struct ClientTests {
    private let folder = TestFolder()

    private var path: String { folder.file("s.sock") }

    private func answer(_ status: String, _ body: String, more: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
    }

    private func get(_ client: VaultClient) async throws(ClientError) -> ClientResponse {
        try await client.call(ClientRequest(method: "GET", path: "/v1/whoami"))
    }

    @Test func `a request is HTTP with our host and the lent credential`() async throws {
        let seen = Mutex<[String]>([])
        let server = try FakeSocket(path, [.bytes(answer("200 OK", "{}"))]) { text, _ in
            seen.withLock { $0.append(text) }
        }
        let request = ClientRequest(method: "POST", path: "/v1/lookup", body: Array("{\"a\":1}".utf8))
        let token = Array("rva_parking_x".utf8)
        _ = try await VaultClient(socketPath: server.path).call(
            request, credential: { write in token.withUnsafeBytes(write) })
        #expect(
            seen.withLock { $0 } == [
                "POST /v1/lookup HTTP/1.1\r\nHost: rvault\r\nAuthorization: Bearer rva_parking_x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
            ])
    }

    @Test func `a connection is used again unless it ends`() async throws {
        let seen = Mutex<[Int]>([])
        let good = answer("200 OK", "{}")
        let closing = answer("200 OK", "{}", more: "Connection: close\r\n")
        let server = try FakeSocket(path, [.bytes(good), .last(closing), .bytes(good)]) { _, connection in
            seen.withLock { $0.append(connection) }
        }
        let client = VaultClient(socketPath: server.path)
        for _ in 0..<3 { _ = try await get(client) }
        #expect(seen.withLock { $0 } == [1, 1, 2])
    }

    @Test func `a problem document is a typed refusal`() async throws {
        let problem = ProblemBody(.purposeNotAllowed, detail: "not this purpose", hint: "ask the operator")
        let server = try FakeSocket(
            path, [.bytes(answer("403 Forbidden", String(decoding: problem.encoded, as: UTF8.self)))])
        let error = await #expect(throws: ClientError.self) { try await get(VaultClient(socketPath: server.path)) }
        #expect(
            error
                == .refused(
                    .init(
                        status: 403, code: "purpose_not_allowed", detail: "not this purpose", hint: "ask the operator"))
        )
    }

    @Test(arguments: ["nonsense", "{}", ""])
    func `an error without a problem document is not taken for one`(_ body: String) async throws {
        let server = try FakeSocket(path, [.bytes(answer("500 Oops", body))])
        let error = await #expect(throws: ClientError.self) { try await get(VaultClient(socketPath: server.path)) }
        #expect(error == .badResponse("status 500 without a problem document"))
    }

    @Test func `an answer that is not the message expected names the key`() async throws {
        let server = try FakeSocket(path, [.bytes(answer("200 OK", #"{"grants_ended":1,"grants_failed":0,"extra":2}"#))])
        let error = await #expect(throws: ClientError.self) {
            try await VaultClient(socketPath: server.path).call(.removeApp, id: "x", as: AppRemoved.self)
        }
        #expect(error == .badResponse("unknown_key: extra"))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
    func `an answer that breaks off is interrupted`(_ text: String) async throws {
        let server = try FakeSocket(path, [.last(text)])
        let error = await #expect(throws: ClientError.self) { try await get(VaultClient(socketPath: server.path)) }
        #expect(error == .interrupted)
    }

    @Test func `an answer that is not HTTP is told`() async throws {
        let server = try FakeSocket(path, [.last("hello there, this is no HTTP\r\n\r\n")])
        let error = await #expect(throws: ClientError.self) { try await get(VaultClient(socketPath: server.path)) }
        #expect(error == .badResponse("not HTTP/1.1"))
    }

    @Test func `an answer without end is cut at the limit`() async throws {
        let whole = answer("200 OK", String(repeating: "x", count: 1000))
        let server = try FakeSocket(
            path, [.bytes(whole), .last(answer("200 OK", String(repeating: "x", count: 1001)))])
        let client = VaultClient(socketPath: server.path, timeoutSeconds: 60, responseLimit: 1000)
        #expect(try await get(client).body.count == 1000)
        let error = await #expect(throws: ClientError.self) { try await get(client) }
        #expect(error == .badResponse("longer than 1000 bytes"))
    }

    @Test func `silence ends with the client's own time`() async throws {
        let server = try FakeSocket(path, [.silence])
        let error = await #expect(throws: ClientError.self) {
            try await get(VaultClient(socketPath: server.path, timeoutSeconds: 1))
        }
        #expect(error == .timedOut)
    }

    @Test func `a missing socket, a dead one and a path too long are told apart`() async throws {
        func cause(_ path: String) async -> ClientError.Cause? {
            let error = await #expect(throws: ClientError.self) { try await get(VaultClient(socketPath: path)) }
            guard case .cannotReach(let told, let cause) = error else { return nil }
            #expect(told == path)
            return cause
        }
        #expect(await cause(path) == .missing)
        #expect(await cause(folder.write("file", "") + "/s.sock") == .missing)
        close(try FakeSocket.listen(path, listening: false))
        #expect(await cause(path) == .nobodyListens)
        #expect(await cause(folder.file(String(repeating: "x", count: 120))) == .pathTooLong)
    }

    @Test(arguments: ["a\r\nX: y", "a b", "", "ü"])
    func `a credential that would break the head is not sent`(_ credential: String) async throws {
        let client = VaultClient(socketPath: path)
        let bytes = Array(credential.utf8)
        let error = await #expect(throws: ClientError.self) {
            try await client.call(
                ClientRequest(method: "GET", path: "/"), credential: { write in bytes.withUnsafeBytes(write) })
        }
        guard case .badRequest = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func `a path with a line end is not sent`() async throws {
        let error = await #expect(throws: ClientError.self) {
            try await VaultClient(socketPath: path).call(ClientRequest(method: "GET", path: "/ HTTP/1.1\r\nX: y"))
        }
        guard case .badRequest = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }
}
