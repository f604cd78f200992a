import CBench
import Foundation

/// Requests as they go over the socket.
enum HTTPText {
    static func get(_ path: String, token: [UInt8]? = nil) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: rvault\r\n\(authorization(token))\r\n".utf8)
    }

    static func post(_ path: String, body: String, token: [UInt8]?, type: String = "application/json") -> [UInt8] {
        Array(
            "POST \(path) HTTP/1.1\r\nHost: rvault\r\n\(authorization(token))Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }

    static func read(_ residents: [String], purpose: String) -> String {
        func list(_ texts: [String]) -> String { "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
        return #"{"purpose":"\#(purpose)","residents":\#(list(residents)),"fields":\#(list(Community.fieldsRead))}"#
    }

    private static func authorization(_ token: [UInt8]?) -> String {
        token.map { "Authorization: Bearer \(String(decoding: $0, as: UTF8.self))\r\n" } ?? ""
    }
}

/// A load on a socket: many connections, each with one request under way.
struct Load {
    let socket: String
    private let bytes: [UInt8]
    private let ends: [Int]

    struct Outcome {
        let answered: Int
        let perSecond: Double
        let bytesPerSecond: Double
        let latencies: Latencies
    }

    init(socket: String, requests: [[UInt8]]) {
        self.socket = socket
        var bytes: [UInt8] = []
        ends = requests.map { request in
            bytes += request
            return bytes.count
        }
        self.bytes = bytes
    }

    /// - Throws: `BenchFailure` if the socket fails, or if one answer was not 200 or withheld a field: a refusal is
    ///   quick, and a benchmark of refusals would look fine.
    func run(connections: Int, seconds: Double) throws -> Outcome {
        var latencies = [UInt32](repeating: 0, count: 4_000_000)
        var result = rv_load()
        let status = rv_load_run(
            socket, bytes, ends, ends.count, UInt32(connections), seconds, UInt64.random(in: 1...1_000_000), "\"code\"",
            &latencies, latencies.count, &result)
        guard status == 0 else { throw BenchFailure("the socket \(socket) failed") }
        guard result.wrong == 0 else {
            throw BenchFailure("\(result.wrong) of \(result.answered) answers were refusals or withheld something")
        }
        let count = min(Int(result.answered), latencies.count)
        return Outcome(
            answered: Int(result.answered), perSecond: Double(result.answered) / result.seconds,
            bytesPerSecond: Double(result.bytes) / result.seconds, latencies: Latencies(Array(latencies[..<count])))
    }
}
