import Foundation

/// A Unix socket that answers as it is told, one answer for each request it reads.
final class FakeSocket: Sendable {
    let path: String
    private let descriptor: Int32

    enum Answer: Sendable {
        /// These bytes, and the connection stays.
        case bytes(String)
        /// These bytes, then the connection ends.
        case last(String)
        /// Nothing more is said, and the connection stays.
        case silence
    }

    /// Listens and serves the answers in order, over as many connections as come.
    init(_ path: String, _ answers: [Answer], seen: @escaping @Sendable (String, Int) -> Void = { _, _ in }) throws {
        self.path = path
        let listener = try Self.listen(path)
        descriptor = listener
        Thread {
            var waiting = answers
            var connections = 0
            while !waiting.isEmpty {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { return }
                connections += 1
                while !waiting.isEmpty, let request = Self.request(peer) {
                    seen(request, connections)
                    switch waiting.removeFirst() {
                    case .bytes(let text): Self.send(text, peer)
                    case .last(let text):
                        Self.send(text, peer)
                        shutdown(peer, Int32(SHUT_RDWR))
                    case .silence: break
                    }
                }
                if waiting.isEmpty { _ = Self.request(peer) }
                close(peer)
            }
        }.start()
    }

    deinit { close(descriptor) }

    /// A socket that is bound, and listens if asked to.
    static func listen(_ path: String, listening: Bool = true) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, !listening || Foundation.listen(descriptor, 8) == 0 else { throw POSIXError(.EIO) }
        return descriptor
    }

    /// Reads a head and as many bytes of body as it names.
    private static func request(_ peer: Int32) -> String? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].lowercased()
                let length =
                    head.components(separatedBy: "content-length: ").dropFirst().first
                    .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            let count = read(peer, &part, part.count)
            guard count > 0 else { return nil }
            bytes.append(contentsOf: part[..<count])
        }
    }

    private static func send(_ text: String, _ peer: Int32) {
        let bytes = Array(text.utf8)
        _ = Foundation.send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
