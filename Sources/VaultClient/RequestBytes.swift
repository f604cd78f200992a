internal import Glibc
internal import NIOCore
internal import VaultAPI

/// A request's bytes in one buffer of the right size from the start, so that a credential or passphrase in it has one
/// copy in memory, which can be zeroed.
enum RequestBytes {
    /// - Throws: `ClientError.badRequest` for a byte that would end a line early.
    static func make(
        _ request: ClientRequest, credential: ((UnsafeRawBufferPointer) -> Void) -> Void
    ) throws(ClientError) -> ByteBuffer {
        guard (request.method + request.path + request.contentType).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw .badRequest("a space, control or foreign character in method, path or type")
        }
        // Lengths of a session, of the longest credential and of the fixed headers, with room to spare.
        var buffer = ByteBufferAllocator().buffer(capacity: request.path.utf8.count + (request.body?.count ?? 0) + 1024)
        buffer.writeString("\(request.method) \(request.path) HTTP/1.1\r\nHost: \(Wire.host)\r\n")
        var valid = true
        credential { bytes in
            valid = valid && !bytes.isEmpty && bytes.count <= 512 && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            guard valid else { return }
            buffer.writeString("Authorization: \(Wire.bearer)")
            buffer.writeBytes(bytes)
            buffer.writeString("\r\n")
        }
        guard valid else {
            scrub(&buffer)
            throw .badRequest("the credential is empty, too long or holds a foreign character")
        }
        if let body = request.body {
            buffer.writeString("Content-Type: \(request.contentType)\r\nContent-Length: \(body.count)\r\n\r\n")
            buffer.writeBytes(body)
        } else {
            buffer.writeString("\r\n")
        }
        return buffer
    }

    static func scrub(_ buffer: inout ByteBuffer) {
        buffer.withUnsafeMutableReadableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } }
    }
}
