internal import Foundation
internal import NIOHTTP1
internal import VaultAPI
internal import VaultModel

/// Which of the two sockets a connection came in on.
enum SocketSide: Sendable {
    case everyone
    case admin
}

/// A request with its body, as calls see it.
struct Request: Sendable {
    let route: Route
    /// What stood for `{id}`.
    let parameter: String
    let query: [String: String]
    let credential: [UInt8]?
    let contentType: String?
    /// The answer's form that the client asks for.
    let accept: String?
    let body: [UInt8]
    let peer: Peer
    let side: SocketSide
}

extension Request {
    /// Whether the client takes lines of JSON. Who takes anything gets one document.
    var wantsLines: Bool {
        accept?.split(separator: ",").contains {
            $0.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased() == Wire.ndjson
        } ?? false
    }
}

/// An answer on its way out.
struct Answer: Sendable {
    var status: HTTPResponseStatus = .ok
    var contentType = Wire.json
    var body: [UInt8] = []
    /// Sent in place of the body, piece by piece.
    var stream: (any AnswerStream)?
    var headers: [(String, String)] = []

    static func json(_ message: some WireMessage, status: HTTPResponseStatus = .ok) -> Answer {
        Answer(status: status, body: message.encoded)
    }

    static func text(_ body: [UInt8], contentType: String = "text/plain; charset=utf-8") -> Answer {
        Answer(contentType: contentType, body: body)
    }

    static func stream(_ stream: any AnswerStream, contentType: String) -> Answer {
        Answer(contentType: contentType, stream: stream)
    }

    static func problem(_ problem: ProblemBody, headers: [(String, String)] = []) -> Answer {
        Answer(
            status: HTTPResponseStatus(statusCode: problem.status), contentType: ProblemBody.mediaType, body: problem.encoded,
            headers: headers)
    }
}
