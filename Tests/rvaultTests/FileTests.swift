import Foundation
import Testing
import VaultCrypto
import VaultImport
import VaultModel

@testable import rvault

@Suite struct FileTests {
    private let folder = TestFolder()

    @Test func `a file that is there is not overwritten`() {
        let path = folder.write("a", "old")
        let failure = #expect(throws: Failure.self) { try PrivateFile.create(path, Array("new".utf8)) }
        #expect(failure?.hint == Sentence(Hints.chooseAnotherFile))
        #expect(folder.text("a") == "old")
    }

    @Test func `a link is not written through`() {
        let target = folder.write("target", "old")
        symlink(target, folder.file("link"))
        #expect(throws: Failure.self) { try PrivateFile.create(folder.file("link"), Array("new".utf8)) }
        #expect(folder.text("target") == "old")
    }

    @Test func `a file has its mode from the start and leaves no other behind`() throws {
        try PrivateFile.create(folder.file("pub"), mode: 0o644, Array("x".utf8))
        try "y".utf8CString.withUnsafeBytes { try PrivateFile.replace(folder.file("secret"), $0) }
        #expect(TestFolder.mode(folder.file("pub")) == 0o644)
        #expect(TestFolder.mode(folder.file("secret")) == 0o600)
        #expect(folder.names() == ["pub", "secret"])
    }

    @Test func `what cannot be written is named with its reason`() {
        let failure = #expect(throws: Failure.self) { try PrivateFile.create("/nonexistent/x", []) }
        #expect(failure?.message.text(in: .english) == "cannot make /nonexistent/x: No such file or directory")
        #expect(failure?.status == .refused)
    }

    @Test func `an app's key is written for the operator and read back`() throws {
        let credential = try Credential.random(.app, name: "parking")
        let name = try #require(AppName("parking"))
        let file = AppKeyFile(app: name, keys: try AppKeys(credential.secret))
        let path = folder.file("parking.pub")
        try PrivateFile.create(path, mode: 0o644, file.encoded)
        #expect(try AppKeyFile(reading: path) == file)
        #expect(file.encoded.last == UInt8(ascii: "\n"))
        #expect(try CanonicalJSON.decode(Array(file.encoded.dropLast()))["type"] == "app-key")
    }

    @Test(
        arguments: [
            "rva_parking_AAAA\n", "{}", #"{"app":"parking","auth":"AA","box":"AA","type":"app-key"}"#,
            #"{ "app":"parking" }"#, "",
        ])
    func `a file that is no app key is refused with a hint`(_ text: String) {
        let path = folder.write("x.pub", text)
        let failure = #expect(throws: Failure.self) { try AppKeyFile(reading: path) }
        #expect(failure?.message == Sentence(Faults.notAppKey, path))
        #expect(failure?.hint == Sentence(Hints.makeAppKey))
    }

    @Test func `rejects replace earlier rejects and nothing else`() throws {
        let path = folder.file("rejects.txt")
        try RejectFile.write([], refused: [("a.csv", 7, "no")], to: path)
        #expect(TestFolder.mode(path) == 0o600)
        try RejectFile.write([], refused: [("a.csv", 8, "no")], to: path)
        #expect(folder.text("rejects.txt")?.hasSuffix("# a.csv:8: no\n") == true)
        #expect(folder.text("rejects.txt")?.contains("a.csv:7") == false)
        let export = folder.write("register.csv", "姓名,电话\n")
        let failure = #expect(throws: Failure.self) { try RejectFile.write([], refused: [], to: export) }
        #expect(failure?.message == Sentence(Faults.notRejects, export))
        #expect(folder.text("register.csv") == "姓名,电话\n")
    }

    @Test func `a file over the limit is not read`() throws {
        let path = folder.write("big", "12345")
        #expect(try SourceFile.read(path, limit: 5).count == 5)
        #expect(throws: Failure.self) { try SourceFile.read(path, limit: 4) }
    }

    @Test func `modes that let others in are found`() {
        let vault = folder.file("vault")
        mkdir(vault, 0o700)
        _ = folder.write("vault/service.key", "k", mode: 0o600)
        _ = folder.write("vault/vault.db", "d", mode: 0o600)
        #expect(FileModes.findings(vault).isEmpty)
        chmod(vault + "/service.key", 0o640)
        chmod(vault, 0o755)
        #expect(
            FileModes.findings(vault) == [
                Sentence(Faults.openToOthers, vault, "0755"),
                Sentence(Faults.openToOthers, vault + "/service.key", "0640"),
            ])
    }

    @Test(arguments: [
        "service.key.next", "pepper.old", "service.key.locked.next", "service.key.shred", "pepper.draft", "key-shares-owners",
        "key-shares-owners.draft",
    ])
    func `keys that a rotation keeps or left behind are looked at too`(name: String) {
        let vault = folder.file("vault")
        mkdir(vault, 0o700)
        let path = folder.write("vault/" + name, "k", mode: 0o604)
        _ = folder.write("vault/log.vkey", "public", mode: 0o644)
        #expect(FileModes.findings(vault) == [Sentence(Faults.openToOthers, path, "0604")])
    }

    @Test func `exactly one byte of an entry is changed in the copy and none in the original`() throws {
        let vault = folder.file("vault")
        mkdir(vault, 0o700)
        let content = "page \u{1} {\"action\":\"read\",\"app\":\"parking\"} more"
        _ = folder.write("vault/vault.db", content)
        let tamper = try DemoTamper(vault: vault, to: folder.file("copy"))
        let change = try #require(try tamper.changeByte())
        #expect(change.file == "vault.db")
        #expect(folder.text("vault/vault.db") == content)
        #expect(folder.text("copy/vault.db") == content.replacing("\"read\"", with: "\"rear\""))
    }
}
