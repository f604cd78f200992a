import ArgumentParser
import Testing
import VaultAPI
import VaultClient
import VaultCrypto

@testable import rvault

@Suite struct FailureTests {
    @Test(
        arguments: zip(
            [ClientError.Cause.missing, .nobodyListens, .forbidden, .pathTooLong, .system(11)],
            [Hints.startDaemon, .restartDaemon, .whoMayConnect, .shorterPath, .startDaemon]))
    func `each way not to reach the daemon ends with 3 and its own hint`(_ cause: ClientError.Cause, _ hint: Hints) {
        let failure = Failure(ClientError.cannotReach(path: "/x/rvault.sock", cause))
        #expect(failure.status == .unreachable)
        #expect(failure.hint == Sentence(hint))
        #expect(failure.message.text(in: .english).contains("/x/rvault.sock"))
    }

    @Test(arguments: ProblemCode.allCases)
    func `a refusal keeps its code and speaks both languages`(_ code: ProblemCode) {
        let failure = Failure(
            ClientError.refused(.init(status: code.status, code: code.rawValue, detail: "the detail", hint: nil)))
        #expect(failure.status == .refused)
        #expect(failure.code == code.rawValue)
        #expect(failure.message.text(in: .english) == "the detail (\(code.rawValue))")
        let chinese = failure.message.text(in: .chinese)
        #expect(chinese.hasSuffix("（\(code.rawValue)）"))
        #expect(chinese.unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) })
    }

    @Test func `a code of a newer daemon is passed on with its words`() {
        let failure = Failure(
            ClientError.refused(.init(status: 418, code: "teapot", detail: "short and stout", hint: "pour")))
        #expect(failure.message.text(in: .chinese) == "short and stout（teapot）")
        #expect(failure.hint?.text(in: .english) == "pour")
    }

    @Test func `an answer that did not come says that it may have been done`() {
        for error in [ClientError.interrupted, .timedOut] {
            #expect(Failure(error).hint == Sentence(Hints.lookBeforeRepeating))
            #expect(Failure(error).status == .refused)
        }
    }

    @Test(arguments: ["", "12345678", "123456780", "12345678X", "1234567890"])
    func `a mistyped login name is told before the daemon is asked`(_ typed: String) {
        let failure = #expect(throws: Failure.self) { try LoginText.read(typed) }
        #expect(failure?.status == .usage)
        #expect(failure?.hint == Sentence(Hints.readLogin))
    }

    @Test(arguments: ["123456788", "123 456 788", " 123-456-788 ", "12345678 8\r"])
    func `a login name is read as people write it`(_ typed: String) throws {
        #expect(LoginText.grouped(try LoginText.read(typed)) == "123 456 788")
    }

    @Test func `a mistyped code is told by its check symbol`() throws {
        let code = try SecretBytes(copying: Array("0000000000000000000000000X1".utf8))
        let error = #expect(throws: CryptoError.self) { _ = try ActivationCode(typed: code) }
        let failure = Failure(try #require(error))
        #expect(failure.message == Sentence(Faults.malformedCode))
        #expect(failure.hint == Sentence(Hints.readLetter))
    }

    @Test func `a cut token is told without repeating it`() throws {
        let token = try SecretBytes(copying: Array("rva_parking_short".utf8))
        do {
            _ = try Credential(parsing: token, kind: .app)
            Issue.record("a cut token was taken")
        } catch {
            #expect(Failure(error).message == Sentence(Faults.malformedToken))
        }
    }
}
