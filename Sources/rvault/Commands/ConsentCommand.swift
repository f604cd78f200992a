internal import ArgumentParser

struct ConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Who asks for your data, who may read it; agree, refuse, pause, take back.",
        discussion: """
            ID is a number of the last `rvault consent list` on this terminal, a whole id, or its first characters (six
            or more).

            Example: rvault consent list
            Example: rvault consent approve 1 --until 2027-06-30
            """,
        subcommands: [
            ConsentListCommand.self, ConsentApproveCommand.self, ConsentDenyCommand.self, ConsentRevokeCommand.self,
            ConsentPauseCommand.self, ConsentResumeCommand.self, ConsentReceiptCommand.self,
        ],
        defaultSubcommand: ConsentListCommand.self)
}
