internal import ArgumentParser
internal import VaultAPI
internal import VaultCrypto
internal import VaultModel

struct CustodianSharesCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "shares",
        abstract: "Write the shares that a leaving custodian holds to a file for them. Run by the operator.",
        discussion: """
            They are sealed to that custodian's key and open to nobody else. A handover takes four steps: shares (operator),
            reseal (the one who leaves), accept (the successor), take (operator).

            Example: rvault custodian shares owners --out owners.shares
            """)

    @Argument(help: ArgumentHelp("The custodian who leaves.", valueName: "name"))
    var name: String

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The file to write (0600).", valueName: "file"))
    var out: String

    func perform(_ console: Console) async throws {
        guard let custodian = CustodianName(name) else {
            throw Failure(.usage, Sentence(CustodyFaults.malformedName, name), hint: Sentence(CustodyHints.partyNames))
        }
        let calls = CustodianCalls(operator: global.operatorClient)
        let progress = Progress(console)
        defer { progress.clear() }
        var file: PrivateLines?
        var count = 0
        var after: Int?
        repeat {
            let page = try await calls.shares(of: custodian, after: after)
            guard page.custodian == custodian, page.next.map({ $0 > after ?? -1 }) ?? true else {
                throw Failure(.refused, Sentence(CeremonyFaults.badPages), hint: Sentence(Hints.sameVersion))
            }
            if file == nil { file = try PrivateLines(out) }
            // Each line stands alone: where it was one page of several says nothing to whoever reads it.
            try file?.append(
                SharePage(vault: page.vault, custodian: custodian, shares: page.shares, next: nil).encoded)
            count += page.shares.count
            progress.show(CeremonyText.progressShares, count)
            after = page.next
        } while after != nil
        try file?.finish()
        progress.clear()
        if console.json { return console.answer(["file": .string(out), "shares": .integer(Int64(count))]) }
        console.say(HandoverText.sharesWritten, out, "\(count)", custodian.text)
        console.note(HandoverText.sharesNext, out)
    }
}

struct CustodianResealCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "reseal",
        abstract: "As the custodian who leaves, seal your party's shares to the successor's key.",
        discussion: """
            No resident's key is opened, and nobody else needs to help. Compare the successor's check number with them
            before you agree: whoever holds that key holds the shares.

            Example: rvault custodian reseal owners.shares --key owners.custodian --to owners2.custodian.pub --out owners2.shares
            """)

    @Argument(help: ArgumentHelp("Your shares, from the operator.", valueName: "file"))
    var file: String

    @OptionGroup var own: CustodianKeyOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The successor's public file.", valueName: "file"))
    var to: String

    @Option(help: ArgumentHelp("The file to write (0600).", valueName: "file"))
    var out: String

    @Flag(help: "Do not ask whether this is the successor.")
    var yes = false

    func perform(_ console: Console) async throws {
        let keyFile = try CustodianKeyFile(reading: own.key)
        let successor = try CustodianPublicFile(reading: to)
        guard successor.name != keyFile.name else {
            throw Failure(.usage, Sentence(CeremonyFaults.badHandover), hint: Sentence(CeremonyHints.handoverSteps))
        }
        let bytes = try SourceFile.read(file, limit: HandoverFile.limit)
        var summary = HandoverSummary()
        try HandoverFile.lines(bytes, at: file, as: SharePage.self) { page, _ in
            try summary.add(page.vault, page.shares.count)
        }
        try Agreement.ask(
            [
                console.text(
                    HandoverText.doReseal, keyFile.name.text, successor.name.text, "\(summary.count)",
                    CheckNumber.of(successor.box.bytes)),
                console.text(HandoverText.ofVault, summary.vault?.base64 ?? ""),
            ], HandoverText.isSuccessor, console, yes: yes)
        let open = try own.open(keyFile, console)
        let progress = Progress(console)
        defer { progress.clear() }
        let lines = try PrivateLines(out)
        var count = 0
        try HandoverFile.lines(bytes, at: file, as: SharePage.self) { page, _ in
            try lines.append(try HandoverFile.reseal(page, open, from: keyFile.name, to: successor).encoded)
            count += page.shares.count
            progress.show(CeremonyText.progressShares, count, of: summary.count)
        }
        try lines.finish()
        progress.clear()
        if console.json { return console.answer(["file": .string(out), "shares": .integer(Int64(count))]) }
        console.say(HandoverText.resealed, out, "\(count)", successor.name.text)
    }
}

struct CustodianAcceptCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "As the successor, open each share that was sealed to you, check it, and sign that you did.",
        discussion: """
            The vault takes only what the successor has signed for, so nothing is lost to a file that nobody can open.

            Example: rvault custodian accept owners2.shares --key owners2.custodian --out owners2.accepted
            """)

    @Argument(help: ArgumentHelp("The shares, from the one who leaves.", valueName: "file"))
    var file: String

    @OptionGroup var own: CustodianKeyOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The file to write (0600).", valueName: "file"))
    var out: String

    func perform(_ console: Console) async throws {
        let keyFile = try CustodianKeyFile(reading: own.key)
        let bytes = try SourceFile.read(file, limit: HandoverFile.limit)
        var summary = HandoverSummary()
        try HandoverFile.lines(bytes, at: file, as: ShareHandover.self) { handover, _ in
            try summary.add(handover.vault, handover.shares.count)
        }
        let open = try own.open(keyFile, console)
        let progress = Progress(console)
        defer { progress.clear() }
        let lines = try PrivateLines(out)
        var count = 0
        try HandoverFile.lines(bytes, at: file, as: ShareHandover.self) { handover, _ in
            try lines.append(try HandoverFile.accept(handover, open, custodian: keyFile.name).encoded)
            count += handover.shares.count
            progress.show(CeremonyText.progressShares, count, of: summary.count)
        }
        try lines.finish()
        progress.clear()
        if console.json { return console.answer(["file": .string(out), "shares": .integer(Int64(count))]) }
        console.say(HandoverText.accepted, out, "\(count)", summary.vault?.base64 ?? "")
    }
}

struct CustodianTakeCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "take",
        abstract: "Bring to the vault the shares that a successor has accepted. Run by the operator.",
        discussion: """
            Cut off, the same command goes on. Shares of splits that were replaced in the meantime are counted and left.

            Example: rvault custodian take owners2.accepted
            """)

    @Argument(help: ArgumentHelp("The accepted shares.", valueName: "file"))
    var file: String

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let bytes = try SourceFile.read(file, limit: HandoverFile.limit)
        var total = 0
        try HandoverFile.lines(bytes, at: file, as: ShareHandover.self) { handover, _ in
            guard handover.signature != nil else {
                throw Failure(
                    .refused, Sentence(CeremonyFaults.notAccepted, file), hint: Sentence(CeremonyHints.handoverSteps))
            }
            total += handover.shares.count
        }
        let calls = CustodianCalls(operator: global.operatorClient)
        let progress = Progress(console)
        defer { progress.clear() }
        var (taken, outdated) = (0, 0)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let answer = try await calls.take(try WireDecoding.decode(line, as: ShareHandover.self))
            (taken, outdated) = (taken + answer.taken, outdated + answer.outdated)
            progress.show(CeremonyText.progressShares, taken + outdated, of: total)
        }
        progress.clear()
        if console.json { return console.answer(SharesTaken(taken: taken, outdated: outdated).json) }
        console.say(HandoverText.handedOver, "\(taken)", "\(outdated)")
    }
}
