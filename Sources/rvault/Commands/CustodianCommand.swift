internal import ArgumentParser
internal import Glibc
internal import VaultCrypto
internal import VaultModel

struct CustodianCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custodian",
        abstract: "A party's own tool: its keys stay with it, and some parties together can do what none can alone.",
        discussion: """
            Example: rvault custodian keygen committee --out .
            Example: rvault custodian approve change.json --key committee.custodian
            Example: rvault custodian answer ceremony-1-committee.json --key committee.custodian --vkey log.vkey
            """,
        subcommands: [
            CustodianKeygenCommand.self, CustodianApproveCommand.self, CustodianAnswerCommand.self,
            CustodianRequestCommand.self, CustodianCeremoniesCommand.self, CustodianSubmitCommand.self,
            CustodianCarryOutCommand.self, CustodianDropCommand.self, CustodianSharesCommand.self,
            CustodianResealCommand.self, CustodianAcceptCommand.self, CustodianTakeCommand.self,
            CustodianRestoreKeysCommand.self, CustodianListCommand.self, CustodianAddCommand.self,
            CustodianRemoveCommand.self, CustodianReplaceCommand.self, CustodianThresholdCommand.self,
        ])
}

struct CustodianKeygenCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a custodian's key, under a passphrase. Run it at the party; no daemon is needed.",
        discussion: """
            NAME is the party's name in the policies. Writes NAME.custodian (0600), which stays with the party, and
            NAME.custodian.pub, which goes to whoever makes the vault (rvault init --custodian).

            Example: rvault custodian keygen committee --out .
            Example: rvault custodian keygen owners --out . --passphrase-fd 3 3<words
            """)

    @Argument(help: ArgumentHelp("The party's name in the policies.", valueName: "name"))
    var name: String

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The directory to write to.", valueName: "dir"))
    var out = "."

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    func perform(_ console: Console) async throws {
        guard let name = CustodianName(name) else {
            throw Failure(.usage, Sentence(CustodyFaults.malformedName, name), hint: Sentence(CustodyHints.partyNames))
        }
        let (lockedPath, publicPath) = ("\(out)/\(name).custodian", "\(out)/\(name).custodian.pub")
        // Asked first what would only be refused later.
        guard access(lockedPath, F_OK) != 0 else {
            throw Failure(.refused, Sentence(CustodyFaults.keyExists, lockedPath), hint: Sentence(CustodyHints.keepKey))
        }
        let passphrase = try PassphrasePrompt.new(console, descriptor: passphraseFd)
        let seed = try Seed.random()
        let keys = try CustodianKeys(seed)
        let locked = try LockedSeed.lock(seed, passphrase: passphrase, name: name.text)
        try PrivateFile.create(lockedPath, CustodianKeyFile.locked(name, keys: keys, seed: locked))
        try PrivateFile.createPublic(publicPath, try CustodianKeyFile.open(name, keys: keys), beside: lockedPath)
        let number = CheckNumber.of(keys.box.publicKey.bytes)
        if console.json {
            return console.answer(
                ["key": .string(lockedPath), "public": .string(publicPath), "check_number": .string(number)])
        }
        console.say(CustodyText.keyMade, lockedPath, publicPath)
        console.say(HandoverText.keyNumber, number)
        console.note(CustodyText.keyNext, publicPath)
    }
}
