import ArgumentParser
import Foundation

/// Runs one of the operations and nothing else, for valgrind.
struct OperationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operation", abstract: "Run one operation many times.",
        discussion: "Example: valgrind --tool=callgrind vault-bench operation open-field --times 1000")

    @Argument(help: "Which one.")
    var name: String

    @Option(help: "How often.")
    var times = 1000

    func run() throws {
        guard let operation = CountedOperation(rawValue: name) else {
            throw ValidationError("there are: \(CountedOperation.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        try operation.run(times)
    }
}

/// Counts instructions, which unlike times are the same on a busy machine, and holds them against those kept.
struct InstructionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instructions", abstract: "Hold the instructions of six operations against those kept.",
        discussion: "Example: vault-bench instructions --kept Sources/vault-bench/instructions.tsv")

    @Option(help: "The file of kept counts.")
    var kept: String

    @Flag(help: "Keep what is counted now.")
    var update = false

    func run() throws {
        guard Command.exists("valgrind") else { throw BenchFailure("valgrind is not installed: apt-get install valgrind") }
        // Debian's valgrind stops at the debug information that newer compilers write.
        let program = FileManager.default.temporaryDirectory.appending(path: "vault-bench-\(UUID().uuidString)").path
        try Command.run(["strip", "-g", "-o", program, CommandLine.arguments[0]])
        defer { try? FileManager.default.removeItem(atPath: program) }
        var counts: [String: Double] = [:]
        for operation in CountedOperation.allCases {
            // The difference of two runs is what one run of the operation takes, without start and input.
            let (few, many) = (200, 600)
            counts[operation.rawValue] =
                (try count(operation, times: many, program) - count(operation, times: few, program)) / Double(many - few)
        }
        if update {
            try Data(InstructionCounts(counts: counts).text.utf8).write(to: URL(filePath: kept))
            print(InstructionCounts(counts: counts).text)
            return
        }
        let before = InstructionCounts(try String(contentsOfFile: kept, encoding: .utf8))
        let comparison = before.compared(with: counts)
        print(comparison.lines.joined(separator: "\n"))
        if !comparison.isGood { throw ExitCode(1) }
    }

    private func count(_ operation: CountedOperation, times: Int, _ program: String) throws -> Double {
        let out = FileManager.default.temporaryDirectory.appending(path: "callgrind-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: out) }
        // Hash tables must have the same order in every run.
        try Command.run(
            [
                "valgrind", "--tool=callgrind", "--callgrind-out-file=\(out)", program, "operation",
                operation.rawValue, "--times", String(times),
            ], environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
        let text = try String(contentsOfFile: out, encoding: .utf8)
        guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("totals: ") || $0.hasPrefix("summary: ") }),
            let total = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { throw BenchFailure("valgrind gave no count for \(operation.rawValue)") }
        return total
    }
}

/// Counts as they are kept: lines of an operation and its instructions.
struct InstructionCounts {
    private let counts: [String: Double]

    /// How much more is taken for noise: between two builds of the same source it is below one part in a hundred.
    static let tolerance = 0.05

    init(counts: [String: Double]) { self.counts = counts }

    init(_ text: String) {
        var counts: [String: Double] = [:]
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "\t")
            if columns.count == 2, let count = Double(columns[1]) { counts[String(columns[0])] = count }
        }
        self.counts = counts
    }

    var text: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key)\t\(Int($0.value.rounded()))\n" }.joined()
    }

    /// What each operation takes now beside what it took. An operation that is missing on either side is a failure: a
    /// check that silently checks less is none.
    func compared(with now: [String: Double]) -> (lines: [String], isGood: Bool) {
        var lines: [String] = []
        var isGood = true
        for name in Set(counts.keys).union(now.keys).sorted() {
            guard let before = counts[name], let after = now[name], before > 0 else {
                lines.append("\(name): \(now[name] == nil ? "was not counted" : "is not kept"): run with --update")
                isGood = false
                continue
            }
            let change = after / before - 1
            let percent = String((change * 1000).rounded() / 10)
            // Half an instruction is rounding.
            let isSlower = after - before > before * Self.tolerance + 0.5
            let verdict = isSlower ? "FAILED: over +5 %" : change < -Self.tolerance ? "better: keep it with --update" : "ok"
            lines.append("\(name): \(FigureTable.number(before)) → \(FigureTable.number(after)) instructions, \(percent) %: \(verdict)")
            if isSlower { isGood = false }
        }
        return (lines, isGood)
    }
}
