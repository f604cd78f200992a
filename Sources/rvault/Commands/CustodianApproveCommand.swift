internal import ArgumentParser
internal import Glibc
internal import VaultCrypto
internal import VaultModel

struct CustodianApproveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Read a change of the vault's rules in words, and sign exactly it.",
        discussion: """
            The change comes from the operator (rvault app add, policy load, custodian replace … --propose FILE). The signature is written to
            FILE.NAME.approval, for the operator. It counts once: for this change, of these rules.

            Example: rvault custodian approve change.json --key committee.custodian
            Example: rvault custodian approve change.json --key owners.custodian --yes --passphrase-fd 3 3<words
            """)

    @Argument(help: ArgumentHelp("The change.", valueName: "file"))
    var file: String

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The custodian's key, from `rvault custodian keygen`.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    @Flag(help: "Do not ask whether this is what was agreed.")
    var yes = false

    func perform(_ console: Console) async throws {
        let keyFile = try CustodianKeyFile(reading: key)
        let bytes = try SourceFile.read(file, limit: 65_536)
        let change = try ChangeText(bytes, at: file)
        let lines = try change.lines(console)
        if !console.json { lines.forEach { console.say($0) } }
        if !yes {
            let terminal = try Terminal(console, without: Sentence(CustodyHints.sayYes))
            guard try terminal.ask(Sentence(CustodyText.isAgreed)).lowercased() == "yes" else {
                throw Failure(.refused, Sentence(Faults.cancelled))
            }
        }
        let passphrase = try PassphrasePrompt.existing(console, descriptor: passphraseFd)
        let keys = try keyFile.keys(passphrase)
        let signature = keys.signing.sign(type: ChangeText.type, object: bytes)
        let approval: JSON = [
            "type": "approval", "custodian": .string(keyFile.name.text), "signature": .string(Base64URL.encode(signature)),
            "change": .string(Base64URL.encode(Hash.blake2b256(bytes))),
        ]
        let path = "\(file).\(keyFile.name).approval"
        try PrivateFile.create(path, mode: 0o644, approval.encoded + [UInt8(ascii: "\n")])
        if console.json { return console.answer(["approval": .string(path)]) }
        console.say(CustodyText.approved, path)
    }
}
