internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

struct AppRekeyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract: "Give a registered app a new token.",
        discussion: """
            The app makes its new key with `rvault app keygen` and hands in the public part. For the overlap both tokens count;
            in it, run `rvault app move-keys` with both. If the old token is lost, use --overlap 0h: each permission then moves
            at its resident's next login. The overlap runs from the moment the change is written.

            Example: rvault app rekey parking --public parking.pub --overlap 48h
            Example: rvault app rekey parking --public parking.pub --overlap 14d --propose change.json
            Example: rvault app rekey parking --change change.json --approval change.json.committee.approval --approval change.json.property.approval
            """)

    @OptionGroup var app: AppArgument
    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ChangeOptions

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp("The app's new public key, from `rvault app keygen`.", valueName: "file"))
    var publicFile: String?

    @Option(help: ArgumentHelp("How long the old token goes on counting: hours (h) or days (d), at most 90d.", valueName: "time"))
    var overlap = "24h"

    func validate() throws {
        guard (publicFile == nil) == (options.change != nil) else { throw ValidationError("give --public, or --change") }
        guard Self.seconds(overlap) != nil else { throw ValidationError("--overlap is such as 24h or 14d, at most 90d") }
    }

    private static func seconds(_ text: String) -> Int? {
        guard let unit = ["h": 3600, "d": 86_400][text.suffix(1)], let number = Int(text.dropLast()), number >= 0 else { return nil }
        let (seconds, isOver) = number.multipliedReportingOverflow(by: unit)
        return isOver || seconds > 90 * 86_400 ? nil : seconds
    }

    func perform(_ console: Console) async throws {
        let name = try app.read()
        let client = global.operatorClient
        var made = try await options.makeSigned(client) { $0["op"] == "app_key" && $0["app"]?.string == name.text }
        if let publicFile {
            let file = try AppKeyFile(reading: publicFile)
            guard file.app == name else {
                throw Failure(
                    .refused, Sentence(Faults.otherAppKey, publicFile, file.app.text), hint: Sentence(Hints.makeAppKey))
            }
            let body = AppKeyChange(
                box: file.box, auth: file.auth, operatorHeld: false, overlap: Self.seconds(overlap) ?? 0)
            let proposed = try await client.call(.proposeAppKey, id: name.text, body: body.encoded, as: ProposedChange.self)
            made = try await options.settle(proposed, client, console)
        }
        guard let made else { return }
        if console.json { return console.answer(made.json) }
        console.say(RotationText.keyChanged, name.text)
    }
}

struct AppMoveKeysCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "move-keys",
        abstract: "As the app: move every permission from the old token to the new one.",
        discussion: """
            Run it as the app's user while both tokens count. Afterwards the old token finds nothing. Cut off, run it again.

            Example: rvault app move-keys --token-fd 3 --new-token-fd 4 3<old.token 4<new.token
            Example: rvault app move-keys --token-fd 3 --new-token-fd 4 --rate 100 3<old.token 4<new.token
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Read the old token from this descriptor.", valueName: "n"))
    var tokenFd: Int32

    @Option(help: ArgumentHelp("Read the new token from this descriptor.", valueName: "n"))
    var newTokenFd: Int32

    @Option(help: ArgumentHelp("Permissions a second at most.", valueName: "n"))
    var rate: Int?

    func validate() throws {
        if let rate, rate < 1 { throw ValidationError("--rate is at least 1") }
    }

    func perform(_ console: Console) async throws {
        let old = try SecretInput.line(from: tokenFd, option: "--token-fd")
        let new = try SecretInput.line(from: newTokenFd, option: "--new-token-fd")
        let client = global.publicClient
        let progress = Progress(console)
        var (moved, failed) = (0, 0)
        var after: GrantID?
        while true {
            let begun = ContinuousClock.now
            var body = SecretBody()
            defer { body.scrub() }
            body.add("token", new)
            if let after { body.add("after", after.base64) }
            body.end()
            let answer = try await client.call(
                VaultClient.request(.moveKeys, body: body.bytes), credential: { old.withBytes($0) })
            let page = try WireDecoding.decode(answer.body, as: KeyMoved.self)
            moved += page.moved
            failed += page.failed
            progress.show(RotationText.progress, moved)
            guard let next = page.next else { break }
            after = next
            if let rate {
                try await Task.sleep(until: begun.advanced(by: .seconds(Double(page.moved) / Double(rate))), clock: .continuous)
            }
        }
        progress.clear()
        if console.json { return console.answer(["moved": .integer(Int64(moved)), "failed": .integer(Int64(failed))]) }
        console.say(RotationText.keysMoved, "\(moved)")
        if failed > 0 { console.note(RotationText.keysFailed, "\(failed)") }
    }
}
