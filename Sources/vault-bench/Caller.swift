import CBench
import Foundation
import VaultModel

/// One connection to a daemon that sends a request and waits for its answer.
final class Caller {
    private var descriptor: Int32
    private let socket: String
    private let token: [UInt8]?
    /// Where an answer's beginning is put. It is kept: making a mebibyte of zeros for each call costs more than the call.
    private var room = [UInt8](repeating: 0, count: 1 << 20)

    init(socket: String, token: [UInt8]? = nil) throws {
        descriptor = rv_connect(socket)
        self.socket = socket
        self.token = token
        guard descriptor >= 0 else { throw BenchFailure("nobody listens on \(socket)") }
    }

    deinit { close(descriptor) }

    /// The daemon closes connections that are idle for long.
    func reconnect() throws {
        close(descriptor)
        descriptor = rv_connect(socket)
        guard descriptor >= 0 else { throw BenchFailure("nobody listens on \(socket)") }
    }

    /// - Returns: the answer's JSON.
    /// - Throws: `BenchFailure` for an answer that is not of the 200s.
    @discardableResult
    func post(_ path: String, _ body: JSON = [:]) throws -> JSON {
        try JSONParser.parse(try call(HTTPText.post(path, body: String(decoding: body.encoded, as: UTF8.self), token: token), path).body)
    }

    /// Sends JSON lines.
    func postLines(_ path: String, _ lines: [JSON]) throws {
        let body = lines.map { String(decoding: $0.encoded, as: UTF8.self) + "\n" }.joined()
        _ = try call(HTTPText.post(path, body: body, token: token, type: "application/x-ndjson"), path)
    }

    func get(_ path: String) throws -> JSON { try JSONParser.parse(try call(HTTPText.get(path, token: token), path).body) }

    /// Reads an answer of any length and keeps its beginning.
    func stream(_ method: String, _ path: String) throws -> Int {
        try call(method == "POST" ? HTTPText.post(path, body: "", token: token) : HTTPText.get(path, token: token), path).length
    }

    private func call(_ request: [UInt8], _ path: String) throws -> (body: [UInt8], length: Int) {
        var status: Int32 = 0
        let length = Int(rv_call(descriptor, request, request.count, &room, room.count, &status))
        guard length >= 0 else { throw BenchFailure("\(path): the connection failed") }
        let kept = Array(room[..<min(length, room.count)])
        guard (200..<300).contains(status) else {
            throw BenchFailure("\(path): \(status) \(String(decoding: kept.prefix(400), as: UTF8.self))")
        }
        return (kept, length)
    }
}

/// A resident at a terminal.
struct ResidentSession {
    /// Which person of the community this is.
    let index: Int
    let caller: Caller

    /// Logs in those who have consented, as many as wanted.
    static func open(_ made: BenchVault, daemon: DaemonProcess, count: Int) throws -> [ResidentSession] {
        try made.lines("logins").prefix(count).map { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let index = Int(words[1]) else { throw BenchFailure("malformed login") }
            let answer = try Caller(socket: daemon.socket).post(
                "/v1/sessions",
                ["login": .string(String(words[0])), "passphrase": .string(String(decoding: BenchVault.passphrase, as: UTF8.self))])
            guard let session = answer["session"]?.string else { throw BenchFailure("no session") }
            return ResidentSession(index: index, caller: try Caller(socket: daemon.socket, token: Array(session.utf8)))
        }
    }
}
