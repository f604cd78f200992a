internal import ArgumentParser
internal import CLinux
internal import Foundation
internal import Logging
internal import ResidentVault
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// Serves a vault until SIGTERM or SIGINT.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a vault on its two sockets.",
        discussion: "Example: rvaultd --dir /var/lib/rvault --run /run/rvault --admin-group rvault-operators")

    @Option(help: "The vault's directory.")
    var dir = "/var/lib/rvault"

    @OptionGroup var keys: KeyOptions

    @Option(
        name: .customLong("run"),
        help: "Where the sockets lie; the vault's directory if absent, which only its user and root can reach.")
    var runDirectory: String?

    @Option(help: "A group whose members alone may use the socket for apps and residents; everyone if absent.")
    var group: String?

    @Option(help: "A group whose members may use the admin socket, beside root and the daemon's user.")
    var adminGroup: String?

    @Option(help: "A file of witnesses: lines of a key and the command that reaches its witness.")
    var witnesses: String?

    @Option(help: "Seconds between showing the newest checkpoint to the witnesses.")
    var witnessInterval = 3600

    @Flag(help: "Allow a debugger and core dumps. Secrets can then be read from this process.")
    var allowTracing = false

    @Flag(help: "Start although the clock says that over 90 days have passed since the log's newest entry.")
    var acceptClock = false

    @Flag(help: "Make the log's tiles again from its entries, after `audit verify` found one that is not what they make.")
    var remakeTiles = false

    func validate() throws {
        guard (1...604_800).contains(witnessInterval) else {
            throw ValidationError("--witness-interval is 1 second to a week")
        }
        for name in [group, adminGroup].compactMap(\.self) where getgrnam(name) == nil {
            throw ValidationError("there is no group \(name)")
        }
    }

    func run() throws {
        if !allowTracing, rv_refuse_core_dumps() != 0 { throw VaultError(.setup, "core dumps cannot be switched off") }
        signal(SIGPIPE, SIG_IGN)
        // A file-size limit must be an error to refuse by, not a death.
        signal(SIGXFSZ, SIG_IGN)
        var logger = Logger(label: "rvaultd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let source = keys.source(dir, asking: true)
        let vault = try Vault(
            openingAt: dir, source: source, acceptingClock: acceptClock, remakingTiles: remakeTiles)
        logger.notice("the service key was read", metadata: ["from": "\(source.description(of: vault.keyForm))"])
        if source.hasLeftovers {
            logger.warning("a change of the keys' form was cut off and left key material: run rvault keys lock, or unlock, again")
        }
        try vault.logRestoredKeys()
        let rounds = try witnesses.map { path in
            try WitnessRounds(vault: vault, list: try WitnessList(reading: path), logger: logger)
        }
        let daemon = try Daemon(
            vault: vault, runDirectory: runDirectory ?? dir, group: group.flatMap { getgrnam($0)?.pointee.gr_gid },
            adminGroup: adminGroup.flatMap { getgrnam($0)?.pointee.gr_gid }, witnesses: rounds,
            witnessInterval: witnessInterval, logger: logger)
        let services = ServiceGroup(
            services: [daemon], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try Blocking.run { try await services.run() }
        try vault.close()
    }
}

/// Runs async code from a synchronous `main`, which ArgumentParser's own async form would not let map exit codes.
enum Blocking {
    static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task {
            do { try await body() } catch { failure.withLock { $0 = error } }
            done.signal()
        }
        done.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
