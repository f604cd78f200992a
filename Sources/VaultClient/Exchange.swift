internal import NIOCore
internal import NIOHTTP1

/// A request on its way and the promise of its answer.
struct Exchange: Sendable {
    let method: String
    let wire: ByteBuffer
    /// The most bytes of body taken.
    let limit: Int
    /// How long the answer may take; with a sink, how long its head and each piece.
    let timeout: TimeAmount
    /// Takes the body of a good answer piece by piece, in order, instead of the memory. False ends the call.
    var sink: (@Sendable (UnsafeRawBufferPointer) -> Bool)?
    let promise: EventLoopPromise<ExchangeResult>
}

struct ExchangeResult: Sendable {
    let response: ClientResponse
    /// Whether the connection may carry another request.
    let keepsAlive: Bool
}

/// Passes on a request's own bytes. NIO's encoder would want the credential as a string; its decoder only needs to see
/// a head go by to know which method is being answered.
final class RequestWriter: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = ByteBuffer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .body(.byteBuffer(let wire)): context.write(wrapOutboundOut(wire), promise: promise)
        case .head, .body, .end: promise?.succeed()
        }
    }
}

/// Carries one exchange at a time over a connection.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias OutboundIn = Exchange
    typealias OutboundOut = HTTPClientRequestPart
    typealias InboundIn = HTTPClientResponsePart

    private struct Running {
        let exchange: Exchange
        var deadline: Scheduled<Void>
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private var running: Running?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        guard running == nil, context.channel.isActive else { return exchange.promise.fail(ClientError.interrupted) }
        running = Running(exchange: exchange, deadline: deadline(of: exchange, on: context.channel))
        let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: exchange.method), uri: "/")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(exchange.wire))), promise: promise)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func deadline(of exchange: Exchange, on channel: any Channel) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: exchange.timeout) {
            // Failing here, before the close, keeps the reason; the promise takes only the first outcome.
            exchange.promise.fail(ClientError.timedOut)
            channel.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): running?.head = head
        case .body(let part):
            guard let current = running else { return }
            if let sink = current.exchange.sink, current.head?.status == .ok {
                current.deadline.cancel()
                guard part.withUnsafeReadableBytes(sink) else { return fail(.interrupted, context) }
                running?.deadline = deadline(of: current.exchange, on: context.channel)
                return
            }
            guard current.body.count + part.readableBytes <= current.exchange.limit else {
                return fail(.badResponse("longer than \(current.exchange.limit) bytes"), context)
            }
            running?.body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let done = running, let head = done.head else { return }
            running = nil
            done.deadline.cancel()
            done.exchange.promise.succeed(
                ExchangeResult(
                    response: ClientResponse(status: Int(head.status.code), body: done.body),
                    keepsAlive: head.isKeepAlive))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isParser = error is HTTPParserError && error as? HTTPParserError != .invalidEOFState
        fail(isParser ? .badResponse("not HTTP/1.1") : .interrupted, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.interrupted, context)
        context.fireChannelInactive()
    }

    private func fail(_ error: ClientError, _ context: ChannelHandlerContext) {
        guard let failed = running else { return }
        running = nil
        failed.deadline.cancel()
        failed.exchange.promise.fail(error)
        context.close(promise: nil)
    }
}
