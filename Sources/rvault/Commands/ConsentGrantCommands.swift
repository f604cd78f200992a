internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

/// Changes one permission; the three commands below differ in the call and in what they say.
protocol GrantCommand: VaultCommand {
    var options: ResidentOptions { get }
    var target: ConsentTarget { get }
    static var route: Route { get }
    static var done: ConsentText { get }
}

extension GrantCommand {
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let calls = try options.calls()
        try await calls.change(try await target.grant(options, calls), by: Self.route)
        if console.json { return console.answer([:]) }
        console.say(Self.done)
    }
}

struct ConsentRevokeCommand: GrantCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a permission back, for good. When this returns, nothing more is read.",
        discussion: "Example: rvault consent revoke 3")

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ConsentTarget
    static let route = Route.revoke
    static let done = ConsentText.revoked
}

struct ConsentPauseCommand: GrantCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop a permission until you resume it.",
        discussion: "Example: rvault consent pause 3")

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ConsentTarget
    static let route = Route.pause
    static let done = ConsentText.paused
}

struct ConsentResumeCommand: GrantCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused permission go on.",
        discussion: "Example: rvault consent resume 3")

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ConsentTarget
    static let route = Route.resume
    static let done = ConsentText.resumed
}
