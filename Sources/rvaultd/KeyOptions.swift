internal import ArgumentParser
internal import Foundation
internal import ResidentVault

/// Where the vault's keys come from; what is not said is looked for in the directory.
struct KeyOptions: ParsableArguments {
    @Option(help: "The service key's file, if it does not lie in the vault's directory; with --pepper.")
    var serviceKey: String?

    @Option(help: "The pepper's file, if it does not lie in the vault's directory; with --service-key.")
    var pepper: String?

    @Option(help: "Read the passphrase of locked keys from this descriptor.")
    var passphraseFd: Int32?

    func validate() throws {
        guard (serviceKey == nil) == (pepper == nil) else {
            throw ValidationError("--service-key and --pepper go together")
        }
        if let passphraseFd, fcntl(passphraseFd, F_GETFD) < 0 {
            throw ValidationError("--passphrase-fd \(passphraseFd): nothing is open there")
        }
    }

    /// - Parameter asking: whether the terminal may be asked for a passphrase.
    func source(_ directory: String, asking: Bool) -> ServiceKeySource {
        var files: (serviceKey: String, pepper: String)?
        if let serviceKey, let pepper { files = (serviceKey, pepper) }
        return ServiceKeySource(
            VaultDirectory(directory), files: files,
            // The name of a directory, set by systemd: no secret.
            credentials: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"],
            passphrase: passphraseFd.map(PassphraseInput.descriptor) ?? (asking ? .terminal : .none))
    }
}
