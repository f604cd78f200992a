import ArgumentParser
import Testing

@testable import rvault

@Suite struct IDArgumentTests {
    @Test(arguments: [
        "-UiibPg8LzLnBI2E7BCjzw", "--iibPg8LzLnBI2E7BCjzw", "-Uiib_", "_UiibPg8LzLnBI2E7BCjzw", "3", "UiibPg",
    ])
    func `an id that begins with a hyphen reaches its command`(_ id: String) throws {
        let arguments = IDArgument.marked(["consent", "deny", id, "--dir", "/x", "--json"])
        let command = try #require(try Rvault.parseAsRoot(arguments) as? ConsentDenyCommand)
        #expect(IDArgument.unmarked(command.target.argument) == id)
        #expect(command.global.directory == "/x")
        #expect(command.global.json)
    }

    @Test func `options stay options`() {
        let arguments = [
            "consent", "list", "--admin-socket", "--session", "-h", "--help", "--passphrase-fd", "--dir=/a/b",
        ]
        #expect(IDArgument.marked(arguments) == arguments)
        #expect(IDArgument.marked(["login", "-UiibPg8LzLnBI2E7BCjzw"]) == ["login", "-UiibPg8LzLnBI2E7BCjzw"])
    }

    @Test func `no option could be taken for an id`() {
        let help = ConsentApproveCommand.helpMessage() + Rvault.helpMessage() + ConsentListCommand.helpMessage()
        let options = help.split { !$0.isLetter && $0 != "-" }.map(String.init).filter { $0.hasPrefix("--") }
        #expect(options.count > 5)
        #expect(IDArgument.marked(["consent"] + options) == ["consent"] + options)
    }
}
