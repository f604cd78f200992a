internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct CustodianListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Who the custodians are, and how many of them act together.",
        discussion: "Example: rvault custodian list --json")

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let rules = try await RulesInForce(global.operatorClient)
        if console.json {
            return console.answer(["custodians": .object(rules.custodians), "k": .integer(Int64(rules.threshold))])
        }
        guard !rules.custodians.isEmpty else { return console.say(OperatorText.noCustodians) }
        let rows = rules.custodians.sorted { $0.key < $1.key }.map { name, record in
            [name, rules.title(name, in: console.language), record["sign"]?.string ?? ""]
        }
        let titles = [RulesText.columnCustodian, .title, .columnKey].map { key in
            key == .title ? console.text(OperatorText.columnParty) : console.text(key)
        }
        for line in Table.lines(titles, rows) { console.say(line) }
        console.say(RulesText.custodiansTogether, "\(rules.threshold)")
    }
}

struct CustodianAddCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let more parties be custodians.",
        discussion: """
            In a vault that has none the operator alone names the first ones, at least two: there is nobody to sign. From then
            on every change of them needs their signatures.

            Example: rvault custodian add clinic.custodian.pub --propose change.json
            Example: rvault custodian add --change change.json --approval change.json.committee.approval --approval change.json.owners.approval
            Example: rvault custodian add committee.custodian.pub owners.custodian.pub --threshold 2
            """)

    @Argument(help: ArgumentHelp("The new custodians' public files.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var change: ChangeOptions
    @OptionGroup var threshold: ThresholdOption
    @OptionGroup var global: GlobalOptions

    func validate() throws { try change.requireSubject(!files.isEmpty, "name the new custodians' public files") }

    func perform(_ console: Console) async throws {
        try await CustodianChange(change: change, global: global).run(console, threshold: threshold.threshold) { list in
            for file in files {
                let (name, record) = try CustodianPublicFile(reading: file).entry
                guard list[name.text] == nil else {
                    throw Failure(.refused, Sentence(RulesFaults.custodianKnown, name.text), hint: Sentence(RulesHints.listCustodians))
                }
                list[name.text] = record
            }
        }
    }
}

struct CustodianRemoveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Let a party be custodian no more.",
        discussion: """
            Example: rvault custodian remove clinic --propose change.json
            Example: rvault custodian remove --change change.json --approval change.json.committee.approval --approval change.json.owners.approval
            """)

    @Argument(help: ArgumentHelp("The custodian's name.", valueName: "name"))
    var name: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var threshold: ThresholdOption
    @OptionGroup var global: GlobalOptions

    func validate() throws { try change.requireSubject(name != nil, "name the custodian") }

    func perform(_ console: Console) async throws {
        try await CustodianChange(change: change, global: global).run(console, threshold: threshold.threshold) { list in
            try CustodianChange.take(name ?? "", from: &list)
        }
    }
}

struct CustodianReplaceCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Put another party, or another key of the same one, in a custodian's place.",
        discussion: """
            Example: rvault custodian replace property newcomer.custodian.pub --propose change.json
            Example: rvault custodian replace --change change.json --approval change.json.committee.approval --approval change.json.owners.approval
            """)

    @Argument(help: ArgumentHelp("The custodian who leaves, and the public file of who comes.", valueName: "name file"))
    var places: [String] = []

    @OptionGroup var change: ChangeOptions
    @OptionGroup var threshold: ThresholdOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try change.requireSubject(places.count == 2, "name the custodian who leaves, and the public file of who comes")
    }

    func perform(_ console: Console) async throws {
        try await CustodianChange(change: change, global: global).run(console, threshold: threshold.threshold) { list in
            try CustodianChange.take(places[0], from: &list)
            let (name, record) = try CustodianPublicFile(reading: places[1]).entry
            guard list[name.text] == nil else {
                throw Failure(.refused, Sentence(RulesFaults.custodianKnown, name.text), hint: Sentence(RulesHints.listCustodians))
            }
            list[name.text] = record
        }
    }
}

struct CustodianThresholdCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "threshold",
        abstract: "Change how many custodians act together.",
        discussion: """
            Example: rvault custodian threshold 3 --propose change.json
            Example: rvault custodian threshold --change change.json --approval change.json.committee.approval --approval change.json.owners.approval
            """)

    @Argument(help: ArgumentHelp("How many.", valueName: "k"))
    var count: Int?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws { try change.requireSubject(count != nil, "say how many") }

    func perform(_ console: Console) async throws {
        try await CustodianChange(change: change, global: global).run(console, threshold: count) { _ in }
    }
}

/// How many custodians act together after the change.
struct ThresholdOption: ParsableArguments {
    @Option(help: ArgumentHelp("How many act together from then on (default: as before).", valueName: "k"))
    var threshold: Int?
}

extension ChangeOptions {
    /// A command says what it is about, or takes a signed change from a file.
    func requireSubject(_ isNamed: Bool, _ words: String) throws {
        guard isNamed != makesSigned else {
            throw ValidationError(makesSigned ? "--change stands with --approval alone" : words)
        }
    }
}

/// A change of the list of custodians.
struct CustodianChange {
    let change: ChangeOptions
    let global: GlobalOptions

    func run(_ console: Console, threshold: Int?, edit: (inout [String: JSON]) throws -> Void) async throws {
        var areFirst = false
        let made = try await change.run(
            global, console,
            fits: { if case .custodians = $0 { true } else { false } },
            operation: {
                let rules = try await RulesInForce(global.operatorClient)
                var list = rules.custodians
                try edit(&list)
                let k = threshold ?? rules.threshold
                guard (2...16).contains(list.count), (2...list.count).contains(k) else {
                    throw Failure(.refused, Sentence(RulesFaults.badThreshold, "\(k)", "\(list.count)"), hint: Sentence(RulesHints.threshold))
                }
                areFirst = rules.custodians.isEmpty
                return ["op": "custodians", "custodians": .object(list), "k": .integer(Int64(k))]
            })
        guard let made else { return }
        change.report(made, console)
        if areFirst { console.note(RulesText.firstCustodians) }
        console.note(RulesText.newKeyShares, global.directory)
    }

    static func take(_ name: String, from list: inout [String: JSON]) throws(Failure) {
        guard list.removeValue(forKey: name) != nil else {
            throw Failure(.refused, Sentence(RulesFaults.custodianUnknown, name), hint: Sentence(RulesHints.listCustodians))
        }
    }
}
