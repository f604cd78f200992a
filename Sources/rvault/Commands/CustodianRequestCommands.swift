internal import ArgumentParser
internal import Glibc
internal import VaultAPI
internal import VaultClient
internal import VaultCrypto
internal import VaultModel

struct CustodianRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask the custodians for what none can do alone. Run by the operator.",
        discussion: """
            The vault logs the request whole and writes one file for each custodian. Carry them (a stick will do), or let
            custodians answer over the socket; then submit the answers and carry the ceremony out.

            Example: rvault custodian request recover --login 123456788 --reason lost-passphrase --letter letter.txt --out ceremony
            Example: rvault custodian request issue --purpose property.fees --reason new-contract --out ceremony
            """,
        subcommands: [
            CustodianRequestRecoverCommand.self, CustodianRequestIssueCommand.self, CustodianRequestDelegateCommand.self,
            CustodianRequestRekeyCommand.self, CustodianRequestEntrustCommand.self,
        ])
}

/// What every request takes.
struct CeremonyRequestOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Why, in one word such as lost-passphrase, never about a person: it stands in the log.", valueName: "word"))
    var reason: String

    @Option(help: ArgumentHelp("Write a file for each custodian to this directory (not needed if all answer live).", valueName: "dir"))
    var out: String?

    /// Asked before anything is made.
    func check() throws(Failure) {
        guard CeremonyRequest.isReason(reason) else {
            throw Failure(.usage, Sentence(CeremonyFaults.malformedReason), hint: Sentence(CeremonyHints.reasonForm))
        }
    }

    /// Opens a ceremony and writes its files.
    func open(_ opening: CeremonyOpening, _ console: Console) async throws {
        let calls = CustodianCalls(operator: global.operatorClient)
        try await deliver(try await calls.open(opening.encoded), calls, console)
    }

    /// Writes a file for each custodian and tells what comes next.
    func deliver(_ view: CeremonyView, _ calls: CustodianCalls, _ console: Console, _ more: [String: JSON] = [:]) async throws {
        let request = try CeremonySummary.request(of: view)
        var files: [String] = []
        if let out {
            if mkdir(out, 0o700) != 0, errno != EEXIST { throw PrivateFile.failure(.cannotCreate, out) }
            for custodian in view.custodians {
                let page = try await calls.ceremony(request.id, for: custodian)
                let path = "\(out)/\(CeremonyFile.name(request.id, custodian))"
                try PrivateFile.create(path, CeremonyFile.encoded(page))
                files.append(path)
            }
        }
        if console.json {
            let answer: [String: JSON] = [
                "ceremony": .string(request.id.base64), "index": .integer(Int64(view.index)),
                "files": .array(files.map(JSON.string)),
            ]
            return console.answer(.object(answer.merging(more) { old, _ in old }))
        }
        console.say(CeremonyText.asked, request.id.base64, "\(request.count)", "\(view.index)")
        for file in files { console.say("    " + file) }
        console.note(CeremonyText.askedNext, "\(request.threshold)", "\(view.custodians.count)", request.id.base64)
        console.note(CeremonyText.keyInMemory)
    }
}

/// What a view says of its request.
enum CeremonySummary {
    /// - Throws: `Failure(.refused)` for a request this program does not know.
    static func request(of view: CeremonyView) throws(Failure) -> CeremonyRequest {
        guard let request = CeremonyRequest(parsing: Array(view.request.utf8)) else {
            throw Failure(.refused, Sentence(CeremonyFaults.badPages), hint: Sentence(Hints.sameVersion))
        }
        return request
    }
}

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

struct CustodianRequestIssueCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Ask that everyone's records open for a purpose that rests on a contract or a law.",
        discussion: """
            For a purpose that came after residents were enrolled. Whoever has its grant already is left out. A purpose that
            needs consent is asked of each resident by its app, and cannot be issued.

            Example: rvault custodian request issue --purpose property.fees --reason new-contract --out ceremony
            Example: rvault custodian request issue --purpose property.fees --until 2027-06-30 --reason new-contract
            """)

    @OptionGroup var request: CeremonyRequestOptions
    var global: GlobalOptions { request.global }

    @Option(help: ArgumentHelp("The purpose.", valueName: "purpose"))
    var purpose: String

    @Option(help: ArgumentHelp("Until when (default: as long as the policies allow).", valueName: "date"))
    var until: String?

    func perform(_ console: Console) async throws {
        try request.check()
        guard let name = PurposeName(purpose) else {
            throw Failure(.usage, Sentence(CeremonyFaults.malformedPurpose, purpose))
        }
        let until = try until.map { text throws(Failure) in try DateText.read(text) }
        try await request.open(
            CeremonyOpening(kind: "issue", reason: request.reason, people: .everyone, purpose: name, until: until), console)
    }
}

