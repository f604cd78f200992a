internal import NIOCore
internal import NIOHTTP1
internal import VaultAPI

/// What stands before and between an answer's bytes (RFC 9112): status line, headers, and the frames of a body whose length
/// nobody knows before it ends.
enum AnswerHead {
    /// Room for the head of nearly every answer.
    static let capacity = 256

    static func write(of answer: Answer, keepAlive: Bool, to buffer: inout ByteBuffer) {
        buffer.writeString("HTTP/1.1 ")
        buffer.writeString(String(answer.status.code))
        buffer.writeString(" ")
        buffer.writeString(answer.status.reasonPhrase)
        // RFC 9110, section 8.6: an answer that has no content has no length either.
        if answer.status != .noContent { writeForm(of: answer, to: &buffer) }
        buffer.writeString("\r\nCache-Control: no-store\r\n")
        for (name, value) in answer.headers {
            // All of them are ours; one that could begin another line would not be.
            precondition(!(name + value).utf8.contains { $0 < 0x20 }, "a header has a control character")
            buffer.writeString("\(name): \(value)\r\n")
        }
        buffer.writeString(keepAlive ? "\r\n" : "Connection: close\r\n\r\n")
    }

    private static func writeForm(of answer: Answer, to buffer: inout ByteBuffer) {
        buffer.writeString("\r\nContent-Type: ")
        buffer.writeString(answer.contentType)
        if let stream = answer.stream, stream.size == nil {
            buffer.writeString("\r\nTransfer-Encoding: chunked")
        } else {
            buffer.writeString("\r\nContent-Length: ")
            buffer.writeString(answer.stream?.size.map { String($0) } ?? String(answer.body.count))
        }
    }

    /// A piece of a stream as it goes out; an empty piece is the end.
    static func framed(_ piece: [UInt8], of stream: any AnswerStream, allocator: ByteBufferAllocator) -> ByteBuffer {
        guard stream.size == nil else { return allocator.buffer(bytes: piece) }
        // RFC 9112, section 7.1: the length in hexadecimal, the bytes, and a chunk of no length at the end.
        var buffer = allocator.buffer(capacity: piece.count + 24)
        buffer.writeString(String(piece.count, radix: 16))
        buffer.writeString("\r\n")
        buffer.writeBytes(piece)
        buffer.writeString("\r\n")
        return buffer
    }
}
