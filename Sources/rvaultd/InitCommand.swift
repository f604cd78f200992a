internal import ArgumentParser
internal import Foundation
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

    @Option(help: "A custodian's public file, from `rvault custodian keygen`; once for each custodian.")
    var custodian: [String] = []

    @Option(help: "How many custodians must act together.")
    var threshold: Int?

    @OptionGroup var keys: KeyOptions

    @Flag(help: "Put the keys under a passphrase at once: they never lie open on this disk.")
    var lockKeys = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard custodian.isEmpty == (threshold == nil) else {
            throw ValidationError("--custodian and --threshold go together")
        }
    }

    func run() throws {
        let custodianship = try custodian.isEmpty
            ? Custodianship.none : Custodianship(custodian.map(CustodianFile.read), threshold: threshold ?? 0)
        let id = try Vault.create(
            at: dir, policyDirectory: policies, name: name, custodianship: custodianship,
            source: keys.source(dir, asking: true), lockingKeys: lockKeys)
        if json {
            let answer: JSON = ["vault": .string(id.base64), "dir": .string(dir), "custodians": .integer(Int64(custodian.count))]
            StandardError.writeOut(String(decoding: answer.encoded, as: UTF8.self) + "\n")
        } else if !custodian.isEmpty {
            StandardError.writeOut(
                """
                made a vault in \(dir)
                no app comes in without the signatures of \(custodianship.threshold) of its \(custodian.count) custodians
                hand each custodian their file \(dir)/key-shares-NAME to keep: \(custodianship.threshold) of them bring lost keys back (rvaultd restore-keys)
                start it with: rvaultd --dir \(dir)

                """)
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

/// The public part of a custodian's key as their tool writes it: canonical JSON and a line end.
enum CustodianFile {
    /// - Throws: `VaultError.setup` for a file that is anything else.
    static func read(_ path: String) throws -> CustodianRecord {
        guard let data = FileManager.default.contents(atPath: path) else { throw VaultError(.setup, "cannot read \(path)") }
        let text = data.last == 0x0a ? Array(data.dropLast()) : Array(data)
        guard let json = try? CanonicalJSON.decode(text), json["type"] == "custodian",
            let name = json["custodian"]?.string.flatMap(CustodianName.init),
            let box = json["box"]?.string.flatMap(Base64URL.decode), box.count == 32,
            let sign = json["sign"]?.string.flatMap(Base64URL.decode), sign.count == 32,
            let auth = json["auth"]?.string.flatMap(Base64URL.decode), auth.count == 32
        else {
            throw VaultError(
                .setup, "\(path) is not a custodian's public file", hint: "each party makes its own: rvault custodian keygen NAME")
        }
        return CustodianRecord(name: name, box: box, sign: sign, auth: auth)
    }
}
