internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI

/// One connection's exchanges: collects a request, refuses what no client of ours sends, finds the call, writes the
/// answer. It stays on its event loop; answers that come from other threads hop back here.
final class HTTPExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Idle connections close, which frees their buffers: freed memory is cleared, open buffers are not.
    static let idle = TimeAmount.seconds(5)

    private let side: SocketSide
    private let calls: Calls
    private let peer: Peer?
    private let isWelcome: Bool
    private let clearing: StackClearing
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var overlong = false
    /// A request is under way: an idle timer must not close it.
    private var isBusy = false
    private var keepAlive = true
    /// A stream is being sent, at the reader's pace.
    private var isStreaming = false
    /// Requests answered and pieces sent, by which the patrol sees whether a connection makes progress.
    private var progress = 0
    private var progressBefore = 0
    private var patrol: RepeatedTask?

    /// A connection that completed no request in this time goes: dribbling bytes keep it from being idle, not from this.
    private static let patience = TimeAmount.seconds(30)

    private init(side: SocketSide, calls: Calls, clearing: StackClearing, peer: Peer?, adminGroup: gid_t?) {
        self.clearing = clearing
        self.side = side
        self.calls = calls
        self.peer = peer
        isWelcome = side == .everyone || peer?.mayAdminister(group: adminGroup) == true
    }

    static func install(on channel: any Channel, side: SocketSide, calls: Calls, adminGroup: gid_t?) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
        try pipeline.addHandler(IdleStateHandler(allTimeout: idle))
        try pipeline.addHandler(
            HTTPExchange(
                side: side, calls: calls, clearing: calls.clearing(of: channel.eventLoop), peer: Peer.of(channel),
                adminGroup: adminGroup))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        patrol = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.patience, delay: Self.patience) { _ in
            let (exchange, context) = loopBound.value
            let mayWait = exchange.isAnswering && !exchange.isStreaming
            if exchange.progress == exchange.progressBefore, !mayWait { context.close(promise: nil) }
            exchange.progressBefore = exchange.progress
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        patrol?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.removeAll(keepingCapacity: false)
            overlong = false
            isBusy = true
            keepAlive = head.isKeepAlive
        case .body(let part):
            if body.count + part.readableBytes > WireLimits.body { overlong = true } else {
                body.append(contentsOf: part.readableBytesView)
            }
        case .end:
            handle(context: context)
            clearing.request()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            // Also a client that sends its request a byte at a time: it has had its seconds.
            if !isAnswering { context.close(promise: nil) }
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// The request is complete and its answer is not.
    private var isAnswering: Bool { isBusy && head == nil }

    private func handle(context: ChannelHandlerContext) {
        guard let head else { return }
        self.head = nil
        if let refusal = refusal(head) { return write(refusal, context: context) }
        let mark = head.uri.firstIndex(of: "?") ?? head.uri.endIndex
        guard let peer else {
            return write(.problem(ProblemBody(.forbidden, detail: "the kernel does not say who is calling")), context: context)
        }
        switch calls.router(side).match(method: head.method.rawValue, path: head.uri[..<mark]) {
        case .unknown: write(.problem(ProblemBody(.notFound, detail: "no such path")), context: context)
        case .otherMethod(let methods):
            write(
                .problem(
                    ProblemBody(.badMethod, detail: "this path takes \(methods.joined(separator: ", "))"),
                    headers: [("Allow", methods.joined(separator: ", "))]), context: context)
        case .found(let route, let parameter):
            let request = Request(
                route: route, parameter: parameter, query: Self.query(head.uri[mark...].dropFirst()),
                credential: Self.credential(head.headers), contentType: head.headers.first(name: "content-type"), body: body,
                peer: peer, side: side)
            body = []
            if let refusal = Self.typeRefusal(request) { return write(refusal, context: context) }
            let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let loop = context.eventLoop
            calls.answer(request, on: loop) { answer in
                loop.execute {
                    let (exchange, context) = loopBound.value
                    exchange.write(answer, context: context)
                    exchange.clearing.request()
                }
            }
        }
    }

    /// Browser-shaped requests, foreign hosts, strangers on the admin socket, and bodies over the limit.
    private func refusal(_ head: HTTPRequestHead) -> Answer? {
        if !isWelcome {
            return .problem(
                ProblemBody(
                    .forbidden, detail: "the admin socket is for root, the daemon's user and the operators' group",
                    hint: "apps and residents use rvault.sock"))
        }
        if head.headers.contains(name: "origin") || head.headers.contains(name: "referer") {
            return .problem(ProblemBody(.badHost, detail: "requests from browsers are not taken"))
        }
        let hosts = head.headers["host"]
        guard hosts.count == 1, hosts[0] == "localhost" || hosts[0] == Wire.host else {
            return .problem(ProblemBody(.badHost, detail: "the Host header must be localhost or \(Wire.host)"))
        }
        if overlong {
            keepAlive = false
            return .problem(ProblemBody(.tooLarge, detail: "a body has at most \(WireLimits.body) bytes"))
        }
        return nil
    }

    private static func typeRefusal(_ request: Request) -> Answer? {
        guard !request.body.isEmpty else { return nil }
        let expected = request.route == .importPeople || request.route == .importForward ? Wire.ndjson : Wire.json
        // Nearly everyone sends exactly this.
        guard request.contentType != expected else { return nil }
        let type = request.contentType?.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard type != expected else { return nil }
        return .problem(
            ProblemBody(.badType, detail: "the body must be sent as \(expected)", hint: "curl --json sets it, or -H 'Content-Type: \(expected)'"))
    }

    private func write(_ answer: Answer, context: ChannelHandlerContext) {
        // A drained connection may have gone while the answer was made.
        guard context.channel.isActive else { return }
        var head = HTTPResponseHead(version: .http1_1, status: answer.status)
        head.headers.add(name: "Content-Type", value: answer.contentType)
        head.headers.add(name: "Content-Length", value: answer.stream.map { String($0.size) } ?? String(answer.body.count))
        head.headers.add(name: "Cache-Control", value: "no-store")
        for (name, value) in answer.headers { head.headers.add(name: name, value: value) }
        if !keepAlive { head.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let stream = answer.stream {
            isStreaming = true
            calls.count(answer.status)
            return send(stream, context: context)
        }
        context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: answer.body)))), promise: nil)
        calls.count(answer.status)
        finish(context: context)
    }

    /// Sends what is left of a stream. A piece is read when the one before has left for the reader, so one piece is in
    /// memory whatever the reader's pace; a reader that takes nothing for a while is cut off by the patrol. If the stream
    /// breaks, the connection closes before the length that was announced, and the reader knows.
    private func send(_ stream: BackupStream, context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        calls.read(stream) { piece in
            loop.execute {
                let (exchange, context) = loopBound.value
                guard context.channel.isActive else { return }
                guard let piece else { return context.close(promise: nil) }
                guard !piece.isEmpty else {
                    exchange.isStreaming = false
                    return exchange.finish(context: context)
                }
                let buffer = context.channel.allocator.buffer(bytes: piece)
                context.writeAndFlush(exchange.wrapOutboundOut(.body(.byteBuffer(buffer)))).whenSuccess {
                    let (exchange, context) = loopBound.value
                    exchange.progress += 1
                    exchange.send(stream, context: context)
                }
            }
        }
    }

    /// Ends an answer whose head and body were written.
    private func finish(context: ChannelHandlerContext) {
        isBusy = false
        progress += 1
        guard keepAlive else {
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            return context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
                loopBound.value.close(promise: nil)
            }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private static func credential(_ headers: HTTPHeaders) -> [UInt8]? {
        let values = headers["authorization"]
        guard values.count == 1, values[0].hasPrefix(Wire.bearer) else { return nil }
        return Array(values[0].utf8.dropFirst(Wire.bearer.utf8.count))
    }

    /// `a=1&b=2`; the values used here are numbers and ids, so there is nothing to unescape.
    private static func query(_ text: Substring) -> [String: String] {
        var query: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
        return query
    }
}
