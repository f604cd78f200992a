internal import ArgumentParser
internal import VaultAPI
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
