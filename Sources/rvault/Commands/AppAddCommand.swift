internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

struct AppAddCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Register an app. Register apps before the first import.",
        discussion: """
            With --public the app keeps its token to itself. Without, a token is made here and shown once; the log, the
            residents' views and `rvault doctor` then say that the operator has held it.

            In a vault with custodians nobody comes in on the operator's word: --propose writes the exact change, custodians
            sign it, and --change makes it.

            Example: rvault app add parking --public parking.pub
            Example: rvault app add parking --out parking.token
            Example: rvault app add parking --public parking.pub --propose change.json
            Example: rvault app add parking --change change.json --approval change.json.committee.approval --approval change.json.property.approval
            """)

    @OptionGroup var app: AppArgument
    @OptionGroup var global: GlobalOptions

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp("The app's public key, from `rvault app keygen`.", valueName: "file"))
    var publicFile: String?

    @Option(
        help: ArgumentHelp("Write the token made here to this file (0600) instead of showing it.", valueName: "file"))
    var out: String?

    @OptionGroup var change: ChangeOptions

    func validate() throws {
        if change.propose != nil, publicFile == nil { throw ValidationError("--propose goes with --public") }
        if change.makesSigned, publicFile != nil || out != nil { throw ValidationError("--change stands with --approval alone") }
    }

    func perform(_ console: Console) async throws {
        let name = try app.read()
        if change.makesSigned { return try await make(name, console) }
        if let publicFile {
            guard out == nil else {
                throw Failure(.usage, Sentence(Faults.outWithPublic), hint: Sentence(Hints.makeAppKey))
            }
            let file = try AppKeyFile(reading: publicFile)
            guard file.app == name else {
                throw Failure(
                    .refused, Sentence(Faults.otherAppKey, publicFile, file.app.text), hint: Sentence(Hints.makeAppKey))
            }
            if let propose = change.propose { return try await write(propose, file, console) }
            let added = try await register(file, operatorHeld: false)
            if console.json { return console.answer(added.json) }
            return console.say(OperatorText.appAdded, added.name.text, added.party)
        }
        try await makeHere(name, console)
    }

    private func write(_ path: String, _ file: AppKeyFile, _ console: Console) async throws {
        let body = AppRegistration(name: file.app, box: file.box, auth: file.auth, operatorHeld: false)
        let proposed = try await global.operatorClient.call(.proposeApp, body: body.encoded, as: ProposedChange.self)
        let status = try await global.operatorClient.call(.status, as: StatusView.self)
        try PrivateFile.create(path, mode: 0o644, Array(proposed.change.utf8))
        if console.json { return console.answer(["change": .string(path)]) }
        console.say(CustodyText.proposed, path, "\(status.threshold)")
    }

    private func make(_ name: AppName, _ console: Console) async throws {
        var party = ""
        let made = try await change.run(
            global, console,
            fits: { operation in
                guard case .appAdd(let app) = operation, app.name == name else { return false }
                party = app.party
                return true
            },
            operation: { [:] })
        guard let made else { return }
        if console.json { return console.answer(made.json) }
        console.say(OperatorText.appAdded, name.text, party)
    }

    /// The token exists on paper before the vault knows it, and is shown only when it does: neither a lost token nor a
    /// useless one is left behind.
    private func makeHere(_ name: AppName, _ console: Console) async throws {
        let credential = try Credential.random(.app, name: name.text)
        let token = try credential.text()
        let file = AppKeyFile(app: name, keys: try AppKeys(credential.secret))
        if let out { try PrivateFile.create(out, token) }
        let added: AppAdded
        do {
            added = try await register(file, operatorHeld: true)
        } catch {
            if let out, Failure(error).code != nil { unlink(out) }
            throw error
        }
        if let out {
            console.note(OperatorText.tokenWritten, name.text, out)
        } else {
            console.note(OperatorText.tokenShown, name.text)
        }
        if out != nil {
            console.json ? console.answer(added.json) : console.say(OperatorText.appAdded, added.name.text, added.party)
        } else if console.json {
            revealJSON(added, token, console)
        } else {
            console.note(OperatorText.appAdded, added.name.text, added.party)
            console.reveal(token)
        }
    }

    private func register(_ file: AppKeyFile, operatorHeld: Bool) async throws -> AppAdded {
        let body = AppRegistration(name: file.app, box: file.box, auth: file.auth, operatorHeld: operatorHeld)
        return try await global.operatorClient.call(.addApp, body: body.encoded, as: AppAdded.self)
    }

    private func revealJSON(_ added: AppAdded, _ token: borrowing SecretBytes, _ console: Console) {
        // The answer's object with one more member; its text never becomes a string.
        Descriptor.write(String(decoding: added.encoded.dropLast(), as: UTF8.self) + ",\"token\":\"", to: 1)
        token.withBytes { _ = Descriptor.write($0, to: 1) }
        Descriptor.write("\"}\n", to: 1)
    }
}
