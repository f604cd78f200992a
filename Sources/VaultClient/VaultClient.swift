internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
internal import VaultAPI

/// Speaks to one `rvaultd` over its Unix socket.
///
/// A call is sent once and never repeated by the client: what is not known to be refused may have been done, and
/// `ClientError.interrupted` says so. A connection is used again for a moment and then closed, as the daemon does too.
///
/// ```swift
/// let vault = VaultClient(socketPath: "/run/rvault/rvault.sock")
/// let answer = try await vault.send(ClientRequest(method: "GET", path: "/v1/whoami")) { write in token.withBytes(write) }
/// ```
public final class VaultClient: Sendable {
    /// Where the daemon listens.
    public let socketPath: String

    /// The largest answer taken, in bytes: a page of the log, 500 entries of up to 65,535 bytes, is the largest there
    /// is.
    package static let responseLimit = 33 << 20
    /// The daemon closes a connection after 5 idle seconds; one that old is not trusted with a request.
    private static let reuseWindow = TimeAmount.seconds(2)

    private struct Idle {
        let channel: any Channel
        let since: NIODeadline
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let idle = Mutex<Idle?>(nil)
    private let timeout: TimeAmount
    private let limit: Int

    /// Makes a client; nothing is opened until the first call.
    ///
    /// - Parameter timeoutSeconds: how long an answer may take. Activation and login wait in line for a slow hash.
    public convenience init(socketPath: String, timeoutSeconds: Int = 60) {
        self.init(socketPath: socketPath, timeoutSeconds: timeoutSeconds, responseLimit: Self.responseLimit)
    }

    /// The same with another limit, in bytes, on what is taken as an answer.
    package init(socketPath: String, timeoutSeconds: Int, responseLimit: Int) {
        self.socketPath = socketPath
        timeout = .seconds(Int64(timeoutSeconds))
        limit = responseLimit
    }

    deinit { group.shutdownGracefully { _ in } }

    /// Sends a request and gives back the answer, whatever its status.
    ///
    /// - Parameter credential: lends the credential's bytes to the function it is given; they go into one buffer that
    ///   is zeroed after the answer, and never into a string. Without it no Authorization header is sent.
    /// - Throws: `ClientError`, but never `.refused`; see `call(_:credential:)`.
    public func send(
        _ request: ClientRequest, credential: ((UnsafeRawBufferPointer) -> Void) -> Void = { _ in }
    ) async throws(ClientError) -> ClientResponse {
        try await send(request, sink: nil, credential: credential)
    }

    /// The same for an answer too large for the memory.
    ///
    /// - Parameter sink: takes the body of a good answer piece by piece, in order, on the client's own thread: what it
    ///   does not take, the daemon does not send. False ends the call. The response then carries no body.
    package func send(
        _ request: ClientRequest, sink: (@Sendable (UnsafeRawBufferPointer) -> Bool)?,
        credential: ((UnsafeRawBufferPointer) -> Void) -> Void = { _ in }
    ) async throws(ClientError) -> ClientResponse {
        var wire = try RequestBytes.make(request, credential: credential)
        defer { RequestBytes.scrub(&wire) }
        let channel = try await connection()
        let promise = channel.eventLoop.makePromise(of: ExchangeResult.self)
        let exchange = Exchange(
            method: request.method, wire: wire, limit: limit, timeout: timeout, sink: sink, promise: promise)
        channel.writeAndFlush(exchange, promise: nil)
        do {
            let result = try await promise.futureResult.get()
            if result.keepsAlive { keep(channel) } else { channel.close(promise: nil) }
            return result.response
        } catch {
            channel.close(promise: nil)
            throw error as? ClientError ?? .interrupted
        }
    }

    /// Sends a request and gives back the answer if it is a good one.
    ///
    /// - Throws: `ClientError`; `.refused` with the daemon's problem document for a status of 400 and more.
    public func call(
        _ request: ClientRequest, credential: ((UnsafeRawBufferPointer) -> Void) -> Void = { _ in }
    ) async throws(ClientError) -> ClientResponse {
        try Self.checked(try await send(request, credential: credential))
    }

    /// A response if it is a good one.
    package static func checked(_ response: ClientResponse) throws(ClientError) -> ClientResponse {
        guard response.status >= 400 else { return response }
        guard let problem = try? WireDecoding.decode(response.body, as: ProblemBody.self) else {
            throw .badResponse("status \(response.status) without a problem document")
        }
        throw .refused(
            .init(status: response.status, code: problem.code, detail: problem.detail, hint: problem.hint))
    }

    private func connection() async throws(ClientError) -> any Channel {
        let kept = idle.withLock { kept in
            defer { kept = nil }
            return kept
        }
        if let kept {
            if kept.channel.isActive, kept.since + Self.reuseWindow > .now() { return kept.channel }
            kept.channel.close(promise: nil)
        }
        do {
            return try await ClientBootstrap(group: group)
                .connectTimeout(.seconds(5))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)
                        try channel.pipeline.syncOperations.addHandlers([
                            RequestWriter(), ByteToMessageHandler(decoder), ExchangeHandler(),
                        ])
                    }
                }
                .connect(unixDomainSocketPath: socketPath)
                .get()
        } catch {
            throw .cannotReach(path: socketPath, Self.cause(of: error))
        }
    }

    /// At most one connection waits for another call; more are opened only by calls made at the same time.
    private func keep(_ channel: any Channel) {
        let surplus = idle.withLock { kept in
            defer { kept = Idle(channel: channel, since: .now()) }
            return kept
        }
        surplus?.channel.close(promise: nil)
    }

    private static func cause(of error: any Error) -> ClientError.Cause {
        if let error = error as? SocketAddressError, case .unixDomainSocketPathTooLong = error { return .pathTooLong }
        switch (error as? IOError)?.errnoCode {
        case ENOENT, ENOTDIR: return .missing
        case ECONNREFUSED: return .nobodyListens
        case EACCES, EPERM: return .forbidden
        case let number?: return .system(number)
        case nil: return .system(ETIMEDOUT)
        }
    }
}
