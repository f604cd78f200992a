import ArgumentParser
import Foundation

/// Measures the vault beside its yardsticks. Never a part of the tests: numbers of a busy machine prove nothing.
@main
struct VaultBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault-bench", abstract: "Measure the vault beside its yardsticks.",
        discussion: "Example: vault-bench run --rounds 1 --seconds 1 --rows read,postgres", subcommands: [
            RunCommand.self, CityCommand.self, InstructionsCommand.self, OperationCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static var parts: [any BenchPart.Type] {
        [
            ReadPart.self, PostgresPart.self, FloorPart.self, H2LoadPart.self, BatchPart.self, CryptoPart.self, EnrolPart.self,
            ConsentPart.self, RotationPart.self, StorePart.self, LogPart.self, StartPart.self, MixedPart.self,
        ]
    }
}

/// Where and how to measure.
struct BenchOptions: ParsableArguments {
    @Option(help: "A directory for what is made; kept, so that a second run begins at once. World-readable: PostgreSQL runs as its own user.")
    var work = "/tmp/vault-bench"

    @Option(help: "How many residents.")
    var residents = 20_000

    @Option(help: "How often everything is measured; medians are shown.")
    var rounds = 5

    @Option(help: "How long one measurement lasts.")
    var seconds = 2.0

    @Option(help: "A file to lock while measuring, where others build on this machine.")
    var lockFile: String?

    var bench: Bench {
        get throws { try Bench(work: work, residents: residents, rounds: rounds, seconds: seconds, lockFile: lockFile) }
    }
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Measure the rows of the table of numbers.",
        discussion: "Example: vault-bench run --rows read,postgres --rounds 1")

    @OptionGroup var options: BenchOptions

    @Option(help: "Some of the rows, with commas; all if absent.")
    var rows: String?

    @Option(help: "A file for the table, beside standard output.")
    var out: String?

    func run() throws {
        let wanted = rows.map { Set($0.split(separator: ",").map(String.init)) }
        let known = VaultBench.parts.map { $0.name }
        if let strange = wanted?.subtracting(known).sorted().first {
            throw ValidationError("no row is called \(strange); there are: \(known.joined(separator: ", "))")
        }
        let bench = try options.bench
        let types = VaultBench.parts.filter { wanted?.contains($0.name) ?? true }
        var parts: [any BenchPart] = []
        defer { for part in parts { part.end() } }
        for type in types {
            bench.log("preparing \(type.name)")
            parts.append(try type.init(bench))
        }
        for round in 1...max(1, options.rounds) {
            bench.log("round \(round)")
            for part in parts { try part.round(bench) }
        }
        let page = BenchPage(bench: bench, targets: types.flatMap { $0.targets }, arguments: Array(CommandLine.arguments.dropFirst()))
        print(page.text)
        if let out { try Data(page.text.utf8).write(to: URL(filePath: out)) }
    }
}

/// The article that a run writes.
struct BenchPage {
    let bench: Bench
    let targets: [Target]
    let arguments: [String]

    var text: String {
        var table = FigureTable()
        for target in targets { table.add(target, bench.samples) }
        return """
            # Benchmarks

            What this machine measured in one run, medians of \(bench.rounds) rounds with the lowest and the highest, \
            each figure beside its yardstick in the same rounds. Written by `make bench`, that is: \
            `vault-bench \(arguments.joined(separator: " "))`

            \(Machine.description) \(bench.residents) residents of 20 fields.

            \(table.text)
            \(bench.notes.map { "- " + $0 + "\n" }.joined())
            """
    }
}

/// What the figures were measured on.
enum Machine {
    static var description: String {
        func first(_ path: String, _ name: String) -> String {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
            return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "?"
        }
        let kernel = ((try? Command.run(["uname", "-sr"])) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        let kilobytes = first("/proc/meminfo", "MemTotal").split(separator: " ").first.flatMap { Double($0) } ?? 0
        return "\(first("/proc/cpuinfo", "model name")), \(ProcessInfo.processInfo.activeProcessorCount) cores, "
            + "\(Int((kilobytes / 1_048_576).rounded())) GiB, \(kernel)."
    }
}
