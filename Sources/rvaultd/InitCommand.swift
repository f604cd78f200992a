internal import ArgumentParser
internal import ResidentVault
internal import VaultModel

/// Makes a vault.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a vault in a new or empty directory.",
        discussion: "Example: rvaultd init --dir /var/lib/rvault --policies Policies")

    @Option(help: "The vault's directory; made with mode 0700.")
    var dir: String

    @Option(help: "The directory of the policies.")
    var policies = "Policies"

    @Option(help: "The log's name, as a URL without its scheme.")
    var name = Vault.defaultName

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let id = try Vault.create(at: dir, policyDirectory: policies, name: name)
        if json {
            let answer: JSON = ["vault": .string(id.base64), "dir": .string(dir), "custodians": 0]
            StandardError.writeOut(String(decoding: answer.encoded, as: UTF8.self) + "\n")
        } else {
            StandardError.writeOut(
                """
                made a vault in \(dir)
                it has no custodians: whoever holds this machine can change its rules alone, and the log will show it
                start it with: rvaultd --dir \(dir)

                """)
        }
    }
}
