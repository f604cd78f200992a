internal import ArgumentParser

struct DemoCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play the whole story with real processes on an invented community.",
        discussion: """
            Makes a vault in a temporary directory, imports 200 invented residents, lets apps ask and a resident answer,
            reads, revokes, verifies the log and finds a byte that was changed in a copy. Exit status 0 if everything
            went as promised.

            Example: rvault demo
            Example: rvault demo --lang zh-CN --keep
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Policies to take (default: as for `rvault init`).", valueName: "dir"))
    var policies: String?

    @Flag(help: "Keep the temporary directory.")
    var keep = false

    func perform(_ console: Console) async throws {
        let stage = try DemoStage(console, policies: try PolicyPlace.find(policies))
        let isGood = await DemoStory(stage).play()
        if keep { console.say(DemoText.kept, stage.directory) } else { stage.removeDirectory() }
        guard isGood else { throw ExitCode(ExitStatus.refused.rawValue) }
    }
}
