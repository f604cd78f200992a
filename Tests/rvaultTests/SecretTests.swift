import Foundation
import Testing
import VaultCrypto
import VaultModel

@testable import rvault

@Suite struct SecretInputTests {
    /// A pipe that holds these bytes and has ended.
    private func pipe(_ bytes: [UInt8]) -> FileHandle {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data(bytes))
        try? pipe.fileHandleForWriting.close()
        return pipe.fileHandleForReading
    }

    private func line(_ handle: FileHandle) throws -> [UInt8] {
        try SecretInput.line(from: handle.fileDescriptor).withBytes { Array($0) }
    }

    @Test func `two secrets come as two lines of one descriptor`() throws {
        let handle = pipe(Array("code\r\npass phrase\n".utf8))
        #expect(try line(handle) == Array("code".utf8))
        #expect(try line(handle) == Array("pass phrase".utf8))
    }

    @Test func `a last line may lack its end`() throws {
        #expect(try line(pipe(Array("口令".utf8))) == Array("口令".utf8))
    }

    @Test func `nothing, too much and a closed descriptor are told apart`() throws {
        #expect(throws: SecretInput.Fault.empty) { _ = try line(pipe([])) }
        #expect(throws: SecretInput.Fault.tooLong) { _ = try line(pipe([UInt8](repeating: 97, count: 1025))) }
        #expect(try line(pipe([UInt8](repeating: 97, count: 1024))).count == 1024)
        #expect(throws: SecretInput.Fault.unreadable) { _ = try SecretInput.line(from: 9999) }
        let failure = #expect(throws: Failure.self) { _ = try SecretInput.line(from: 9999, option: "--code-fd") }
        #expect(failure?.status == .usage)
    }
}

@Suite struct SecretBodyTests {
    @Test(arguments: ["plain words", "quote \" and \\ and \n and \u{1}", "口令 with 汉字", ""])
    func `a body reads back as the secrets that were put in`(_ text: String) throws {
        var body = SecretBody()
        body.add("passphrase", try SecretBytes(copying: Array(text.utf8)))
        body.add("login", "123")
        body.end()
        #expect(try JSONParser.parse(body.bytes) == ["passphrase": .string(text), "login": "123"])
    }

    @Test func `a scrubbed body is all zeroes for everyone who shares it`() throws {
        var body = SecretBody()
        body.add("a", "secret")
        let shared = body.bytes
        body.scrub()
        #expect(shared.allSatisfy { $0 == 0 })
    }
}

@Suite struct ChildProcessTests {
    @Test func `a secret reaches a child by descriptor`() throws {
        var inputs = ChildInputs()
        try inputs.add(try SecretBytes(copying: Array("first".utf8)))
        try inputs.add(try SecretBytes(copying: Array("second".utf8)))
        let child = try ChildProcess.start(
            "/bin/sh", ["-c", "cat <&4 <&3; cat <&4; echo oops >&2; exit 7"], inputs: inputs)
        let (status, output) = child.finish()
        #expect(status == 7)
        #expect(String(decoding: output, as: UTF8.self) == "first\nsecond\noops\n")
    }

    @Test func `a child gets no other descriptor of ours`() throws {
        let folder = TestFolder()
        // Not marked to be closed, as a careless library might open it.
        let careless = open(folder.write("f", "x"), O_RDONLY)
        defer { close(careless) }
        let (_, output) = try ChildProcess.start("/bin/sh", ["-c", "cd /proc/self/fd && echo *"]).finish()
        let numbers = String(decoding: output, as: UTF8.self).split { !$0.isNumber }.compactMap { Int($0) }
        #expect(numbers.filter { $0 <= 2 } == [0, 1, 2])
        // The shell has a descriptor of its own for the directory.
        #expect(numbers.count <= 4)
    }

    @Test func `a program that cannot be run is named`() {
        let fault = #expect(throws: ChildProcess.Fault.self) { _ = try ChildProcess.start("/nonexistent/program", []) }
        #expect(fault?.description.contains("/nonexistent/program") == true)
    }
}

@Suite struct QuietTerminalTests {
    @Test func `the echo is off while a secret is typed and as before afterwards`() throws {
        var (master, terminal): (Int32, Int32) = (-1, -1)
        try #require(openpty(&master, &terminal, nil, nil, nil) == 0)
        defer {
            close(master)
            close(terminal)
        }
        func flags() -> tcflag_t {
            var settings = termios()
            tcgetattr(terminal, &settings)
            return settings.c_lflag
        }
        let before = flags()
        #expect(before & tcflag_t(ECHO) != 0)
        let quiet = try #require(QuietTerminal(terminal))
        #expect(flags() & tcflag_t(ECHO) == 0)
        #expect(flags() & tcflag_t(ICANON) != 0)
        quiet.restore()
        #expect(flags() == before)
    }

    @Test func `what is no terminal is not made quiet`() {
        #expect(QuietTerminal(9999) == nil)
    }
}
