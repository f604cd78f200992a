internal import Glibc

/// One call: a method, a path and perhaps a body.
public struct ClientRequest: Sendable {
    public let method: String
    /// Path and query, already escaped where it needs to be.
    public let path: String
    public var body: [UInt8]?
    public let contentType: String

    public init(method: String, path: String, body: [UInt8]? = nil, contentType: String = "application/json") {
        self.method = method
        self.path = path
        self.body = body
        self.contentType = contentType
    }
}

/// One answer.
public struct ClientResponse: Sendable {
    public let status: Int
    /// The body's bytes. Where it holds a secret, `scrub()` it after use.
    public private(set) var body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }

    /// Zeroes the body's bytes.
    public mutating func scrub() {
        body.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } }
    }
}
