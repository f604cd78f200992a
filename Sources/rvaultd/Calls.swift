internal import CLinux
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ResidentVault
internal import Synchronization
internal import VaultAPI
internal import VaultModel

/// Every call by its route. The reading path stays on the event loop it came in on; the others may block, so they run on
/// a few threads of their own.
final class Calls: Sendable {
    let vault: Vault
    let logger = Logger(label: "rvaultd.calls") { StreamLogHandler.standardError(label: $0) }
    private let readers: [ObjectIdentifier: LoopReader]
    private let clearings: [ObjectIdentifier: StackClearing]
    let workers: NIOThreadPool
    private let spare: Mutex<[VaultReader]>
    private let open = Router(side: .everyone)
    private let admin = Router(side: .admin)
    private let counts = Mutex<[UInt: UInt64]>([:])

    /// One Argon2 runs and eight wait (`ArgonGate`); the others still get through.
    private static let workerCount = 16

    init(vault: Vault, loops: MultiThreadedEventLoopGroup) throws {
        self.vault = vault
        var readers: [ObjectIdentifier: LoopReader] = [:]
        var clearings: [ObjectIdentifier: StackClearing] = [:]
        for loop in loops.makeIterator() {
            let clearing = StackClearing(loop: loop)
            clearings[ObjectIdentifier(loop)] = clearing
            readers[ObjectIdentifier(loop)] = LoopReader(try vault.reader(keepsViews: true), loop: loop, clearing: clearing)
        }
        self.readers = readers
        self.clearings = clearings
        spare = Mutex(try (0..<Self.workerCount).map { _ in try vault.reader() })
        workers = NIOThreadPool(numberOfThreads: Self.workerCount)
        workers.start()
    }

    func close() async throws { try await workers.shutdownGracefully() }

    func router(_ side: SocketSide) -> Router { side == .admin ? admin : open }

    func count(_ status: HTTPResponseStatus) { counts.withLock { $0[status.code, default: 0] += 1 } }

    /// What clears a loop's stack.
    func clearing(of loop: any EventLoop) -> StackClearing { clearings[ObjectIdentifier(loop)] ?? StackClearing(loop: loop) }

    /// Answers a request. `finish` may be called on any thread.
    func answer(_ request: Request, on loop: any EventLoop, finish: @escaping @Sendable (Answer) -> Void) {
        if request.route == .read, let reader = readers[ObjectIdentifier(loop)] {
            return read(request, reader: reader, finish: finish)
        }
        workers.submit { [self] state in
            guard state == .active else {
                return finish(.problem(ProblemBody(.busy, detail: "the daemon is stopping")))
            }
            work(request, finish)
            rv_clear_stack()
        }
    }

    private func work(_ request: Request, _ finish: (Answer) -> Void) {
        do { finish(try withReader { try blocking(request, reader: $0) }) } catch {
            finish(Problems.answer(for: error, logger: logger))
        }
    }

    private func withReader<Value>(_ body: (VaultReader) throws -> Value) throws -> Value {
        // As many readers as threads, so there is always one.
        let reader = try spare.withLock { $0.popLast() } ?? vault.reader()
        defer { spare.withLock { $0.append(reader) } }
        return try body(reader)
    }

    private func blocking(_ request: Request, reader: VaultReader) throws -> Answer {
        switch request.route.audience {
        case .app: try appCall(request, reader: reader)
        case .resident: try residentCall(request, reader: reader)
        case .operator: try operatorCall(request, reader: reader)
        case .auditor: try auditCall(request, reader: reader)
        case .custodian: try custodianCall(request, reader: reader)
        case .anyone: try openCall(request, reader: reader)
        }
    }

    /// How many answers of each status, for `/metrics`.
    var answered: [(status: UInt, count: UInt64)] {
        counts.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    func app(_ request: Request) throws -> AppCaller {
        guard let credential = request.credential else { throw missingCredential(request, kind: "rva_") }
        return try vault.authenticate(app: credential, uid: request.peer.uid)
    }

    func resident(_ request: Request) throws -> ResidentCaller {
        guard let credential = request.credential else { throw missingCredential(request, kind: "rvs_") }
        return try vault.authenticate(resident: credential, uid: request.peer.uid)
    }

    /// Who reads the log: an auditor by their token, or whoever the admin socket let in.
    func logReader(_ request: Request) throws -> LogReader {
        if request.side == .admin { return .operator(uid: request.peer.uid) }
        guard let credential = request.credential else { throw missingCredential(request, kind: "rvd_") }
        return try vault.authenticate(auditor: credential, uid: request.peer.uid)
    }

    func missingCredential(_ request: Request, kind: String) -> VaultError {
        vault.countUnknownCaller(uid: request.peer.uid)
        return VaultError(.unauthorized, "this call needs a credential", hint: "send it as: Authorization: Bearer \(kind)…")
    }

    /// An id that is none of ours is answered like one that does not exist.
    func id<Named>(_ text: String, as: Identifier<Named>.Type = Identifier<Named>.self) throws -> Identifier<Named> {
        guard let id = Identifier<Named>(base64: text) else { throw VaultError(.notFound, "there is no such id") }
        return id
    }
}
