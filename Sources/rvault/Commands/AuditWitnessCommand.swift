internal import ArgumentParser
internal import Glibc
internal import VaultAudit
internal import VaultModel

struct AuditWitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Be a witness: cosign a log's checkpoints, and refuse to go back.",
        discussion: """
            A witness runs at another party, with a key of its own. The operator lists its key and the command that
            reaches it (rvaultd --witnesses FILE).

            Example: rvault audit witness keygen --state ./witness --name owners.example/witness --log log.vkey
            Example: rvault audit witness sign --state ./witness <request
            """,
        subcommands: [AuditWitnessSignCommand.self, AuditWitnessKeygenCommand.self, AuditWitnessRekeyCommand.self],
        defaultSubcommand: AuditWitnessSignCommand.self)
}

struct AuditWitnessKeygenCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a witness for one log.",
        discussion: "Example: rvault audit witness keygen --state ./witness --name owners.example/witness --log log.vkey")

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The witness's directory.", valueName: "dir"))
    var state: String

    @Option(help: ArgumentHelp("The witness's name, as a URL without its scheme.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("The log's key.", valueName: "file"))
    var log: String

    func perform(_ console: Console) async throws {
        guard let log = try KeyFile.read(log).first else { return }
        let key = try WitnessState.make(at: state, name: name, log: log)
        if console.json { return console.answer(["witness": .string(key.text), "log": .string(log.text)]) }
        console.note(AuditText.witnessMade)
        console.say(key.text)
        console.note(AuditText.witnessWord, log.name)
    }
}

struct AuditWitnessSignCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Read an add-checkpoint request from standard input, and answer it.",
        discussion: """
            The answer is as C2SP tlog-witness has it, with the status on a line of its own before it: `200` and the
            signature line; `409` and the size cosigned last; or a status alone. Exit status 1 for a refusal.

            Example: rvault audit witness sign --state ./witness <request
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The witness's directory.", valueName: "dir"))
    var state: String

    func perform(_ console: Console) async throws {
        let request = try SourceFile.read("/dev/stdin", limit: 1 << 21)
        do throws(any Error) {
            let line = try WitnessState(path: state).cosign(request, time: UInt64(max(0, time(nil))))
            Descriptor.write("200\n" + String(decoding: line, as: UTF8.self), to: 1)
        } catch let refusal as Witness.Refusal {
            var answer = "\(refusal.status)\n"
            if case .notLatest(let size) = refusal { answer += "\(size)\n" }
            Descriptor.write(answer, to: 1)
            throw Failure(
                .refused, Sentence(AuditFaults.witnessRefused, "\(refusal.status)", "\(refusal)"),
                hint: refusal == .malformed ? Sentence(AuditHints.witnessRequest) : nil)
        }
    }
}

struct AuditWitnessRekeyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract: "Follow a log to its new key, after checking an export of it.",
        discussion: """
            The whole log is verified with the key that the witness trusts. Its entries must lead from that key to the new one,
            each key signed by the one before, and continue what the witness cosigned last.

            Example: rvault audit witness rekey --state ./witness --tiles ./log
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The witness's directory.", valueName: "dir"))
    var state: String

    @Option(help: ArgumentHelp("An exported directory.", valueName: "dir"))
    var tiles: String

    func perform(_ console: Console) async throws {
        let key = try WitnessState(path: state).rekey(by: TileDirectory(tiles))
        if console.json { return console.answer(["log": .string(key.text)]) }
        console.say(AuditText.witnessFollows, key.text)
    }
}
