internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOExtras
internal import NIOHTTP1
internal import NIOPosix
internal import ResidentVault
internal import ServiceLifecycle
internal import VaultModel

/// The two sockets and their event loops. It drains on a graceful shutdown: no new connections, answers under way are
/// finished.
struct Daemon: Service {
    private let vault: Vault
    private let calls: Calls
    private let loops: MultiThreadedEventLoopGroup
    private let listeners: [(UnixListener, SocketSide)]
    private let adminGroup: gid_t?
    private let logger: Logger
    private let witnesses: WitnessRounds?
    private let witnessInterval: Int

    /// Binds both sockets. The vault is open, so its lock is held.
    init(
        vault: Vault, runDirectory: String, group: gid_t?, adminGroup: gid_t?, witnesses: WitnessRounds?,
        witnessInterval: Int, logger: Logger
    ) throws {
        self.vault = vault
        self.adminGroup = adminGroup
        self.witnesses = witnesses
        self.witnessInterval = witnessInterval
        self.logger = logger
        loops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount))
        calls = try Calls(vault: vault, loops: loops)
        let inherited = Systemd.inheritedListeners()
        if mkdir(runDirectory, 0o755) == 0, chmod(runDirectory, 0o755) != 0 {
            throw VaultError(.setup, "cannot set the mode of \(runDirectory)")
        }
        listeners = [
            (
                try inherited["rvault.sock"] ?? UnixListener.bind(
                        runDirectory + "/rvault.sock", mode: group == nil ? 0o666 : 0o660, group: group), .everyone
            ),
            (
                try inherited["admin.sock"]
                    ?? UnixListener.bind(
                        runDirectory + "/admin.sock", mode: adminGroup == nil ? 0o600 : 0o660, group: adminGroup),
                .admin
            ),
        ]
    }

    func run() async throws {
        let quiescing = ServerQuiescingHelper(group: loops)
        for (listener, side) in listeners {
            let (calls, adminGroup) = (calls, adminGroup)
            let channel = try await ServerBootstrap(group: loops)
                .serverChannelOption(ChannelOptions.backlog, value: 512)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                    }
                }
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try HTTPExchange.install(on: channel, side: side, calls: calls, adminGroup: adminGroup)
                    }
                }
                .withBoundSocket(listener.descriptor)
                .get()
            _ = channel
        }
        if !vault.logIsSound {
            logger.error("the stored log does not lead to its signed head: find the altered entry with rvault audit verify")
        }
        if !vault.keysAreSettled {
            logger.warning("key files or custodians' shares are not those in force yet: it is tried again every minute")
        }
        logger.notice("serving", metadata: ["vault": "\(vault.id.base64)", "version": "\(DaemonVersion.text)"])
        Systemd.ready()
        // After the start: residents can revoke while what is left of a removed app is cleared away.
        let clearing = Task.detached { [vault, logger] in
            do {
                let failed = try vault.finishRemovals()
                if failed > 0 { logger.warning("grants of removed apps have damaged rows", metadata: ["count": "\(failed)"]) }
            } catch { logger.warning("removed apps' grants wait for the next start", metadata: ["error": "\(error)"]) }
        }
        // What nobody may keep any longer, and what is left in files of what was erased.
        let sweeping = Task.detached { [vault, logger] in
            var hours = 0
            while !Task.isCancelled {
                // Once a day also what ended without an erasure: keys of grants that were taken back.
                vault.finishScrubbing(always: hours % 24 == 23)
                hours += 1
                do {
                    let swept = try vault.sweep(isStopped: { Task.isCancelled })
                    if swept.failed > 0 {
                        logger.warning("rows that are over and damaged were left", metadata: ["count": "\(swept.failed)"])
                    }
                } catch { logger.warning("a sweep was cut off", metadata: ["error": "\(error)"]) }
                // Woken by the end of the daemon.
                try? await Task.sleep(for: .seconds(3600))
            }
        }
        vault.startRotating()
        let counting = Task { [vault] in
            var minutes = 0
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(60))
                vault.flushRefusalCounts()
                vault.startRotating()
                minutes += 1
                // A log that cannot be written refuses everyone anyway, and says so.
                if minutes % 60 == 0 { try? vault.beat() }
            }
        }
        let watching = Task.detached { [witnesses, witnessInterval] in
            guard let witnesses else { return }
            while !Task.isCancelled {
                witnesses.run()
                try await Task.sleep(for: .seconds(witnessInterval))
            }
        }
        try await gracefulShutdown()
        counting.cancel()
        sweeping.cancel()
        watching.cancel()
        await clearing.value
        await sweeping.value
        for (listener, _) in listeners { if let path = listener.path { unlink(path) } }
        let drained = loops.next().makePromise(of: Void.self)
        quiescing.initiateShutdown(promise: drained)
        try await drained.futureResult.get()
        try await calls.close()
        // The loops end with the process: nothing is on them any more.
        logger.notice("stopped")
    }
}
