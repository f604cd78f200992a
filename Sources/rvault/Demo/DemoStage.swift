internal import Foundation
internal import VaultModel

/// What the demo plays on: a temporary directory, the screen, and a count of what went right.
final class DemoStage {
    let console: Console
    let directory: String
    let policies: String
    private(set) var checks = 0
    private(set) var failures = 0
    private var steps = 0

    /// A step that cannot be gone on from.
    struct Stop: Error, CustomStringConvertible {
        let description: String
    }

    init(_ console: Console, policies: String) throws {
        self.console = Console(language: console.language, json: false)
        self.policies = URL(fileURLWithPath: policies).path
        let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        // A socket's address holds 103 bytes.
        var template = Array("\(base.utf8.count < 60 ? base : "/tmp")/rvault-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw PrivateFile.failure(.cannotCreate, base) }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    var vault: String { directory + "/vault" }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Announces what is done next, and why.
    func step(_ text: DemoText) {
        steps += 1
        console.say()
        console.say(DemoText.step, "\(steps)", console.text(text))
    }

    /// Notes whether something is as promised.
    @discardableResult
    func check(_ isRight: Bool, _ text: DemoText, _ argument: String...) -> Bool {
        checks += 1
        if !isRight { failures += 1 }
        let sentence = Sentence(phrase: text.phrase, arguments: argument).text(in: console.language)
        console.say("   " + console.text(isRight ? DemoText.right : .wrong, sentence))
        return isRight
    }

    /// Shows a command as a person would type it. The temporary directory is left out of it: it is the working
    /// directory of the story.
    func showCommand(_ text: String) { console.say("   " + console.text(DemoText.sent, shortened(text))) }

    /// Shows lines of an answer, not all of a long one.
    func showAnswer(_ text: String, lines limit: Int = 12) {
        let lines = shortened(text).split(separator: "\n", omittingEmptySubsequences: true)
        for line in lines.prefix(limit) { console.say("   " + console.text(DemoText.received, String(line))) }
        if lines.count > limit { console.say("   " + console.text(DemoText.received, "… (+\(lines.count - limit))")) }
    }

    private func shortened(_ text: String) -> String {
        text.replacingOccurrences(of: directory + "/", with: "").replacingOccurrences(of: directory, with: ".")
            .replacingOccurrences(of: policies, with: "Policies")
    }

    /// Runs `rvault` itself as another process; what it says is shown and given back.
    ///
    /// - Parameters:
    ///   - secrets: names for the descriptors 3, 4 …, as shown; their content is in `inputs`.
    ///   - lines: how many lines of the answer are shown.
    @discardableResult
    func rvault(
        _ arguments: [String], secrets: [String] = [], inputs: borrowing ChildInputs = ChildInputs(), lines: Int = 12
    ) throws -> (status: Int32, output: String) {
        let redirections = secrets.enumerated().map { " \($0.offset + 3)<\($0.element)" }.joined()
        showCommand("rvault " + arguments.map(Self.quoted).joined(separator: " ") + redirections)
        let (status, output) = try quietly(arguments, inputs)
        showAnswer(output, lines: lines)
        return (status, output)
    }

    private func quietly(_ arguments: [String], _ inputs: borrowing ChildInputs) throws -> (
        status: Int32, output: String
    ) {
        let all = arguments + ["--lang", console.language.rawValue]
        let (status, bytes) = try ChildProcess.start(Companion.program, all, inputs: inputs).finish()
        return (status, String(decoding: bytes, as: UTF8.self))
    }

    /// Asks for an answer in JSON behind the scenes, to check what was shown.
    func ask(_ arguments: [String]) throws -> JSON {
        let (status, output) = try quietly(arguments + ["--json"], ChildInputs())
        return try Self.json(status, output, arguments)
    }

    /// Shows a command whose answer is in JSON, and that.
    func rvaultJSON(
        _ arguments: [String], secrets: [String] = [], inputs: borrowing ChildInputs = ChildInputs()
    ) throws -> JSON {
        let (status, output) = try rvault(arguments + ["--json"], secrets: secrets, inputs: inputs)
        return try Self.json(status, output, arguments)
    }

    private static func json(_ status: Int32, _ output: String, _ arguments: [String]) throws -> JSON {
        guard status == 0 else { throw Stop(description: "rvault \(arguments[0]): \(status)") }
        // Asides go to standard error, which is in the same pipe here; the answer is the line that is an object.
        for line in output.split(separator: "\n") where line.hasPrefix("{") {
            if let json = try? JSONParser.parse(Array(line.utf8)) { return json }
        }
        throw Stop(description: "rvault \(arguments[0]): no JSON")
    }

    func removeDirectory() { try? FileManager.default.removeItem(atPath: directory) }

    private static func quoted(_ argument: String) -> String {
        argument.contains(" ") || argument.contains("{") ? "'\(argument)'" : argument
    }
}
