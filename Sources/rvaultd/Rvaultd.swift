internal import ArgumentParser
internal import Foundation

/// The daemon's entry: serving is what it does when no subcommand is named. The others work on a directory that no
/// daemon serves, or only read it; `rvault` runs them, because it cannot open the database itself.
@main
struct Rvaultd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rvaultd",
        abstract: "The Resident Vault's daemon.",
        discussion: "Example: rvaultd --dir /var/lib/rvault --run /run/rvault",
        version: DaemonVersion.text,
        subcommands: [
            ServeCommand.self, InitCommand.self, VerifyCommand.self, RestoreKeysCommand.self, KeysCommand.self,
            BackupVerifyCommand.self, RestoreCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)

    static func main() {
        // Everything this process makes is its user's alone; what others may reach is widened by name.
        umask(0o077)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let error where Self.exitCode(for: error) == .validationFailure {
            StandardError.write(fullMessage(for: error) + "\n")
            // 2 is the usage error of this house, not sysexits' 64.
            Foundation.exit(2)
        } catch let error where Self.exitCode(for: error) == .success {
            StandardError.writeOut(fullMessage(for: error) + "\n")
            Foundation.exit(0)
        } catch {
            StandardError.report(error)
            Foundation.exit(1)
        }
    }
}

enum DaemonVersion {
    static let text = "0.1.0"
}
