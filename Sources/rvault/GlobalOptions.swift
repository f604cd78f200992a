internal import ArgumentParser
internal import Glibc
internal import VaultClient

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The vault's directory (default: /var/lib/rvault).", valueName: "dir"))
    var dir: String?

    @Option(help: ArgumentHelp("The daemon's socket for everyone (default: DIR/rvault.sock).", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("The daemon's socket for the operator (default: DIR/admin.sock).", valueName: "path"))
    var adminSocket: String?

    @Option(help: ArgumentHelp("zh-CN or en (default: by locale).", valueName: "language"))
    var lang: Language?

    @Flag(help: "Answer in JSON, for programs.")
    var json = false

    /// Where a vault lies when nobody says otherwise.
    static let defaultDirectory = "/var/lib/rvault"
    /// Where systemd lets other users reach its sockets (design, section 9).
    static let runDirectory = "/run/rvault"

    var directory: String { dir ?? Self.defaultDirectory }

    var publicSocket: String { socket ?? path(of: "rvault.sock") }

    var operatorSocket: String { adminSocket ?? path(of: "admin.sock") }

    /// Makes calls as a resident or app.
    var publicClient: VaultClient { VaultClient(socketPath: publicSocket) }

    /// Makes calls as the operator. Imports enrol 32 people a call and may wait their turn.
    var operatorClient: VaultClient { VaultClient(socketPath: operatorSocket, timeoutSeconds: 300) }

    private func path(of name: String) -> String {
        let shared = "\(Self.runDirectory)/\(name)"
        // Residents cannot look into the vault's own directory; only its default has a second place.
        if dir == nil, access(shared, F_OK) == 0 { return shared }
        return "\(directory)/\(name)"
    }
}
