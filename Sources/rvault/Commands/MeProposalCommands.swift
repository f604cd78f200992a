internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

/// The field that a proposal is about, as `rvault me show` names it.
struct ProposalTarget: ParsableArguments {
    @Argument(help: ArgumentHelp("The field's name, as `rvault me show` lists it.", valueName: "field"))
    var field: String

    func name() throws(Failure) -> FieldName {
        guard let name = FieldName(field) else {
            throw Failure(.usage, Sentence(Faults.malformedField, field), hint: Sentence(Hints.showRecord))
        }
        return name
    }
}

struct MeAcceptCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Take over a value that somebody proposes for your record.",
        discussion: "Example: rvault me accept home.room")

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ProposalTarget
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let name = try target.name()
        let calls = try options.calls()
        guard let proposal = try await calls.fields().proposals.first(where: { $0.field == name }) else {
            throw Failure(.refused, Sentence(Faults.noProposal, name.text), hint: Sentence(Hints.showRecord))
        }
        try await calls.accept(proposal)
        if console.json { return console.answer(["accepted": .string(name.text), "value": proposal.value]) }
        console.say(ConsentText.proposalTaken, RecordView.text(proposal.value, console))
    }
}

struct MeDeclineCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline",
        abstract: "Drop a value that somebody proposes for your record.",
        discussion: "Example: rvault me decline home.room")

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ProposalTarget
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let name = try target.name()
        try await options.calls().decline(name)
        if console.json { return console.answer(["declined": .string(name.text)]) }
        console.say(ConsentText.proposalDropped)
    }
}
