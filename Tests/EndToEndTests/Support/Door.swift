import Foundation

/// A socket of the daemon's, asked with one connection a call.
struct Door: Sendable {
    let path: String

    func get(_ target: String, token: String? = nil) throws -> Answer { try call("GET", target, token: token) }

    func post(_ target: String, _ body: Value, token: String? = nil) throws -> Answer {
        try call("POST", target, token: token, body: body.bytes)
    }

    func call(
        _ method: String, _ target: String, token: String? = nil, body: [UInt8]? = nil, type: String = "application/json"
    ) throws -> Answer {
        let connection = try Connection(path)
        connection.send(Self.request(method, target, token: token, body: body, type: type))
        guard let answer = try connection.receive() else { throw Unexpected("closed without an answer") }
        return answer
    }

    /// A request's bytes.
    static func request(
        _ method: String, _ target: String, token: String? = nil, body: [UInt8]? = nil, type: String = "application/json",
        headers: [String] = ["Host: rvault"]
    ) -> [UInt8] {
        var lines = ["\(method) \(target) HTTP/1.1"] + headers
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body { lines += ["Content-Type: \(type)", "Content-Length: \(body.count)"] }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? [])
    }
}

/// An app with its token, as one of the platforms would call.
struct App: Sendable {
    let name: String
    let token: String
    let door: Door

    func read(_ purpose: String, _ residents: [String], _ fields: [String]) throws -> Answer {
        try door.post("/v1/records:read", Self.reading(purpose, residents, fields), token: token)
    }

    static func reading(_ purpose: String, _ residents: [String], _ fields: [String]) -> Value {
        ["purpose": .text(purpose), "residents": .list(residents.map(Value.text)), "fields": .list(fields.map(Value.text))]
    }

    /// Asks one person for consent.
    func ask(_ purpose: String, idNumber: String, fields: [String]? = nil) throws -> Answer {
        var body: [String: Value] = ["purpose": .text(purpose), "subject": Self.subject("person.id_number", idNumber)]
        body["fields"] = fields.map { .list($0.map(Value.text)) }
        return try door.post("/v1/access-requests", .object(body), token: token)
    }

    func lookUp(_ purpose: String, _ field: String, _ value: String) throws -> Answer {
        try door.post("/v1/lookup", ["purpose": .text(purpose), "subject": Self.subject(field, value)], token: token)
    }

    /// The id under which this app knows a resident.
    func id(of idNumber: String, purpose: String) throws -> String {
        let answer = try lookUp(purpose, "person.id_number", idNumber)
        guard let id = answer.json["resident"].text else { throw Unexpected("no id: \(answer)") }
        return id
    }

    /// All ids this app knows residents by, from its live grants for a purpose.
    func ids(purpose: String) throws -> [String] {
        var ids: [String] = []
        var target = "/v1/grants"
        while true {
            let page = try door.get(target, token: token).json
            ids += page["items"].list.filter { $0["purpose"].text == purpose }.compactMap { $0["resident"].text }
            guard let next = page["next"].text else { return ids }
            target = "/v1/grants?after=\(next)"
        }
    }

    private static func subject(_ field: String, _ value: String) -> Value { ["field": .text(field), "value": .text(value)] }
}
