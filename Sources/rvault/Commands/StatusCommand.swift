internal import ArgumentParser
internal import VaultAPI
internal import VaultClient

struct StatusCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Counts and digests of the running vault.",
        discussion: "Example: rvault status --json")

    @OptionGroup var global: GlobalOptions

    func perform(_ console: Console) async throws {
        let status = try await global.operatorClient.call(.status, as: StatusView.self)
        if console.json { return console.answer(status.json) }
        StatusText.lines(status, console).forEach { console.say($0) }
        if status.custodians == 0 { console.say(OperatorText.noCustodians) }
    }
}

/// The vault's state in words.
enum StatusText {
    static func lines(_ status: StatusView, _ console: Console) -> [String] {
        let rows: [(OperatorText, String)] = [
            (.statusVault, status.vault), (.statusResidents, "\(status.residents)"),
            (.statusEntries, "\(status.entries)"),
            (.statusApps, "\(status.apps)"), (.statusConfig, "\(status.configNumber) · \(status.config)"),
            (.statusCustodians, status.custodians == 0 ? "0" : "\(status.threshold)/\(status.custodians)"),
            (.statusKeys, KeyFormText.text(status.keys, console)), (.statusVersion, status.version),
        ]
        let width = rows.map { Width.of(console.text($0.0)) }.max() ?? 0
        return rows.map { Width.pad(console.text($0.0), to: width) + "  " + $0.1 }
    }
}

/// In which form the service key was read, in words.
enum KeyFormText {
    static func text(_ form: String, _ console: Console) -> String {
        switch form {
        case "files": console.text(OperatorText.keysInFiles)
        case "credentials": console.text(OperatorText.keysInCredentials)
        case "passphrase": console.text(OperatorText.keysLocked)
        default: form
        }
    }
}
