import ArgumentParser
import Testing

@testable import rvault

/// All commands with their words, the root first.
private func commands(_ root: any ParsableCommand.Type = Rvault.self, _ path: [String] = []) -> [(
    path: [String], type: any ParsableCommand.Type
)] {
    [(path, root)] + root.configuration.subcommands.flatMap { commands($0, path + [$0._commandName]) }
}

@Suite struct HelpTests {
    @Test func `the commands of the design are there`() {
        let words = Set(commands().map { $0.path.joined(separator: " ") })
        let wanted = [
            "", "init", "app", "app keygen", "app add", "app list", "app remove", "policy", "policy check", "import",
            "activate",
            "login", "logout", "me", "me show", "me passphrase", "me accept", "me decline", "consent", "consent list", "consent approve",
            "consent deny",
            "delegate", "delegate list", "delegate add", "delegate remove", "delegate for",
            "consent revoke", "consent pause", "consent resume", "consent receipt", "audit", "audit log",
            "audit verify",
            "audit checkpoint", "audit report", "audit export", "audit prove", "audit consistency", "audit check-proof",
            "audit publish", "audit witness", "audit witness sign", "audit witness keygen", "audit archive", "auditor",
            "auditor keygen", "auditor add", "auditor list", "auditor remove", "custodian", "custodian keygen", "custodian approve", "custodian answer",
            "custodian request", "custodian request recover", "custodian request issue", "custodian request delegate",
            "custodian request rekey", "custodian request entrust", "custodian ceremonies", "custodian submit",
            "custodian carry-out", "custodian drop", "custodian shares", "custodian reseal", "custodian accept",
            "custodian take", "custodian restore-keys", "me history", "status", "doctor", "demo",
            "auditor keygen", "auditor add", "auditor list", "auditor remove", "custodian", "custodian keygen", "custodian approve", "me history", "me erase", "resident", "resident erase", "resident certificate", "audit check-certificate", "status", "doctor", "demo",
            "auditor keygen", "auditor add", "auditor list", "auditor remove", "custodian", "custodian keygen", "custodian approve", "me history", "status", "doctor", "demo", "keys", "keys lock", "keys unlock",
            "auditor keygen", "auditor add", "auditor list", "auditor remove", "custodian", "custodian keygen", "custodian approve", "custodian list", "custodian add", "custodian remove", "custodian replace",
            "custodian threshold", "policy load", "party", "party list", "party handover", "me history", "status", "doctor", "demo",
            "backup", "backup make", "backup verify", "restore",
            "rotate", "audit witness rekey", "rotate service-key", "app rekey", "app move-keys", "rotate fields", "rotate pepper", "me rotate",
        ]
        #expect(words == Set(wanted))
    }

    @Test func `every command's help has an example that its own parser takes`() throws {
        for command in commands() {
            let help = command.type.helpMessage()
            let examples = help.split(separator: "\n").compactMap { line in
                line.split(separator: "Example: rvault", maxSplits: 1).count == 2 || line.contains("Example: rvault")
                    ? line : nil
            }
            #expect(!examples.isEmpty, "\(command.path)")
            for example in command.type.configuration.discussion.split(separator: "\n")
            where example.hasPrefix("Example: rvault") {
                let words = Self.words(String(example.dropFirst("Example: rvault".count)))
                #expect(throws: Never.self, "\(example)") { try Rvault.parseAsRoot(words) }
            }
        }
    }

    /// The arguments of a shell line: redirections and what follows them are the shell's.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var current = ""
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case " " where !isQuoted:
                if !current.isEmpty { words.append(current) }
                current = ""
            default: current.append(character)
            }
        }
        if !current.isEmpty { words.append(current) }
        return Array(words.prefix { !$0.contains(">") }).filter { !$0.contains("<") }
    }

    @Test(arguments: ["zh-CN", "en"])
    func `options stand before or after the command`(_ language: String) throws {
        let before = try #require(
            try Rvault.parseAsRoot(["--dir", "/x", "--lang", language, "app", "list"]) as? AppListCommand)
        let after = try #require(
            try Rvault.parseAsRoot(["app", "list", "--dir", "/x", "--lang", language]) as? AppListCommand)
        #expect(before.global.directory == "/x")
        #expect(after.global.directory == "/x")
        #expect(before.global.lang?.rawValue == language)
        #expect(after.global.operatorSocket == "/x/admin.sock")
    }

    @Test(
        arguments: zip(
            [
                ["nonsense"], ["app", "add"], ["login", "--passphrase-fd", "x"], ["--lang", "fr", "status"],
                ["consent", "approve"],
                ["--help"], ["app", "--help"], ["--version"],
            ],
            [rvault.ExitStatus.usage, .usage, .usage, .usage, .usage, .done, .done, .done]))
    func `the parser's outcomes become our exit statuses`(_ arguments: [String], _ expected: rvault.ExitStatus) {
        do {
            _ = try Rvault.parseAsRoot(arguments)
            // Help is an outcome of running, not of parsing, for some of them.
            #expect(expected == .done)
        } catch {
            #expect(Rvault.exitCode(for: error) == (expected == .done ? .success : .validationFailure))
            #expect(Usage.report(error) == expected)
        }
    }
}
