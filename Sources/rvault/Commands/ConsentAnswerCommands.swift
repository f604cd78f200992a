internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

struct ConsentApproveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Agree to a request, to all of it or to less.",
        discussion: """
            Example: rvault consent approve 1
            Example: rvault consent approve 1 --fields person.name,vehicle.plates --until 2027-06-30
            """)

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ConsentTarget
    var global: GlobalOptions { options.global }

    @Option(help: ArgumentHelp("Only these of the fields asked for, with commas.", valueName: "a,b"))
    var fields: String?

    @Option(help: ArgumentHelp("Only to the end of this day, or to this instant (RFC 3339).", valueName: "date"))
    var until: String?

    func perform(_ console: Console) async throws {
        let approval = Approval(fields: try names(), until: try instant())
        let calls = try options.calls()
        let request = try await target.request(options, calls)
        let grant = try await calls.approve(request, approval)
        if console.json { return console.answer(["grant": .string(grant.base64)]) }
        console.say(ConsentText.approved, grant.base64)
    }

    private func names() throws(Failure) -> [FieldName]? {
        guard let fields else { return nil }
        var names: [FieldName] = []
        for part in fields.split(separator: ",", omittingEmptySubsequences: false) {
            let text = part.filter { !$0.isWhitespace }
            guard let name = FieldName(text) else {
                throw Failure(.usage, Sentence(Faults.malformedField, text), hint: Sentence(Hints.listConsents))
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func instant() throws(Failure) -> Instant? {
        guard let until else { return nil }
        guard let instant = Instant(text: until) else {
            throw Failure(.usage, Sentence(Faults.malformedDate, until), hint: Sentence(Hints.writeDate))
        }
        return instant
    }
}

struct ConsentDenyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Refuse a request. The app is not told.",
        discussion: "Example: rvault consent deny 1")

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ConsentTarget
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let calls = try options.calls()
        try await calls.deny(try await target.request(options, calls))
        if console.json { return console.answer([:]) }
        console.say(ConsentText.denied)
    }
}
