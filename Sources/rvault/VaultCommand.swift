internal import ArgumentParser

/// A command of `rvault`: it says what it does in `perform`, and every failure leaves through one door.
protocol VaultCommand: AsyncParsableCommand {
    var global: GlobalOptions { get }
    /// - Throws: `Failure`, or an error that `Failure.init(_:)` knows.
    func perform(_ console: Console) async throws
}

extension VaultCommand {
    mutating func run() async throws {
        let console = Console(language: global.lang ?? Language.preferred(), json: global.json)
        do {
            try await perform(console)
        } catch let code as ExitCode {
            throw code
        } catch {
            let failure = Failure(error)
            console.complain(failure)
            throw failure
        }
    }
}
