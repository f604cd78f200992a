internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

struct AuditorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auditor",
        abstract: "Who may read the log. They read nothing else, and their reading is logged.",
        discussion: """
            Example: rvault auditor keygen audit-office --out .
            Example: rvault auditor add audit-office --public audit-office.pub
            """,
        subcommands: [
            AuditorKeygenCommand.self, AuditorAddCommand.self, AuditorListCommand.self, AuditorRemoveCommand.self,
        ])
}

/// The auditor a command is about.
struct AuditorArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The auditor's name: an office, not a person.", valueName: "name"))
    var name: String

    func read() throws(Failure) -> AuditorName {
        guard let auditor = AuditorName(name) else {
            throw Failure(.usage, Sentence(AuditFaults.malformedAuditor, name), hint: Sentence(AuditHints.auditorNames))
        }
        return auditor
    }
}

/// The public part of an auditor's key as a file: canonical JSON and a line end.
struct AuditorKeyFile: Equatable, Sendable {
    let auditor: AuditorName
    /// H(auth key).
    let auth: [UInt8]

    init(auditor: AuditorName, auth: [UInt8]) {
        self.auditor = auditor
        self.auth = auth
    }

    var encoded: [UInt8] {
        let json: JSON = [
            "type": "auditor-key", "auditor": .string(auditor.text), "auth": .string(Base64URL.encode(auth)),
        ]
        return json.encoded + [UInt8(ascii: "\n")]
    }

    /// - Throws: `Failure(.refused)` for a file that is anything else, a token by mistake included.
    init(reading path: String) throws(Failure) {
        let bytes = try SourceFile.read(path, limit: 65_536)
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let json = try? CanonicalJSON.decode(Array(text)), json.object?.count == 3,
            json["type"] == "auditor-key", let auditor = json["auditor"]?.string.flatMap(AuditorName.init),
            let auth = json["auth"]?.string.flatMap(Base64URL.decode), auth.count == 32
        else { throw Failure(.refused, Sentence(AuditFaults.notAuditorKey, path), hint: Sentence(AuditHints.makeAuditorKey)) }
        self.init(auditor: auditor, auth: auth)
    }
}

struct AuditorKeygenCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make an auditor's token. Run it as the auditor; no daemon is needed.",
        discussion: """
            Writes NAME.token (0600), which only the auditor may hold, and NAME.pub, which goes to the operator.

            Example: rvault auditor keygen audit-office --out .
            """)

    @OptionGroup var auditor: AuditorArgument
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The directory to write to.", valueName: "dir"))
    var out = "."

    func perform(_ console: Console) async throws {
        let name = try auditor.read()
        let (tokenPath, publicPath) = ("\(out)/\(name).token", "\(out)/\(name).pub")
        let credential = try Credential.random(.auditor, name: name.text)
        let file = AuditorKeyFile(auditor: name, auth: try credential.secret.authDigest())
        try PrivateFile.create(tokenPath, try credential.text())
        try PrivateFile.createPublic(publicPath, file.encoded, beside: tokenPath)
        if console.json { return console.answer(["token": .string(tokenPath), "public": .string(publicPath)]) }
        console.say(OperatorText.keyMade, tokenPath, publicPath)
        console.note(AuditText.auditorKeyNext, name.text, publicPath)
    }
}

struct AuditorAddCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let an auditor read the log.",
        discussion: """
            With --public the auditor keeps the token to themselves. Without, one is made here and written to --out; the
            log then says that the operator has held it.

            Example: rvault auditor add audit-office --public audit-office.pub
            Example: rvault auditor add audit-office --out audit-office.token
            """)

    @OptionGroup var auditor: AuditorArgument
    @OptionGroup var global: GlobalOptions

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp("The auditor's public part, from `rvault auditor keygen`.", valueName: "file"))
    var publicFile: String?

    @Option(help: ArgumentHelp("Make the token here and write it to this file (0600).", valueName: "file"))
    var out: String?

    func validate() throws {
        guard (publicFile == nil) != (out == nil) else { throw ValidationError("give one of --public and --out") }
    }

    func perform(_ console: Console) async throws {
        let name = try auditor.read()
        let body: AuditorRegistration
        if let publicFile {
            let file = try AuditorKeyFile(reading: publicFile)
            guard file.auditor == name else {
                throw Failure(
                    .refused, Sentence(Faults.otherAppKey, publicFile, file.auditor.text),
                    hint: Sentence(AuditHints.makeAuditorKey))
            }
            body = AuditorRegistration(name: name, auth: file.auth, operatorHeld: false)
        } else {
            let credential = try Credential.random(.auditor, name: name.text)
            try PrivateFile.create(out ?? "", try credential.text())
            body = AuditorRegistration(name: name, auth: try credential.secret.authDigest(), operatorHeld: true)
        }
        let added: AuditorView
        do {
            added = try await global.operatorClient.call(.addAuditor, body: body.encoded, as: AuditorView.self)
        } catch {
            if let out, Failure(error).code != nil { unlink(out) }
            throw error
        }
        if console.json { return console.answer(added.json) }
        console.say(AuditText.auditorAdded, added.name.text)
    }
}

struct AuditorListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the auditors.", discussion: "Example: rvault auditor list")

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let auditors = try await global.operatorClient.call(.auditors, as: ItemList<AuditorView>.self)
        if console.json { return console.answer(auditors.json) }
        let rows = auditors.items.map { auditor in
            [auditor.name.text, console.text(auditor.operatorHeld ? TermText.yes : .no), auditor.added.localMinute]
        }
        let titles = [
            console.text(AuditText.columnAuditor), console.text(OperatorText.columnOperatorHeld),
            console.text(OperatorText.columnAdded),
        ]
        for line in Table.lines(titles, rows) { console.say(line) }
    }
}

struct AuditorRemoveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take an auditor's token back.",
        discussion: "Example: rvault auditor remove audit-office")

    @OptionGroup var auditor: AuditorArgument
    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let name = try auditor.read()
        let answer = try await global.operatorClient.call(.removeAuditor, id: name.text, as: EmptyMessage.self)
        if console.json { return console.answer(answer.json) }
        console.say(AuditText.auditorRemoved, name.text)
    }
}
