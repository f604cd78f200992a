internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct DelegateForCommand: VaultCommand {
    /// What can be done for somebody.
    enum Act: String, CaseIterable, ExpressibleByArgument {
        case show, list, approve, deny, revoke, pause, correct
    }

    static let configuration = CommandConfiguration(
        commandName: "for",
        abstract: "See and decide for somebody who let you, or whose guardian you are.",
        discussion: """
            WHO is a name, a login number, or a number of `rvault delegate list`. Items are ids, whole or their first six
            characters, as `list` shows them. Everything you do is written in that person's history.

            Example: rvault delegate for 1
            Example: rvault delegate for 1 list
            Example: rvault delegate for 123456788 approve AAECAwQF --until 2027-06-30
            Example: rvault delegate for 1 deny AAECAwQF
            Example: rvault delegate for 1 correct contact.phone 13800000000
            """)

    @OptionGroup var options: ResidentOptions
    var global: GlobalOptions { options.global }

    @Argument(help: ArgumentHelp("For whom.", valueName: "who"))
    var who: String

    @Argument(help: "show, list, approve, deny, revoke, pause or correct.")
    var act: Act = .show

    @Argument(help: ArgumentHelp("The item's id; for `correct` the field and its new value.", valueName: "item"))
    var items: [String] = []

    @Option(help: ArgumentHelp("With `approve`: only these of the fields asked for, with commas.", valueName: "a,b"))
    var fields: String?

    @Option(help: ArgumentHelp("With `approve`: only to the end of this day, or to this instant.", valueName: "date"))
    var until: String?

    func perform(_ console: Console) async throws {
        let approval = Approval(fields: try fields.map(FieldArgument.list), until: try until.map(FieldArgument.instant))
        let calls = try options.calls()
        let listing = DelegateListing(console, delegates: try await calls.delegates(), wards: try await calls.wards())
        let ward = try listing.ward(named: IDArgument.unmarked(who))
        switch act {
        case .show:
            let fields = try await calls.fields(of: ward.id)
            if console.json { return console.answer(["fields": .array(fields.map(\.json))]) }
            DelegateListing.show(fields, of: ward, console)
        case .list:
            let overview = try await calls.overview(of: ward.id)
            if console.json {
                return console.answer([
                    "requests": .array(overview.requests.map(\.json)), "grants": .array(overview.grants.map(\.json)),
                ])
            }
            ConsentView(console: console, person: ward.called).show(overview)
        case .approve:
            let grant = try await calls.approve(try await request(calls, ward), approval, for: ward.id)
            if console.json { return console.answer(["grant": .string(grant.base64)]) }
            console.say(DelegateText.approved, grant.base64)
        case .deny:
            try await calls.deny(try await request(calls, ward), for: ward.id)
            done(.denied, console)
        case .revoke, .pause:
            try await calls.change(
                try await grant(calls, ward), by: act == .pause ? .wardPause : .wardRevoke, for: ward.id)
            done(act == .pause ? .paused : .revoked, console)
        case .correct:
            try await calls.correct(try correction(), for: ward.id)
            done(.corrected, console)
        }
    }

    private func done(_ text: DelegateText, _ console: Console) {
        if console.json { return console.answer([:]) }
        console.say(text)
    }

    private func request(_ calls: borrowing ResidentCalls, _ ward: WardView) async throws -> RequestID {
        guard case .request(let id) = try await item(calls, ward) else {
            throw Failure(.refused, Sentence(Faults.isGrant, items[0]), hint: Sentence(DelegateHints.listFirst))
        }
        return id
    }

    private func grant(_ calls: borrowing ResidentCalls, _ ward: WardView) async throws -> GrantID {
        guard case .grant(let id) = try await item(calls, ward) else {
            throw Failure(.refused, Sentence(Faults.isRequest, items[0]), hint: Sentence(DelegateHints.listFirst))
        }
        return id
    }

    /// Ids alone: the numbers of somebody else's list change when they, or another who acts for them, answer meanwhile.
    private func item(_ calls: borrowing ResidentCalls, _ ward: WardView) async throws -> ShownList.Item {
        guard items.count == 1 else {
            throw Failure(.usage, Sentence(DelegateFaults.needsTarget), hint: Sentence(DelegateHints.listFirst))
        }
        let name = IDArgument.unmarked(items[0])
        guard name.count >= 6 else {
            throw Failure(.usage, Sentence(Faults.idTooShort, name), hint: Sentence(DelegateHints.listFirst))
        }
        return try await calls.overview(of: ward.id).shown.item(named: name)
    }

    /// A value is JSON where it is that, and otherwise a text.
    private func correction() throws -> [FieldName: JSON] {
        guard items.count == 2 else {
            throw Failure(.usage, Sentence(DelegateFaults.needsValue), hint: Sentence(DelegateHints.writeCorrection))
        }
        let text = IDArgument.unmarked(items[1])
        let parsed = try? JSONParser.parse(Array(text.utf8))
        // A phone number is a text that looks like a number.
        let value: JSON = if let parsed, parsed.array != nil || parsed.bool != nil { parsed } else { .string(text) }
        return [try FieldArgument.name(items[0]): value]
    }
}
