internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct RotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Change keys for new ones while the vault serves.",
        discussion: """
            A rotation goes on in the background and after a restart; `rvault doctor` shows where it stands.

            Example: rvault rotate fields --category health
            """,
        subcommands: [RotateServiceKeyCommand.self, RotateFieldsCommand.self, RotatePepperCommand.self])
}

struct RotateFieldsCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "fields",
        abstract: "Let fields move to new keys.",
        discussion: """
            The daemon cannot open a field, so it marks them, and each moves to a new key when someone who may open it is
            next there: at the resident's login, or when an app writes it. `rvault doctor` says how many residents wait.

            Example: rvault rotate fields --resident 12345678-2
            Example: rvault rotate fields --category health --rate 100
            Example: rvault rotate fields --all --wait
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("One resident's fields, by the login name.", valueName: "login"))
    var resident: String?

    @Option(help: ArgumentHelp("The fields of a category, of all residents.", valueName: "name"))
    var category: String?

    @Flag(help: "All fields of all residents.")
    var all = false

    @Option(help: ArgumentHelp("Residents a second at most.", valueName: "n"))
    var rate: Int?

    @Flag(help: "Wait until all are marked, and show how far it is.")
    var wait = false

    func validate() throws {
        guard [resident != nil, category != nil, all].count(where: { $0 }) == 1 else {
            throw ValidationError("say whose fields: --resident LOGIN, --category NAME or --all")
        }
        if let rate, !(1...1_000_000).contains(rate) { throw ValidationError("--rate is 1 to 1000000") }
    }

    func perform(_ console: Console) async throws {
        let body =
            if let resident {
                FieldRotationBody(scope: .resident, name: resident)
            } else if let category {
                FieldRotationBody(scope: .category, name: category, rate: rate)
            } else {
                FieldRotationBody(scope: .everyone, rate: rate)
            }
        let begun = try await global.operatorClient.call(.rotateFields, body: body.encoded, as: RotationBegun.self)
        if wait, resident == nil { try await RotationWait(client: global.operatorClient, console: console).end(of: "fields") }
        if console.json { return console.answer(begun.json) }
        console.say(resident == nil ? RotationText.fieldsBegun : .fieldsMarked, "\(begun.residents)")
    }
}

struct RotatePepperCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "pepper",
        abstract: "Put a new pepper in force, which every passphrase is stretched with.",
        discussion: """
            New passphrases are under it at once; each of the others moves at its resident's next login. The old pepper stays
            beside it until the last has moved, then it is destroyed. Custodians get new shares: hand them the files
            key-shares-NAME of the vault's directory.

            Example: rvault rotate pepper
            """)

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let begun = try await global.operatorClient.call(.rotatePepper, body: EmptyMessage().encoded, as: RotationBegun.self)
        if console.json { return console.answer(begun.json) }
        console.say(RotationText.pepperBegun, "\(begun.residents)")
    }
}

/// Waits for a rotation that goes on in the daemon.
struct RotationWait {
    let client: VaultClient
    let console: Console

    /// Shows how far it is until it has ended.
    func end(of kind: String) async throws {
        let progress = Progress(console)
        while true {
            let status = try await client.call(.rotations, as: RotationStatus.self)
            guard let view = status.rotations.first(where: { $0.kind == kind }), view.finished == nil else { break }
            progress.show(RotationText.progress, view.done, of: view.total)
            try await Task.sleep(for: .milliseconds(200))
        }
        progress.clear()
    }
}

struct MeRotateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Have everything of yours locked with new keys, under the passphrase you have.",
        discussion: """
            For when you fear that someone had a copy of your keys. Other sessions of yours end.

            Example: rvault me rotate
            Example: rvault me rotate --passphrase-fd 3 3<words
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    func perform(_ console: Console) async throws {
        let file = try options.sessionFile()
        let calls = ResidentCalls(global.publicClient, session: try file.read())
        let passphrase = try PassphrasePrompt.existing(
            console, descriptor: passphraseFd, option: "--passphrase-fd", question: .askPassphrase)
        let session = try await calls.renew(passphrase)
        let expires = session.expires
        try file.keep(session.intoCredential())
        if console.json { return console.answer(["expires": .string(expires.rfc3339)]) }
        console.say(RotationText.seedRenewed)
    }
}
