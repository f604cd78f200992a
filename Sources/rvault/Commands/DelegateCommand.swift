internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct DelegateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegate",
        abstract: "Let somebody act for you, or act for somebody who cannot.",
        discussion: """
            Example: rvault delegate list
            Example: rvault delegate add 123456788 --categories contact,health --until 2027-06-30
            Example: rvault delegate for 1 list
            """,
        subcommands: [
            DelegateListCommand.self, DelegateAddCommand.self, DelegateRemoveCommand.self, DelegateForCommand.self,
        ],
        defaultSubcommand: DelegateListCommand.self)
}

struct DelegateListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List who acts for you and whom you act for.",
        discussion: """
            The names of those you act for are read for it; that stands in their history.

            Example: rvault delegate list
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let calls = try options.calls()
        let delegates = try await calls.delegates()
        let wards = try await calls.wards()
        if console.json {
            return console.answer([
                "delegates": .array(delegates.items.map(\.json)), "wards": .array(wards.map(\.json)),
            ])
        }
        DelegateListing(console, delegates: delegates, wards: wards).show()
    }
}

struct DelegateAddCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let another person see, correct and decide about some of your data, for a time.",
        discussion: """
            They need their own login here. They never learn your passphrase, and cannot change it, erase your record or
            let anyone else act for you. Without --until it lasts a year.

            Example: rvault delegate add 123456788 --categories contact,health --until 2027-06-30
            Example: rvault delegate add 123456788 --fields person.name,contact.phone
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Argument(help: ArgumentHelp("The other person's login number.", valueName: "login"))
    var login: String

    @Option(help: ArgumentHelp("These kinds of data, with commas.", valueName: "a,b"))
    var categories: String?

    @Option(help: ArgumentHelp("These fields, with commas.", valueName: "a,b"))
    var fields: String?

    @Option(help: ArgumentHelp("Only to the end of this day, or to this instant (RFC 3339).", valueName: "date"))
    var until: String?

    func perform(_ console: Console) async throws {
        let request = DelegateRequest(
            login: try LoginText.read(login), fields: try fields.map(FieldArgument.list),
            categories: categories.map { $0.split(separator: ",").map { $0.filter { !$0.isWhitespace } } },
            until: try until.map(FieldArgument.instant))
        guard request.fields != nil || request.categories != nil else {
            throw Failure(.usage, Sentence(DelegateFaults.needsScope), hint: Sentence(DelegateHints.nameScope))
        }
        let calls = try options.calls()
        let notice = try await calls.delegates().notice
        if !console.json { console.say(notice.text(in: console.language)) }
        let grant = try await calls.addDelegate(request)
        if console.json { return console.answer(["grant": .string(grant.base64)]) }
        console.say(DelegateText.added, grant.base64)
    }
}

struct DelegateRemoveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take back that somebody acts for you, or stop acting for somebody.",
        discussion: """
            What they agreed to in your name ends with it.

            Example: rvault delegate remove 1
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Argument(help: ArgumentHelp("A number of `rvault delegate list`, or an id.", valueName: "id"))
    var who: String

    func perform(_ console: Console) async throws {
        let calls = try options.calls()
        let name = IDArgument.unmarked(who)
        let listing = DelegateListing(console, delegates: try await calls.delegates(), wards: try await calls.wards())
        let own = listing.delegates.enumerated().first { position, item in
            name == "\(position + 1)" || (name.count >= 6 && item.id.base64.hasPrefix(name))
        }
        if let own {
            try await calls.withdraw(own.element.id)
        } else {
            try await calls.resign(try listing.ward(named: name).id)
        }
        if console.json { return console.answer([:]) }
        console.say(own == nil ? DelegateText.resigned : .removed)
    }
}

/// Fields and dates as they are typed.
enum FieldArgument {
    static func list(_ text: String) throws(Failure) -> [FieldName] {
        var names: [FieldName] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = try name(String(part))
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    static func name(_ text: String) throws(Failure) -> FieldName {
        let bare = text.filter { !$0.isWhitespace }
        guard let name = FieldName(bare) else {
            throw Failure(.usage, Sentence(Faults.malformedField, bare), hint: Sentence(Hints.listConsents))
        }
        return name
    }

    static func instant(_ text: String) throws(Failure) -> Instant {
        guard let instant = Instant(text: text) else {
            throw Failure(.usage, Sentence(Faults.malformedDate, text), hint: Sentence(Hints.writeDate))
        }
        return instant
    }
}
