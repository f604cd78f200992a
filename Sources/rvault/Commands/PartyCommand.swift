internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel
internal import VaultPolicy

struct PartyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "party",
        abstract: "The parties who handle residents' data, and how one takes another's place.",
        discussion: "Example: rvault party list",
        subcommands: [PartyListCommand.self, PartyHandoverCommand.self])
}

struct PartyListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the parties, those that left included.",
        discussion: "Example: rvault party list --json")

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let rules = try await RulesInForce(global.operatorClient)
        let left = rules.succeeded
        let names = Set(rules.parties.map(\.name)).union(left.keys).sorted()
        let apps = Dictionary(rules.parties.map { ($0.name, $0.apps) }) { first, _ in first }
        if console.json {
            return console.answer([
                "items": .array(
                    names.map { name in
                        .members([
                            "name": .string(name), "apps": .array((apps[name] ?? []).map { .string($0) }),
                            "custodian": .bool(rules.custodians[name] != nil), "successor": left[name].map { .string($0) },
                        ])
                    })
            ])
        }
        let rows = names.map { name in
            [
                name, rules.title(name, in: console.language), (apps[name] ?? []).joined(separator: ", "),
                left[name].map { console.text(RulesText.partyLeft, $0) }
                    ?? console.text(rules.custodians[name] == nil ? RulesText.partyInForce : .isCustodian),
            ]
        }
        let titles = [
            console.text(OperatorText.columnParty), "", console.text(RulesText.columnApps), console.text(RulesText.columnState),
        ]
        for line in Table.lines(titles, rows) { console.say(line) }
    }
}

struct PartyHandoverCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "handover",
        abstract: "Let a new party take an old one's place, as when the property company changes.",
        discussion: """
            Write the policies for the time after first: the new party with apps of its own names, and the old one's purposes
            given to them, with raised versions. One change then switches the old party's apps off, ends every permission it
            has, and puts those policies in force; in a vault with custodians it needs their signatures.

            Example: rvault party handover property newcomer --policies Policies
            Example: rvault party handover property newcomer --policies Policies --propose change.json
            Example: rvault party handover --change change.json --approval change.json.committee.approval --approval change.json.owners.approval
            """)

    @Argument(help: ArgumentHelp("The party that leaves, and the one that comes.", valueName: "old new"))
    var parties: [String] = []

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The policies for the time after (default: as for `rvault init`).", valueName: "dir"))
    var policies: String?

    func validate() throws {
        try change.requireSubject(parties.count == 2, "name the party that leaves, and the one that comes")
    }

    func perform(_ console: Console) async throws {
        var leaving = parties.first
        let made = try await change.run(
            global, console,
            fits: { operation in
                guard case .handover(let from, _, _) = operation else { return false }
                leaving = from
                return true
            },
            operation: {
                let rules = try await RulesInForce(global.operatorClient)
                let diff = try PolicyLoad(directory: policies).difference(to: rules, console)
                return diff.json.merging(["op": "handover", "from": .string(parties[0]), "to": .string(parties[1])]) { $1 }
            })
        guard let made else { return }
        change.report(made, console)
        console.note(RulesText.afterHandover, leaving ?? "")
    }
}