struct CustodianRequestDelegateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegate",
        abstract: "Ask that guardians or helpers may act for people who cannot act themselves.",
        discussion: """
            --list is a file of lines "ward,delegate": two login names, the one who is acted for first. It lies in no log;
            custodians read the names, and the log holds the digest of the list.

            Example: rvault custodian request delegate --ward 123456788 --delegate 100000008 --field person.name --field health.allergies --until 2030-08-31 --reason guardians --out ceremony
            Example: rvault custodian request delegate --list guardians.csv --field person.name --until 2030-08-31 --reason guardians --out ceremony
            """)

    @OptionGroup var request: CeremonyRequestOptions
    var global: GlobalOptions { request.global }

    @Option(help: ArgumentHelp("The login name of whom is acted for.", valueName: "login"))
    var ward: String?

    @Option(help: ArgumentHelp("The login name of who is to act.", valueName: "login"))
    var delegate: String?

    @Option(help: ArgumentHelp("A file of lines \"ward,delegate\".", valueName: "file"))
    var list: String?

    @Option(help: ArgumentHelp("A field the delegate may see and change; once for each.", valueName: "field"))
    var field: [String]

    @Option(help: ArgumentHelp("Until when.", valueName: "date"))
    var until: String

    @Option(help: ArgumentHelp("consent.guardian, or law for a court's or an authority's decision.", valueName: "basis"))
    var basis = LegalBasis.consentGuardian.rawValue

    func validate() throws {
        guard (ward == nil) == (delegate == nil), (ward == nil) != (list == nil) else {
            throw ValidationError("give --ward and --delegate, or --list")
        }
        guard [LegalBasis.consentGuardian, .law].map(\.rawValue).contains(basis) else {
            throw ValidationError("--basis is consent.guardian or law")
        }
    }

    func perform(_ console: Console) async throws {
        try request.check()
        let fields = try field.map { text throws(Failure) in
            guard let name = FieldName(text) else { throw Failure(.usage, Sentence(Faults.malformedField, text)) }
            return name
        }
        let pairs: [CeremonyOpening.Pair]
        if let list {
            pairs = try PairList.read(list)
        } else {
            pairs = [.init(ward: try LoginText.read(ward ?? ""), delegate: try LoginText.read(delegate ?? ""))]
        }
        try await request.open(
            CeremonyOpening(
                kind: "delegate", reason: request.reason, people: .pairs(pairs), fields: fields,
                basis: LegalBasis(rawValue: basis), until: try DateText.read(until)), console)
    }
}

/// Whom a ceremony for many concerns.
struct CeremonyPeopleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A resident's login name; once for each.", valueName: "login"))
    var login: [String] = []

    @Flag(help: "Everyone whom it still concerns.")
    var all = false

    func validate() throws {
        guard login.isEmpty == all else { throw ValidationError("give --login, once for each, or --all") }
    }

    func people() throws(Failure) -> CeremonyOpening.People {
        if all { return .everyone }
        var logins: [LoginName] = []
        for text in login { logins.append(try LoginText.read(text)) }
        return .logins(logins)
    }
}

struct CustodianRequestRekeyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract: "Ask that fields move to new keys, and every live grant gets its bundle anew.",
        discussion: """
            For keys that somebody may know, and for an app whose token was lost.

            Example: rvault custodian request rekey --login 123456788 --reason lost-token --out ceremony
            Example: rvault custodian request rekey --all --reason stolen-disk --out ceremony
            """)

    @OptionGroup var request: CeremonyRequestOptions
    @OptionGroup var people: CeremonyPeopleOptions
    var global: GlobalOptions { request.global }

    func perform(_ console: Console) async throws {
        try request.check()
        try await request.open(
            CeremonyOpening(kind: "rekey", reason: request.reason, people: try people.people()), console)
    }
}

struct CustodianRequestEntrustCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "entrust",
        abstract: "Ask that records be split anew for the custodians now in force.",
        discussion: """
            After a custodian was lost or replaced, or k changed. Residents who log in are covered without it.

            Example: rvault custodian request entrust --all --reason custodian-lost --out ceremony
            """)

    @OptionGroup var request: CeremonyRequestOptions
    @OptionGroup var people: CeremonyPeopleOptions
    var global: GlobalOptions { request.global }

    func perform(_ console: Console) async throws {
        try request.check()
        try await request.open(
            CeremonyOpening(kind: "entrust", reason: request.reason, people: try people.people()), console)
    }
}

/// Dates as people write them.
enum DateText {
    static func read(_ text: String) throws(Failure) -> Instant {
        guard let instant = Instant(text: text) else {
            throw Failure(.usage, Sentence(Faults.malformedDate, text), hint: Sentence(Hints.writeDate))
        }
        return instant
    }
}

/// Who is to act for whom, as lines of a file.
enum PairList {
    /// - Throws: `Failure(.refused)` naming the line that is not two login names, never what stands there.
    static func read(_ path: String) throws(Failure) -> [CeremonyOpening.Pair] {
        let text = String(decoding: try SourceFile.read(path, limit: 1 << 20), as: UTF8.self)
        var pairs: [CeremonyOpening.Pair] = []
        var wards: Set<LoginName> = []
        for (position, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { !$0.isWhitespace } }
            if cells == [""] || (position == 0 && cells.map { $0.lowercased() } == ["ward", "delegate"]) { continue }
            guard cells.count == 2, let ward = LoginName(cells[0]), let delegate = LoginName(cells[1]), ward != delegate
            else {
                throw Failure(
                    .refused, Sentence(CeremonyFaults.badPair, path, "\(position + 1)"), hint: Sentence(CeremonyHints.pairForm))
            }
            guard wards.insert(ward).inserted else {
                throw Failure(.refused, Sentence(CeremonyFaults.wardTwice, path, "\(position + 1)"))
            }
            pairs.append(.init(ward: ward, delegate: delegate))
        }
        guard (1...WireLimits.ceremonyPeople).contains(pairs.count) else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.pairCount, path, "\(pairs.count)", "\(WireLimits.ceremonyPeople)"))
        }
        return pairs
    }
}
