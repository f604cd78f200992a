internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct CustodianCeremoniesCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "ceremonies",
        abstract: "List the ceremonies under way: the operator's view, or with --key what waits for a custodian.",
        discussion: """
            Example: rvault custodian ceremonies
            Example: rvault custodian ceremonies --key owners.custodian
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Ask the running vault as this custodian.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    func perform(_ console: Console) async throws {
        let views = try await calls(console).list()
        if console.json { return console.answer(views.json) }
        guard !views.items.isEmpty else { return console.say(CeremonyText.noneOpen) }
        let rows = try views.items.map { view throws(Failure) in
            let request = try CeremonySummary.request(of: view)
            return [
                request.id.base64, console.text(CeremonyKindText(request.result)), request.reason, "\(request.count)",
                "\(view.answered.count)/\(request.threshold)",
                "\(view.done)" + (view.failed > 0 ? " (-\(view.failed))" : ""),
                request.until.localMinute,
            ]
        }
        let titles: [CeremonyText] = [
            .columnID, .columnKind, .columnReason, .columnPeople, .columnAnswers, .columnDone, .columnUntil,
        ]
        for line in Table.lines(titles.map { console.text($0) }, rows) { console.say(line) }
    }

    private func calls(_ console: Console) throws -> CustodianCalls {
        guard let key else { return CustodianCalls(operator: global.operatorClient) }
        let file = try CustodianKeyFile(reading: key)
        let passphrase = try PassphrasePrompt.existing(console, descriptor: passphraseFd)
        let own = OwnShares(try file.keys(passphrase), of: file.name)
        return CustodianCalls(global.publicClient, credential: try own.credential())
    }
}

struct CustodianSubmitCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Bring custodians' answers to the vault. Run by the operator.",
        discussion: """
            The vault opens each share with the ceremony's key, holds it against its digest and forgets it again; a wrong
            one names its custodian.

            Example: rvault custodian submit ceremony-1-owners.json.answer ceremony-1-committee.json.answer
            """)

    @Argument(help: ArgumentHelp("The answers.", valueName: "answer"))
    var files: [String]

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let calls = CustodianCalls(operator: global.operatorClient)
        var answers: [(path: String, answer: CeremonyAnswer)] = []
        for file in files {
            let bytes = try SourceFile.read(file, limit: CeremonyFile.limit)
            guard let answer = try? WireDecoding.decode(bytes, as: CeremonyAnswer.self) else {
                throw Failure(.refused, Sentence(CeremonyFaults.notAnswer, file), hint: Sentence(CeremonyHints.answerFirst))
            }
            answers.append((file, answer))
        }
        var views: [JSON] = []
        for (path, answer) in answers {
            let progress = Progress(console)
            defer { progress.clear() }
            let view = try await calls.answer(answer) {
                progress.show(CeremonyText.progressSent, $0, of: answer.shares.count)
            }
            progress.clear()
            let request = try CeremonySummary.request(of: view)
            views.append(view.json)
            guard !console.json else { continue }
            console.say(
                CeremonyText.taken, path, answer.custodian.text, "\(view.answered.count)", "\(request.threshold)")
            if view.answered.count >= request.threshold { console.note(CeremonyText.enough, request.id.base64) }
        }
        if console.json { console.answer(["items": .array(views)]) }
    }
}

struct CustodianDropCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "End a ceremony that is not wanted any more; answers to it are forgotten. Run by the operator.",
        discussion: "Example: rvault custodian drop AAECAwQFBgcICQoLDA0ODw")

    @Argument(help: ArgumentHelp("The ceremony.", valueName: "id"))
    var id: String

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let id = try CeremonyArgument.read(id)
        try await CustodianCalls(operator: global.operatorClient).drop(id)
        if console.json { return console.answer([:]) }
        console.say(CeremonyText.dropped, id.base64)
    }
}

struct CustodianRestoreKeysCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore-keys",
        abstract: "Put the service key and the pepper together again from custodians' shares, while the vault is stopped.",
        discussion: """
            The program writes the request and waits, with the ceremony's key in memory. Custodians answer with their files
            key-shares-NAME (rvault custodian answer REQUEST --shares FILE); type the path of each answer, one a line.

            Example: rvault custodian restore-keys --dir ./vault --request keys.request
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The request's file.", valueName: "file"))
    var request: String

    @Argument(help: ArgumentHelp("Answers that will lie ready when they are asked for.", valueName: "answer"))
    var answers: [String] = []

    func perform(_ console: Console) async throws {
        try Companion.becomeDaemon(["restore-keys", "--dir", global.directory, "--request", request] + answers)
    }
}
