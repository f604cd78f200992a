internal import ArgumentParser
internal import CLinux
internal import Glibc

/// The command line of the vault, for residents, operators, apps and auditors.
@main
struct Rvault: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "rvault",
        abstract: "See, grant, refuse and check who may read the records of a community's residents.",
        discussion: """
            Alone on a terminal it opens a menu for residents, in plain language.
            Exit status: 0 done, 1 refused, 2 wrong usage, 3 the daemon cannot be reached.

            Example: rvault
            Example: rvault init --dir ./vault
            Example: rvault consent list --lang zh-CN
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "For residents",
                subcommands: [
                    ActivateCommand.self, LoginCommand.self, LogoutCommand.self, MeCommand.self, ConsentCommand.self,
                    DelegateCommand.self,
                ]),
            CommandGroup(
                name: "For the operator and the apps",
                subcommands: [
                    InitCommand.self, AppCommand.self, AuditorCommand.self, PolicyCommand.self, ImportCommand.self,
                    ResidentCommand.self, StatusCommand.self, DoctorCommand.self, KeysCommand.self,
                    PartyCommand.self, BackupCommand.self, RestoreCommand.self, RotateCommand.self,
                ]),
            CommandGroup(name: "For auditors", subcommands: [AuditCommand.self]),
            CommandGroup(name: "For custodians", subcommands: [CustodianCommand.self]),
            CommandGroup(name: "To see it work", subcommands: [DemoCommand.self]),
        ])

    @OptionGroup var global: GlobalOptions

    /// Reads the arguments, runs the command and ends with one of the four statuses.
    static func main() async {
        umask(0o077)
        _ = rv_refuse_core_dumps()
        // A reader that goes away (`rvault audit log | head`) ends the output, not the process with a signal.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot(IDArgument.marked(Array(CommandLine.arguments.dropFirst())))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Glibc.exit(Usage.report(error).rawValue)
        }
    }

    func perform(_ console: Console) async throws {
        guard isatty(0) == 1, isatty(1) == 1 else {
            throw Failure(.usage, Sentence(Faults.menuNeedsTerminal), hint: Sentence(Hints.seeHelp))
        }
        var menu = ResidentMenu(console: console, client: global.publicClient)
        try await menu.run()
    }
}

/// The version that `--version` prints.
enum Version {
    static let text = "0.1.0"
}
