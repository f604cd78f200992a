import Foundation

/// One connection to a Unix socket, and HTTP/1.1 over it by hand: what any client in any language does, and also what
/// no decent one would.
final class Connection {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// - Throws: `Unexpected` with the reason if nobody answers there.
    init(_ path: String, seconds: Int = 60) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Unexpected("\(path) is too long") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard connected == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw Unexpected("cannot connect to \(path): \(reason)")
        }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes; false if the other side has closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// The next answer; nil if the other side closed before a whole one.
    func receive() throws -> Answer? {
        while true {
            if let (answer, length) = try Answer.parse(received) {
                received.removeFirst(length)
                return answer
            }
            guard try more() else { return nil }
        }
    }

    /// Waits until the other side closes; false if it does not within the limit. What comes meanwhile is dropped.
    func isClosedByPeer() -> Bool {
        received = []
        while let isOpen = try? more() { if !isOpen { return true } }
        return false
    }

    /// - Returns: false at the end of the stream.
    /// - Throws: `Unexpected` if nothing comes in time.
    private func more() throws -> Bool {
        var part = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &part, part.count, 0)
        if count < 0 {
            if errno == ECONNRESET { return false }
            throw Unexpected("no answer: \(String(cString: strerror(errno)))")
        }
        received.append(contentsOf: part.prefix(count))
        return count > 0
    }
}

/// An HTTP answer.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    /// By lower-case name.
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    /// The body; null if it is no JSON.
    var json: Value { (try? Value(parsing: body)) ?? .null }
    /// The stable code of a refusal.
    var code: String? { headers["content-type"] == "application/problem+json" ? json["code"].text : nil }
    /// The only record of a read's answer.
    var record: Value { json["records"].list.count == 1 ? json["records"][0] : .null }

    /// Reads one answer from the start of what was received.
    ///
    /// - Returns: it and its length; nil if it is not whole yet.
    static func parse(_ bytes: [UInt8]) throws -> (Answer, Int)? {
        guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else { throw Unexpected("not HTTP: \(lines[0])") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Unexpected("not a header: \(line)") }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased()] = value
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        let total = end.upperBound + length
        guard bytes.count >= total else { return nil }
        return (Answer(status: status, headers: headers, body: Array(bytes[end.upperBound..<total])), total)
    }

    var description: String { "\(status) \(text)" }
}
