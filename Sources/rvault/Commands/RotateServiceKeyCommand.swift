internal import ArgumentParser
internal import VaultAPI
internal import VaultClient
internal import VaultModel

struct RotateServiceKeyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "service-key",
        abstract: "Put a new service key in force: row seals, indexes, and the key that signs the log.",
        discussion: """
            The next key is made beside the one in force. Once the change is made, rows move to it in the background, and at
            the end the old key is destroyed. In a vault with custodians, --propose writes the change, custodians sign it,
            and --change makes it; --withdraw destroys the next key before that. A backup from before needs the old key: make a new one afterwards.

            Example: rvault rotate service-key --rate 500 --wait
            Example: rvault rotate service-key --propose change.json
            Example: rvault rotate service-key --withdraw
            Example: rvault rotate service-key --change change.json --approval change.json.committee.approval --approval change.json.owners.approval
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ChangeOptions

    @Option(help: ArgumentHelp("Residents a second at most, while their rows move.", valueName: "n"))
    var rate: Int?

    @Flag(help: "Wait until all rows have moved, and show how far it is.")
    var wait = false

    @Flag(help: "Destroy the next key, which is not in force yet; changes that name it can no longer be made.")
    var withdraw = false

    func validate() throws {
        if withdraw, options.propose != nil || options.change != nil || rate != nil || wait {
            throw ValidationError("--withdraw stands alone")
        }
        if let rate, !(1...1_000_000).contains(rate) { throw ValidationError("--rate is 1 to 1000000") }
    }

    func perform(_ console: Console) async throws {
        let client = global.operatorClient
        if withdraw {
            let done = try await client.call(.withdrawServiceKey, body: EmptyMessage().encoded, as: EmptyMessage.self)
            return console.json ? console.answer(done.json) : console.say(RotationText.keyWithdrawn)
        }
        var made = try await options.makeSigned(client) { $0["op"] == "service_key" }
        if options.change == nil {
            let proposed = try await client.call(
                .proposeServiceKey, body: EmptyMessage().encoded, as: ProposedChange.self)
            made = try await options.settle(proposed, client, console)
        }
        guard let made else { return }
        if let rate {
            let body = RotationRate(kind: "service_key", rate: rate)
            // A small vault has moved before the limit arrives.
            _ = try? await client.call(.setRotationRate, body: body.encoded, as: EmptyMessage.self)
        }
        if wait { try await RotationWait(client: client, console: console).end(of: "service_key") }
        if console.json { return console.answer(made.json) }
        console.say(RotationText.serviceKeyBegun, global.directory)
    }
}
