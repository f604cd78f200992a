internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

struct CustodianRequestRecoverCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Ask for a resident's way in to be made anew: a new letter opens their record, and nothing else does.",
        discussion: """
            Makes the new letter's code here and writes it to --letter (0600) before anyone is asked. It opens nothing until
            k custodians have signed and the ceremony is carried out.

            Without --login the resident's ID number is asked for, for those who have forgotten the login name too.

            Example: rvault custodian request recover --login 123456788 --reason lost-passphrase --letter letter.txt --out ceremony
            Example: rvault custodian request recover --id-number-fd 3 --reason lost-letter --letter letter.txt --out ceremony 3<number
            """)

    @OptionGroup var request: CeremonyRequestOptions
    var global: GlobalOptions { request.global }

    @Option(help: ArgumentHelp("The resident's login name.", valueName: "login"))
    var login: String?

    @Option(help: ArgumentHelp("Read the resident's ID number from this descriptor.", valueName: "n"))
    var idNumberFd: Int32?

    @Option(help: ArgumentHelp("The new letter's file (0600); it must not exist.", valueName: "file"))
    var letter: String

    func validate() throws {
        guard login == nil || idNumberFd == nil else { throw ValidationError("give one of --login and --id-number-fd") }
    }

    func perform(_ console: Console) async throws {
        try request.check()
        let login = try login.map { text throws(Failure) in try LoginText.read(text) }
        var number: SecretBytes?
        if login == nil { number = try idNumber(console) }
        let calls = CustodianCalls(operator: global.operatorClient)
        // A daemon that is not there, or not for us, is told before a letter is made.
        _ = try await calls.list()
        let letter = try RecoveryLetter.make(self.letter, login: login)
        let view: CeremonyView
        do {
            view = try await open(calls, letter.digest, login: login, number: number)
        } catch {
            let failure = Failure(error)
            // A refusal is certain; a line that broke is not, and then the letter may be the one.
            guard failure.code == nil else {
                letter.discard()
                throw failure
            }
            throw failure.hinting(Sentence(CeremonyHints.keepLetter, letter.path))
        }
        if login == nil, let custodian = view.custodians.first {
            let id = try CeremonySummary.request(of: view).id
            guard let person = try await calls.ceremony(id, for: custodian).lines.first?.item.resident else {
                throw Failure(.refused, Sentence(CeremonyFaults.badPages), hint: Sentence(Hints.sameVersion))
            }
            try letter.complete(person.login)
        }
        try await request.deliver(view, calls, console, ["letter": .string(letter.path)])
        if !console.json {
            console.say(CeremonyText.letterWritten, letter.path, CheckNumber.of(letter.digest))
        }
    }

    private func idNumber(_ console: Console) throws(Failure) -> SecretBytes {
        if let idNumberFd { return try SecretInput.line(from: idNumberFd, option: "--id-number-fd") }
        let terminal = try Terminal(console, without: Sentence(CeremonyHints.giveLogin))
        return try terminal.askSecret(Sentence(CeremonyText.askIDNumber))
    }

    private func open(
        _ calls: CustodianCalls, _ digest: [UInt8], login: LoginName?, number: consuming SecretBytes?
    ) async throws -> CeremonyView {
        if let login {
            return try await calls.open(
                CeremonyOpening(kind: "recover", reason: request.reason, people: .logins([login]), letter: digest).encoded)
        }
        // An ID number is written byte by byte, so that it does not stay behind as a string.
        var body = SecretBody()
        defer { body.scrub() }
        body.add("kind", "recover")
        body.add("reason", request.reason)
        body.add("letter", Base64URL.encode(digest))
        if let number { body.add("id_number", number) }
        body.end()
        return try await calls.open(body.bytes)
    }
}
