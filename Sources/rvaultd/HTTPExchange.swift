internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI

/// One connection's exchanges: collects a request, refuses what no client of ours sends, finds the call, writes the
/// answer. It stays on its event loop; answers that come from other threads hop back here.
///
/// Only SwiftNIO's decoder stands before it. Its pipelining handler stops and begins listening to the client around each
/// answer, with a system call for both, and each part of a message goes through every handler; what those for pipelining,
/// idle connections and errors do for other servers is done here in the few lines that this one needs.
final class HTTPExchange: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private let side: SocketSide
    private let calls: Calls
    private let peer: Peer?
    private let isWelcome: Bool
    private let clearing: StackClearing
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var overlong = false
    /// A request is under way: the patrol must not take it for idle.
    private var isBusy = false
    private var keepAlive = true
    /// Only the answer's head is wanted.
    private var isHead = false
    /// A stream is being sent, at the reader's pace.
    private var isStreaming = false
    /// What came after a request that is being answered. Nothing more is read while anything is here, so it is at most what
    /// one turn of the loop read.
    private var ahead = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 0)
    private var isTakingAhead = false
    /// After what was sent ahead came something that is no HTTP.
    private var isGarbled = false
    private var readIsDue = false
    /// The daemon stops: this exchange is the last one.
    private var isLast = false
    /// The last answer was written: whatever still comes is nobody's.
    private var isOver = false
    /// Seconds without a part of a request or an answer, and without a request answered or a piece sent.
    private var idleSeconds = 0
    private var stuckSeconds = 0
    private var patrol: RepeatedTask?

    /// The decoder keeps a header field that is not whole, of at most 80 KiB, and whatever follows a change of protocol.
    private static let undecoded = 128 << 10
    /// Idle connections close, which frees their buffers: freed memory is cleared, open buffers are not.
    private static let idleLimit = 5
    /// A connection that completed no request in this time goes: dribbling bytes keep it from being idle, not from this.
    private static let patience = 30

    private init(side: SocketSide, calls: Calls, clearing: StackClearing, peer: Peer?, adminGroup: gid_t?) {
        self.clearing = clearing
        self.side = side
        self.calls = calls
        self.peer = peer
        isWelcome = side == .everyone || peer?.mayAdminister(group: adminGroup) == true
    }

    static func install(on channel: any Channel, side: SocketSide, calls: Calls, adminGroup: gid_t?) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes), maximumBufferSize: Self.undecoded))
        try pipeline.addHandler(
            HTTPExchange(
                side: side, calls: calls, clearing: calls.clearing(of: channel.eventLoop), peer: Peer.of(channel),
                adminGroup: adminGroup))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        patrol = context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            let (exchange, context) = loopBound.value
            exchange.idleSeconds += 1
            exchange.stuckSeconds += 1
            // While an answer is made nothing moves, and that is not the client's fault; a reader who takes nothing is.
            guard !exchange.isAnswering || exchange.isStreaming else { return }
            let isIdle = exchange.idleSeconds > Self.idleLimit && !exchange.isStreaming && context.channel.isWritable
            if isIdle || exchange.stuckSeconds > Self.patience { context.close(promise: nil) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { patrol?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        idleSeconds = 0
        let part = unwrapInboundIn(data)
        if isAnswering || !ahead.isEmpty || !context.channel.isWritable { ahead.append(part) } else { take(part, context: context) }
    }

    /// Stops reading while what was sent ahead waits, and while the client does not take its answers.
    func read(context: ChannelHandlerContext) {
        readIsDue = !(ahead.isEmpty && context.channel.isWritable)
        if !readIsDue { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        takeAhead(context: context)
        context.fireChannelWritabilityChanged()
    }

    private func take(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            self.head = head
            body.removeAll(keepingCapacity: false)
            overlong = false
            isBusy = true
            // After an upgrade the decoder would take no further request.
            let changesProtocol = head.method == .CONNECT || head.headers.contains(name: "upgrade")
            isHead = head.method == .HEAD
            keepAlive = head.isKeepAlive && !changesProtocol && !isHead
        case .body(let part):
            if body.count + part.readableBytes > WireLimits.body { overlong = true } else {
                body.append(contentsOf: part.readableBytesView)
            }
        case .end:
            handle(context: context)
            clearing.request()
        }
    }

    /// Goes on with what was sent ahead, up to the end of the next request that is not answered at once.
    private func takeAhead(context: ChannelHandlerContext) {
        guard !isTakingAhead, !isOver else { return }
        isTakingAhead = true
        while !isAnswering, context.channel.isWritable, let part = ahead.popFirst() { take(part, context: context) }
        isTakingAhead = false
        if isGarbled, ahead.isEmpty, !isAnswering, !isOver { return refuseGarbled(context: context) }
        if readIsDue { read(context: context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        // The daemon stops: what is under way is finished, what is not begun never is.
        isLast = true
        guard !isBusy else { return }
        isOver = true
        closeAfter(context.channel.allocator.buffer(capacity: 0), context: context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, context.channel.isActive else { return context.close(promise: nil) }
        guard !isOver else { return }
        // What came before it is answered first.
        isGarbled = true
        takeAhead(context: context)
    }

    /// Says that there will be no more exchanges, and why.
    private func refuseGarbled(context: ChannelHandlerContext) {
        isGarbled = false
        keepAlive = false
        isBusy = true
        write(.problem(ProblemBody(.badRequest, detail: "this is no HTTP/1.1 that can be read")), context: context)
    }

    /// The request is complete and its answer is not.
    private var isAnswering: Bool { isBusy && head == nil }

    private func handle(context: ChannelHandlerContext) {
        guard let head else { return }
        self.head = nil
        if let refusal = refusal(head) { return write(refusal, context: context) }
        let mark = head.uri.utf8.firstIndex(of: UInt8(ascii: "?")) ?? head.uri.endIndex
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
                credential: Self.credential(head.headers), contentType: head.headers.first(name: "content-type"),
                // Who speaks HTTP/1.0 knows no chunks, which lines are sent in.
                accept: head.version == .http1_1 ? head.headers.first(name: "accept") : nil, body: body,
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
        if isLast { keepAlive = false }
        calls.count(answer.status)
        var buffer = context.channel.allocator.buffer(capacity: AnswerHead.capacity + answer.body.count)
        AnswerHead.write(of: answer, keepAlive: keepAlive, to: &buffer)
        if let stream = answer.stream {
            isStreaming = true
            context.write(wrapOutboundOut(buffer), promise: nil)
            return send(stream, context: context)
        }
        if !isHead { buffer.writeBytes(answer.body) }
        finish(buffer, context: context)
    }

    /// Sends what is left of a stream. A piece is read when the one before has left for the reader, so one piece is in
    /// memory whatever the reader's pace; a reader that takes nothing for a while is cut off by the patrol. If the stream
    /// breaks, the connection closes before the end that was announced, and the reader knows.
    private func send(_ stream: any AnswerStream, context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        stream.next { piece in
            loop.execute {
                let (exchange, context) = loopBound.value
                exchange.clearing.request()
                guard context.channel.isActive else { return }
                guard let piece else { return context.close(promise: nil) }
                let buffer = AnswerHead.framed(piece, of: stream, allocator: context.channel.allocator)
                guard !piece.isEmpty else {
                    exchange.isStreaming = false
                    return exchange.finish(buffer, context: context)
                }
                context.writeAndFlush(exchange.wrapOutboundOut(buffer)).whenSuccess {
                    let (exchange, context) = loopBound.value
                    exchange.stuckSeconds = 0
                    exchange.send(stream, context: context)
                }
            }
        }
    }

    /// Writes the last part of an answer.
    private func finish(_ last: ByteBuffer, context: ChannelHandlerContext) {
        isBusy = false
        idleSeconds = 0
        stuckSeconds = 0
        guard keepAlive, !isLast else {
            isOver = true
            ahead.removeAll()
            return closeAfter(last, context: context)
        }
        context.writeAndFlush(wrapOutboundOut(last), promise: nil)
        takeAhead(context: context)
    }

    /// Closes when everything has left for the client.
    private func closeAfter(_ last: ByteBuffer, context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(last)).whenComplete { _ in loopBound.value.close(promise: nil) }
    }

    private static func credential(_ headers: HTTPHeaders) -> [UInt8]? {
        let values = headers["authorization"]
        guard values.count == 1, values[0].hasPrefix(Wire.bearer) else { return nil }
        var value = values[0]
        return value.withUTF8 { Array($0.dropFirst(Wire.bearer.utf8.count)) }
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
