internal import ArgumentParser
internal import VaultAPI
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy

struct CustodianAnswerCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Read a ceremony's request in words, and agree to exactly it with your party's shares.",
        discussion: """
            Checks that the request stands in the vault's log, by the log's key that your party keeps (--vkey), shows it in
            words and asks. The answer holds your party's signature and shares, sealed so that only this ceremony can open
            them; give it to the operator. With --ceremony it is fetched from the running vault and answered there.

            A request for the vault's own keys (rvaultd restore-keys) is answered with the shares of your party's file
            key-shares-NAME.

            Example: rvault custodian answer ceremony-1-owners.json --key owners.custodian --vkey log.vkey
            Example: rvault custodian answer ceremony-1-owners.json --key owners.custodian --vkey log.vkey --policies Policies
            Example: rvault custodian answer --ceremony AAECAwQFBgcICQoLDA0ODw --key owners.custodian --vkey log.vkey
            Example: rvault custodian answer keys.request --key owners.custodian --shares key-shares-owners
            """)

    @Argument(help: ArgumentHelp("The file that was brought to you.", valueName: "file"))
    var file: String?

    @OptionGroup var own: CustodianKeyOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Answer this ceremony of the running vault.", valueName: "id"))
    var ceremony: String?

    @Option(help: ArgumentHelp("The log's key, from the notice board or as your party has kept it.", valueName: "file"))
    var vkey: String?

    @Option(
        help: ArgumentHelp("Your party's shares of the vault's own keys, to answer a request for them.", valueName: "file"))
    var shares: String?

    @Option(
        help: ArgumentHelp("Your party's copy of the policies, to read titles beside the names of fields.", valueName: "dir"))
    var policies: String?

    @Option(help: ArgumentHelp("The answer's file (default: FILE.answer).", valueName: "file"))
    var out: String?

    @Flag(help: "Do not ask whether this is what was agreed.")
    var yes = false

    func validate() throws {
        guard (file == nil) != (ceremony == nil) else { throw ValidationError("give a file, or --ceremony") }
        guard (vkey == nil) != (shares == nil) else {
            throw ValidationError("give --vkey, or --shares for a request for the vault's own keys")
        }
        guard ceremony == nil || (shares == nil && out == nil) else {
            throw ValidationError("--shares and --out go with a file")
        }
    }

    func perform(_ console: Console) async throws {
        let keyFile = try CustodianKeyFile(reading: own.key)
        if let shares { return try answerKeys(keyFile, try KeySharesFile(reading: shares), console) }
        let logKeys = try KeyFile.read(vkey ?? "")
        if let ceremony { return try await answerLive(try CeremonyArgument.read(ceremony), keyFile, logKeys, console) }
        let path = file ?? ""
        let bytes = try SourceFile.read(path, limit: CeremonyFile.limit)
        guard KeySharesFile.request(in: bytes) == nil else {
            throw Failure(.usage, Sentence(CeremonyFaults.needsShares, path), hint: Sentence(CeremonyHints.giveShares))
        }
        let checked = try CheckedCeremony(
            try CeremonyFile.read(bytes, at: path), custodian: keyFile.name, keys: logKeys, now: CheckedCeremony.now)
        try agree(checked, console)
        let open = try own.open(keyFile, console)
        try write(try make(checked, open, keyFile, [], console), console)
    }

    /// Fetches and answers over the socket. The key opens first, because the credential comes from it.
    private func answerLive(
        _ id: CeremonyID, _ keyFile: CustodianKeyFile, _ logKeys: [VerifierKey], _ console: Console
    ) async throws {
        let open = try own.open(keyFile, console)
        let calls = CustodianCalls(global.publicClient, credential: try open.credential())
        let checked = try CheckedCeremony(
            try await calls.ceremony(id, for: keyFile.name), custodian: keyFile.name, keys: logKeys,
            now: CheckedCeremony.now)
        guard checked.request.id == id else {
            throw Failure(.refused, Sentence(CeremonyFaults.otherCeremony), hint: Sentence(CeremonyHints.doNotSign))
        }
        try agree(checked, console)
        let answer = try make(checked, open, keyFile, [], console)
        let progress = Progress(console)
        let view = try await calls.answer(answer) { progress.show(CeremonyText.progressSent, $0, of: answer.shares.count) }
        progress.clear()
        if console.json { return console.answer(view.json) }
        console.say(CeremonyText.answeredLive, "\(view.answered.count)", "\(checked.request.threshold)")
    }

    private func answerKeys(_ keyFile: CustodianKeyFile, _ shares: KeySharesFile, _ console: Console) throws {
        let path = file ?? ""
        guard let request = KeySharesFile.request(in: try SourceFile.read(path, limit: 65_536)) else {
            throw Failure(.refused, Sentence(CeremonyFaults.notKeysRequest, path), hint: Sentence(CeremonyHints.keysRequest))
        }
        guard shares.custodian == keyFile.name else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.otherCustodian, shares.custodian.text, keyFile.name.text),
                hint: Sentence(CeremonyHints.ownFile))
        }
        let checked = try CheckedCeremony(keysRequest: request, vault: shares.vault, now: CheckedCeremony.now)
        try agree(checked, console)
        let open = try own.open(keyFile, console)
        try write(try make(checked, open, keyFile, shares.shares, console), console)
    }

    private func agree(_ checked: CheckedCeremony, _ console: Console) throws {
        let policies = try policies.map { try PolicyDocument.load(directory: $0) }
        let words = CeremonyWords(ceremony: checked, console: console, policies: policies)
        try Agreement.ask(words.lines, CeremonyText.isAgreed, console, yes: yes)
    }

    private func make(
        _ checked: CheckedCeremony, _ open: borrowing OwnShares, _ keyFile: CustodianKeyFile,
        _ keyShares: [(owner: String, share: ShareItem)], _ console: Console
    ) throws(Failure) -> CeremonyAnswer {
        let progress = Progress(console)
        let total = checked.lines.count { $0.share != nil }
        defer { progress.clear() }
        return try Answering.answer(checked, open, custodian: keyFile.name, keyShares: keyShares) {
            progress.show(CeremonyText.progressOpened, $0, of: total)
        }
    }

    private func write(_ answer: CeremonyAnswer, _ console: Console) throws(Failure) {
        let path = out ?? "\(file ?? "").answer"
        try PrivateFile.create(path, answer.encoded + [UInt8(ascii: "\n")])
        if console.json {
            return console.answer(["answer": .string(path), "shares": .integer(Int64(answer.shares.count))])
        }
        console.say(CeremonyText.answered, path, "\(answer.shares.count)")
    }
}
