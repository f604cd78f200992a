internal import ArgumentParser
internal import Glibc
internal import VaultCrypto
internal import VaultModel

struct CustodianCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custodian",
        abstract: "A party's own tool: its keys stay with it, and some parties together can do what none can alone.",
        discussion: "Example: rvault custodian keygen committee --out .",
        subcommands: [CustodianKeygenCommand.self])
}

/// A custodian's key files: the locked one stays with the party, the public one goes to whoever makes the vault.
enum CustodianKeyFile {
    static func locked(_ name: CustodianName, keys: borrowing CustodianKeys, seed: LockedSeed) -> [UInt8] {
        let json: JSON = [
            "type": "custodian-key", "custodian": .string(name.text), "salt": .string(Base64URL.encode(seed.salt)),
            "commitment": .string(Base64URL.encode(seed.commitment)), "seed": .string(Base64URL.encode(seed.sealed)),
            "box": .string(Base64URL.encode(keys.box.publicKey.bytes)),
            "sign": .string(Base64URL.encode(keys.signing.publicKey.bytes)),
        ]
        return json.encoded + [UInt8(ascii: "\n")]
    }

    static func open(_ name: CustodianName, keys: borrowing CustodianKeys) -> [UInt8] {
        let json: JSON = [
            "type": "custodian", "custodian": .string(name.text),
            "box": .string(Base64URL.encode(keys.box.publicKey.bytes)),
            "sign": .string(Base64URL.encode(keys.signing.publicKey.bytes)),
        ]
        return json.encoded + [UInt8(ascii: "\n")]
    }
}

struct CustodianKeygenCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a custodian's key, under a passphrase. Run it at the party; no daemon is needed.",
        discussion: """
            NAME is the party's name in the policies. Writes NAME.custodian (0600), which stays with the party, and
            NAME.custodian.pub, which goes to whoever makes the vault (rvault init --custodian).

            Example: rvault custodian keygen committee --out .
            Example: rvault custodian keygen owners --out . --passphrase-fd 3 3<words
            """)

    @Argument(help: ArgumentHelp("The party's name in the policies.", valueName: "name"))
    var name: String

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The directory to write to.", valueName: "dir"))
    var out = "."

    @Option(help: ArgumentHelp("Read the passphrase from this descriptor.", valueName: "n"))
    var passphraseFd: Int32?

    func perform(_ console: Console) async throws {
        guard let name = CustodianName(name) else {
            throw Failure(.usage, Sentence(CustodyFaults.malformedName, name), hint: Sentence(CustodyHints.partyNames))
        }
        let (lockedPath, publicPath) = ("\(out)/\(name).custodian", "\(out)/\(name).custodian.pub")
        // Asked first what would only be refused later.
        guard access(lockedPath, F_OK) != 0 else {
            throw Failure(.refused, Sentence(CustodyFaults.keyExists, lockedPath), hint: Sentence(CustodyHints.keepKey))
        }
        let passphrase = try PassphrasePrompt.new(console, descriptor: passphraseFd)
        let seed = try Seed.random()
        let keys = try CustodianKeys(seed)
        let locked = try LockedSeed.lock(seed, passphrase: passphrase, name: name.text)
        try PrivateFile.create(lockedPath, CustodianKeyFile.locked(name, keys: keys, seed: locked))
        do throws(Failure) {
            try PrivateFile.create(publicPath, mode: 0o644, CustodianKeyFile.open(name, keys: keys))
        } catch {
            // Half a key is none.
            unlink(lockedPath)
            throw error
        }
        if console.json { return console.answer(["key": .string(lockedPath), "public": .string(publicPath)]) }
        console.say(CustodyText.keyMade, lockedPath, publicPath)
        console.note(CustodyText.keyNext, publicPath)
    }
}
