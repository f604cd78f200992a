internal import ArgumentParser
internal import VaultAPI
internal import VaultCrypto
internal import VaultModel

struct CustodianCarryOutCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "carry-out",
        abstract: "Carry out what k custodians have agreed to, to its end. Run by the operator.",
        discussion: """
            One resident is open at a time. What is done stays done: cut off, the same command goes on. A recovery takes the
            code of its letter, which must be the one that custodians agreed to.

            Example: rvault custodian carry-out AAECAwQFBgcICQoLDA0ODw
            Example: rvault custodian carry-out AAECAwQFBgcICQoLDA0ODw --letter letter.txt
            Example: rvault custodian carry-out AAECAwQFBgcICQoLDA0ODw --code-fd 3 3<code
            """)

    @Argument(help: ArgumentHelp("The ceremony.", valueName: "id"))
    var id: String

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("A recovery's letter, as `request recover` wrote it.", valueName: "file"))
    var letter: String?

    @Option(help: ArgumentHelp("Read a recovery's code from this descriptor.", valueName: "n"))
    var codeFd: Int32?

    func validate() throws {
        guard letter == nil || codeFd == nil else { throw ValidationError("give one of --letter and --code-fd") }
    }

    func perform(_ console: Console) async throws {
        let id = try CeremonyArgument.read(id)
        let calls = CustodianCalls(operator: global.operatorClient)
        var body = SecretBody()
        defer { body.scrub() }
        if let code = try code() {
            // A slip of the pen is told from the check symbol, before anyone is asked.
            _ = try ActivationCode(typed: code)
            body.add("code", code)
        }
        body.end()
        let view = try await CarryingOut(console: console).run { try await calls.carryOut(id, body: body.bytes) }
        if console.json { return console.answer(view.json) }
        console.say(CeremonyText.carriedOut, "\(view.done)", "\(view.failed)")
        if view.failed > 0 { console.note(CeremonyText.someFailed) }
        if let letter { console.note(CeremonyText.handOverLetter, letter) }
    }

    private func code() throws(Failure) -> SecretBytes? {
        if let letter { return try RecoveryLetter.code(in: letter) }
        if let codeFd { return try SecretInput.line(from: codeFd, option: "--code-fd") }
        return nil
    }
}

/// Asks for step after step until a ceremony is closed.
struct CarryingOut {
    let console: Console

    /// A vault that stops moving is told instead of asked for ever.
    private static let idleLimit = 100

    func run(_ step: () async throws -> CeremonyView) async throws -> CeremonyView {
        let progress = Progress(console)
        defer { progress.clear() }
        var last = -1
        var idle = 0
        while true {
            let view = try await step()
            if view.state == "closed" { return view }
            let done = view.done + view.failed
            progress.show(CeremonyText.progressPeople, done, of: try CeremonySummary.request(of: view).count)
            idle = done == last ? idle + 1 : 0
            last = done
            guard idle < Self.idleLimit else {
                throw Failure(.refused, Sentence(CeremonyFaults.stuck, "\(done)"), hint: Sentence(Hints.tellOperator))
            }
        }
    }
}
